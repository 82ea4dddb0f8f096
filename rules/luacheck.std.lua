-- Made by `suanpan sdk write`; do not edit. The names rules see, for luacheck: stds.rule = dofile(…).
return {
  read_globals = {
    "assert", "error", "ipairs", "require", "tonumber", "tostring", "type",
    math = { fields = { "abs", "max", "min", "maxinteger", "mininteger" } },
    string = { fields = { "contains", "ends_with", "len", "lower", "rep", "starts_with", "sub", "upper" } },
    table = { fields = { "concat", "insert", "remove" } },
  },
}
