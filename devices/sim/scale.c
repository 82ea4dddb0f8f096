#include "devices/sim/scale_write.h"

#include "base/error.h"
#include <string.h>

int32_t sp_scale_sim_net(const struct sp_scale_sim *sim) {
  return sim->gross - sim->zero - sim->tare;
}

bool sp_scale_sim_is_over(const struct sp_scale_sim *sim) {
  return sim->gross - sim->zero > sim->capacity;
}

int sp_scale_sim_frame(const struct sp_scale_sim *sim, struct sp_buf *out) {
  sp_scale_sim_write write = sp_scale_sim_writer(sim->protocol);
  if (!write) return SP_E_UNSUPPORTED;
  write(sim, out);
  return out->failed;
}

/* ---- What it understands ---- */

enum deed { WEIGH, ACKNOWLEDGE, ZERO, TARE, UNTARE, ZERO_8217, STATUS_NCI, ZERO_NCI, STATUS_DIALOG };

struct word {
  const char *protocol; /* a beginning is enough: "aclas" */
  const char *bytes;
  enum deed deed;
};

static const struct word words[] = {
    {"mt8217", "W", WEIGH},          {"mt8217", "Z", ZERO_8217},
    {"mt_sics", "SI\r\n", WEIGH},    {"mt_sics", "S\r\n", WEIGH},
    {"mt_sics", "Z\r\n", ZERO},      {"mt_sics", "T\r\n", TARE},
    {"mt_sics", "TAC\r\n", UNTARE},  {"toledo", "P", WEIGH},
    {"toledo", "Z", ZERO},           {"toledo", "T", TARE},
    {"toledo", "C", UNTARE},         {"cas_ap1", "\x05", ACKNOWLEDGE},
    {"cas_ap1", "\x11", WEIGH},      {"aclas_os2", "\x05", ACKNOWLEDGE},
    {"aclas_os2", "\x11", WEIGH},    {"aclas_os2", "<TK>\t", TARE},
    {"aclas_os2", "<ZK>\t", ZERO},   {"dahua_acs", "P", WEIGH},
    {"dialog06", "\x04\x05", WEIGH}, {"dialog06", "\x04\x02\x30\x38\x03", STATUS_DIALOG},
    {"nci", "W\r", WEIGH},           {"nci", "S\r", STATUS_NCI},
    {"nci", "Z\r", ZERO_NCI},        {"adam", "P\r\n", WEIGH},
    {"adam", "Z\r\n", ZERO},         {"adam", "T\r\n", TARE},
};

bool sp_scale_sim_zero(struct sp_scale_sim *sim) {
  if (sim->moving) return false;
  sim->zero = sim->gross;
  sim->tare = 0;
  sim->unzeroed = false;
  return true;
}

bool sp_scale_sim_tare(struct sp_scale_sim *sim) {
  int32_t load = sim->gross - sim->zero;
  if (sim->moving || load <= 0 || load > sim->capacity) return false;
  sim->tare = load;
  return true;
}

static int act(struct sp_scale_sim *sim, enum deed deed, struct sp_buf *out) {
  switch (deed) {
  case WEIGH:
    return sp_scale_sim_frame(sim, out);
  case ACKNOWLEDGE:
    return sp_buf_putc(out, 0x06);
  case TARE:
    (void)sp_scale_sim_tare(sim);
    break;
  case UNTARE:
    sim->tare = 0;
    break;
  case ZERO:
  case ZERO_8217:
  case ZERO_NCI:
    (void)sp_scale_sim_zero(sim);
    break;
  case STATUS_DIALOG:
    return sp_buf_printf(out, "\x02%s\x1B%02d\x03", "09", sp_scale_sim_dialog_status(sim));
  default:
    break;
  }
  if (deed == ZERO_8217) sp_scale_sim_write_status_8217(sim, out);
  if (deed == STATUS_NCI || deed == ZERO_NCI) sp_scale_sim_write_status_nci(sim, out);
  return out->failed;
}

/* ---- Prices ---- */

static bool read_digits(const uint8_t *bytes, size_t len, int32_t *out) {
  int32_t value = 0;
  for (size_t i = 0; i < len; i++) {
    if (bytes[i] < '0' || bytes[i] > '9') return false;
    value = value * 10 + (bytes[i] - '0');
  }
  *out = value;
  return true;
}

/* Records 01 (price) and 03 (price and tare). */
static int hear_dialog(struct sp_scale_sim *sim, const uint8_t *bytes, size_t len, struct sp_buf *out) {
  int32_t price = 0;
  int32_t tare = 0;
  bool plain = len == 13 && memcmp(bytes + 2, "01\x1B", 3) == 0;
  bool with_tare = len == 17 && memcmp(bytes + 2, "03\x1B", 3) == 0;
  bool right = (plain || with_tare) && bytes[len - 1] == 0x03 && bytes[11] == 0x1B && read_digits(bytes + 5, 6, &price);
  if (right && with_tare) right = read_digits(bytes + 12, 4, &tare);
  if (!right || price == 0) return sp_buf_putc(out, 0x15);
  sim->price = price;
  if (with_tare) sim->tare = tare;
  return sp_buf_putc(out, 0x06);
}

static int hear_tisa(struct sp_scale_sim *sim, const uint8_t *bytes, size_t len, struct sp_buf *out) {
  uint8_t sum = 0;
  for (size_t i = 0; i < 7; i++)
    sum ^= bytes[i];
  if (len != 10 || memcmp(bytes, "98", 2) != 0 || bytes[7] != sum || memcmp(bytes + 8, "\r\n", 2) != 0) return 0;
  if (!read_digits(bytes + 2, 5, &sim->price)) return 0;
  return sp_scale_sim_frame(sim, out);
}

int sp_scale_sim_hear(struct sp_scale_sim *sim, const uint8_t *bytes, size_t len, struct sp_buf *out) {
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    const struct word *word = &words[i];
    if (strncmp(sim->protocol, word->protocol, strlen(word->protocol)) != 0) continue;
    if (strlen(word->bytes) == len && memcmp(word->bytes, bytes, len) == 0) return act(sim, word->deed, out);
  }
  if (strcmp(sim->protocol, "dialog06") == 0 && len >= 13 && bytes[0] == 0x04 && bytes[1] == 0x02)
    return hear_dialog(sim, bytes, len, out);
  if (strcmp(sim->protocol, "tisa") == 0 && len >= 10) return hear_tisa(sim, bytes, len, out);
  return 0;
}

/* ---- From a line ---- */

/* Length of the request that `bytes` begin with, 0 when it has to be waited for, -1 when they begin none. */
static int request_length(const struct sp_scale_sim *sim, const uint8_t *bytes, size_t len) {
  bool open = false;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    const struct word *word = &words[i];
    size_t whole = strlen(word->bytes);
    if (strncmp(sim->protocol, word->protocol, strlen(word->protocol)) != 0) continue;
    if (len >= whole && memcmp(word->bytes, bytes, whole) == 0) return (int)whole;
    if (len < whole && memcmp(word->bytes, bytes, len) == 0) open = true;
  }
  if (open) return 0;
  if (strcmp(sim->protocol, "tisa") == 0 && bytes[0] == '9' && (len < 2 || bytes[1] == '8')) return len < 10 ? 0 : 10;
  if (strcmp(sim->protocol, "dialog06") != 0 || len < 4 || memcmp(bytes, "\x04\x02\x30", 3) != 0) return -1;
  size_t whole = bytes[3] == '1' ? 13 : bytes[3] == '3' ? 17 : 0;
  return whole == 0 ? -1 : len < whole ? 0 : (int)whole;
}

int sp_scale_sim_listen(struct sp_scale_sim *sim, struct sp_scale_ear *ear, const uint8_t *bytes, size_t len,
                        struct sp_buf *out) {
  int rc = 0;
  for (size_t i = 0; i < len && !rc; i++) {
    ear->bytes[ear->len++] = bytes[i];
    while (ear->len > 0 && !rc) {
      int request = request_length(sim, ear->bytes, ear->len);
      if (request == 0) break;
      if (request > 0) rc = sp_scale_sim_hear(sim, ear->bytes, (size_t)request, out);
      size_t used = request > 0 ? (size_t)request : 1;
      ear->len -= used;
      memmove(ear->bytes, ear->bytes + used, ear->len);
    }
  }
  return rc;
}

int sp_scale_sim_spoil(enum sp_scale_spoil how, uint64_t dice, const uint8_t *bytes, size_t len, struct sp_buf *out) {
  if (len == 0) return 0;
  size_t at = (size_t)(dice % len);
  uint8_t bit = (uint8_t)(1u << (dice / len % 8));
  if (how == SP_SPOIL_CUT) return sp_buf_add(out, bytes, at);
  if (how == SP_SPOIL_BEHEAD) return sp_buf_add(out, bytes + at + 1, len - at - 1);
  sp_buf_add(out, bytes, at);
  if (how == SP_SPOIL_FLIP) sp_buf_putc(out, (char)(bytes[at] ^ bit));
  if (how == SP_SPOIL_DOUBLE) sp_buf_putc(out, (char)bytes[at]);
  if (how != SP_SPOIL_DROP && how != SP_SPOIL_FLIP) sp_buf_putc(out, (char)bytes[at]);
  return sp_buf_add(out, bytes + at + 1, len - at - 1);
}
