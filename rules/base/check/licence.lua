--- Licence: some goods are only sold in stores that hold the licence for them.

local offer = require "suanpan.offer"
local select = require "suanpan.select"

local licence = {
  name = "check.licence", version = "1.0.0", api = 1,
  phase = "check", priority = 600,
  summary = "Goods that only licensed stores may sell: tobacco, medicine",
}

licence.params = {
  tag = { type = "tag", required = true, label = { zh = "标签", en = "Tag" }, doc = "Goods that need the licence" },
  stores = {
    type = "texts", required = true, label = { zh = "持证门店", en = "Licensed stores" },
    doc = "Codes of the stores that hold it",
  },
  licence = {
    type = "text", max = 60, default = "许可证", label = { zh = "证照名称", en = "Licence" },
    doc = "What it is called: 烟草专卖零售许可证",
  },
}

licence.phrases = {
  ["licence"] = { zh = "本店没有{licence}，不能销售", en = "This store has no {licence} and may not sell it" },
  ["licence-held"] = { zh = "本店持有{licence}", en = "This store has its {licence}" },
}

function licence.applies(params)
  return { tag = params.tag }
end

function licence.evaluate(basket, params, context)
  local checks = offer.list()
  for _, store in ipairs(params.stores) do
    if store == context.store then
      checks:nothing({ code = "licence-held", licence = params.licence })
      return checks
    end
  end
  local lines = select.lines(basket, { tag = params.tag })
  if #lines > 0 then
    checks:refuse("licence", { code = "licence", licence = params.licence }, lines)
  end
  return checks
end

return licence
