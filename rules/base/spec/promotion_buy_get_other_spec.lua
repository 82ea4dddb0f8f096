local rule = suanpan.rule "promotion.buy_get_other"
local params = { buy_products = { "bento" }, get_products = { "cola", "tea" } }
local bento, tea, cola = { "bento", 1880 }, { "tea", 400 }, { "cola", 350 }

-- what, parameters, basket, fen off, note
local cases = {
  { "gives the cheapest of the other kind", params, { bento, tea, cola }, 350 },
  { "gives one for each", params, { bento, bento, tea, cola }, 750 },
  { "asks for the gift", params, { bento }, 0, "get-other-take" },
  {
    "asks for more to buy", { buy_products = { "bento" }, get_products = { "tea" }, buy = 2 },
    { bento, tea }, 0, "get-other-more",
  },
  {
    "may be a percentage", { buy_products = { "bento" }, get_products = { "tea" }, percent = 500000 },
    { bento, tea }, 200,
  },
  {
    "never gives what is bought", { buy_tag = "hot", get_tag = "own" },
    { { "a", 900, tags = { "hot", "own" } }, { "b", 500, tags = { "own" } } }, 500,
  },
  { "is silent about the gifts alone", params, { tea }, 0 },
}

-- what, parameters, what is said of them
local refused = {
  { "nothing to buy", { get_tag = "own" }, rule:phrase "name-bought" },
  { "nothing to get", { buy_tag = "own" }, rule:phrase "name-given" },
}

describe("promotion.buy_get_other", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = { buy_tag = "hot", get_tag = "own" } } },
      catalogue = {
        { "cola", 350, tags = { "own" }, category = "food/drink" },
        { "tea", 399, tags = { "hot" }, category = "food/drink" },
        { "rice", 2590, tags = { "own" }, category = "food" },
        { "soap", 3990, tags = { "hot" }, category = "home" },
        { "apple", 1298, weighed = true, category = "food/fruit" },
      },
      cases = 40,
    }
  end)
end)
