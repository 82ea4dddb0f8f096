#include "devices/sim/control.h"

#include "base/error.h"
#include "devices/sim/control_word.h"
#include <string.h>

static bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

void sp_vcontrol_split(const char *line, struct sp_vcontrol_words *out) {
  *out = (struct sp_vcontrol_words){.count = 0};
  for (const char *at = line; *at;) {
    while (is_blank(*at))
      at++;
    const char *start = at;
    while (*at && !is_blank(*at))
      at++;
    size_t len = (size_t)(at - start);
    if (len == 0) return;
    if (out->count == SP_VCONTROL_WORDS || len >= sizeof out->word[0]) {
      out->too_many = true;
      return;
    }
    memcpy(out->word[out->count++], start, len);
  }
}

bool sp_vcontrol_number(const char *word, const char *unit, int most, int *out) {
  bool minus = *word == '-';
  int64_t value = 0;
  const char *at = word + (minus ? 1 : 0);
  const char *first = at;
  for (; *at >= '0' && *at <= '9' && value <= most; at++)
    value = value * 10 + (*at - '0');
  if (at == first || strcmp(at, unit) != 0 || value > most) return false;
  *out = (int)(minus ? -value : value);
  return true;
}

int sp_vcontrol_switch(const char *word, const char *on, const char *off) {
  if (strcmp(word, "on") == 0 || strcmp(word, "1") == 0 || strcmp(word, on) == 0) return 1;
  if (strcmp(word, "off") == 0 || strcmp(word, "0") == 0 || strcmp(word, off) == 0) return 0;
  return -1;
}

int sp_vcontrol_answer(int rc, const char *why, struct sp_buf *answer) {
  if (rc)
    sp_buf_printf(answer, "error: %s\n", why);
  else
    sp_buf_puts(answer, "ok\n");
  return rc ? rc : answer->failed;
}

const char *sp_vcontrol_file(const char *line, size_t *len) {
  static const char *const verbs[] = {"text", "json", "png"};
  *len = 0;
  while (is_blank(*line))
    line++;
  for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
    size_t verb = strlen(verbs[i]);
    if (strncmp(line, verbs[i], verb) != 0 || !is_blank(line[verb])) continue;
    const char *file = line + verb;
    while (is_blank(*file))
      file++;
    *len = strlen(file);
    while (*len > 0 && is_blank(file[*len - 1]))
      (*len)--;
    return *len > 0 ? file : NULL;
  }
  return NULL;
}
