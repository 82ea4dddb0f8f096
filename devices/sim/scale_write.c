#include "devices/sim/scale_write.h"

#include <stdlib.h>
#include <string.h>

/* Kilograms with three decimals. */
#define KILOGRAMS(grams) (grams) / 1000, (grams) % 1000

static int32_t magnitude(const struct sp_scale_sim *sim) {
  return abs(sp_scale_sim_net(sim));
}

static bool is_negative(const struct sp_scale_sim *sim) {
  return sp_scale_sim_net(sim) < 0;
}

static void put_byte(struct sp_buf *out, int byte) {
  sp_buf_putc(out, (char)byte);
}

/* The exclusive or of what was written since `from`. */
static int xor_since(const struct sp_buf *out, size_t from) {
  int sum = 0;
  for (size_t at = from; at < out->len; at++)
    sum ^= (unsigned char)out->data[at];
  return sum;
}

/* ---- Mettler-Toledo ---- */

void sp_scale_sim_write_status_8217(const struct sp_scale_sim *sim, struct sp_buf *out) {
  int status = 0x40;
  if (sim->moving) status |= 0x01;
  if (sp_scale_sim_is_over(sim)) status |= 0x02;
  if (is_negative(sim)) status |= 0x04;
  if (sim->unzeroed) status |= 0x08;
  if (magnitude(sim) == 0) status |= 0x10;
  if (sim->tare) status |= 0x20;
  sp_buf_printf(out, "\x02?%c\r", status);
}

static void write_8217(const struct sp_scale_sim *sim, struct sp_buf *out) {
  if (sim->moving || sp_scale_sim_is_over(sim) || is_negative(sim) || sim->unzeroed)
    sp_scale_sim_write_status_8217(sim, out);
  else
    sp_buf_printf(out, "\x02%02d.%03d%s\r", KILOGRAMS(magnitude(sim)), sim->tare ? "N" : "");
}

static void write_sics(const struct sp_scale_sim *sim, struct sp_buf *out) {
  if (sim->unzeroed)
    sp_buf_puts(out, "S I\r\n");
  else if (sp_scale_sim_is_over(sim))
    sp_buf_puts(out, "S +\r\n");
  else
    sp_buf_printf(out, "S %c %s%d.%03d kg\r\n", sim->moving ? 'D' : 'S',
                  magnitude(sim) < 10000 ? (is_negative(sim) ? "    -" : "     ")
                                         : (is_negative(sim) ? "   -" : "    "),
                  KILOGRAMS(magnitude(sim)));
}

static void write_toledo_plain(const struct sp_scale_sim *sim, struct sp_buf *out) {
  int b = 0x30;
  if (sim->tare) b |= 0x01;
  if (is_negative(sim)) b |= 0x02;
  if (sp_scale_sim_is_over(sim)) b |= 0x04;
  if (sim->moving) b |= 0x08;
  if (sim->unzeroed) b |= 0x40;
  sp_buf_printf(out, "\x02\x35%c\x20%6d%6d\r", b, magnitude(sim), sim->tare);
}

static void write_toledo(const struct sp_scale_sim *sim, struct sp_buf *out) {
  size_t from = out->len;
  int sum = 0;
  write_toledo_plain(sim, out);
  for (size_t at = from; at < out->len; at++)
    sum += out->data[at] & 0x7F;
  put_byte(out, -sum & 0x7F);
}

/* ---- CAS and Aclas ---- */

static void write_header(const struct sp_scale_sim *sim, struct sp_buf *out, bool aclas, char point) {
  size_t from = out->len;
  bool none = sp_scale_sim_is_over(sim) || (sim->unzeroed && aclas);
  char status = sim->moving || sim->unzeroed ? 'U' : 'S';
  sp_buf_puts(out, "\x01\x02");
  if (none)
    sp_buf_printf(out, "%s", aclas ? "F       kg" : "UFFFFFFFkg");
  else
    sp_buf_printf(out, "%c%c%02d%c%03dkg", status, is_negative(sim) ? '-' : ' ', magnitude(sim) / 1000, point,
                  magnitude(sim) % 1000);
  put_byte(out, xor_since(out, aclas ? from : from + 2));
  sp_buf_puts(out, "\x03\x04");
}

static void write_cas_ap1(const struct sp_scale_sim *sim, struct sp_buf *out) {
  write_header(sim, out, false, '.');
}

static void write_aclas_asked(const struct sp_scale_sim *sim, struct sp_buf *out) {
  write_header(sim, out, true, '.');
}

static void write_aclas_ns1(const struct sp_scale_sim *sim, struct sp_buf *out) {
  write_header(sim, out, true, ',');
}

static void write_aclas_stream(const struct sp_scale_sim *sim, struct sp_buf *out) {
  write_header(sim, out, true, '.');
  put_byte(out, (magnitude(sim) == 0 ? 0x10 : 0) | (sim->tare ? 0x20 : 0) | (sp_scale_sim_is_over(sim) ? 0x40 : 0));
}

/* ---- Dahua: nothing is said of motion; beyond its display it says nothing at all ---- */

static bool is_silent(const struct sp_scale_sim *sim) {
  return sp_scale_sim_is_over(sim) || is_negative(sim) || sim->unzeroed;
}

static void write_dahua_acs(const struct sp_scale_sim *sim, struct sp_buf *out) {
  if (!is_silent(sim)) sp_buf_printf(out, "\x02  %d.%03d KG", KILOGRAMS(magnitude(sim)));
}

static int32_t amount_of(const struct sp_scale_sim *sim) {
  return (int32_t)(((int64_t)magnitude(sim) * sim->price + 500) / 1000);
}

static void write_dahua_lines(const struct sp_scale_sim *sim, struct sp_buf *out) {
  if (is_silent(sim)) return;
  sp_buf_printf(out, "\n\r%5d\n\r%5d\n\r%6d", magnitude(sim), sim->price % 100000, amount_of(sim) % 1000000);
}

/* ---- Those that compute the amount ---- */

int sp_scale_sim_dialog_status(const struct sp_scale_sim *sim) {
  if (sim->unzeroed) return 22;
  if (sp_scale_sim_is_over(sim)) return 32;
  if (is_negative(sim)) return 31;
  if (sim->moving) return 20;
  return magnitude(sim) == 0 ? 30 : 0;
}

static void write_dialog06(const struct sp_scale_sim *sim, struct sp_buf *out) {
  if (sp_scale_sim_dialog_status(sim))
    put_byte(out, 0x15);
  else
    sp_buf_printf(out,
                  "\x02%s\x1B"
                  "3\x1B%05d\x1B%06d\x1B%06d\x03",
                  "02", magnitude(sim), sim->price, amount_of(sim) % 1000000);
}

static void write_tisa(const struct sp_scale_sim *sim, struct sp_buf *out) {
  size_t from = out->len;
  bool wrong = sim->moving || is_silent(sim);
  if (wrong)
    sp_buf_printf(out, "991%05d1000000", is_silent(sim) ? 0 : magnitude(sim));
  else
    sp_buf_printf(out, "990%05d0%06d", magnitude(sim), amount_of(sim) % 1000000);
  put_byte(out, xor_since(out, from));
  sp_buf_puts(out, "\r\n");
}

/* ---- Lines ---- */

void sp_scale_sim_write_status_nci(const struct sp_scale_sim *sim, struct sp_buf *out) {
  int one = 0x30 | (sim->moving ? 1 : 0) | (magnitude(sim) == 0 ? 2 : 0);
  int two = 0x70 | (is_negative(sim) ? 1 : 0) | (sp_scale_sim_is_over(sim) ? 2 : 0);
  int three = 0x30 | (sim->tare ? 4 : 0) | (sim->unzeroed ? 8 : 0);
  sp_buf_printf(out, "\nS%c%c%c\r\x03", one, two, three);
}

static void write_nci(const struct sp_scale_sim *sim, struct sp_buf *out) {
  if (!sim->moving && !is_silent(sim)) sp_buf_printf(out, "\n%02d.%03dKG\r", KILOGRAMS(magnitude(sim)));
  sp_scale_sim_write_status_nci(sim, out);
}

static void write_st_head(const struct sp_scale_sim *sim, struct sp_buf *out) {
  const char *word = sp_scale_sim_is_over(sim) ? "OL" : sim->moving || sim->unzeroed ? "US" : "ST";
  sp_buf_printf(out, "%s,%s,", word, sim->tare ? "NT" : "GS");
}

static void write_cas22(const struct sp_scale_sim *sim, struct sp_buf *out) {
  int lamp = 0x80 | (sim->moving ? 0 : 0x40) | (sim->tare ? 0x02 : 0x04) | (magnitude(sim) == 0 ? 1 : 0);
  write_st_head(sim, out);
  sp_buf_printf(out, "1%c,%c%03d.%03d kg\r\n", lamp, is_negative(sim) ? '-' : '0', KILOGRAMS(magnitude(sim)));
}

static void write_and18(const struct sp_scale_sim *sim, struct sp_buf *out) {
  write_st_head(sim, out);
  sp_buf_printf(out, "%c%3d.%03dkg\r\n", is_negative(sim) ? '-' : '+', KILOGRAMS(magnitude(sim)));
}

static void write_adam(const struct sp_scale_sim *sim, struct sp_buf *out) {
  if (is_silent(sim)) return;
  sp_buf_printf(out, "%4d.%03dkg\r\n", KILOGRAMS(magnitude(sim)));
}

/* ---- Binary ---- */

static void write_bcd6(const struct sp_scale_sim *sim, struct sp_buf *out) {
  int32_t grams = magnitude(sim);
  bool calm = !sim->moving && !sim->unzeroed;
  put_byte(out, 0xFF);
  put_byte(out, 3 | (is_negative(sim) ? 0x20 : 0) | (calm ? 0x40 : 0) | (sp_scale_sim_is_over(sim) ? 0x80 : 0));
  for (int i = 0; i < 3; i++, grams /= 100)
    put_byte(out, (grams / 10 % 10) << 4 | grams % 10);
  put_byte(out, 0);
}

static void write_hid(const struct sp_scale_sim *sim, struct sp_buf *out) {
  int32_t grams = is_negative(sim) || sp_scale_sim_is_over(sim) ? 0 : magnitude(sim);
  int status = 4;
  int exponent = 0;
  if (grams == 0) status = 2;
  if (sim->moving) status = 3;
  if (is_negative(sim)) status = 5;
  if (sp_scale_sim_is_over(sim)) status = 6;
  if (sim->unzeroed) status = 8;
  put_byte(out, 3);
  put_byte(out, status);
  if (grams > 0xFFFF) { /* coarser, as a scale with so large a range is */
    grams /= 10;
    exponent = 1;
  }
  put_byte(out, 2);
  put_byte(out, exponent);
  put_byte(out, grams & 0xFF);
  put_byte(out, grams >> 8);
}

sp_scale_sim_write sp_scale_sim_writer(const char *protocol) {
  static const struct {
    const char *protocol;
    sp_scale_sim_write write;
  } writers[] = {
      {"mt8217", write_8217},
      {"mt_sics", write_sics},
      {"toledo_cont", write_toledo},
      {"toledo_plain", write_toledo_plain},
      {"cas_ap1", write_cas_ap1},
      {"aclas_os2", write_aclas_stream},
      {"aclas_ns1", write_aclas_ns1},
      {"aclas_os2_asked", write_aclas_asked},
      {"dahua_acs", write_dahua_acs},
      {"dahua_lines", write_dahua_lines},
      {"dialog06", write_dialog06},
      {"tisa", write_tisa},
      {"nci", write_nci},
      {"cas22", write_cas22},
      {"and18", write_and18},
      {"adam", write_adam},
      {"bcd6", write_bcd6},
      {"hid_scale", write_hid},
  };
  for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++)
    if (strcmp(writers[i].protocol, protocol) == 0) return writers[i].write;
  return NULL;
}
