-- luacheck: our Lua is 5.4 everywhere; rules see only what the sandbox gives them.
std = "lua54"
max_line_length = 120
max_cyclomatic_complexity = 20
exclude_files = { "build", "node_modules" }

-- What rules see, made from the table of the SDK (runtime/lua/sdk_*.c).
stds.rule = dofile("rules/luacheck.std.lua")
files["rules"] = { std = "rule" }
-- Annotations only, made from the same table: nothing in them runs.
for _, name in ipairs { "calendar", "goods", "hooks", "list", "lua", "money", "offer", "select", "text", "types" } do
  files["rules/lib/suanpan/" .. name .. ".lua"] = { std = "none", ignore = { "1", "2", "431", "631" } }
end
-- Specs run under `suanpan test`: all of Lua, busted, and the global `suanpan`.
stds.spec = { read_globals = { "suanpan" } }
local spec = { std = "lua54+busted+spec" }
files["rules/lib/suanpan/testing.lua"] = { std = "lua54", ignore = {} }
files["rules/lib/suanpan/testing/*.lua"] = { std = "lua54", ignore = {} }
files["rules/base/spec/*.lua"] = spec
files["rules/packs/*/spec/*.lua"] = spec
files["tests/rules/*.lua"] = spec
-- Examples are texts; they may be as wide as they need.
files["tests/lint/cases"] = { max_line_length = false }
