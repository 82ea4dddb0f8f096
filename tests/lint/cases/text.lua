local known = '{\n  "a is %d": "a 是 %d",\n  "b %ld of %s": "b %ld 的 %s",\n  "two\\nlines": "两\\n行"\n}\n'

local function files(body)
  return { ["schema/text/a.json"] = known, ["runtime/app/a.c"] = body }
end

return {
  { "translated sentences, macros and joined literals",
    files = files [[
int f(void) {
  sp_fail(err, SP_E_RANGE, g("x", 1), "a is %d", 1);
  sp_fail(err, code, 0, "b %" PRId64 " of"
          " %s", n, "name");
  sp_error_set(err, 1, o, f, "two\nlines");
  return sp_tr(lang, flag ? "a is %d" : "two\nlines");
}
]],
    flagged = {} },
  { "untranslated ones, each of a choice too",
    files = files 'int f(void) {\n  sp_fail(err, E, 0, "nobody knows");\n  return sp_tr(lang, flag ? "a is %d" : "neither");\n}\n',
    flagged = { "runtime/app/a.c:2", "runtime/app/a.c:3" } },
  { "what holds no word needs none",
    files = files 'int f(void) {\n  return sp_fail(err, E, 0, "%s: %-3lld", a, b);\n}\n',
    flagged = {} },
  { "a definition or a macro is not a call",
    files = files '#define sp_fail(err, code, field, ...) sp_error_set((err), (code), "x", "y", "z")\nint f(void);\n',
    flagged = {} },
  { "conversions differ in kind, number or order",
    files = { ["schema/text/a.json"] = '{\n  "%s has %d": "%d 个 %s",\n  "100%% of %s": "%s 的 100%%",\n  "%s": "有"\n}\n' },
    flagged = { "schema/text/a.json:2", "schema/text/a.json:4" } },
  { "the form of the file",
    files = { ["schema/text/a.json"] = '{\n  "a": "甲"\n  "b": "乙",\n  "c": ""\n}\n' },
    flagged = { "schema/text/a.json:2", "schema/text/a.json:4" } },
  { "a page says what its own catalogue has, and the catalogue what a page says",
    files = {
      ["schema/text/a.json"] = '{\n  "of the node": "节点的"\n}\n',
      ["schema/text/page.json"] = '{\n  "Pay": "付款",\n  "Back": "返回",\n  "Idle": "空闲"\n}\n',
      ["devices/till/src/a.jsx"] = 'const b = <p>{t(x ? "Pay" : "Lost")}</p>;\nconst c = mark("Back");\nconst d = t("of the node");\n'
        .. 'const e = at("nothing") + it.t("nothing either");\n',
    },
    flagged = { "devices/till/src/a.jsx:1", "devices/till/src/a.jsx:3", "schema/text/page.json:4" } },
  { "two files that disagree",
    files = { ["schema/text/a.json"] = '{\n  "a": "甲"\n}\n', ["schema/text/b.json"] = '{\n  "a": "乙"\n}\n' },
    flagged = { "schema/text/b.json:2" } },
}
