local mark, home = "TO" .. "DO", "/ho" .. "me/"

return {
  { "unfinished work", files = { ["a.c"] = "ok\n/* " .. mark .. ": later */\n" }, flagged = { "a.c:2" } },
  { "a longer word is none", files = { ["a.c"] = "MASTO" .. "DON\n" .. mark .. "S\n" }, flagged = {} },
  { "a home folder", files = { ["a.md"] = "see " .. home .. "me/x\n" }, flagged = { "a.md:1" } },
  { "part of an address is none", files = { ["a.md"] = "https://example.org" .. home .. "x\n" }, flagged = {} },
  { "data and binaries are not read",
    files = { ["tests/data/a.csv"] = mark .. "\n", ["a.png"] = "\0" .. mark .. "\n" }, flagged = {} },
}
