#include "devices/driver/profile.h"

#include "base/json.h"
#include "generated/profiles.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "profiles/"
#define SUFFIX ".json"

static const char *const members[] = {"name",
                                      "vendor",
                                      "language",
                                      "dots",
                                      "dpi",
                                      "columns",
                                      "charset",
                                      "replace",
                                      "codepages",
                                      "raster",
                                      "slice",
                                      "qr",
                                      "code128",
                                      "abs_pos",
                                      "cut",
                                      "drawer",
                                      "asb",
                                      "completion",
                                      "rt_safe",
                                      "resume",
                                      "mute",
                                      "id",
                                      "first_packet_delay_ms",
                                      NULL};

/* ---- Small readings ---- */

static int get_int(const struct cJSON *json, const char *name, int min, int max, int *out, struct sp_error *err) {
  int64_t value = *out;
  int rc = sp_json_get_int(json, name, SP_REQUIRED, min, max, &value, err);
  *out = (int)value;
  return rc;
}

static int get_bool(const struct cJSON *json, const char *name, bool *out, struct sp_error *err) {
  return sp_json_get_bool(json, name, SP_REQUIRED, out, err);
}

static int get_text(const struct cJSON *json, const char *name, char *to, size_t max, struct sp_error *err) {
  const char *text = "";
  int rc = sp_json_get_text(json, name, SP_OPTIONAL, max, &text, err);
  if (!rc) (void)snprintf(to, max + 1, "%s", text);
  return rc;
}

/* One of `names`, a null-terminated list; its place goes to `*out`. */
static int get_choice(const struct cJSON *json, const char *name, const char *const *names, int *out,
                      struct sp_error *err) {
  const char *text = "";
  int rc = sp_json_get_text(json, name, SP_REQUIRED, 31, &text, err);
  for (*out = 0; !rc && names[*out]; ++*out)
    if (strcmp(names[*out], text) == 0) return 0;
  return rc ? rc : sp_fail(err, SP_E_INVALID, name, "\"%s\" is nothing that can be chosen here", text);
}

/* ---- Character sets ---- */

/* The number of a code page at this printer; −1 when it has none. */
static int page_number(const struct cJSON *json, const char *charset) {
  const struct cJSON *pages = sp_json_member(json, "codepages");
  int64_t number = -1;
  if (!pages || sp_json_get_int(pages, charset, SP_OPTIONAL, 0, 255, &number, NULL)) return -1;
  return (int)number;
}

static int set_page(const struct cJSON *json, const char *name, struct sp_profile *out, struct sp_error *err) {
  int number = page_number(json, name);
  size_t len = strlen(name);
  if (number < 0 || strncmp(name, "cp", 2) != 0 || len > SP_PROFILE_TEXT_MAX)
    return sp_fail(err, SP_E_INVALID, "charset", "This printer has no character set \"%s\"", name);
  out->charset.kind = SP_CHARSET_PAGE;
  (void)snprintf(out->page_name, sizeof out->page_name, "CP%s", name + 2);
  out->charset.page = out->page_name;
  out->options.page = (uint8_t)number;
  return 0;
}

static int read_charset(const struct cJSON *json, const char *wish, struct sp_profile *out, struct sp_error *err) {
  static const struct {
    const char *name;
    enum sp_charset_kind kind;
    bool four_byte, star;
  } sets[] = {{"gb18030", SP_CHARSET_GB18030, false, false}, {"gb18030_4b", SP_CHARSET_GB18030, true, false},
              {"gbk", SP_CHARSET_GBK, false, false},         {"gb2312", SP_CHARSET_GB2312, false, false},
              {"utf8_sunmi", SP_CHARSET_UTF8, false, false}, {"utf8", SP_CHARSET_UTF8, false, true}};
  const char *name = "";
  int rc = sp_json_get_text(json, "charset", SP_REQUIRED, 31, &name, err);
  if (rc) return rc;
  if (wish) name = wish;
  out->options.charset = &out->charset;
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
    if (strcmp(sets[i].name, name) != 0 || sets[i].star != out->star) continue;
    out->charset.kind = sets[i].kind;
    out->charset.four_byte = sets[i].four_byte;
    return 0;
  }
  return set_page(json, name, out, err);
}

static int read_replace(const struct cJSON *json, struct sp_profile *out, struct sp_error *err) {
  const struct cJSON *list = NULL;
  int rc = sp_json_get_object(json, "replace", SP_OPTIONAL, &list, err);
  if (rc || !list) return rc;
  size_t count = 0;
  const struct cJSON *item = NULL;
  cJSON_ArrayForEach(item, list) {
    bool good = cJSON_IsString(item) && strlen(item->string) <= SP_PROFILE_TEXT_MAX &&
                strlen(item->valuestring) <= SP_PROFILE_TEXT_MAX;
    if (!good || count == SP_CHARSET_REPLACE_MAX)
      return sp_fail(err, SP_E_INVALID, "replace", "At most %d characters have a short text in their place",
                     SP_CHARSET_REPLACE_MAX);
    (void)snprintf(out->replace_text[count][0], sizeof out->replace_text[count][0], "%s", item->string);
    (void)snprintf(out->replace_text[count][1], sizeof out->replace_text[count][1], "%s", item->valuestring);
    out->replace[count] =
        (struct sp_charset_replace){.from = out->replace_text[count][0], .to = out->replace_text[count][1]};
    count++;
  }
  out->charset.replace = out->replace;
  out->charset.replace_count = count;
  return 0;
}

static int check_pages(const struct cJSON *json, struct sp_error *err) {
  const struct cJSON *list = NULL;
  int rc = sp_json_get_object(json, "codepages", SP_OPTIONAL, &list, err);
  const struct cJSON *item = NULL;
  int64_t number = 0;
  if (rc || !list) return rc;
  cJSON_ArrayForEach(item, list) {
    if (!rc) rc = sp_json_get_int(list, item->string, SP_REQUIRED, 0, 255, &number, err);
  }
  return rc;
}

/* ---- The rest ---- */

static int read_paper(const struct cJSON *json, struct sp_profile *out, struct sp_error *err) {
  static const char *const cuts[] = {"partial", "full", "none", NULL};
  static const char *const columns_members[] = {"a", "b", NULL};
  const struct cJSON *columns = NULL;
  int cut = 0;
  int rc = get_int(json, "dots", 96, 1024, &out->options.dots, err);
  if (!rc) rc = get_int(json, "dpi", 60, 600, &out->dpi, err);
  if (!rc) rc = sp_json_get_object(json, "columns", SP_REQUIRED, &columns, err);
  if (!rc) rc = sp_json_only(columns, columns_members, err);
  if (!rc) rc = get_int(columns, "a", SP_PRINT_COLUMNS_MIN, SP_PRINT_COLUMNS_MAX, &out->columns, err);
  if (!rc) rc = get_int(columns, "b", SP_PRINT_COLUMNS_MIN, SP_PRINT_COLUMNS_MAX, &out->options.columns_b, err);
  if (!rc) rc = get_choice(json, "cut", cuts, &cut, err);
  out->options.columns = out->columns;
  out->options.full_cut = cut == 1;
  out->options.no_cutter = cut == 2;
  return rc;
}

static int read_drawing(const struct cJSON *json, struct sp_profile *out, struct sp_error *err) {
  static const char *const rasters[] = {"gs_v", "gs_8_l", "none", "star", NULL};
  bool qr = false;
  bool code128 = false;
  int raster = 0;
  int rc = get_choice(json, "raster", rasters, &raster, err);
  if (!rc) rc = get_int(json, "slice", 1, 255, &out->options.slice, err);
  if (!rc) rc = get_bool(json, "qr", &qr, err);
  if (!rc) rc = get_bool(json, "code128", &code128, err);
  if (!rc) rc = get_bool(json, "abs_pos", &out->options.positions, err);
  if (!rc && (raster == 3) != out->star)
    rc = sp_fail(err, SP_E_INVALID, "raster", "Star printers, and only they, have pictures of kind \"star\"");
  out->options.draw_qr = !qr;
  out->options.draw_code128 = !code128;
  out->options.pictures = raster == 1 ? SP_ESCPOS_GS_L : raster == 2 ? SP_ESCPOS_NO_PICTURES : SP_ESCPOS_GS_V;
  return rc;
}

static int read_manners(const struct cJSON *json, struct sp_profile *out, struct sp_error *err) {
  static const char *const completions[] = {"none", "gs_r", "gs_h", "star_etb", NULL};
  int completion = 0;
  int rc = get_choice(json, "completion", completions, &completion, err);
  out->completion = (enum sp_completion)completion;
  if (!rc) rc = get_bool(json, "drawer", &out->drawer, err);
  if (!rc) rc = get_bool(json, "asb", &out->asb, err);
  if (!rc) rc = get_bool(json, "rt_safe", &out->rt_safe, err);
  if (!rc) rc = get_bool(json, "resume", &out->resume, err);
  if (!rc) rc = get_bool(json, "mute", &out->mute, err);
  if (!rc) rc = get_int(json, "first_packet_delay_ms", 0, 5000, &out->first_packet_delay_ms, err);
  if (!rc && out->star != (out->completion == SP_COMPLETION_ETB) && out->completion != SP_COMPLETION_NONE)
    rc = sp_fail(err, SP_E_INVALID, "completion", "Star printers, and only they, count ETBs");
  if (!rc && out->mute && out->completion != SP_COMPLETION_NONE)
    rc = sp_fail(err, SP_E_INVALID, "mute", "A mute printer cannot tell that it is done");
  return rc;
}

static int read_profile(const struct cJSON *json, const char *charset, struct sp_profile *out, struct sp_error *err) {
  static const char *const languages[] = {"escpos", "star", NULL};
  int language = 0;
  if (!cJSON_IsObject(json)) return sp_fail(err, SP_E_INVALID, "profile", "A printer's profile is a JSON object");
  int rc = sp_json_only(json, members, err);
  if (!rc) rc = get_text(json, "id", out->id, SP_PROFILE_ID_MAX, err);
  if (!rc) rc = get_text(json, "name", out->name, sizeof out->name - 1, err);
  if (!rc) rc = get_text(json, "vendor", out->vendor, sizeof out->vendor - 1, err);
  if (!rc) rc = get_choice(json, "language", languages, &language, err);
  out->star = language == 1;
  if (!rc) rc = read_paper(json, out, err);
  if (!rc) rc = check_pages(json, err);
  if (!rc) rc = read_charset(json, charset, out, err);
  if (!rc) rc = read_replace(json, out, err);
  if (!rc) rc = read_drawing(json, out, err);
  if (!rc) rc = read_manners(json, out, err);
  /* In font B only ASCII is narrower: Chinese glyphs keep their width, so columns would not add up. */
  if (out->charset.kind != SP_CHARSET_PAGE) out->options.columns_b = 0;
  return rc;
}

int sp_profile_parse(const char *id, const char *json, size_t len, const char *charset, struct sp_profile *out,
                     struct sp_error *err) {
  struct cJSON *tree = NULL;
  *out = (struct sp_profile){0};
  int rc = sp_json_parse(json, len, &tree, err);
  if (rc) return rc;
  rc = read_profile(tree, charset, out, err);
  sp_json_free(tree);
  if (!rc && strcmp(out->id, id) != 0)
    return sp_fail(err, SP_E_INVALID, "id", "The profile \"%s\" calls itself \"%s\"", id, out->id);
  return rc;
}

bool sp_profile_id(size_t index, char id[SP_PROFILE_ID_MAX + 1]) {
  size_t at = 0;
  while (at < index && sp_profile_texts[at].path)
    at++;
  const char *path = sp_profile_texts[at].path;
  if (!path) return false;
  (void)snprintf(id, SP_PROFILE_ID_MAX + 1, "%.*s", (int)(strlen(path) - strlen(PREFIX) - strlen(SUFFIX)),
                 path + strlen(PREFIX));
  return true;
}

int sp_profile_load(const char *id, const char *charset, struct sp_profile *out, struct sp_error *err) {
  char name[SP_PROFILE_ID_MAX + 1];
  *out = (struct sp_profile){0};
  for (size_t i = 0; sp_profile_id(i, name); i++)
    if (strcmp(name, id) == 0)
      return sp_profile_parse(id, sp_profile_texts[i].text, sp_profile_texts[i].len, charset, out, err);
  return sp_fail(err, SP_E_INVALID, "profile", "There is no printer profile \"%s\"", id);
}
