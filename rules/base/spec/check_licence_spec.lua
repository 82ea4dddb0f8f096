local rule = suanpan.rule "check.licence"
local params = { tag = "smoke", stores = { "S1", "S3" }, licence = "烟草证" }
local cigar = { "cigar", 2500, tags = { "smoke" } }

-- what, parameters, basket, what is asked for, why
local cases = {
  { "lets licensed stores sell", params, { cigar, store = "S3" } },
  { "stops the others", params, { cigar, store = "S2" }, "licence", "licence" },
  { "does not look at other goods", params, { { "tea", 400 }, store = "S2" } },
}

-- what, parameters, what is said of them
local refused = {
  { "no stores", { tag = "smoke" }, "stores" },
}

describe("check.licence", function()
  rule:asks_for(cases)
  rule:refuses(refused)
end)
