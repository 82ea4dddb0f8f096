-- luacheck: our Lua is 5.4 everywhere; rules see only what the sandbox gives them.
std = "lua54"
max_line_length = 120
max_cyclomatic_complexity = 20
exclude_files = { "build", "node_modules" }

-- runtime/lua/sandbox.c makes this environment; a name that is not there raises when the rule runs, so keep the two alike.
stds.rule = {
  read_globals = {
    "assert", "error", "ipairs", "require", "select", "tonumber", "tostring", "type",
    math = { fields = { "abs", "max", "maxinteger", "min", "mininteger" } },
    string = { fields = { "contains", "ends_with", "len", "lower", "rep", "starts_with", "sub", "upper" } },
    table = { fields = { "concat", "insert", "remove" } },
  },
}
files["rules"] = { std = "rule" }
-- Annotations only: arguments are names for the reader.
files["rules/lib"] = { ignore = { "212", "241" } }
files["tests/rules"] = { std = "+busted" }
-- Examples are texts; they may be as wide as they need.
files["tests/lint/cases"] = { max_line_length = false }
