local rule = suanpan.rule "member.segments"
local function ask(given, set)
  return rule:ask("member.segments", given, set)
end

describe("member.segments", function()
  -- r, f, m, days since joining, segment
  local cases = {
    { 5, 5, 5, nil, "champion" }, { 5, 5, 5, 30, "new" }, { 5, 5, 5, 31, "champion" }, { 2, 3, 1, nil, "at-risk" },
    { 1, 1, 1, nil, "lost" }, { 3, 4, 2, nil, "loyal" }, { 3, 3, 3, nil, "regular" },
  }

  for _, case in ipairs(cases) do
    local r, f, m, joined, segment = table.unpack(case, 1, 5)
    it(("makes %d%d%d %s"):format(r, f, m, segment), function()
      local habits = { recency_days = 1, frequency = 1, monetary = 1 }
      local answer = ask { date = 20261122, member = { joined_days = joined }, habits = habits, r = r, f = f, m = m }
      assert.equal(segment, answer.segment)
      assert.equal(r * 100 + f * 10 + m, answer.score)
    end)
  end
end)
