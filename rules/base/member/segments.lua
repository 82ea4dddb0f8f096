--- Segments: recency, frequency and money in fifths give each member one of six names.

local segments = {
  name = "member.segments", version = "1.0.0", api = 1,
  phase = "hook", hook = "member.segments", priority = 500,
  summary = "RFM: one segment for each member",
}

segments.params = {
  new_days = {
    type = "integer", min = 0, max = 366, default = 30, label = { zh = "新客天数", en = "New for days" },
    doc = "Days since joining in which a member is new",
  },
}

segments.phrases = {
  ["segment"] = { zh = "R{r} F{f} M{m}", en = "R{r} F{f} M{m}" },
}

local function segment_of(input, params)
  local joined = input.member.joined_days
  if joined and joined <= params.new_days then
    return "new"
  elseif input.r >= 4 and input.f >= 4 and input.m >= 4 then
    return "champion"
  elseif input.r <= 2 and input.f >= 3 then
    return "at-risk"
  elseif input.r == 1 then
    return "lost"
  elseif input.f >= 4 then
    return "loyal"
  end
  return "regular"
end

function segments.evaluate(input, params)
  return {
    segment = segment_of(input, params), score = input.r * 100 + input.f * 10 + input.m,
    reason = { code = "segment", r = input.r, f = input.f, m = input.m },
  }
end

return segments
