#include "devices/sim/printer_state.h"

/* Commands of a fixed length, by their second byte; the length counts all bytes. */
struct fixed {
  unsigned char name, len;
};

static const struct fixed esc_commands[] = {
    {' ', 3}, {'!', 3},  {'$', 4}, {'%', 3}, {'-', 3}, {'2', 2}, {'3', 3}, {'=', 3}, {'?', 3}, {'@', 2},
    {'B', 4}, {'E', 3},  {'G', 3}, {'J', 3}, {'K', 3}, {'L', 2}, {'M', 3}, {'R', 3}, {'S', 2}, {'T', 3},
    {'V', 3}, {'W', 10}, {92, 4},  {'a', 3}, {'c', 4}, {'d', 3}, {'e', 3}, {'i', 2}, {'m', 2}, {'p', 5},
    {'r', 3}, {'t', 3},  {'u', 3}, {'v', 2}, {'{', 3}, {'U', 3}, {12, 2},  {0, 0},
};

static const struct fixed gs_commands[] = {
    {'!', 3}, {'$', 4}, {'/', 3}, {':', 2}, {'B', 3}, {'H', 3}, {'I', 3}, {'L', 4}, {'P', 4}, {'T', 3}, {'W', 4},
    {92, 4},  {'^', 5}, {'a', 3}, {'b', 3}, {'c', 2}, {'f', 3}, {'h', 3}, {'j', 3}, {'r', 3}, {'w', 3}, {0, 0},
};

static const struct fixed fs_commands[] = {
    {'!', 3}, {'&', 2}, {'-', 3}, {'.', 2}, {'C', 3}, {'S', 4}, {'W', 3}, {'2', 76}, {'?', 4}, {'p', 4}, {0, 0},
};

static size_t fixed_length(const struct fixed *table, unsigned char name) {
  for (; table->len; table++)
    if (table->name == name) return table->len;
  return 2; /* unknown: both bytes are kept, what follows is taken for text, as printers do */
}

static size_t word(const unsigned char *bytes) {
  return (size_t)bytes[0] | (size_t)bytes[1] << 8;
}

/* Up to a NUL, at most `most` bytes. */
static size_t until_nul(const unsigned char *bytes, size_t from, size_t len, size_t most) {
  for (size_t at = from; at < len; at++)
    if (bytes[at] == 0 || at + 1 == most) return at + 1;
  return len + 1;
}

/* ESC & y c1 c2, then for each character its width x and y * x bytes. */
static size_t user_characters(const unsigned char *bytes, size_t len) {
  if (len < 5) return 5;
  size_t total = 5;
  for (int c = bytes[3]; c <= bytes[4]; c++) {
    if (total >= len) return total + 1;
    total += 1 + (size_t)bytes[2] * bytes[total];
  }
  return total;
}

/* FS q n, then for each picture its size in bytes and its columns. */
static size_t nv_pictures(const unsigned char *bytes, size_t len) {
  if (len < 3) return 3;
  size_t total = 3;
  for (int i = 0; i < bytes[2]; i++) {
    if (total + 4 > len) return total + 4;
    total += 4 + word(bytes + total) * word(bytes + total + 2) * 8;
  }
  return total;
}

static size_t esc_length(const unsigned char *bytes, size_t len) {
  switch (bytes[1]) {
  case '*':
    if (len < 5) return 5;
    return 5 + word(bytes + 3) * (bytes[2] >= 32 ? 3 : 1);
  case 'D':
    return until_nul(bytes, 2, len, 35);
  case '&':
    return user_characters(bytes, len);
  case '(':
    return len < 5 ? 5 : 5 + word(bytes + 3);
  default:
    return fixed_length(esc_commands, bytes[1]);
  }
}

static size_t gs_length(const unsigned char *bytes, size_t len) {
  switch (bytes[1]) {
  case '(':
    return len < 5 ? 5 : 5 + word(bytes + 3);
  case '8':
    return len < 7 ? 7 : 7 + word(bytes + 3) + (word(bytes + 5) << 16);
  case 'v':
    return len < 8 ? 8 : 8 + word(bytes + 4) * word(bytes + 6);
  case '*':
    return len < 4 ? 4 : 4 + (size_t)bytes[2] * bytes[3] * 8;
  case 'V':
    if (len < 3) return 3;
    return bytes[2] == 65 || bytes[2] == 66 || (bytes[2] >= 97 && bytes[2] <= 104) ? 4 : 3;
  case 'k':
    if (len < 3) return 3;
    if (bytes[2] <= 6) return until_nul(bytes, 3, len, 260);
    return len < 4 ? 4 : 4 + (size_t)bytes[3];
  default:
    return fixed_length(gs_commands, bytes[1]);
  }
}

static size_t fs_length(const unsigned char *bytes, size_t len) {
  if (bytes[1] == '(') return len < 5 ? 5 : 5 + word(bytes + 3);
  if (bytes[1] == 'q') return nv_pictures(bytes, len);
  return fixed_length(fs_commands, bytes[1]);
}

/* They acted when they arrived; here they only have to be stepped over. */
static size_t dle_length(const unsigned char *bytes, size_t len) {
  if (bytes[1] == 0x04 || bytes[1] == 0x05) return 3;
  if (bytes[1] != 0x14) return 2;
  if (len < 3) return 3;
  switch (bytes[2]) {
  case 1:
  case 2:
    return 5;
  case 3:
    return 8;
  case 7:
    return 4;
  case 8:
    return 10;
  default:
    return 3;
  }
}

size_t sp_vp_measure(const struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  unsigned char lead = bytes[0];
  if (lead >= 0x20) return sp_vp_text_length(printer, bytes, len);
  if (lead != SP_VP_ESC && lead != SP_VP_GS && lead != SP_VP_FS && lead != SP_VP_DLE) return 1;
  if (len < 2) return 2;
  if (lead == SP_VP_ESC) return esc_length(bytes, len);
  if (lead == SP_VP_GS) return gs_length(bytes, len);
  if (lead == SP_VP_FS) return fs_length(bytes, len);
  return dle_length(bytes, len);
}
