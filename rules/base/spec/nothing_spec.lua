--- Every rule that is asked and has nothing to offer says why: for `suanpan explain`, in both languages, and not at the
--- till.

local member, staff = { code = "M1", level = "gold" }, { code = "M9", staff = true }

--- A basket of what a rule added: goods with a tag, which bring a bag along that is not scanned.
local function bag(basket)
  basket[1] = { "tea", 600, tags = { "bagged" } }
  return basket
end

local function weighed(basket)
  basket[1] = { "rice", 600, weight = 500, tags = { "own" }, category = "food" }
  return basket
end

local steps = { { at = 2, value = 100000 } }

-- rule, parameters, basket, code
local cases = {
  { "promotion.multibuy", { tag = "bag" }, bag {}, "no-goods" },
  { "promotion.buy_one_get_one", {}, weighed {}, "no-goods" },
  { "promotion.second_half", {}, weighed {}, "no-goods" },
  { "promotion.n_percent", { tiers = steps }, weighed {}, "no-goods" },
  { "promotion.choose_n", { count = 2, price = 1, tag = "own" }, weighed {}, "no-goods" },
  { "promotion.time_price", { prices = { rice = 1 } }, weighed {}, "no-goods" },
  { "promotion.buy_get_other", { buy_tag = "own", get_tag = "x" }, weighed {}, "get-other-more" },
  { "promotion.amount_off", { off = 1, not_tag = "own" }, weighed {}, "no-goods" },
  { "promotion.percent_off", { percent = 1, not_tag = "own" }, weighed {}, "no-goods" },
  { "promotion.add_on", { products = { "cup" }, minimum = 1000, price = 1 }, weighed {}, "add-on-more" },
  { "promotion.gift", { gifts = { "rice" }, minimum = 1000 }, weighed {}, "gift-more" },
  { "promotion.near_expiry", { steps = steps }, weighed {}, "expiry-none" },
  {
    "promotion.clearance", { category = "food", start = "2026-12-01", steps = steps },
    weighed { date = "2026-11-22" }, "clearance-later",
  },
  { "promotion.clearance", { category = "bags", start = "2026-01-01", steps = steps }, bag {}, "no-goods" },
  { "promotion.spend_once", { minimum = 2, off = 1, not_tag = "own" }, weighed {}, "no-goods" },
  { "promotion.spend_every", { minimum = 2, off = 1, not_tag = "own" }, weighed {}, "no-goods" },
  { "promotion.spend_tiers", { tiers = { { at = 2, value = 1 } }, not_tag = "own" }, weighed {}, "no-goods" },
  { "promotion.member_day", { percent = 1, not_tag = "own" }, weighed { member = member }, "no-goods" },
  {
    "promotion.level_discount", { levels = { "gold" }, percent = 1, not_tag = "own" }, weighed { member = member },
    "no-goods",
  },
  { "promotion.staff_discount", { percent = 1 }, weighed { member = member }, "staff-only" },
  { "promotion.staff_discount", { percent = 1, not_tag = "own" }, weighed { member = staff }, "no-goods" },
  { "promotion.birthday", { percent = 1 }, weighed { member = member }, "birthday-who" },
  {
    "promotion.birthday", { percent = 1, not_tag = "own" }, weighed { member = { code = "M1", birthday_days = 0 } },
    "no-goods",
  },
  { "promotion.new_member", { off = 1 }, weighed { member = member }, "new-member-who" },
  { "check.licence", { tag = "own", stores = { "S1" } }, weighed { store = "S1" }, "licence-held" },
  { "check.member_only", { tag = "own" }, weighed { member = member }, "member-may" },
  { "check.override_cap", {}, weighed {}, "override-none" },
  { "check.quantity_cap", { tag = "own", per_basket = 3 }, weighed {}, "within-cap" },
  { "price.staff", { prices = { rice = 1 } }, weighed {}, "staff-only" },
  { "price.time", { steps = { { at = 1380, value = 1 } } }, weighed { minute = 600 }, "time-later" },
  { "tender.points_as_money", {}, weighed { member = member }, "points-none" },
}

--- What brings the bag along.
local bags = {
  rule = "compose.deposit", code = "BAG", params = { tag = "bagged", product = "bag" },
}

describe("a rule without an offer", function()
  for _, case in ipairs(cases) do
    local name, params, basket, code = table.unpack(case, 1, 4)
    it(("says why: %s, %s"):format(name, code), function()
      local rule = suanpan.rule(name)
      local campaigns = { { rule = rule, code = "ASKED", params = params } }
      if basket[1].tags[1] == "bagged" then
        campaigns[2] = bags
        basket.goods = { { "bag", 20, tags = { "bag" }, category = "bags" } }
      end
      local priced = suanpan.price(basket, campaigns)
      local entry = priced:why("ASKED")
      assert.equal(code, entry.note and entry.note.code or entry.outcome)
      assert.equal("string", type(rule:phrase(code)))
      assert.equal(0, #priced.notes)
    end)
  end
end)
