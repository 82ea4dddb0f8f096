--- Override cap: a price given at the till may be so far below the list price, by who sells.
--
-- Beyond the cashier's share a manager approves; beyond the manager's it cannot be sold.

local money = require "suanpan.money"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local override_cap = {
  name = "check.override_cap", version = "1.0.0", api = 1,
  phase = "check", priority = 400,
  summary = "How far below the list price a given price may be, by role",
}

override_cap.params = {
  cashier = {
    type = "ppm", default = 100000, label = { zh = "收银员可让价", en = "Cashier" },
    doc = "Share of the list price a cashier may take off, in parts per million",
  },
  manager = {
    type = "ppm", default = 500000, label = { zh = "店长可让价", en = "Manager" },
    doc = "Share of the list price a manager may take off",
  },
}

override_cap.phrases = {
  ["override"] = {
    zh = "让价 {off:money} 元超过 {cap:percent}，需要店长批准",
    en = "{off:money} off is more than {cap:percent}: a manager approves",
  },
  ["override-limit"] = {
    zh = "让价 {off:money} 元超过上限 {cap:percent}",
    en = "{off:money} off is more than anyone may take off ({cap:percent})",
  },
  ["override-none"] = {
    zh = "没有让价超过 {cap:percent} 的商品",
    en = "No price was given that is more than {cap:percent} off",
  },
  ["cashier-above-manager"] = {
    zh = "收银员的权限不能高于店长",
    en = "cashier must not be above manager",
  },
}

function override_cap.check(params)
  if params.cashier > params.manager then
    return nil, "cashier-above-manager"
  end
  return true
end

function override_cap.evaluate(basket, params, context)
  local checks = offer.list()
  local within = true
  local own = context.role == "cashier" and params.cashier or params.manager
  for _, line in ipairs(select.lines(basket, { given = true })) do
    local off = line.list_price - line.given_price
    if off > money.percent(line.list_price, params.manager) then
      within = false
      checks:refuse("override-limit", { code = "override-limit", off = off, cap = params.manager }, line)
    elseif off > money.percent(line.list_price, own) then
      within = false
      checks:approve("override", { code = "override", off = off, cap = own }, line)
    end
  end
  if within then
    checks:nothing({ code = "override-none", cap = own })
  end
  return checks
end

return override_cap
