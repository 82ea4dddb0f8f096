local rule = suanpan.rule "promotion.near_expiry"
local params = { steps = { { at = 0, value = 500000 }, { at = 2, value = 300000 } } }
local function lot(expires)
  return { "milk", 1000, expires = expires }
end

-- what, parameters, basket, fen off, note
local cases = {
  { "takes most on the last day", params, { lot("2026-11-22"), date = "2026-11-22" }, 500 },
  { "takes less before", params, { lot("2026-11-23"), date = "2026-11-22" }, 300 },
  { "begins on the day", params, { lot("2026-11-24"), date = "2026-11-22" }, 300 },
  { "does not begin earlier", params, { lot("2026-11-25"), date = "2026-11-22" }, 0 },
  { "looks at each lot", params, { lot("2026-11-22"), lot("2026-12-22"), date = "2026-11-22" }, 500 },
  { "gives nothing for what has expired", params, { lot("2026-11-21"), date = "2026-11-22" }, 0 },
  { "needs to know the lot", params, { { "milk", 1000 } }, 0 },
  {
    "may be for one category", { steps = params.steps, category = "fresh" },
    { lot("2026-11-22"), date = "2026-11-22" }, 0,
  },
  { "crosses months and leap days", params, { lot("2028-03-01"), date = "2028-02-28" }, 300 },
}

-- what, parameters, what is said of them
local refused = {
  { "no steps", {}, "steps" },
  { "steps that do not ascend", { steps = { { at = 2, value = 1 }, { at = 1, value = 1 } } }, "steps" },
}

describe("promotion.near_expiry", function()
  rule:takes_off(cases)
  rule:refuses(refused)

  it("holds for any basket", function()
    suanpan.property {
      campaigns = { { rule = rule, params = params } },
      catalogue = {
        { "cola", 350, category = "food/drink", expires = "2026-11-22" },
        { "tea", 399, category = "food/drink", expires = "2026-11-23" },
        { "rice", 2590, category = "food", expires = "2026-11-24" },
        { "soap", 3990, category = "home", expires = "2026-11-25" },
        { "apple", 1298, weighed = true, category = "food/fruit" },
      },
      cases = 40,
      basket = { date = "2026-11-22" },
    }
  end)
end)
