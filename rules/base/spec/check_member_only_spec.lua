local rule = suanpan.rule "check.member_only"
local mask = { "mask", 1990, tags = { "trial" } }
local params = { tag = "trial", levels = { "gold" }, member_tag = "beauty" }

-- what, parameters, basket, what is asked for, why
local cases = {
  { "lets who is meant pass", params, { mask, member = { code = "M1", level = "gold", tags = { "beauty" } } } },
  { "stops strangers", params, { mask }, "member-only", "member-only" },
  {
    "stops other levels", params,
    { mask, member = { code = "M1", level = "silver", tags = { "beauty" } } }, "member-only", "member-other",
  },
  {
    "stops members without the tag", params,
    { mask, member = { code = "M1", level = "gold" } }, "member-only", "member-other",
  },
  { "may be for every member", { products = { "mask" } }, { mask, member = "M1" } },
  { "does not look at other goods", params, { { "tea", 400 } } },
}

-- what, parameters, what is said of them
local refused = {
  { "no goods", { levels = { "gold" } }, rule:phrase "name-goods" },
}

describe("check.member_only", function()
  rule:asks_for(cases)
  rule:refuses(refused)
end)
