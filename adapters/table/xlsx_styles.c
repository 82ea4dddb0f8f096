#include "adapters/table/xlsx_parts.h"
#include <stdlib.h>
#include <string.h>

#define CUSTOM_MAX 4096 /* number formats a workbook defines itself */
#define FORMAT_MAX 65535

struct styles_reading {
  struct sp_xlsx_styles *out;
  size_t room;
  bool in_cells; /* inside <cellXfs>: <xf> also stands elsewhere */
  int customs;
  struct {
    uint16_t id;
    bool date;
  } custom[CUSTOM_MAX];
};

/* Formats without a code of their own (part 1 §18.8.30): 27 to 36 and 50 to 58 are dates in Chinese and Japanese
 * editions. */
static bool builtin_is_date(int64_t id) {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id == 45 || id == 47 || (id >= 50 && id <= 58);
}

/* "[h]", "[mm]", "[ss]": a duration. */
static bool is_elapsed(const char *inside, size_t len) {
  size_t same = len > 0 ? strspn(inside, "hHmMsS") : 0;
  return len > 0 && same >= len;
}

bool sp_xlsx_format_is_date(const char *code) {
  bool date = false;
  while (*code != '\0' && *code != ';') {
    if (*code == '"' || *code == '[') {
      const char *end = strchr(code + 1, *code == '"' ? '"' : ']');
      if (end == NULL || (*code == '[' && is_elapsed(code + 1, (size_t)(end - code - 1)))) {
        return false;
      }
      code = end + 1;
    } else if ((*code == '\\' || *code == '_' || *code == '*') && code[1] != '\0') {
      code += 2;
    } else {
      date = date || strchr("yYmMdDhHsS", *code) != NULL;
      code++;
    }
  }
  return date;
}

static bool is_date(const struct styles_reading *reading, int64_t id) {
  for (int i = 0; i < reading->customs; i++) {
    if (reading->custom[i].id == id) {
      return reading->custom[i].date;
    }
  }
  return builtin_is_date(id);
}

static int add_custom(struct styles_reading *reading, const char *const *attributes, struct sp_error *err) {
  int64_t id = sp_xml_number(sp_xml_attribute(attributes, "numFmtId"), FORMAT_MAX, -1);
  const char *code = sp_xml_attribute(attributes, "formatCode");
  if (id < 0 || code == NULL) {
    return 0;
  }
  if (reading->customs == CUSTOM_MAX) {
    return sp_fail(err, SP_E_LIMIT, NULL, "The workbook has too many styles");
  }
  reading->custom[reading->customs].id = (uint16_t)id;
  reading->custom[reading->customs++].date = sp_xlsx_format_is_date(code);
  return 0;
}

static int add_style(struct styles_reading *reading, const char *const *attributes, struct sp_error *err) {
  struct sp_xlsx_styles *out = reading->out;
  if (out->count == SP_XLSX_STYLES_MAX) {
    return sp_fail(err, SP_E_LIMIT, NULL, "The workbook has too many styles");
  }
  if (out->count == reading->room) {
    size_t room = reading->room == 0 ? 256 : reading->room * 2;
    uint8_t *dates = realloc(out->dates, room);
    if (dates == NULL) {
      return sp_error_nomem(err, __func__);
    }
    out->dates = dates;
    reading->room = room;
  }
  int64_t id = sp_xml_number(sp_xml_attribute(attributes, "numFmtId"), FORMAT_MAX, 0);
  out->dates[out->count++] = is_date(reading, id) ? 1 : 0;
  return 0;
}

static int on_start(void *ctx, const char *name, const char *const *attributes, struct sp_error *err) {
  struct styles_reading *reading = ctx;
  if (strcmp(name, "numFmt") == 0 && !reading->in_cells) {
    return add_custom(reading, attributes, err);
  }
  if (strcmp(name, "cellXfs") == 0) {
    reading->in_cells = true;
  }
  return reading->in_cells && strcmp(name, "xf") == 0 ? add_style(reading, attributes, err) : 0;
}

static int on_end(void *ctx, const char *name, struct sp_error *err) {
  struct styles_reading *reading = ctx;
  (void)err;
  if (strcmp(name, "cellXfs") == 0) {
    reading->in_cells = false;
  }
  return 0;
}

int sp_xlsx_styles_read(struct zip *zip, const char *part, struct sp_xlsx_styles *out, struct sp_error *err) {
  *out = (struct sp_xlsx_styles){0};
  if (part[0] == '\0') {
    return 0;
  }
  struct styles_reading *reading = calloc(1, sizeof *reading);
  if (reading == NULL) {
    return sp_error_nomem(err, __func__);
  }
  reading->out = out;
  const struct sp_xml_handler handler = {.start = on_start, .end = on_end, .ctx = reading};
  int rc = sp_xml_read(zip, part, &handler, err);
  free(reading);
  return rc;
}

void sp_xlsx_styles_free(struct sp_xlsx_styles *styles) {
  free(styles->dates);
  styles->dates = NULL;
  styles->count = 0;
}
