local law = [[
# a comment
layer runtime/base: base generated
layer runtime/domain: base domain
layer runtime/domain/inner: base
only uv.h: runtime/loop/
only openssl: runtime/base/hash.
]]

local function files(extra)
  extra["tests/lint/layers.txt"] = law
  return extra
end

return {
  { "downwards, sideways and the system's headers are fine",
    files = files {
      ["runtime/domain/a.c"] = '#include "domain/a.h"\n#include "base/error.h"\n#include <stdio.h>\n',
      ["runtime/base/b.c"] = '#include "generated/texts.h"\n#include "beside.h"\n',
      ["runtime/base/beside.h"] = "",
    },
    flagged = {} },
  { "upwards is not",
    files = files { ["runtime/base/a.c"] = '#include "base/error.h"\n#  include "domain/money.h"\n' },
    flagged = { "runtime/base/a.c:2" } },
  { "a prefix is a whole folder name",
    files = files { ["runtime/base/a.c"] = '#include "base64/x.h"\n' },
    flagged = { "runtime/base/a.c:1" } },
  { "the longest folder counts",
    files = files { ["runtime/domain/inner/a.c"] = '#include "domain/money.h"\n' },
    flagged = { "runtime/domain/inner/a.c:1" } },
  { "a bare name must lie beside",
    files = files { ["runtime/base/a.c"] = '#include "elsewhere.h"\n' },
    flagged = { "runtime/base/a.c:1" } },
  { "an owned header stays with its owner",
    files = files {
      ["runtime/base/a.c"] = "#include <uv.h>\n#include <openssl/evp.h>\n",
      ["runtime/base/hash.c"] = "#include <openssl/evp.h>\n",
    },
    flagged = { "runtime/base/a.c:1", "runtime/base/a.c:2" } },
  { "an include in a comment is none",
    files = files { ["runtime/base/a.c"] = '/*\n#include "domain/money.h"\n*/\n// #include <uv.h>\n' },
    flagged = {} },
  { "a folder without a line is flagged",
    files = files { ["elsewhere/a.c"] = "" },
    flagged = { "elsewhere/a.c:1" } },
}
