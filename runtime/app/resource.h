/* The resource layer: one JSON Schema file declares a master's fields, bounds, import columns and who may write them.
 *
 * schema/resources/NAME.json is embedded; this unit reads it once into a table and checks values against it, wherever
 * they come from: a JSON body, a CSV cell, later a form. A resource has at most SP_FIELDS_MAX fields.
 *
 * Values by type: "string" is text, "boolean" 0 or 1, "integer" a number by its format: "money" fen, "quantity"
 * thousandths, "ppm" parts per million. Texts lose outer blanks; lists of words or barcodes are kept with one blank
 * between.
 *
 * A cell spells the same things for people: "2.55", "2,55", "¥1,299.00"; "1.5"; "是/yes/true/1". A rate may be "13%",
 * "13" (above 1, to 100: percent), "0.13" (below 1: a fraction) or "130000" (above 100: parts per million). A bare "1"
 * is refused: it can be 1% or 100%.
 */
#ifndef SP_APP_RESOURCE_H
#define SP_APP_RESOURCE_H

#include "app/work.h"

#define SP_FIELDS_MAX  32
#define SP_COLUMNS_MAX 8

struct cJSON;

enum sp_field_type { SP_FIELD_TEXT, SP_FIELD_INT, SP_FIELD_BOOL };
enum sp_field_format {
  SP_FORMAT_NONE,
  SP_FORMAT_MONEY,
  SP_FORMAT_QUANTITY,
  SP_FORMAT_PPM,
  SP_FORMAT_BARCODE,
  SP_FORMAT_BARCODES,
  SP_FORMAT_WORDS,
  SP_FORMAT_PATH
};

struct sp_field {
  const char *name;
  enum sp_field_type type;
  enum sp_field_format format;
  bool required, import_only, has_default;
  int64_t min, max; /* of the number, or bytes of the text */
  int64_t default_int;
  const char *default_text;
  const char *const *choices; /* null-terminated, or null */
  const char *title_en, *title_zh;
  const char *columns[SP_COLUMNS_MAX + 1]; /* other names of its column, null-terminated */
};

struct sp_resource {
  const char *name, *key;
  enum sp_role read, write;
  struct sp_field fields[SP_FIELDS_MAX];
  int count;
};

/* Load an embedded resource by name ("product"). Free with sp_resource_free. SP_E_NOT_FOUND, SP_E_INVALID (a schema we
 * cannot read: names the member), SP_E_NOMEM. */
int sp_resource_load(const char *name, struct sp_resource **out, struct sp_error *err);
void sp_resource_free(struct sp_resource *resource); /* null is allowed */
/* Index of the field of that exact name, −1 when there is none. */
int sp_resource_field(const struct sp_resource *resource, const char *name);
/* Index of the field a table's column belongs to: its name, either title or one of its column names, in any case and
 * with outer blanks ignored. −1 when unknown. */
int sp_resource_column(const struct sp_resource *resource, const char *heading);

/* One value for each field. */
struct sp_field_value {
  bool given;
  int64_t integer;
  const char *text; /* in the arena */
};

/* Check a JSON object into `values[resource->count]`. `partial`: absent fields stay not given and required ones may be
 * absent (an edit); otherwise defaults are filled in. Unknown members and bad values are SP_E_INVALID naming the field.
 */
int sp_resource_read_json(const struct sp_resource *resource, const struct cJSON *object, bool partial,
                          struct sp_arena *arena, struct sp_field_value *values, struct sp_error *err);
/* Check one cell; an empty cell is not given. `decimal_comma`: "2,55" is 2.55. */
int sp_resource_read_cell(const struct sp_resource *resource, int field, const char *cell, bool decimal_comma,
                          struct sp_arena *arena, struct sp_field_value *out, struct sp_error *err);
/* Fill in what was not given: defaults, or SP_E_INVALID naming the first required field that is missing. */
int sp_resource_complete(const struct sp_resource *resource, struct sp_field_value *values, struct sp_error *err);

/* A decimal number as people write it into a cell, in units of 10^−digits and exactly: an optional sign and currency
 * sign, thousands in groups of three, at most `digits` decimals that are not zero. SP_E_INVALID, SP_E_RANGE. */
int sp_cell_decimal(const char *cell, int digits, bool decimal_comma, int64_t *out);

#endif
