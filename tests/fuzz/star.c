/* Any bytes as what a Star printer sends back: every byte is used once, and the same statuses come out however the
 * bytes are cut. */
#include "devices/codec/star.h"
#include <stdlib.h>
#include <string.h>

static void expect(int truth) {
  if (!truth) abort();
}

static size_t hear(const unsigned char *bytes, size_t len, size_t step) {
  struct sp_star_reader reader = {.len = 0};
  size_t sum = 0;
  for (size_t at = 0; at < len;) {
    size_t part = len - at < step ? len - at : step;
    enum sp_star_reply reply = SP_STAR_NONE;
    struct sp_star_status status = {.etb = 0};
    for (size_t used = 0;;) {
      used += sp_star_read(&reader, bytes + at + used, part - used, &reply, &status);
      expect(used <= part);
      if (reply == SP_STAR_NONE) break;
      sum = sum * 31 + (size_t)reply;
      if (reply != SP_STAR_STATUS) continue;
      expect(status.etb >= 0 && status.etb < SP_STAR_ETB_COUNTS);
      sum = sum * 31 + (size_t)status.etb * 2 + (sp_printer_can_print(&status.printer) ? 1 : 0);
    }
    at += part;
  }
  return sum * 31 + reader.len;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
  size_t sum = hear(data, size, size ? size : 1);
  expect(hear(data, size, 1) == sum);
  expect(hear(data, size, 5) == sum);
  return 0;
}
