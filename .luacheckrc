-- luacheck: our Lua is 5.4 everywhere; rules see only what the sandbox gives them.
std = "lua54"
max_line_length = 120
max_cyclomatic_complexity = 20
exclude_files = { "build", "node_modules" }

-- runtime/lua makes this environment; tests/lint/README.md says how the two are kept alike.
stds.rule = {
  read_globals = {
    "assert", "error", "ipairs", "next", "require", "select", "tonumber", "tostring", "type",
    math = { fields = { "abs", "max", "maxinteger", "min", "mininteger", "tointeger", "type", "ult" } },
    string = { fields = { "byte", "char", "find", "format", "len", "lower", "rep", "reverse", "sub", "upper" } },
    table = { fields = { "concat", "insert", "move", "pack", "remove", "sort", "unpack" } },
    utf8 = { fields = { "char", "codepoint", "len", "offset" } },
  },
}
files["rules"] = { std = "rule" }
files["tests/rules"] = { std = "+busted" }
-- Examples are texts; they may be as wide as they need.
files["tests/lint/cases"] = { max_line_length = false }
