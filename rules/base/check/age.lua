--- Age: goods for adults are sold when the cashier has confirmed the customer's age.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local age = {
  name = "check.age", version = "1.0.0", api = 1,
  phase = "check", priority = 500,
  summary = "The cashier confirms the age for tobacco, alcohol and the like",
}

age.params = {
  tag = { type = "tag", required = true, label = { zh = "标签", en = "Tag" }, doc = "Goods that are not for minors" },
  age = {
    type = "integer", min = 1, max = 99, default = 18, label = { zh = "年龄", en = "Age" },
    doc = "From this age",
  },
}

age.phrases = {
  ["age"] = { zh = "请确认顾客年满 {age} 周岁", en = "Confirm that the customer is {age} or older" },
}

function age.applies(params)
  return { tag = params.tag }
end

function age.evaluate(basket, params)
  local checks = offer.list()
  local lines = select.lines(basket, { tag = params.tag })
  if #lines > 0 then
    checks:confirm("age" .. params.age, { code = "age", age = params.age }, lines)
  end
  return checks
end

return age
