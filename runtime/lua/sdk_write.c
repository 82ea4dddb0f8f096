#include "lua/sdk_write.h"

#include "base/error.h"
#include "lua/sdk_parts.h"

#include <string.h>

int sp_sdk_name_len(const char *name) {
  return (int)strcspn(name, "?");
}

bool sp_sdk_is_optional(const char *name) {
  return strchr(name, '?') != NULL;
}

/* ---- luacheck ---- */

static void write_names(struct sp_buf *out, const struct sp_sdk_function *functions,
                        const struct sp_sdk_value *values) {
  const char *between = "";
  for (; functions && functions->name; functions++, between = ", ")
    sp_buf_printf(out, "%s\"%s\"", between, functions->name);
  for (; values && values->name; values++, between = ", ")
    sp_buf_printf(out, "%s\"%s\"", between, values->name);
}

static void write_luacheck(struct sp_buf *out) {
  sp_buf_puts(out,
              "-- Made by `suanpan sdk write`; do not edit. The names rules see, for luacheck: stds.rule = dofile(…).\n"
              "return {\n  read_globals = {\n");
  for (const struct sp_sdk_module *library = sp_sdk_libraries; library->name; library++) {
    sp_buf_puts(out, "    ");
    if (library->name[0]) sp_buf_printf(out, "%s = { fields = { ", library->name);
    write_names(out, library->functions, library->constants);
    sp_buf_puts(out, library->name[0] ? " } },\n" : ",\n");
  }
  sp_buf_puts(out, "  },\n}\n");
}

/* ---- lua-language-server ---- */

static void write_luarc(struct sp_buf *out) {
  static const char *const builtins[] = {
      "basic", "bit", "bit32",   "builtin", "coroutine",     "debug", "ffi",         "io",        "jit",
      "math",  "os",  "package", "string",  "string.buffer", "table", "table.clear", "table.new", "utf8"};
  sp_buf_puts(out, "{\n  \"runtime.version\": \"Lua 5.4\",\n  \"runtime.path\": [\"lib/?.lua\"],\n"
                   "  \"workspace.library\": [\"lib\"],\n  \"runtime.builtin\": {\n");
  for (size_t i = 0; i < sizeof builtins / sizeof builtins[0]; i++) {
    bool kept = strcmp(builtins[i], "builtin") == 0; /* the types themselves: integer, string … */
    sp_buf_printf(out, "    \"%s\": \"%s\"%s\n", builtins[i], kept ? "enable" : "disable",
                  i + 1 < sizeof builtins / sizeof builtins[0] ? "," : "");
  }
  sp_buf_puts(out, "  }\n}\n");
}

/* ---- Files ---- */

static void write_reference_en(struct sp_buf *out) {
  sp_sdk_reference(out, SP_LANG_EN);
}

static void write_reference_zh(struct sp_buf *out) {
  sp_sdk_reference(out, SP_LANG_ZH);
}

static const struct {
  const char *path;
  const char *module; /* what it annotates, or null … */
  void (*make)(struct sp_buf *out);
} files[] = {{"lib/suanpan/calendar.lua", "suanpan.calendar", NULL},
             {"lib/suanpan/goods.lua", "suanpan.goods", NULL},
             {"lib/suanpan/hooks.lua", NULL, sp_sdk_annotate_hooks},
             {"lib/suanpan/list.lua", "suanpan.list", NULL},
             {"lib/suanpan/lua.lua", NULL, sp_sdk_annotate_library},
             {"lib/suanpan/money.lua", "suanpan.money", NULL},
             {"lib/suanpan/offer.lua", "suanpan.offer", NULL},
             {"lib/suanpan/select.lua", "suanpan.select", NULL},
             {"lib/suanpan/text.lua", "suanpan.text", NULL},
             {"lib/suanpan/types.lua", NULL, sp_sdk_annotate_types},
             {"REFERENCE.md", NULL, write_reference_en},
             {"REFERENCE.zh.md", NULL, write_reference_zh},
             {"luacheck.std.lua", NULL, write_luacheck},
             {".luarc.json", NULL, write_luarc}};

#define FILE_COUNT ((int)(sizeof files / sizeof files[0]))

int sp_sdk_file_count(void) {
  return FILE_COUNT;
}

const char *sp_sdk_file_path(int i) {
  return i >= 0 && i < FILE_COUNT ? files[i].path : NULL;
}

int sp_sdk_file_write(int i, struct sp_buf *out) {
  if (i < 0 || i >= FILE_COUNT) return SP_E_INTERNAL;
  if (files[i].make) files[i].make(out);
  for (const struct sp_sdk_module *module = sp_sdk_modules; files[i].module && module->name; module++)
    if (strcmp(module->name, files[i].module) == 0) sp_sdk_annotate_module(out, module);
  return out->failed;
}
