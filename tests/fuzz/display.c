/* Any text and amount on every customer display: what comes out means something to the display, byte for byte. */
#include "devices/codec/display.h"
#include "devices/sim/display.h"
#include <stdlib.h>
#include <string.h>

static void expect(int truth) {
  if (!truth) abort();
}

static void show(enum sp_display_protocol protocol, const struct sp_display_text *text) {
  struct sp_vdisplay whole, cut;
  struct sp_buf bytes;
  sp_buf_init(&bytes, 256);
  sp_vdisplay_init(&whole, protocol == SP_DISPLAY_LED8);
  sp_vdisplay_init(&cut, protocol == SP_DISPLAY_LED8);
  expect(sp_display_write(protocol, text, &bytes) == 0);
  sp_vdisplay_feed(&whole, (const uint8_t *)bytes.data, bytes.len);
  for (size_t i = 0; i < bytes.len; i++)
    sp_vdisplay_feed(&cut, (const uint8_t *)bytes.data + i, 1);
  expect(whole.rubbish == 0 && whole.held_len == 0);
  expect(memcmp(&whole.lines, &cut.lines, sizeof whole.lines) == 0 && whole.lamp == cut.lamp);
  sp_buf_free(&bytes);
}

/* What a display hears from elsewhere must not hurt the simulator either. */
static void hear(const unsigned char *data, size_t size) {
  struct sp_vdisplay display;
  struct sp_buf text;
  for (int digits = 0; digits < 2; digits++) {
    sp_vdisplay_init(&display, digits);
    sp_vdisplay_feed(&display, data, size);
    sp_buf_init(&text, 512);
    expect(sp_vdisplay_text(&display, &text) == 0);
    sp_buf_free(&text);
  }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
  char upper[128] = "", lower[128] = "";
  int64_t amount = 0;
  hear(data, size);
  if (size < sizeof amount + 2) return 0;
  memcpy(&amount, data, sizeof amount);
  int flags = data[sizeof amount];
  data += sizeof amount + 1;
  size -= sizeof amount + 1;
  size_t half = size / 2 < sizeof upper ? size / 2 : sizeof upper - 1;
  memcpy(upper, data, half);
  memcpy(lower, data + half, half);
  const struct sp_display_text text = {.upper = upper,
                                       .lower = lower,
                                       .amount = amount,
                                       .digits = flags % 4,
                                       .lamp = flags / 4 % 5,
                                       .chinese = flags / 32 % 2 == 1};
  for (int protocol = 0; protocol < SP_DISPLAY_PROTOCOLS; protocol++)
    show((enum sp_display_protocol)protocol, &text);
  return 0;
}
