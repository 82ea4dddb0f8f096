return {
  { "a header that explains itself",
    files = { ["runtime/base/a.h"] = "/* What this is, and what it costs. */\nint sp_a_b(int first, int second);\n" },
    flagged = {} },
  { "a bare one",
    files = { ["runtime/base/a.h"] = "/* A. */\n" .. ("int sp_a_b(int first, int second);\n"):rep(5) },
    flagged = { "runtime/base/a.h:1" } },
  { "a comment must come first",
    files = { ["runtime/base/a.h"] = "int a;\n/* Said too late, though at length, and so flagged. */\n" },
    flagged = { "runtime/base/a.h:1" } },
  { "sources and tests are free",
    files = { ["runtime/base/a.c"] = "int a;\n", ["tests/unit/a.h"] = "int a;\n" },
    flagged = {} },
}
