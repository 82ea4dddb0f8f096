/* The JSON border: any bytes may be refused, none may be misread. What is let in must survive being written by our
 * writer and read again; any text at all must come out of the writer as one valid value. */
#include "base/json.h"
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

enum { OUT_MAX = 1 << 22 };

static void expect(int truth) {
  if (!truth) abort();
}

static void write_value(struct sp_json_writer *w, const cJSON *item);

static void write_members(struct sp_json_writer *w, const cJSON *first, int named) {
  for (const cJSON *item = first; item; item = item->next) {
    if (named) sp_json_key(w, item->string);
    write_value(w, item);
  }
}

/* Numbers go through the integer reader; one that is not an integer within bounds is written as text. */
static void write_number(struct sp_json_writer *w, const cJSON *item) {
  cJSON holder = {.type = cJSON_Object};
  cJSON copy = *item;
  char name[] = "n";
  int64_t value = 0;
  copy.next = copy.prev = NULL;
  copy.string = name;
  holder.child = &copy;
  if (sp_json_get_int(&holder, name, SP_REQUIRED, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &value, NULL) == 0)
    sp_json_int(w, value);
  else
    sp_json_text(w, "fraction");
}

static void write_value(struct sp_json_writer *w, const cJSON *item) {
  if (cJSON_IsObject(item)) {
    sp_json_open_object(w);
    write_members(w, item->child, 1);
    sp_json_close_object(w);
  } else if (cJSON_IsArray(item)) {
    sp_json_open_array(w);
    write_members(w, item->child, 0);
    sp_json_close_array(w);
  } else if (cJSON_IsString(item)) {
    sp_json_text(w, item->valuestring);
  } else if (cJSON_IsNumber(item)) {
    write_number(w, item);
  } else if (cJSON_IsBool(item)) {
    sp_json_bool(w, cJSON_IsTrue(item));
  } else {
    sp_json_null(w);
  }
}

static void check_round_trip(const cJSON *tree) {
  struct sp_buf first;
  struct sp_buf second;
  struct sp_json_writer w;
  struct cJSON *again = NULL;
  sp_buf_init(&first, OUT_MAX);
  sp_buf_init(&second, OUT_MAX);
  sp_json_start(&w, &first);
  write_value(&w, tree);
  if (first.failed == 0) { /* the writer nests one level less than the reader */
    expect(sp_json_parse(first.data, first.len, &again, NULL) == 0);
    sp_json_start(&w, &second);
    write_value(&w, again);
    expect(second.failed == 0 && second.len == first.len && memcmp(first.data, second.data, first.len) == 0);
  }
  sp_json_free(again);
  sp_buf_free(&second);
  sp_buf_free(&first);
}

static void check_text(const char *text, size_t len) {
  struct sp_buf out;
  struct sp_json_writer w;
  sp_buf_init(&out, OUT_MAX);
  sp_json_start(&w, &out);
  sp_json_text_n(&w, text, len);
  if (!memchr(text, '\0', len)) /* a NUL is written as an escape that the border refuses */
    expect(out.failed || sp_json_check(out.data, out.len, NULL) == 0);
  sp_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = size > 0 ? (const char *)data : "";
  struct sp_error err = {.lang = size % 2 ? SP_LANG_ZH : SP_LANG_EN};
  struct cJSON *tree = NULL;
  int code = sp_json_parse(text, size, &tree, &err);
  expect(code == sp_json_check(text, size, NULL));
  expect(code == 0 || (code == SP_E_INVALID && err.message[0] != '\0'));
  if (tree) check_round_trip(tree);
  sp_json_free(tree);
  check_text(text, size);
  return 0;
}
