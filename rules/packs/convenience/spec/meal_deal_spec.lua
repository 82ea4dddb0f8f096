local rule = suanpan.rule "convenience.meal_deal"
local params = { main = "main", drink = "drink", price = 790 }
local sandwich = { "sandwich", 680, tags = { "main" } }
local onigiri = { "onigiri", 450, tags = { "main" } }
local soy = { "soy", 350, tags = { "drink" } }
local latte = { "latte", 1200, tags = { "drink" } }

-- what, basket, fen off, note
local cases = {
  { "prices a main dish with a drink", { sandwich, soy }, 240 },
  { "does not care for the order", { soy, sandwich }, 240 },
  { "makes as many pairs as there are", { sandwich, onigiri, soy, latte }, 1100 },
  { "takes the dearest of each", { sandwich, onigiri, latte }, 1090 },
  { "never makes it dearer", { onigiri, { "water", 200, tags = { "drink" } } }, 0 },
  { "asks for a drink", { sandwich }, 0, "meal-drink" },
  { "asks for a main dish", { soy }, 0, "meal-main" },
  { "leaves other goods alone", { { "chips", 750 } }, 0 },
}

describe("convenience.meal_deal", function()
  suanpan.each(cases, function(basket, off, note)
    local priced = rule:price(basket, params)
    assert.equal(off, priced.discount)
    assert.equal(note, priced.notes[1] and priced.notes[1].code)
  end)

  it("wants two different tags", function()
    local good, why = rule:check { main = "main", drink = "main", price = 790 }
    assert.is_nil(good)
    assert.matches(rule:phrase "meal-same", why, 1, true)
  end)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = params } },
      catalogue = { sandwich, onigiri, soy, latte, { "chips", 750 }, { "apple", 1298, weighed = true } },
      cases = 40,
    }
  end)
end)

describe("the pack", function()
  it("has no rule that fails on any basket of the shop", function()
    suanpan.property {
      catalogue = {
        { "sandwich", 680, tags = { "breakfast-main" }, category = "fresh/bread" },
        { "soy", 350, tags = { "breakfast-drink" } },
        { "latte", 1200, tags = { "coffee" }, category = "coffee" },
        { "curry", 1880, tags = { "ready" }, category = "fresh/bento", expires = "2026-11-18" },
        { "beer", 600, tags = { "adult" } },
      },
      basket = { when = "2026-11-18 09:00", member = "M1" },
      cases = 40,
    }
  end)

  it("is dearer or cheaper where a store says so", function()
    local basket = { { "sandwich", 680, tags = { "breakfast-main" } }, { "soy", 350, tags = { "breakfast-drink" } } }
    basket.time = "08:00"
    assert.equal(690, suanpan.pack({ store = "S1" }).price(basket).total)
    assert.equal(790, suanpan.pack({ store = "S2" }).price(basket).total)
  end)

  it("locks the cap on overrides", function()
    local told = suanpan.check({ rule = "check.override_cap", params = { cashier = 900000 } })
    assert.is_nil(told)
  end)
end)
