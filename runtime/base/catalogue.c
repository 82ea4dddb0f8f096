#include "base/text.h"
#include "generated/texts.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

const char *sp_tr(enum sp_lang lang, const char *english) {
  if (lang != SP_LANG_ZH || !english) return english;
  int low = 0;
  int high = sp_text_count;
  while (low < high) {
    int middle = low + (high - low) / 2;
    int order = strcmp(english, sp_text_pairs[middle].english);
    if (order == 0) return sp_text_pairs[middle].chinese;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return english;
}

static const char *skip_blanks(const char *at) {
  while (*at == ' ' || *at == '\t')
    at++;
  return at;
}

/* ";q=0.8" after a language range, in thousandths (RFC 9110 §12.4.2). Without one: 1000. A malformed one: 0. */
static int quality(const char *at, const char *end) {
  at = memchr(at, ';', (size_t)(end - at));
  if (!at) return 1000;
  at = skip_blanks(at + 1);
  if ((*at != 'q' && *at != 'Q') || at[1] != '=' || (at[2] != '0' && at[2] != '1')) return 0;
  int value = (at[2] - '0') * 1000;
  at += 3;
  if (*at == '.') {
    at++;
    for (int unit = 100; unit > 0 && isdigit((unsigned char)*at); unit /= 10)
      value += (*at++ - '0') * unit;
  }
  return value > 1000 ? 1000 : value;
}

static bool names(const char *range, size_t len, const char *language) {
  return len >= 2 && strncasecmp(range, language, 2) == 0 && (len == 2 || range[2] == '-' || range[2] == '_');
}

enum sp_lang sp_lang_from(const char *accept_language) {
  enum sp_lang best = SP_LANG_EN;
  int highest = 0;
  const char *at = accept_language ? accept_language : "";
  while (*at != '\0') {
    at = skip_blanks(at);
    const char *end = at + strcspn(at, ",");
    size_t len = strcspn(at, ",; \t");
    bool chinese = names(at, len, "zh");
    int value = chinese || names(at, len, "en") ? quality(at, end) : 0;
    if (value > highest) {
      highest = value;
      best = chinese ? SP_LANG_ZH : SP_LANG_EN;
    }
    at = *end == ',' ? end + 1 : end;
  }
  return best;
}
