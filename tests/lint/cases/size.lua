local function body(name, lines)
  return "int " .. name .. "(int a) {\n" .. ("  a++;\n"):rep(lines - 2) .. "}\n"
end

return {
  { "60 lines pass, 61 do not",
    files = { ["runtime/base/a.c"] = body("fits", 60) .. "\n" .. body("long_one", 61) },
    flagged = { "runtime/base/a.c:62" } },
  { "a struct or a table may be long",
    files = { ["runtime/base/a.c"] = "static const int t[] = {\n" .. ("  1,\n"):rep(70) .. "};\n" },
    flagged = {} },
  { "braces in literals, comments and macros do not confuse",
    files = {
      ["runtime/base/a.c"] = "#define OPEN {\nint f(void) {\n  puts(\"{\"); /* { */\n  return '{';\n}\n" .. body("long_one", 61),
    },
    flagged = { "runtime/base/a.c:6" } },
  { "an attribute before the body is no reason to overlook it",
    files = { ["runtime/base/a.c"] = "__attribute__((format(printf, 1, 2))) " .. body("long_one", 61) },
    flagged = { "runtime/base/a.c:1" } },
  { "a file ends at 600",
    files = { ["runtime/base/a.lua"] = ("x()\n"):rep(600), ["rules/b.lua"] = ("x()\n"):rep(601) },
    flagged = { "rules/b.lua:601" } },
  { "what the program writes may be longer",
    files = { ["rules/b.lua"] = "---@meta x\n-- Made by `suanpan sdk write`; do not edit.\n" .. ("x()\n"):rep(700) },
    flagged = {} },
}
