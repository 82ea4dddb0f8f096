/* Why a campaign gave nothing, in words. */
#include "app/explain_parts.h"
#include "base/clock.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define SENTENCE_MAX 1024

static const char *text_of(const struct cJSON *entry, const char *name) {
  const char *text = cJSON_GetStringValue(sp_json_member(entry, name));
  return text != NULL ? text : "";
}

static const char *title_of(const struct sp_bundle *bundle, const char *campaign, enum sp_lang lang) {
  return bundle != NULL ? sp_bundle_campaign_title(bundle, campaign, lang) : campaign;
}

/* "a, b, c" of a list of texts or numbers. */
static void put_list(struct sp_buf *out, const struct cJSON *list, enum sp_lang lang) {
  const cJSON *item;
  bool more = false;
  cJSON_ArrayForEach(item, list) {
    if (more) sp_buf_puts(out, lang == SP_LANG_ZH ? "、" : ", ");
    more = true;
    if (cJSON_IsString(item)) sp_buf_puts(out, item->valuestring);
    if (cJSON_IsNumber(item)) sp_buf_int(out, (int64_t)item->valuedouble);
  }
}

static void put_days(struct sp_buf *out, const struct cJSON *list, enum sp_lang lang) {
  static const char *const en[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  static const char *const zh[] = {"周一", "周二", "周三", "周四", "周五", "周六", "周日"};
  const cJSON *item;
  bool more = false;
  cJSON_ArrayForEach(item, list) {
    int day = cJSON_IsNumber(item) ? (int)item->valuedouble : 0;
    if (day < 1 || day > 7) continue;
    if (more) sp_buf_puts(out, lang == SP_LANG_ZH ? "、" : ", ");
    more = true;
    sp_buf_puts(out, lang == SP_LANG_ZH ? zh[day - 1] : en[day - 1]);
  }
}

/* "08:00–10:30, 18:00–24:00". */
static void put_hours(struct sp_buf *out, const struct cJSON *list, enum sp_lang lang) {
  const cJSON *item;
  bool more = false;
  cJSON_ArrayForEach(item, list) {
    const cJSON *from = cJSON_GetArrayItem(item, 0), *to = cJSON_GetArrayItem(item, 1);
    if (!cJSON_IsNumber(from) || !cJSON_IsNumber(to)) continue;
    if (more) sp_buf_puts(out, lang == SP_LANG_ZH ? "、" : ", ");
    more = true;
    int begin = (int)from->valuedouble, end = (int)to->valuedouble;
    sp_buf_printf(out, "%02d:%02d–%02d:%02d", begin / 60, begin % 60, end / 60, end % 60);
  }
}

/* "tag soda, product A1": what the campaign looks for. */
static void put_keys(struct sp_buf *out, const struct cJSON *keys, enum sp_lang lang) {
  const cJSON *item;
  bool more = false;
  cJSON_ArrayForEach(item, keys) {
    const cJSON *key = item->child;
    if (key == NULL || !cJSON_IsString(key)) continue;
    if (more) sp_buf_puts(out, lang == SP_LANG_ZH ? "、" : ", ");
    more = true;
    sp_buf_printf(out, "%s %s", sp_tr(lang, key->string), key->valuestring);
  }
}

static void put_lost(struct sp_buf *out, const struct sp_bundle *bundle, const struct cJSON *entry, enum sp_lang lang) {
  const char *because = text_of(entry, "because"), *by = text_of(entry, "by");
  const char *winner = by[0] != '\0' ? title_of(bundle, by, lang) : NULL;
  if (strcmp(because, "taken") == 0 && winner != NULL) {
    sp_buf_printf(out, sp_tr(lang, "its goods went to %s"), winner);
  } else if (strcmp(because, "taken") == 0) {
    sp_buf_puts(out, sp_tr(lang, "its goods were taken already"));
  } else if (strcmp(because, "excluded") == 0 && winner != NULL) {
    sp_buf_printf(out, sp_tr(lang, "it may not be combined with %s"), winner);
  } else if (strcmp(because, "excluded") == 0) {
    sp_buf_puts(out, sp_tr(lang, "it may not be combined with another one"));
  } else if (strcmp(because, "given-price") == 0) {
    sp_buf_puts(out, sp_tr(lang, "the price was given at the till"));
  } else if (strcmp(because, "limit") == 0) {
    sp_buf_puts(out, sp_tr(lang, "its limit is used up"));
  } else {
    sp_buf_puts(out, sp_tr(lang, "nothing was left to take off"));
  }
}

/* What the rule itself remarked, else that it offered nothing. */
static void put_silent(struct sp_buf *out, const struct sp_bundle *bundle, const struct cJSON *entry,
                       enum sp_lang lang) {
  const struct cJSON *note = sp_json_member(entry, "note");
  char *reason = note != NULL ? cJSON_PrintUnformatted(note) : NULL;
  bool said = reason != NULL && bundle != NULL && sp_bundle_sentence(bundle, text_of(entry, "rule"), reason, lang, out);
  cJSON_free(reason);
  if (!said) sp_buf_puts(out, sp_tr(lang, "what it asks for is not there"));
}

static bool put_window(struct sp_buf *out, const struct cJSON *entry, const char *why, enum sp_lang lang) {
  struct sp_buf list;
  bool known = true;
  sp_buf_init(&list, SENTENCE_MAX);
  if (strcmp(why, "weekday") == 0) {
    put_days(&list, sp_json_member(entry, "weekdays"), lang);
    sp_buf_printf(out, sp_tr(lang, "only on %s"), sp_buf_text(&list));
  } else if (strcmp(why, "day") == 0) {
    put_list(&list, sp_json_member(entry, "days"), lang);
    sp_buf_printf(out, sp_tr(lang, "only on these days of the month: %s"), sp_buf_text(&list));
  } else if (strcmp(why, "hours") == 0) {
    put_hours(&list, sp_json_member(entry, "hours"), lang);
    sp_buf_printf(out, sp_tr(lang, "only at %s"), sp_buf_text(&list));
  } else if (strcmp(why, "store") == 0) {
    put_list(&list, sp_json_member(entry, "stores"), lang);
    sp_buf_printf(out, sp_tr(lang, "only in the stores %s"), sp_buf_text(&list));
  } else if (strcmp(why, "channel") == 0) {
    put_list(&list, sp_json_member(entry, "channels"), lang);
    sp_buf_printf(out, sp_tr(lang, "only through %s"), sp_buf_text(&list));
  } else if (strcmp(why, "level") == 0) {
    put_list(&list, sp_json_member(entry, "levels"), lang);
    sp_buf_printf(out, sp_tr(lang, "only for members of the levels %s"), sp_buf_text(&list));
  } else {
    known = false;
  }
  sp_buf_free(&list);
  return known;
}

static void put_no_match(struct sp_buf *out, const struct cJSON *entry, enum sp_lang lang) {
  struct sp_buf keys;
  sp_buf_init(&keys, SENTENCE_MAX);
  put_keys(&keys, sp_json_member(entry, "keys"), lang);
  sp_buf_printf(out, sp_tr(lang, "nothing here has %s"), sp_buf_text(&keys));
  sp_buf_free(&keys);
}

/* On the store's clock, which is the one a cashier reads. */
static const char *moment_of(const struct sp_work *work, const struct cJSON *entry, const char *name) {
  int64_t at = 0;
  const char *text = text_of(entry, name);
  const char *local = sp_time_parse(text, &at) == 0 ? sp_work_local_time(work, at) : NULL;
  return local != NULL ? local : text;
}

const char *sp_explain_why(struct sp_work *work, const struct sp_bundle *bundle, const struct cJSON *entry) {
  const char *why = text_of(entry, "why");
  enum sp_lang lang = work->lang;
  struct sp_buf out;
  sp_buf_init(&out, SENTENCE_MAX);
  if (strcmp(why, "lost") == 0) {
    put_lost(&out, bundle, entry, lang);
  } else if (strcmp(why, "silent") == 0) {
    put_silent(&out, bundle, entry, lang);
  } else if (strcmp(why, "error") == 0) {
    sp_buf_printf(&out, sp_tr(lang, "its rule failed: %s"), text_of(entry, "because"));
  } else if (strcmp(why, "limit") == 0) {
    sp_buf_puts(&out, sp_tr(lang, "its limit is used up"));
  } else if (strcmp(why, "ended") == 0) {
    sp_buf_printf(&out, sp_tr(lang, "it ended at %s"), moment_of(work, entry, "to"));
  } else if (strcmp(why, "not-yet") == 0) {
    sp_buf_printf(&out, sp_tr(lang, "it begins at %s"), moment_of(work, entry, "from"));
  } else if (strcmp(why, "member") == 0) {
    sp_buf_puts(&out, sp_tr(lang, "only for members"));
  } else if (strcmp(why, "no-match") == 0) {
    put_no_match(&out, entry, lang);
  } else if (!put_window(&out, entry, why, lang)) {
    sp_buf_puts(&out, why);
  }
  const char *text = sp_arena_text(work->arena, sp_buf_text(&out));
  sp_buf_free(&out);
  return text;
}
