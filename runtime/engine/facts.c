/* What others ask a bundle. */
#include "base/json.h"
#include "domain/money.h"
#include "engine/bundle.h"

#include <cjson/cJSON.h>
#include <string.h>

const uint8_t *sp_bundle_hash(const struct sp_bundle *bundle) {
  return bundle->hash;
}

int32_t sp_bundle_rule_count(const struct sp_bundle *bundle) {
  return bundle->program.rule_count;
}

int32_t sp_bundle_campaign_count(const struct sp_bundle *bundle) {
  return bundle->program.campaign_count;
}

int32_t sp_bundle_file_count(const struct sp_bundle *bundle) {
  return bundle->file_count;
}

struct sp_pack_file sp_bundle_file(const struct sp_bundle *bundle, int32_t i) {
  return i >= 0 && i < bundle->file_count ? bundle->files[i] : (struct sp_pack_file){0};
}

struct sp_gate sp_bundle_gate(const struct sp_bundle *bundle) {
  return bundle->gate;
}

const char *sp_bundle_name(const struct sp_bundle *bundle) {
  return bundle->name;
}

const char *sp_bundle_version(const struct sp_bundle *bundle) {
  return bundle->version;
}

const char *sp_bundle_campaign_rule(const struct sp_bundle *bundle, const char *code) {
  int32_t at = sp_bundle_find(bundle, code);
  return at < 0 ? NULL : bundle->rules[bundle->campaigns[at].rule].info.name;
}

const char *const *sp_bundle_campaign_list(const struct sp_bundle *bundle, const char *code, const char *param,
                                           int32_t *count) {
  int32_t at = sp_bundle_find(bundle, code);
  *count = 0;
  for (int32_t i = 0; at >= 0 && i < bundle->campaigns[at].param_count; i++) {
    const struct sp_rule_value *value = &bundle->campaigns[at].params[i];
    if (strcmp(value->name, param) != 0 || sp_param_form(value->type) != SP_FORM_LIST) continue;
    *count = value->count;
    return value->list;
  }
  return NULL;
}

const char *sp_bundle_campaign_title(const struct sp_bundle *bundle, const char *code, enum sp_lang lang) {
  int32_t at = sp_bundle_find(bundle, code);
  if (at < 0) return code;
  const struct sp_campaign *campaign = &bundle->campaigns[at];
  const char *first = lang == SP_LANG_ZH ? campaign->title_zh : campaign->title_en;
  const char *second = lang == SP_LANG_ZH ? campaign->title_en : campaign->title_zh;
  if (first) return first;
  return second ? second : campaign->code;
}

/* ---- Sentences ---- */

const char *sp_rule_phrase_find(const struct sp_rule_info *rule, const char *code, enum sp_lang lang) {
  for (int32_t i = 0; i < rule->phrase_count; i++) {
    const struct sp_rule_phrase *phrase = &rule->phrases[i];
    if (strcmp(phrase->code, code) != 0) continue;
    const char *first = lang == SP_LANG_ZH ? phrase->zh : phrase->en;
    return first ? first : lang == SP_LANG_ZH ? phrase->en : phrase->zh;
  }
  return NULL;
}

/* A field the reason does not have, or of another kind, shows as "?". */
static void put_field(struct sp_buf *out, const struct cJSON *reason, const char *name, const char *form) {
  char text[SP_MONEY_TEXT];
  int64_t number = 0;
  const struct cJSON *item = sp_json_member(reason, name);
  if (cJSON_IsString(item)) {
    (void)sp_buf_puts(out, item->valuestring);
  } else if (!cJSON_IsNumber(item) ||
             sp_json_get_int(reason, name, SP_REQUIRED, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &number, NULL)) {
    (void)sp_buf_putc(out, '?');
  } else if (strcmp(form, "money") == 0) {
    sp_money_text(number, 2, text);
    (void)sp_buf_puts(out, text);
  } else if (strcmp(form, "percent") == 0 && number >= INT32_MIN && number <= INT32_MAX) {
    sp_rate_text((int32_t)number, text);
    (void)sp_buf_puts(out, text);
  } else {
    (void)sp_buf_int(out, number);
  }
}

/* "{off:money}" at `text`; returns what is behind it, or null when it is no placeholder. */
static const char *put_placeholder(struct sp_buf *out, const struct cJSON *reason, const char *text) {
  char name[32] = "";
  char form[16] = "";
  size_t len = strcspn(text + 1, ":{}");
  const char *at = text + 1 + len;
  if (len == 0 || len >= sizeof name) return NULL;
  memcpy(name, text + 1, len);
  if (*at == ':') {
    len = strcspn(at + 1, "{}");
    if (len >= sizeof form) return NULL;
    memcpy(form, at + 1, len);
    at += 1 + len;
  }
  if (*at != '}') return NULL;
  put_field(out, reason, name, form);
  return at + 1;
}

static void fill(struct sp_buf *out, const struct cJSON *reason, const char *phrase) {
  while (*phrase) {
    size_t len = strcspn(phrase, "{");
    (void)sp_buf_add(out, phrase, len);
    phrase += len;
    if (!*phrase) return;
    const char *after = put_placeholder(out, reason, phrase);
    if (!after) (void)sp_buf_putc(out, '{');
    phrase = after ? after : phrase + 1;
  }
}

bool sp_bundle_sentence(const struct sp_bundle *bundle, const char *rule, const char *reason, enum sp_lang lang,
                        struct sp_buf *out) {
  struct cJSON *tree = NULL;
  int32_t at = sp_bundle_find_rule(bundle, rule);
  if (at < 0 || !reason || sp_json_parse(reason, strlen(reason), &tree, NULL)) return false;
  const struct cJSON *code = sp_json_member(tree, "code");
  const char *phrase =
      cJSON_IsString(code) ? sp_rule_phrase_find(&bundle->rules[at].info, code->valuestring, lang) : NULL;
  if (phrase) fill(out, tree, phrase);
  sp_json_free(tree);
  return phrase != NULL;
}
