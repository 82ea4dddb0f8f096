/* Reading the sections of a till. */
#include "base/text.h"
#include "main/tui_parts.h"
#include <string.h>

int64_t sp_tui_number(const cJSON *object, const char *name) {
  int64_t value = 0;
  if (cJSON_IsObject(object))
    (void)sp_json_get_int(object, name, SP_OPTIONAL, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &value, NULL);
  return value;
}

bool sp_tui_true(const cJSON *object, const char *name) {
  return cJSON_IsObject(object) && cJSON_IsTrue(sp_json_member(object, name));
}

const char *sp_tui_word(const cJSON *object, const char *name) {
  const cJSON *member = cJSON_IsObject(object) ? sp_json_member(object, name) : NULL;
  return member && cJSON_IsString(member) && member->valuestring ? member->valuestring : "";
}

const char *sp_tui_told(const struct sp_tui *tui, const cJSON *object, const char *name) {
  const cJSON *member = sp_tui_part(object, name);
  if (!member) return sp_tui_word(object, name);
  const char *text = sp_tui_word(member, tui->options.lang == SP_LANG_ZH ? "zh" : "en");
  return text[0] != '\0' ? text : sp_tui_word(member, "zh");
}

const cJSON *sp_tui_part(const cJSON *object, const char *name) {
  const cJSON *member = cJSON_IsObject(object) ? sp_json_member(object, name) : NULL;
  return cJSON_IsObject(member) || cJSON_IsArray(member) ? member : NULL;
}

const char *sp_tui_zone(const struct sp_tui *tui) {
  const char *zone = sp_tui_word(sp_tui_part(tui->sections[SP_TUI_TILL], "store"), "zone");
  return zone[0] != '\0' ? zone : tui->zone;
}

/* ---- The sale ---- */

const char *sp_tui_step(const struct sp_tui *tui) {
  return sp_tui_word(tui->sections[SP_TUI_TILL], "step");
}

bool sp_tui_is_step(const struct sp_tui *tui, const char *step) {
  return strcmp(sp_tui_step(tui), step) == 0;
}

const cJSON *sp_tui_sale(const struct sp_tui *tui) {
  return sp_tui_part(tui->sections[SP_TUI_TILL], "sale");
}

const cJSON *sp_tui_lines(const struct sp_tui *tui) {
  return sp_tui_part(sp_tui_sale(tui), "lines");
}

int sp_tui_line_count(const struct sp_tui *tui) {
  const cJSON *lines = sp_tui_lines(tui);
  return lines ? cJSON_GetArraySize(lines) : 0;
}

const cJSON *sp_tui_current(const struct sp_tui *tui) {
  const cJSON *line = NULL, *last = NULL, *changed = NULL;
  int64_t n = sp_tui_number(sp_tui_sale(tui), "last_n");
  cJSON_ArrayForEach(line, sp_tui_lines(tui)) {
    last = line;
    int64_t its = sp_tui_number(line, "n");
    if (tui->picked > 0 && its == tui->picked) return line;
    if (its == n) changed = line;
  }
  return changed ? changed : last;
}

static bool untouched(const cJSON *sale) {
  return cJSON_GetArraySize(sp_tui_part(sale, "tenders")) == 0;
}

int64_t sp_tui_total(const struct sp_tui *tui, const char *method) {
  const cJSON *sale = sp_tui_sale(tui);
  bool rounded = strcmp(method, "cash") == 0 && sp_json_member(sale, "cash_total");
  return sp_tui_number(sale, rounded ? "cash_total" : "total");
}

int64_t sp_tui_due(const struct sp_tui *tui, const char *method) {
  const cJSON *sale = sp_tui_sale(tui);
  if (!sale) return 0;
  if (untouched(sale)) return sp_tui_total(tui, method);
  bool rounded = strcmp(method, "cash") == 0 && sp_json_member(sale, "cash_due");
  return sp_tui_number(sale, rounded ? "cash_due" : "due");
}

/* ---- Paying ---- */

int sp_tui_methods(const struct sp_tui *tui, const char *out[8]) {
  static const char *const usual[] = {"cash", "wechat", "alipay", "card"};
  const cJSON *list = sp_tui_part(sp_tui_part(tui->sections[SP_TUI_TILL], "settings"), "tenders"), *one = NULL;
  int count = 0;
  cJSON_ArrayForEach(one, list) {
    if (cJSON_IsString(one) && count < 8) out[count++] = one->valuestring;
  }
  for (int i = 0; !list && i < 4; i++)
    out[count++] = usual[i];
  return count;
}

const char *sp_tui_method_name(const struct sp_tui *tui, const char *method) {
  enum sp_lang lang = tui->options.lang;
  if (strcmp(method, "cash") == 0) return sp_tr(lang, "Cash");
  if (strcmp(method, "wechat") == 0) return sp_tr(lang, "WeChat Pay");
  if (strcmp(method, "alipay") == 0) return sp_tr(lang, "Alipay");
  if (strcmp(method, "card") == 0) return sp_tr(lang, "Bank card");
  return method;
}

int sp_tui_cash_keys(const struct sp_tui *tui, int64_t out[5]) {
  static const int64_t usual[] = {500, 1000, 2000, 5000, 10000};
  const cJSON *list = sp_tui_part(sp_tui_part(tui->sections[SP_TUI_TILL], "settings"), "cash_keys"), *one = NULL;
  int count = 0;
  cJSON_ArrayForEach(one, list) {
    if (cJSON_IsNumber(one) && one->valueint > 0 && count < 5) out[count++] = one->valueint;
  }
  for (int i = 0; !list && i < 5; i++)
    out[count++] = usual[i];
  return count;
}

int64_t sp_tui_parse(const char *text, int64_t scale) {
  int64_t value = 0, unit = scale;
  bool point = false, some = false;
  if (strlen(text) > 12) return -1;
  for (const char *at = text; *at != '\0'; at++) {
    if (*at == '.' && !point && scale > 1) {
      point = true;
      continue;
    }
    if (*at < '0' || *at > '9' || (point && unit == 1)) return -1;
    some = true;
    if (point) unit /= 10;
    value = point ? value + (*at - '0') * unit : value * 10 + (*at - '0') * scale;
  }
  return some ? value : -1;
}

int64_t sp_tui_given(const struct sp_tui *tui) {
  int64_t keys[5], due = sp_tui_due(tui, "cash");
  const char *typed = tui->typed;
  if (typed[0] == '\0') return due;
  if (typed[1] == '\0' && typed[0] >= '1' && typed[0] <= '6') {
    int at = typed[0] - '1';
    if (at == 5) return due;
    return at < sp_tui_cash_keys(tui, keys) ? keys[at] : -1;
  }
  return sp_tui_parse(typed, 100);
}

/* ---- Sections ---- */

const cJSON *sp_tui_last_notice(const struct sp_tui *tui) {
  const cJSON *list = tui->sections[SP_TUI_NOTICE];
  int count = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;
  const cJSON *last = count > 0 ? cJSON_GetArrayItem(list, count - 1) : NULL;
  return last && sp_tui_number(last, "id") > tui->notice_seen ? last : NULL;
}

/* Of answers and events the newer one stays: they overtake each other. */
static bool older(const cJSON *before, const cJSON *now) {
  if (!before || !now) return false;
  const char *here = sp_tui_word(sp_tui_part(before, "till"), "code");
  bool same = strcmp(here, sp_tui_word(sp_tui_part(now, "till"), "code")) == 0;
  return same && sp_tui_number(now, "seq") < sp_tui_number(before, "seq");
}

static bool newer_notice(const cJSON *before, const cJSON *now) {
  int count = cJSON_IsArray(now) ? cJSON_GetArraySize(now) : 0;
  int had = cJSON_IsArray(before) ? cJSON_GetArraySize(before) : 0;
  if (count == 0 || !before) return false;
  const cJSON *last = cJSON_GetArrayItem(now, count - 1);
  int64_t id = had > 0 ? sp_tui_number(cJSON_GetArrayItem(before, had - 1), "id") : 0;
  return sp_tui_number(last, "id") != id && strcmp(sp_tui_word(last, "level"), "info") != 0;
}

void sp_tui_section_take(struct sp_tui *tui, enum sp_tui_section section, cJSON *tree) {
  cJSON *before = tui->sections[section];
  bool stale = section == SP_TUI_TILL && (older(before, tree) || !cJSON_IsObject(tree));
  if (stale) {
    sp_json_free(tree);
    return;
  }
  bool first = section == SP_TUI_NOTICE && !before && cJSON_GetArraySize(tree) > 0;
  if (section == SP_TUI_NOTICE && newer_notice(before, tree)) tui->rings = true;
  tui->sections[section] = tree;
  sp_json_free(before);
  if (first) tui->notice_seen = sp_tui_number(cJSON_GetArrayItem(tree, cJSON_GetArraySize(tree) - 1), "id");
}

void sp_tui_sections_free(struct sp_tui *tui) {
  for (int i = 0; i < SP_TUI_SECTIONS; i++) {
    sp_json_free(tui->sections[i]);
    tui->sections[i] = NULL;
  }
}

/* ---- Words ---- */

const char *sp_tui_print_word(enum sp_lang lang, const char *state) {
  if (strcmp(state, "done") == 0 || strcmp(state, "acked") == 0) return sp_tr(lang, "Printed");
  if (strcmp(state, "held") == 0) return sp_tr(lang, "Waits for the printer");
  if (strcmp(state, "uncertain") == 0) return sp_tr(lang, "Perhaps printed");
  if (strcmp(state, "none") == 0 || strcmp(state, "cancelled") == 0) return sp_tr(lang, "Not printed");
  return sp_tr(lang, "Printing…");
}

const char *sp_tui_fault_word(enum sp_lang lang, const char *fault) {
  static const char *const words[][2] = {{"paper_out", "Paper is out"},
                                         {"paper_low", "Paper is low"},
                                         {"cover", "Cover is open"},
                                         {"cutter", "Cutter is stuck"},
                                         {"hot", "Too hot"},
                                         {"unrecoverable", "Needs repair"},
                                         {"drawer_open", "Drawer is open"},
                                         {"drawer_forced", "Drawer was forced"},
                                         {"overload", "Too heavy"},
                                         {"not_zeroed", "Not at zero"},
                                         {"garbled", "Bad data"},
                                         {"silent", "Does not answer"},
                                         {"link", "Not connected"},
                                         {"wrong_device", "Another device answers"},
                                         {"uncertain_job", "A printout is uncertain"},
                                         {"verification", "Verification is due"},
                                         {"unacknowledged", "Never confirms a printout"},
                                         {"rule_failed", "A rule fails"},
                                         {"scanner_gone", "Scanner is gone"},
                                         {"ready", "Ready"},
                                         {"degraded", "Look at it"},
                                         {"fault", "Out of order"},
                                         {"absent", "Not connected"},
                                         {"proving", "Connecting"},
                                         {"offline", "Gone"}};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (strcmp(words[i][0], fault) == 0) return sp_tr(lang, words[i][1]);
  return fault;
}

const char *sp_tui_device_word(enum sp_lang lang, const cJSON *device) {
  const cJSON *first = cJSON_GetArrayItem(sp_tui_part(device, "faults"), 0);
  return sp_tui_fault_word(lang, cJSON_IsString(first) ? first->valuestring : sp_tui_word(device, "state"));
}

const char *sp_tui_class_word(enum sp_lang lang, const char *class) {
  if (strcmp(class, "printer") == 0) return sp_tr(lang, "Printer");
  if (strcmp(class, "scanner") == 0) return sp_tr(lang, "Scanner");
  if (strcmp(class, "scale") == 0) return sp_tr(lang, "Scale");
  if (strcmp(class, "display") == 0) return sp_tr(lang, "Display");
  return sp_tr(lang, "Device");
}
