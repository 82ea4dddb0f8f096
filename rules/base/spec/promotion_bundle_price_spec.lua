local rule = suanpan.rule "promotion.bundle_price"
local params = { products = { "bun", "egg", "milk" }, price = 600 }
local bun, egg, milk = { "bun", 250 }, { "egg", 200 }, { "milk", 350 }

-- what, parameters, basket, fen off, note
local cases = {
  { "prices the whole", params, { bun, egg, milk }, 200 },
  { "does not care for the order", params, { milk, bun, egg }, 200 },
  { "prices each whole", params, { { "bun", 250, 2 }, { "egg", 200, 3 }, { "milk", 350, 2 } }, 400 },
  { "says how many are missing", params, { bun }, 0, "bundle-more" },
  { "is silent without any", params, { { "tea", 400 } }, 0 },
  { "never makes it dearer", { products = { "bun", "egg" }, price = 900 }, { bun, egg }, 0 },
}

-- what, parameters, what is said of them
local refused = {
  { "one product", { products = { "bun" }, price = 100 }, "products" },
  { "no price", { products = { "bun", "egg" } }, "price" },
}

describe("promotion.bundle_price", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = { products = { "cola", "tea" }, price = 100 } } },
      catalogue = {
        { "cola", 350, category = "food/drink" },
        { "tea", 399, category = "food/drink" },
        { "rice", 2590, category = "food" },
        { "soap", 3990, category = "home" },
        { "apple", 1298, weighed = true, category = "food/fruit" },
      },
      cases = 40,
    }
  end)
end)
