/* What was expected against what came out. Only what a case names is compared; lists other than lines are sets. */
#include "engine/cases_parts.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SET_MAX 512
#define AT_MAX  64

static const char *const expect_fields[] = {"total",        "gross",       "discount", "lines",   "discounts", "notes",
                                            "requirements", "tender_caps", "added",    "blocked", "why",       NULL};

struct compare {
  struct sp_json_writer *w;
  const struct cJSON *result;
  int count;
};

void sp_case_value(struct sp_json_writer *w, const struct cJSON *value) {
  if (!value || cJSON_IsNull(value)) {
    sp_json_null(w);
  } else if (cJSON_IsBool(value)) {
    sp_json_bool(w, cJSON_IsTrue(value) != 0);
  } else if (cJSON_IsNumber(value)) {
    sp_json_int(w, (int64_t)value->valuedouble);
  } else if (cJSON_IsString(value)) {
    sp_json_text(w, value->valuestring);
  } else if (cJSON_IsArray(value)) {
    sp_json_open_array(w);
    for (const struct cJSON *item = value->child; item; item = item->next)
      sp_case_value(w, item);
    sp_json_close_array(w);
  } else {
    sp_json_open_object(w);
    for (const struct cJSON *item = value->child; item; item = item->next) {
      sp_json_key(w, item->string);
      sp_case_value(w, item);
    }
    sp_json_close_object(w);
  }
}

static void differ(struct compare *compare, const struct cJSON *expected, const struct cJSON *actual,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

static void differ(struct compare *compare, const struct cJSON *expected, const struct cJSON *actual,
                   const char *format, ...) {
  char at[AT_MAX];
  va_list args;
  va_start(args, format);
  vsnprintf(at, sizeof at, format, args);
  va_end(args);
  compare->count++;
  sp_json_open_object(compare->w);
  sp_json_put_text(compare->w, "at", at);
  sp_json_key(compare->w, "expected");
  sp_case_value(compare->w, expected);
  sp_json_key(compare->w, "actual");
  sp_case_value(compare->w, actual);
  sp_json_close_object(compare->w);
}

static const char *text_of(const struct cJSON *object, const char *name) {
  const struct cJSON *member = sp_json_member(object, name);
  return cJSON_IsString(member) ? member->valuestring : "";
}

/* The code of a note or a requirement: its own, or its reason's. */
static const char *code_of(const struct cJSON *entry) {
  const char *code = text_of(entry, "code");
  return code[0] != '\0' ? code : text_of(sp_json_member(entry, "reason"), "code");
}

/* Does `actual` have all that is expected of it? A text stands for the code; an object names some fields. */
static bool fits(const struct cJSON *expected, const struct cJSON *actual) {
  if (cJSON_IsString(expected) && cJSON_IsObject(actual)) return strcmp(expected->valuestring, code_of(actual)) == 0;
  if (!cJSON_IsObject(expected)) return cJSON_Compare(expected, actual, 1) != 0;
  for (const struct cJSON *item = expected->child; item; item = item->next) {
    const struct cJSON *other = sp_json_member(actual, item->string);
    bool is_code = strcmp(item->string, "code") == 0 && cJSON_IsString(item);
    if (is_code && strcmp(item->valuestring, code_of(actual)) == 0) continue;
    if (!other || !fits(item, other)) return false;
  }
  return true;
}

static void compare_lines(struct compare *compare, const struct cJSON *expected) {
  const struct cJSON *actual = sp_json_member(compare->result, "lines");
  const struct cJSON *line = actual ? actual->child : NULL;
  int number = 1;
  for (const struct cJSON *want = expected->child; want; want = want->next, number++) {
    if (!line) {
      differ(compare, want, NULL, "lines[%d]", number);
      continue;
    }
    for (const struct cJSON *field = want->child; field; field = field->next)
      if (!fits(field, sp_json_member(line, field->string)))
        differ(compare, field, sp_json_member(line, field->string), "lines[%d].%.40s", number, field->string);
    line = line->next;
  }
  for (; line; line = line->next, number++)
    differ(compare, NULL, line, "lines[%d]", number);
}

/* Each thing expected must be there once, and nothing else. */
static void compare_set(struct compare *compare, const char *name, const struct cJSON *expected,
                        const struct cJSON *actual) {
  bool used[SET_MAX] = {false};
  int number = 1;
  for (const struct cJSON *want = expected->child; want; want = want->next, number++) {
    int at = 0;
    const struct cJSON *have = actual ? actual->child : NULL;
    for (; have && at < SET_MAX && (used[at] || !fits(want, have)); have = have->next)
      at++;
    if (have && at < SET_MAX)
      used[at] = true;
    else
      differ(compare, want, NULL, "%s[%d]", name, number);
  }
  int at = 0;
  for (const struct cJSON *have = actual ? actual->child : NULL; have && at < SET_MAX; have = have->next, at++)
    if (!used[at]) differ(compare, NULL, have, "%s", name);
}

/* By line when the case names lines, else what each campaign took in all. */
static void compare_discounts(struct compare *compare, const struct cJSON *expected) {
  bool by_line = expected->child && sp_json_member(expected->child, "line");
  compare_set(compare, "discounts", expected, sp_json_member(compare->result, by_line ? "allocations" : "discounts"));
}

const char *sp_case_outcome(const struct cJSON *result, const char *campaign) {
  const struct cJSON *trace = sp_json_member(result, "trace");
  for (const struct cJSON *entry = trace ? trace->child : NULL; entry; entry = entry->next)
    if (strcmp(text_of(entry, "campaign"), campaign) == 0) return text_of(entry, "outcome");
  return "absent";
}

static void compare_why(struct compare *compare, const struct cJSON *expected) {
  for (const struct cJSON *want = expected->child; want; want = want->next) {
    const char *outcome = sp_case_outcome(compare->result, want->string);
    if (cJSON_IsString(want) && strcmp(want->valuestring, outcome) == 0) continue;
    struct cJSON *actual = cJSON_CreateStringReference(outcome);
    differ(compare, want, actual, "why.%.40s", want->string);
    cJSON_Delete(actual);
  }
}

static bool is_set(const char *name) {
  return strcmp(name, "notes") == 0 || strcmp(name, "requirements") == 0 || strcmp(name, "tender_caps") == 0 ||
         strcmp(name, "added") == 0 || strcmp(name, "blocked") == 0;
}

int sp_case_compare(const struct cJSON *expect, const struct cJSON *result, struct sp_json_writer *w, int *count,
                    struct sp_error *err) {
  struct compare compare = {.w = w, .result = result};
  int rc = sp_json_only(expect, expect_fields, err);
  if (rc) sp_error_prefix(err, "expect");
  sp_json_open_array(w);
  for (const struct cJSON *want = rc ? NULL : expect->child; want && !rc; want = want->next) {
    const struct cJSON *actual = sp_json_member(result, want->string);
    bool is_list = is_set(want->string) || strcmp(want->string, "lines") == 0 || strcmp(want->string, "discounts") == 0;
    if (is_list && !cJSON_IsArray(want))
      rc = sp_fail(err, SP_E_INVALID, want->string, "A list is needed in expect.%s", want->string);
    else if (strcmp(want->string, "lines") == 0)
      compare_lines(&compare, want);
    else if (strcmp(want->string, "discounts") == 0)
      compare_discounts(&compare, want);
    else if (strcmp(want->string, "why") == 0)
      compare_why(&compare, want);
    else if (is_list)
      compare_set(&compare, want->string, want, actual);
    else if (!fits(want, actual))
      differ(&compare, want, actual, "%s", want->string);
  }
  sp_json_close_array(w);
  *count = compare.count;
  return rc;
}
