/* The JSON border: strict RFC 8259 in, exact integers out.
 *
 * cJSON alone is lenient (accepts "-01", raw control characters, duplicate keys, bad UTF-8) and prints integers above
 * about 4.5e15 wrongly, so every document passes sp_json_check first and every integer is printed by us.
 */
#ifndef SP_BASE_JSON_H
#define SP_BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>
#include <stdint.h>

#define SP_JSON_INT_MAX   9007199254740991LL /* 2^53 − 1: what every JSON reader keeps exactly */
#define SP_JSON_DEPTH_MAX 64

struct cJSON;

/* ---- In ---- */

/* Is `text` one valid document: grammar, UTF-8, no NUL escape, no duplicate keys in an object, depth within
 * SP_JSON_DEPTH_MAX, integers within ±SP_JSON_INT_MAX? Errors: SP_E_INVALID with line and column in the sentence and
 * the path of the value ("lines[3].quantity") in `field`; SP_E_NOMEM. Allocates only for many keys and to tell an
 * error. Numbers with a fraction or an exponent pass (up to 63 characters). */
int sp_json_check(const char *text, size_t len, struct sp_error *err);

/* Check, then parse. On success `*out` is the caller's to free with sp_json_free. */
int sp_json_parse(const char *text, size_t len, struct cJSON **out, struct sp_error *err);
void sp_json_free(struct cJSON *tree);

/* Members of a parsed object, by exact name. `need` says whether absence is an error; an absent optional member leaves
 * `*out` as it was and returns 0. Wrong types and bounds give SP_E_INVALID naming the field. Text belongs to the tree.
 */
enum sp_need { SP_OPTIONAL, SP_REQUIRED };
int sp_json_get_int(const struct cJSON *object, const char *name, enum sp_need need, int64_t min, int64_t max,
                    int64_t *out, struct sp_error *err);
/* `max` counts bytes of UTF-8; control characters are refused. An empty string counts as absent when required. */
int sp_json_get_text(const struct cJSON *object, const char *name, enum sp_need need, size_t max, const char **out,
                     struct sp_error *err);
/* The same of a scanned code: GS (1Dh), which scanners send for the FNC1 of GS1, may stand in it. */
int sp_json_get_scan(const struct cJSON *object, const char *name, enum sp_need need, size_t max, const char **out,
                     struct sp_error *err);
int sp_json_get_bool(const struct cJSON *object, const char *name, enum sp_need need, bool *out, struct sp_error *err);
int sp_json_get_object(const struct cJSON *object, const char *name, enum sp_need need, const struct cJSON **out,
                       struct sp_error *err);
int sp_json_get_array(const struct cJSON *object, const char *name, enum sp_need need, int max,
                      const struct cJSON **out, int *count, struct sp_error *err);
/* The member, or null. Exact name, unlike cJSON_GetObjectItem. */
const struct cJSON *sp_json_member(const struct cJSON *object, const char *name);
/* Refuse members that are not in the null-terminated list `names`: a misspelled field is an error, never ignored. */
int sp_json_only(const struct cJSON *object, const char *const *names, struct sp_error *err);

/* ---- Out: a writer straight into a buffer. It puts the commas; misuse is caught by tests, not at run time. ---- */

struct sp_json_writer {
  struct sp_buf *out; /* sticky failure lives here */
  uint64_t started;   /* bit per depth: a value was written at this level */
  int depth;
  bool after_key;
};

void sp_json_start(struct sp_json_writer *w, struct sp_buf *out);
void sp_json_open_object(struct sp_json_writer *w);
void sp_json_close_object(struct sp_json_writer *w);
void sp_json_open_array(struct sp_json_writer *w);
void sp_json_close_array(struct sp_json_writer *w);
void sp_json_key(struct sp_json_writer *w, const char *name);
void sp_json_int(struct sp_json_writer *w, int64_t value);
void sp_json_bool(struct sp_json_writer *w, bool value);
void sp_json_null(struct sp_json_writer *w);
/* `text` may be null (writes null). Invalid UTF-8 is replaced by U+FFFD, never passed on. */
void sp_json_text(struct sp_json_writer *w, const char *text);
void sp_json_text_n(struct sp_json_writer *w, const char *text, size_t len);
void sp_json_raw(struct sp_json_writer *w, const char *json, size_t len); /* a value already in JSON */
/* Key and value in one call. */
void sp_json_put_int(struct sp_json_writer *w, const char *name, int64_t value);
void sp_json_put_text(struct sp_json_writer *w, const char *name, const char *value);
void sp_json_put_bool(struct sp_json_writer *w, const char *name, bool value);
void sp_json_put_id(struct sp_json_writer *w, const char *name, const uint8_t id[16]);
void sp_json_put_time(struct sp_json_writer *w, const char *name, int64_t ms); /* RFC 3339 UTC, milliseconds */

#endif
