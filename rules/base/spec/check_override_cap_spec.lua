local rule = suanpan.rule "check.override_cap"
local params = { cashier = 100000, manager = 500000 }

-- what, parameters, basket, what is asked for, why
local cases = {
  { "lets list prices pass", params, { { "milk", 1000 } } },
  { "lets a small share pass", params, { { "milk", 1000, given_price = 900 } } },
  { "asks a manager for more", params, { { "milk", 1000, given_price = 899 } }, "override", "override" },
  { "does not ask managers", params, { { "milk", 1000, given_price = 500 }, role = "manager" } },
  {
    "stops everybody in the end", params,
    { { "milk", 1000, given_price = 499 }, role = "manager" }, "override-limit", "override-limit",
  },
  { "stops cashiers there too", params, { { "milk", 1000, given_price = 499 } }, "override-limit", "override-limit" },
  { "lets a dearer price pass", params, { { "milk", 1000, given_price = 2000 } } },
}

-- what, parameters, what is said of them
local refused = {
  { "a cashier above a manager", { cashier = 600000, manager = 500000 }, rule:phrase "cashier-above-manager" },
}

describe("check.override_cap", function()
  rule:asks_for(cases)
  rule:refuses(refused)
end)
