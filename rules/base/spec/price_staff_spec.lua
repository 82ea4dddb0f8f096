local rule = suanpan.rule "price.staff"
local params = { prices = { soap = 3000 } }

-- what, parameters, basket, total, note
local cases = {
  { "is for staff", params, { { "soap", 3990 }, member = { code = "M9", staff = true } }, 3000 },
  { "is not for members", params, { { "soap", 3990 }, member = "M1" }, 3990 },
  { "is not for strangers", params, { { "soap", 3990 } }, 3990 },
}

-- what, parameters, what is said of them
local refused = {
  { "no prices", {}, "prices" },
}

describe("price.staff", function()
  rule:comes_to(cases)
  rule:refuses(refused)
end)
