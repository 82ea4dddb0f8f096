--- Members only: some goods are sold to members, to some levels, or to members with a tag.

local goods = require "suanpan.goods"
local offer = require "suanpan.offer"
local select = require "suanpan.select"

local member_only = {
  name = "check.member_only", version = "1.0.0", api = 1,
  phase = "check", priority = 550,
  summary = "Goods for members only: trial products, first access",
  needs = { "member.tags" },
}

member_only.params = {
  tag = goods.tag(), products = goods.products(),
  levels = {
    type = "levels", label = { zh = "会员等级", en = "Levels" }, doc = "Levels that may buy; absent: every level",
  },
  member_tag = {
    type = "tag", label = { zh = "会员标签", en = "Member tag" }, doc = "Only members with this tag; absent: all",
  },
}

member_only.phrases = {
  ["member-only"] = { zh = "仅限会员购买", en = "For members only" },
  ["member-other"] = { zh = "该会员不在可购买范围内", en = "Not for this member" },
  ["member-may"] = { zh = "可以购买，无须拦截", en = "Nothing is in the way" },
  ["name-goods"] = { zh = "请指定标签或商品", en = "name a tag or products" },
}

function member_only.check(params)
  if not params.tag and not params.products then
    return nil, "name-goods"
  end
  return true
end

function member_only.applies(params)
  return goods.keys(params)
end

local function is_entitled(member, params)
  if params.member_tag and not member:has_tag(params.member_tag) then
    return false
  end
  for _, level in ipairs(params.levels or {}) do
    if level == member.level then
      return true
    end
  end
  return not params.levels
end

function member_only.evaluate(basket, params)
  local checks = offer.list()
  local lines = select.lines(basket, { tag = params.tag, products = params.products })
  if #lines == 0 or basket.member.present and is_entitled(basket.member, params) then
    checks:nothing({ code = "member-may" })
    return checks
  end
  local why = basket.member.present and "member-other" or "member-only"
  checks:refuse("member-only", { code = why }, lines)
  return checks
end

return member_only
