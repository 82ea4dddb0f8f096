/* A printout as JSON and back: what the print ledger keeps, so that a reprint says what the first print said. */
#include "domain/print.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define VERSION   1
#define STYLE_ALL (SP_PRINT_BOLD | SP_PRINT_TALL | SP_PRINT_WIDE | SP_PRINT_CENTRE)

static const char *const kind_names[] = {
    [SP_PRINT_TEXT] = "text",       [SP_PRINT_QR] = "qr",   [SP_PRINT_CODE128] = "code128",
    [SP_PRINT_PICTURE] = "picture", [SP_PRINT_CUT] = "cut",
};

/* ---- base64 (RFC 4648 §4, with padding) ---- */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void encode64(const uint8_t *bytes, size_t len, struct sp_buf *out) {
  for (size_t i = 0; i < len; i += 3) {
    size_t left = len - i;
    uint32_t group = (uint32_t)bytes[i] << 16;
    if (left > 1) group |= (uint32_t)bytes[i + 1] << 8;
    if (left > 2) group |= bytes[i + 2];
    sp_buf_putc(out, alphabet[group >> 18 & 63]);
    sp_buf_putc(out, alphabet[group >> 12 & 63]);
    sp_buf_putc(out, left > 1 ? alphabet[group >> 6 & 63] : '=');
    sp_buf_putc(out, left > 2 ? alphabet[group & 63] : '=');
  }
}

static int value64(char sign) {
  const char *at = sign != '\0' ? strchr(alphabet, sign) : NULL;
  return at ? (int)(at - alphabet) : -1;
}

bool sp_print_rows_read(const char *text, uint8_t *out, size_t len) {
  size_t signs = (len + 2) / 3 * 4;
  if (strlen(text) != signs) return false;
  for (size_t i = 0, at = 0; i < signs; i += 4, at += 3) {
    size_t there = len - at < 3 ? len - at : 3;
    uint32_t group = 0;
    for (size_t k = 0; k < 4; k++) {
      bool padding = k > there;
      int value = padding ? 0 : value64(text[i + k]);
      if (value < 0 || (padding && text[i + k] != '=')) return false;
      group = group << 6 | (uint32_t)value;
    }
    for (size_t k = 0; k < there; k++)
      out[at + k] = (uint8_t)(group >> (16 - 8 * k));
    if (there < 3 && (group & (there == 1 ? 0xFFFFU : 0xFFU)) != 0) return false; /* bits that belong to nothing */
  }
  return true;
}

static size_t rows_size(int64_t width, int64_t height) {
  return ((size_t)width + 7) / 8 * (size_t)height;
}

/* ---- Out ---- */

static void put_picture(const struct sp_print_picture *picture, struct sp_json_writer *w) {
  struct sp_buf text;
  size_t len = rows_size(picture->width, picture->height);
  sp_buf_init(&text, (len + 2) / 3 * 4 + 1);
  encode64(picture->rows, len, &text);
  sp_json_put_int(w, "w", picture->width);
  sp_json_put_int(w, "h", picture->height);
  sp_json_key(w, "d");
  sp_json_text_n(w, text.data, text.len);
  if (text.failed) w->out->failed = text.failed;
  sp_buf_free(&text);
}

static void put_line(const struct sp_print_line *line, struct sp_json_writer *w) {
  sp_json_open_object(w);
  if (line->kind != SP_PRINT_TEXT) sp_json_put_text(w, "k", kind_names[line->kind]);
  if (line->kind < SP_PRINT_PICTURE) sp_json_put_text(w, "t", line->text);
  if (line->right) sp_json_put_text(w, "r", line->right);
  if (line->style) sp_json_put_int(w, "s", line->style);
  if (line->module) sp_json_put_int(w, "m", line->module);
  if (line->height) sp_json_put_int(w, "h", line->height);
  if (line->picture) put_picture(line->picture, w);
  sp_json_close_object(w);
}

void sp_print_json(const struct sp_print *print, struct sp_json_writer *w) {
  sp_json_open_object(w);
  sp_json_put_int(w, "v", VERSION);
  sp_json_put_int(w, "columns", print->columns);
  sp_json_put_text(w, "lang", print->lang == SP_LANG_ZH ? "zh" : "en");
  sp_json_key(w, "lines");
  sp_json_open_array(w);
  for (int32_t i = 0; i < print->count && !w->out->failed; i++)
    put_line(&print->lines[i], w);
  sp_json_close_array(w);
  sp_json_close_object(w);
}

/* ---- In ---- */

static int refuse(const char *field, struct sp_error *err) {
  return sp_fail(err, SP_E_INVALID, field, "This does not belong in a printout");
}

/* A text of a line, in the arena: as the adders would have left it, and no wider than the paper. */
static int read_clean(const struct cJSON *item, const char *name, bool wanted, size_t max, struct sp_print *print,
                      const char **out, struct sp_error *err) {
  const struct cJSON *member = sp_json_member(item, name);
  *out = NULL;
  if (!member) return wanted ? refuse(name, err) : 0;
  if (!cJSON_IsString(member) || strlen(member->valuestring) > max || !sp_print_is_clean(member->valuestring))
    return refuse(name, err);
  *out = sp_arena_text(print->arena, member->valuestring);
  return *out ? 0 : sp_error_nomem(err, __func__);
}

static int read_kind(const struct cJSON *item, uint8_t *out, struct sp_error *err) {
  const struct cJSON *member = sp_json_member(item, "k");
  *out = SP_PRINT_TEXT;
  if (!member) return 0;
  for (uint8_t kind = SP_PRINT_QR; kind <= SP_PRINT_CUT && cJSON_IsString(member); kind++) {
    if (strcmp(member->valuestring, kind_names[kind]) != 0) continue;
    *out = kind;
    return 0;
  }
  return refuse("k", err);
}

static int read_text(const struct cJSON *item, struct sp_print *print, struct sp_error *err) {
  static const char *const known[] = {"t", "r", "s", NULL};
  const char *text = "", *right = NULL;
  int64_t style = 0;
  int rc = sp_json_only(item, known, err);
  if (!rc) rc = read_clean(item, "t", true, SP_PRINT_JSON_MAX, print, &text, err);
  if (!rc) rc = read_clean(item, "r", false, SP_PRINT_JSON_MAX, print, &right, err);
  if (!rc) rc = sp_json_get_int(item, "s", SP_OPTIONAL, 1, STYLE_ALL, &style, err);
  if (rc) return rc;
  int scale = style & SP_PRINT_WIDE ? 2 : 1;
  int width = sp_print_columns(text, strlen(text)) * scale;
  if (right) width += sp_print_columns(right, strlen(right)) * scale;
  if (width > print->columns) return refuse(right ? "r" : "t", err);
  if (right && !*right) return refuse("r", err);
  sp_print_put(print, &(const struct sp_print_line){.text = text, .right = right, .style = (uint8_t)style});
  return 0;
}

static int read_centre(const struct cJSON *item, uint8_t *out, struct sp_error *err) {
  int64_t style = 0;
  int rc = sp_json_get_int(item, "s", SP_OPTIONAL, SP_PRINT_CENTRE, SP_PRINT_CENTRE, &style, err);
  *out = (uint8_t)style;
  return rc;
}

static int read_code(const struct cJSON *item, enum sp_print_kind kind, struct sp_print *print, struct sp_error *err) {
  static const char *const known[] = {"k", "t", "s", "m", "h", NULL};
  const char *text = "";
  uint8_t style = 0;
  int64_t module = 0, height = 0;
  int32_t before = print->count;
  int rc = sp_json_only(item, known, err);
  if (!rc) rc = read_clean(item, "t", true, SP_PRINT_QR_MAX, print, &text, err);
  if (!rc) rc = read_centre(item, &style, err);
  if (!rc) rc = sp_json_get_int(item, "m", SP_OPTIONAL, 1, SP_PRINT_MODULE_MAX, &module, err);
  if (!rc) rc = sp_json_get_int(item, "h", SP_OPTIONAL, 1, SP_PRINT_HEIGHT_MAX, &height, err);
  if (!rc && kind == SP_PRINT_QR && height) rc = refuse("h", err);
  if (rc) return rc;
  if (kind == SP_PRINT_QR)
    sp_print_qr(print, style, text, (int)module);
  else
    sp_print_code128(print, style, text, (int)module, (int)height);
  return print->failed || print->count > before ? 0 : refuse("t", err);
}

static int read_picture(const struct cJSON *item, struct sp_print *print, struct sp_error *err) {
  static const char *const known[] = {"k", "s", "w", "h", "d", NULL};
  const struct cJSON *data = sp_json_member(item, "d");
  uint8_t style = 0;
  int64_t width = 0, height = 0;
  int rc = sp_json_only(item, known, err);
  if (!rc) rc = read_centre(item, &style, err);
  if (!rc) rc = sp_json_get_int(item, "w", SP_REQUIRED, 1, SP_PRINT_PICTURE_WIDTH, &width, err);
  if (!rc) rc = sp_json_get_int(item, "h", SP_REQUIRED, 1, SP_PRINT_PICTURE_HEIGHT, &height, err);
  if (rc) return rc;
  size_t len = rows_size(width, height);
  uint8_t *rows = sp_arena_alloc(print->arena, len);
  if (!rows) return sp_error_nomem(err, __func__);
  if (!cJSON_IsString(data) || !sp_print_rows_read(data->valuestring, rows, len)) return refuse("d", err);
  const struct sp_print_picture picture = {.width = (int32_t)width, .height = (int32_t)height, .rows = rows};
  sp_print_picture(print, style, &picture);
  return 0;
}

static int read_line(const struct cJSON *item, struct sp_print *print, struct sp_error *err) {
  static const char *const cut_known[] = {"k", NULL};
  uint8_t kind = SP_PRINT_TEXT;
  if (!cJSON_IsObject(item)) return refuse("", err);
  int rc = read_kind(item, &kind, err);
  if (rc) return rc;
  if (kind == SP_PRINT_TEXT) return read_text(item, print, err);
  if (kind == SP_PRINT_PICTURE) return read_picture(item, print, err);
  if (kind != SP_PRINT_CUT) return read_code(item, (enum sp_print_kind)kind, print, err);
  rc = sp_json_only(item, cut_known, err);
  if (!rc) sp_print_cut(print);
  return rc;
}

static int read_lines(const struct cJSON *array, struct sp_print *print, struct sp_error *err) {
  int at = 0;
  for (const struct cJSON *item = array->child; item; item = item->next, at++) {
    int rc = read_line(item, print, err);
    if (!rc && print->failed) rc = sp_print_end(print, err);
    if (!rc) continue;
    char prefix[32];
    snprintf(prefix, sizeof prefix, "lines[%d]", at);
    sp_error_prefix(err, prefix);
    return rc;
  }
  return 0;
}

static int read_head(const struct cJSON *tree, struct sp_arena *arena, struct sp_print *out, struct sp_error *err) {
  static const char *const known[] = {"v", "columns", "lang", "lines", NULL};
  int64_t version = 0, columns = 0;
  const char *lang = "";
  if (!cJSON_IsObject(tree)) return refuse("", err);
  int rc = sp_json_only(tree, known, err);
  if (!rc) rc = sp_json_get_int(tree, "v", SP_REQUIRED, VERSION, VERSION, &version, err);
  if (!rc)
    rc = sp_json_get_int(tree, "columns", SP_REQUIRED, SP_PRINT_COLUMNS_MIN, SP_PRINT_COLUMNS_MAX, &columns, err);
  if (!rc) rc = sp_json_get_text(tree, "lang", SP_REQUIRED, 2, &lang, err);
  if (!rc && strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0) rc = refuse("lang", err);
  return rc ? rc : sp_print_init(out, (int)columns, *lang == 'z' ? SP_LANG_ZH : SP_LANG_EN, arena, err);
}

int sp_print_parse(const char *json, size_t len, struct sp_arena *arena, struct sp_print *out, struct sp_error *err) {
  struct cJSON *tree = NULL;
  const struct cJSON *lines = NULL;
  int count = 0;
  *out = (struct sp_print){.arena = arena, .columns = SP_PRINT_COLUMNS_MIN};
  if (len > SP_PRINT_JSON_MAX)
    return sp_fail(err, SP_E_LIMIT, "", "A printout has at most %d bytes", SP_PRINT_JSON_MAX);
  int rc = sp_json_parse(json, len, &tree, err);
  if (!rc) rc = read_head(tree, arena, out, err);
  if (!rc) rc = sp_json_get_array(tree, "lines", SP_REQUIRED, SP_PRINT_LINES_MAX, &lines, &count, err);
  if (!rc) rc = read_lines(lines, out, err);
  if (rc) out->count = 0;
  sp_json_free(tree);
  return rc;
}
