local rule = 'return { name = "price.list", phase = "price", summary = "The shelf price" }\n'
local fresh = "<!-- list: rules -->\n| rule | phase | what it does |\n| --- | --- | --- |\n"
  .. "| `price.list` | price | The shelf price |\n<!-- end -->\n"

return {
  { "a fresh list", files = { ["rules/base/list.lua"] = rule, ["a.md"] = "# A\n" .. fresh }, flagged = {} },
  { "a stale list", files = { ["rules/base/list.lua"] = rule, ["a.md"] = (fresh:gsub("shelf", "old")) },
    flagged = { "a.md:1" } },
  { "a list nobody makes", files = { ["a.md"] = "\n<!-- list: nothing -->\n<!-- end -->\n" }, flagged = { "a.md:2" } },
}
