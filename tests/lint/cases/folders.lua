return {
  { "the top, each folder of the top, and each that holds a file",
    files = { ["README.md"] = "", ["runtime/base/deep/a.c"] = "", ["adapters/README.md"] = "", ["adapters/a.c"] = "" },
    flagged = { "runtime/README.md:1", "runtime/base/deep/README.md:1" } },
  { "a bare top", files = { ["dev"] = "" }, flagged = { "README.md:1" } },
  { "some speak through their parent, data never",
    files = {
      ["README.md"] = "", [".ci/run"] = "", ["tests/README.md"] = "", ["schema/README.md"] = "",
      ["tests/unit/base/a.c"] = "", ["schema/queries/a.sql"] = "",
      ["rules/README.md"] = "", ["rules/base/price/a.lua"] = "", ["rules/base/README.md"] = "", ["tests/data/a.csv"] = "",
    },
    flagged = { "tests/data/README.md:1" } },
}
