--- suanpan.goods: the usual choice of goods, in a rule of a chain's own; suanpan.offer.by_hand, in one in our rule's
-- place.

local usual = suanpan.rule("acme.usual", {
  source = [[
local goods, offer, select = require "suanpan.goods", require "suanpan.offer", require "suanpan.select"
local usual = { name = "acme.usual", version = "1", api = 1, phase = "promotion", summary = "the usual goods" }
usual.params = {
  base = goods.base(),
  pieces = { type = "boolean", default = false, doc = "only pieces" },
  narrow = { type = "text", doc = "but not these" },
  tag = goods.tag(), category = goods.category(), products = goods.products(), not_tag = goods.not_tag(),
}
function usual.applies(params) return goods.keys(params) end
function usual.evaluate(basket, params)
  local offers = offer.list()
  local filter = params.pieces and goods.pieces(params) or goods.filter(params)
  filter.not_products = params.narrow
  offers:percent(select.units(basket, filter), 1000000)
  return offers
end
return usual
]],
})

local tea = { "tea", 500, tags = { "drink", "own" }, category = "food/drink" }
local rice = { "rice", 900, category = "food" }
local apple = { "apple", 1000, weight = 500, tags = { "fruit" }, category = "food/fruit" }
local basket = { tea, rice, apple }

describe("suanpan.goods", function()
  it("declares parameters as the built-in rules have them", function()
    local ours = {}
    for _, each in ipairs(suanpan.rule("promotion.spend_once"):describe().params) do ours[each.name] = each end
    local same = 0
    for _, each in ipairs(usual:describe().params) do
      if ours[each.name] then
        each.origin, ours[each.name].origin = nil, nil
        assert.same(ours[each.name], each)
        same = same + 1
      end
    end
    assert.equal(5, same)
    assert.equal("remaining", ours.base.default)
  end)

  usual:takes_off {
    { "chooses everything when nothing is said", {}, basket, 1900 },
    { "chooses by tag", { tag = "own" }, basket, 500 },
    { "chooses a category and below", { category = "food/drink" }, basket, 500 },
    { "chooses products", { products = { "rice", "tea" } }, basket, 1400 },
    { "leaves a tag out", { not_tag = "own" }, basket, 1400 },
    { "demands all that is said", { tag = "own", products = { "rice" } }, basket, 0 },
    { "may leave out what is weighed", { pieces = true }, basket, 1400 },
    { "may be narrowed", { narrow = "rice" }, basket, 1000 },
  }

  suanpan.each({
    { "asks nobody without the tag", { tag = "none" }, "absent" },
    { "asks nobody without the category", { category = "home" }, "absent" },
    { "asks nobody without the product", { products = { "soap" } }, "absent" },
    { "asks whoever has one of them", { tag = "none", products = { "tea" } }, "silent" },
    { "asks everybody when only something is left out", { not_tag = "own" }, "applied" },
  }, function(params, outcome)
    assert.equal(outcome, usual:price(basket, params):why("T1").outcome)
  end)

  it("leaves out what rules added", function()
    local deposit = { rule = "compose.deposit", params = { tag = "own", product = "bottle" } }
    local priced = suanpan.price({ tea, goods = { { "bottle", 50 } } }, { { rule = usual, code = "T1" }, deposit })
    assert.equal(50, priced.total)
  end)
end)

describe("suanpan.offer.by_hand", function()
  local by_hand = suanpan.rule("acme.hand", {
    source = [[
local offer = require "suanpan.offer"
local hand = { name = "acme.hand", version = "1", api = 1, phase = "observe", summary = "by hand" }
function hand.evaluate(basket)
  local offers = offer.list()
  offers:note(offer.by_hand(basket.markdown, "hand"))
  return offers
end
return hand
]],
  })

  suanpan.each({
    { "says what", { percent = 1 }, { code = "hand", percent = 1 } },
    { "says why", { amount = 20, reason = "dented" }, { code = "hand-said", amount = 20, reason = "dented" } },
    {
      "says who agreed", { percent = 2, reason = "", approver = "9001" },
      { code = "hand-approved", percent = 2, reason = "", approver = "9001" },
    },
  }, function(markdown, reason)
    assert.same(reason, by_hand:price({ tea, markdown = markdown }).notes[1].reason)
  end)
end)
