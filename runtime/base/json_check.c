#include "base/json.h"
#include "base/json_scan.h"
#include "base/text.h"
#include <stdlib.h>

/* cJSON copies a number into 63 characters and a NUL before reading it; a longer one would not survive. */
enum { NUMBER_MAX_LEN = 63, FEW_KEYS = 8, OWN_KEYS = 48 };

struct key {
  uint64_t hash; /* of the decoded characters */
  const char *text;
  size_t len;
  bool plain; /* ASCII without escapes: its bytes are its characters */
};

struct frame {
  bool object;
  size_t keys_from; /* its keys are keys[keys_from] … keys[key_count − 1] */
  const char *key;  /* the member being read, raw; null before the first */
  size_t key_len;
  size_t index; /* the element being read */
};

struct check {
  const char *start;
  const char *at;
  const char *end;
  const char *why; /* what is wrong at `at`, as a key of the catalogue; null while all is well */
  bool nomem;
  bool fractions;
  int depth;
  struct frame frames[SP_JSON_DEPTH_MAX];
  struct key *keys; /* a stack shared by all open objects */
  size_t key_count;
  size_t key_cap;
  struct key own_keys[OWN_KEYS];
};

static bool fail(struct check *c, const char *at, const char *why) {
  c->at = at;
  c->why = why;
  return false;
}

/* ---- Strings ---- */

static int hex4(const char *at, const char *end, uint32_t *code) {
  if (end - at < 4) return -1;
  uint32_t value = 0;
  for (int i = 0; i < 4; i++) {
    uint32_t digit = (unsigned char)at[i];
    if (digit >= '0' && digit <= '9')
      value = value << 4 | (digit - '0');
    else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f')
      value = value << 4 | ((digit | 0x20) - 'a' + 10);
    else
      return -1;
  }
  *code = value;
  return 0;
}

/* `at` is the backslash. Leaves c->at behind the whole escape, both halves of a surrogate pair included. */
static bool scan_escape(struct check *c, const char *at) {
  if (c->end - at < 2) return fail(c, c->end, "the text is not closed");
  if (at[1] != 'u') {
    if (at[1] == '\0' || !strchr("\"\\/bfnrt", at[1])) return fail(c, at, "this escape does not exist");
    c->at = at + 2;
    return true;
  }
  uint32_t code = 0;
  uint32_t low = 0;
  if (hex4(at + 2, c->end, &code)) return fail(c, at, "\\u takes four hexadecimal digits");
  if (code == 0) return fail(c, at, "a text cannot contain the character zero");
  c->at = at + 6;
  if (code < 0xD800 || code > 0xDFFF) return true;
  bool pair = code < 0xDC00 && c->end - at >= 12 && at[6] == '\\' && at[7] == 'u' && !hex4(at + 8, c->end, &low) &&
              low >= 0xDC00 && low <= 0xDFFF;
  if (!pair) return fail(c, at, "half of a surrogate pair is missing");
  c->at = at + 12;
  return true;
}

/* c->at is the opening quote; leaves it behind the closing one. `plain` becomes false when decoding has work to do. */
static bool scan_string(struct check *c, bool *plain) {
  const char *at = c->at + 1;
  *plain = true;
  for (;;) {
    at += sp_json_plain(at, (size_t)(c->end - at));
    if (at == c->end) return fail(c, at, "the text is not closed");
    unsigned char byte = (unsigned char)*at;
    if (byte == '"') {
      c->at = at + 1;
      return true;
    }
    if (byte == '\\') {
      *plain = false;
      if (!scan_escape(c, at)) return false;
      at = c->at;
    } else if (byte < 0x20) {
      return fail(c, at, "a control character must be escaped");
    } else if (byte < 0x80) {
      at++;
    } else {
      uint32_t code = 0;
      int step = sp_utf8_next(at, (size_t)(c->end - at), &code);
      *plain = false;
      if (step < 0) return fail(c, at, "this is not valid UTF-8");
      at += step;
    }
  }
}

/* The next character of a string that was already checked. */
static uint32_t next_code(const char **at, const char *end) {
  static const char from[] = "bfnrt";
  static const char to[] = "\b\f\n\r\t";
  const char *p = *at;
  uint32_t code = 0;
  if (*p != '\\') {
    int step = sp_utf8_next(p, (size_t)(end - p), &code);
    *at = p + (step > 0 ? step : 1);
    return code;
  }
  if (p[1] != 'u') {
    const char *known = strchr(from, p[1]);
    *at = p + 2;
    return (unsigned char)(known ? to[known - from] : p[1]);
  }
  (void)hex4(p + 2, end, &code);
  *at = p + 6;
  if (code < 0xD800 || code > 0xDFFF) return code;
  uint32_t low = 0;
  (void)hex4(p + 8, end, &low);
  *at = p + 12;
  return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

/* ---- Keys ---- */

/* FNV-1a over characters, so that a key and its escaped spelling meet. */
static uint64_t key_hash(const struct key *key) {
  uint64_t hash = 0xCBF29CE484222325u;
  const char *end = key->text + key->len;
  for (const char *at = key->text; at < end;) {
    uint32_t code = key->plain ? (unsigned char)*at++ : next_code(&at, end);
    hash = (hash ^ code) * 0x100000001B3u;
  }
  return hash;
}

static int key_compare(const struct key *a, const struct key *b) {
  if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
  const char *left = a->text;
  const char *right = b->text;
  const char *left_end = a->text + a->len;
  const char *right_end = b->text + b->len;
  while (left < left_end && right < right_end) {
    uint32_t x = next_code(&left, left_end);
    uint32_t y = next_code(&right, right_end);
    if (x != y) return x < y ? -1 : 1;
  }
  return (left < left_end) - (right < right_end);
}

static int key_order(const void *a, const void *b) {
  const struct key *left = a;
  const struct key *right = b;
  int order = key_compare(left, right);
  return order ? order : (left->text > right->text) - (left->text < right->text);
}

static bool keys_grow(struct check *c) {
  size_t cap = c->key_cap * 2;
  bool own = c->keys == c->own_keys;
  struct key *keys = realloc(own ? NULL : c->keys, cap * sizeof *keys);
  if (!keys) {
    c->nomem = true;
    return false;
  }
  if (own) memcpy(keys, c->own_keys, sizeof c->own_keys);
  c->keys = keys;
  c->key_cap = cap;
  return true;
}

static bool scan_key(struct check *c) {
  if (c->at == c->end || *c->at != '"') return fail(c, c->at, "a name in quotes is expected here");
  if (c->key_count == c->key_cap && !keys_grow(c)) return false;
  struct key *key = &c->keys[c->key_count];
  key->text = c->at + 1;
  if (!scan_string(c, &key->plain)) return false;
  key->len = (size_t)(c->at - 1 - key->text);
  key->hash = key_hash(key);
  c->key_count++;
  struct frame *frame = &c->frames[c->depth - 1];
  frame->key = key->text;
  frame->key_len = key->len;
  return true;
}

/* The second of two equal keys that stands earliest in the text, or null. Few keys are compared each with each; many
 * are sorted first, so that a hostile document costs n log n. */
static const struct key *find_duplicate(struct key *keys, size_t count) {
  const struct key *found = NULL;
  if (count <= FEW_KEYS) {
    for (size_t i = 1; i < count; i++) {
      for (size_t k = 0; k < i; k++) {
        if (keys[i].hash == keys[k].hash && key_compare(&keys[i], &keys[k]) == 0) return &keys[i];
      }
    }
    return NULL;
  }
  qsort(keys, count, sizeof *keys, key_order);
  for (size_t i = 1; i < count; i++) {
    if (key_compare(&keys[i], &keys[i - 1]) == 0 && (!found || keys[i].text < found->text)) found = &keys[i];
  }
  return found;
}

static bool keys_close(struct check *c, struct frame *frame) {
  const struct key *twice = find_duplicate(c->keys + frame->keys_from, c->key_count - frame->keys_from);
  c->key_count = frame->keys_from;
  if (!twice) return true;
  frame->key = twice->text;
  frame->key_len = twice->len;
  return fail(c, twice->text - 1, "this name stands twice in one object");
}

/* ---- Numbers and words ---- */

static const char *skip_digits(const char *at, const char *end) {
  while (at < end && *at >= '0' && *at <= '9')
    at++;
  return at;
}

static bool is_safe_integer(const char *digits, size_t len) {
  if (len > 16) return false;
  int64_t value = 0;
  for (size_t i = 0; i < len; i++)
    value = value * 10 + (digits[i] - '0');
  return value <= SP_JSON_INT_MAX;
}

static bool scan_number(struct check *c) {
  const char *start = c->at;
  const char *digits = start + (*start == '-');
  const char *at = skip_digits(digits, c->end);
  if (at == digits) return fail(c, start, "a number needs a digit here");
  if (*digits == '0' && at - digits > 1) return fail(c, start, "a number cannot start with 0");
  const char *whole = at;
  if (at < c->end && *at == '.') {
    const char *fraction = at + 1;
    at = skip_digits(fraction, c->end);
    if (at == fraction) return fail(c, start, "a number needs a digit here");
  }
  if (at < c->end && (*at == 'e' || *at == 'E')) {
    const char *exponent = at + 1;
    if (exponent < c->end && (*exponent == '+' || *exponent == '-')) exponent++;
    at = skip_digits(exponent, c->end);
    if (at == exponent) return fail(c, start, "a number needs a digit here");
  }
  if (at == whole && !is_safe_integer(digits, (size_t)(whole - digits)))
    return fail(c, start, "a whole number must lie within ±9007199254740991");
  if (at - start > NUMBER_MAX_LEN) return fail(c, start, "this number has too many digits");
  c->fractions |= at != whole;
  c->at = at;
  return true;
}

static bool scan_word(struct check *c, const char *word) {
  size_t len = strlen(word);
  if ((size_t)(c->end - c->at) < len || memcmp(c->at, word, len) != 0)
    return fail(c, c->at, "a value is expected here");
  c->at += len;
  return true;
}

/* ---- Documents ---- */

static void skip_space(struct check *c) {
  while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\r' || *c->at == '\t'))
    c->at++;
}

static bool scan_colon(struct check *c) {
  skip_space(c);
  if (c->at == c->end || *c->at != ':') return fail(c, c->at, "a colon is expected here");
  c->at++;
  return true;
}

/* c->at is behind the bracket. `done` tells that it was closed at once. */
static bool open_container(struct check *c, bool object, bool *done) {
  if (c->depth == SP_JSON_DEPTH_MAX) return fail(c, c->at - 1, "values are nested too deeply");
  c->frames[c->depth++] = (struct frame){.object = object, .keys_from = c->key_count};
  skip_space(c);
  if (c->at < c->end && *c->at == (object ? '}' : ']')) {
    c->at++;
    c->depth--;
    *done = true;
    return true;
  }
  *done = false;
  return !object || (scan_key(c) && scan_colon(c));
}

/* One value, or the opening of one: `done` is false when its first member or element comes next. */
static bool scan_value(struct check *c, bool *done) {
  bool plain = true;
  *done = true;
  skip_space(c);
  switch (c->at < c->end ? *c->at : '\0') {
  case '{':
    c->at++;
    return open_container(c, true, done);
  case '[':
    c->at++;
    return open_container(c, false, done);
  case '"':
    return scan_string(c, &plain);
  case 't':
    return scan_word(c, "true");
  case 'f':
    return scan_word(c, "false");
  case 'n':
    return scan_word(c, "null");
  case '-':
  case '0':
  case '1':
  case '2':
  case '3':
  case '4':
  case '5':
  case '6':
  case '7':
  case '8':
  case '9':
    return scan_number(c);
  default:
    return fail(c, c->at, "a value is expected here");
  }
}

/* Behind a value: close what ends here; `more` tells that another value follows. */
static bool scan_after(struct check *c, bool *more) {
  *more = false;
  while (c->depth > 0) {
    struct frame *frame = &c->frames[c->depth - 1];
    skip_space(c);
    char next = c->at < c->end ? *c->at : '\0';
    if (next == ',') {
      c->at++;
      *more = true;
      frame->index++;
      skip_space(c);
      return !frame->object || (scan_key(c) && scan_colon(c));
    }
    if (next != (frame->object ? '}' : ']'))
      return fail(c, c->at, frame->object ? "a comma or } is expected here" : "a comma or ] is expected here");
    if (frame->object && !keys_close(c, frame)) return false;
    c->at++;
    c->depth--;
  }
  return true;
}

static bool scan_document(struct check *c) {
  bool more = true;
  while (more) {
    bool done = false;
    if (!scan_value(c, &done)) return false;
    if (done && !scan_after(c, &more)) return false;
  }
  skip_space(c);
  return c->at == c->end || fail(c, c->at, "nothing may follow the document");
}

/* ---- Telling ---- */

static void path_of(const struct check *c, struct sp_buf *path) {
  for (int i = 0; i < c->depth; i++) {
    const struct frame *frame = &c->frames[i];
    if (!frame->object) {
      sp_buf_printf(path, "[%zu]", frame->index);
      continue;
    }
    if (frame->key && path->len > 0) sp_buf_putc(path, '.');
    const char *end = frame->key ? frame->key + frame->key_len : NULL;
    for (const char *at = frame->key; at < end;)
      sp_utf8_put(path, next_code(&at, end));
  }
}

static int tell(const struct check *c, struct sp_error *err) {
  if (c->nomem) return sp_error_nomem(err, "sp_json_check");
  if (!err) return SP_E_INVALID;
  long line = 1;
  long column = 1;
  for (const char *at = c->start; at < c->at; at++) {
    if (*at == '\n') {
      line++;
      column = 1;
    } else if (((unsigned char)*at & 0xC0) != 0x80) {
      column++;
    }
  }
  struct sp_buf path;
  sp_buf_init(&path, 4 * sizeof err->field);
  path_of(c, &path);
  int code = sp_error_set(err, SP_E_INVALID, "sp_json_check", sp_buf_text(&path), "Line %ld, column %ld: %s", line,
                          column, sp_tr(err->lang, c->why));
  sp_buf_free(&path);
  return code;
}

int sp_json_scan(const char *text, size_t len, bool *fractions, struct sp_error *err) {
  struct check c;
  c.start = c.at = text;
  c.end = text + len;
  c.why = NULL;
  c.nomem = c.fractions = false;
  c.depth = 0;
  c.keys = c.own_keys; /* the arrays stay unset: clearing them would cost more than most documents */
  c.key_count = 0;
  c.key_cap = OWN_KEYS;
  int code = scan_document(&c) ? 0 : tell(&c, err);
  if (c.keys != c.own_keys) free(c.keys);
  *fractions = c.fractions;
  return code;
}

int sp_json_check(const char *text, size_t len, struct sp_error *err) {
  bool fractions = false;
  return sp_json_scan(text, len, &fractions, err);
}
