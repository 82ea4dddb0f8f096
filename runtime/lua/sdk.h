/* Everything a rule may call and read, as one table (sdk_*.c): the machine registers its functions and fields from it,
 * and `suanpan sdk write` makes the annotations for editors, the reference pages and the std of luacheck from it. What
 * is not in the table does not exist for rules, and what is in it is documented in English and in Chinese.
 */
#ifndef SP_LUA_SDK_H
#define SP_LUA_SDK_H

#include "base/buf.h"
#include "base/error.h"

#include <lua.h>
#include <stdint.h>

#define SP_SDK_TAKES_MAX 7
#define SP_SDK_GIVES_MAX 4

/* The types of userdata; SP_KIND_NONE is a shape of table that rules write or get. */
enum sp_kind {
  SP_KIND_BASKET,
  SP_KIND_CONTEXT,
  SP_KIND_MEMBER,
  SP_KIND_LINES,
  SP_KIND_LINE,
  SP_KIND_UNITS,
  SP_KIND_UNIT,
  SP_KIND_OFFERS,
  SP_KIND_TEXTS,
  SP_KIND_PRICES,
  SP_KIND_COUNT,
  SP_KIND_NONE = SP_KIND_COUNT
};

struct sp_handle;

/* A parameter, a result or a field. A name that ends in "?" may be left out. Types are those of LuaCATS. */
struct sp_sdk_value {
  const char *name; /* null ends a list */
  const char *type;
  const char *en, *zh;
  const char *need; /* a field that must be declared in `needs` before it may be read; or null */
};

struct sp_sdk_function {
  const char *name; /* null ends a list */
  lua_CFunction call;
  const char *en, *zh;
  struct sp_sdk_value takes[SP_SDK_TAKES_MAX]; /* without self */
  struct sp_sdk_value gives[SP_SDK_GIVES_MAX]; /* names are for readers of several results; "" for a single one */
  const char *need;                            /* as of a field */
  const char *generic;                         /* names of types that stand for any: "T: table, V"; or null */
};

/* What `require` gives, or a library that is simply there. */
struct sp_sdk_module {
  const char *name; /* "suanpan.money"; "string"; "" for the functions without a library; null ends the list */
  const char *en, *zh;
  const struct sp_sdk_function *functions;
  const struct sp_sdk_value *constants; /* or null */
};

struct sp_sdk_type {
  const char *name; /* "suanpan.Line"; null ends the list */
  enum sp_kind kind;
  const char *en, *zh;
  const struct sp_sdk_value *fields;     /* or null; the place of a field is what `read` gets */
  const struct sp_sdk_function *methods; /* or null */
  const char *item;                      /* type of an entry of a list; or null */
  const char *key;                       /* type of its key: "integer" or "string" */
  void (*read)(lua_State *lua, const struct sp_handle *handle, int field);           /* [+1, e] */
  void (*at)(lua_State *lua, const struct sp_handle *handle, int64_t at);            /* [+1, e] */
  void (*by_name)(lua_State *lua, const struct sp_handle *handle, const char *name); /* [+1, e] */
  int64_t (*len)(const struct sp_handle *handle);
};

/* An entry of a table that is only explained: a phase, a limit, a type of parameter. */
struct sp_sdk_note {
  const char *name;  /* null ends the list */
  const char *value; /* of a limit, as text; of a phase, the offers it takes; of a parameter's type, its LuaCATS type */
  const char *en, *zh;
};

extern const struct sp_sdk_module sp_sdk_modules[];   /* of suanpan.* */
extern const struct sp_sdk_module sp_sdk_libraries[]; /* of Lua itself */
extern const struct sp_sdk_type sp_sdk_types[];
extern const struct sp_sdk_type sp_sdk_shapes[]; /* tables: the rule itself, declarations, filters, reasons */
extern const struct sp_sdk_note sp_sdk_phases[];
extern const struct sp_sdk_note sp_sdk_param_types[];
extern const struct sp_sdk_note sp_sdk_limits[];

#endif
