--- Tags: who spends enough on a category gets a tag, and loses it when that is over.

local tags = {
  name = "member.tags", version = "1.0.0", api = 1,
  phase = "hook", hook = "member.tags", priority = 500,
  summary = "A tag for members who buy of a category",
}

tags.params = {
  tag = { type = "tag", required = true, label = { zh = "会员标签", en = "Tag" }, doc = "The tag of the member" },
  category = {
    type = "category", required = true, label = { zh = "分类", en = "Category" }, doc = "This category and below it",
  },
  spent = {
    type = "money", required = true, min = 1, label = { zh = "消费满", en = "Spent" },
    doc = "Fen spent on it in the last 365 days",
  },
}

tags.phrases = {
  ["tag-by-category"] = { zh = "在 {category} 消费 {spent:money} 元", en = "{spent:money} spent on {category}" },
}

local function has_tag(member, tag)
  for _, entry in ipairs(member.tags or {}) do
    if entry == tag then
      return true
    end
  end
  return false
end

function tags.evaluate(input, params)
  local spent = 0
  for _, entry in ipairs(input.habits.categories or {}) do
    if entry.category == params.category or entry.category:starts_with(params.category .. "/") then
      spent = spent + entry.spent
    end
  end
  local wanted = spent >= params.spent
  if wanted == has_tag(input.member, params.tag) then
    return nil
  end
  local reason = { code = "tag-by-category", category = params.category, spent = spent }
  return wanted and { add = { params.tag }, reason = reason } or { remove = { params.tag }, reason = reason }
end

return tags
