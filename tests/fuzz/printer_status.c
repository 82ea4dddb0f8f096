/* Any bytes as what a printer sends back: every byte is used once, the answers are the same however the bytes are cut,
 * and each kind of answer has the bits that make it one. */
#include "devices/codec/printer_status.h"
#include <stdlib.h>
#include <string.h>

static void expect(int truth) {
  if (!truth) abort();
}

static void check(const struct sp_printer_reply *reply) {
  struct sp_printer_status status = {.offline = false};
  switch (reply->kind) {
  case SP_PRINTER_REALTIME:
    expect(reply->len == 1);
    for (int which = SP_ESCPOS_PRINTER; which <= SP_ESCPOS_PAPER; which++)
      expect(sp_printer_status_realtime(&status, (enum sp_escpos_status)which, reply->bytes[0]) == 0);
    return;
  case SP_PRINTER_AUTO:
    expect(reply->len == 4 && sp_printer_status_auto(&status, reply->bytes) == 0);
    expect(!status.cutter || !sp_printer_can_print(&status));
    return;
  case SP_PRINTER_WAITING:
    expect(reply->len == 1 && sp_printer_status_paper(&status, reply->bytes[0]) == 0);
    return;
  case SP_PRINTER_DONE:
    expect(reply->len == 4 && strlen((const char *)reply->bytes) == 4);
    return;
  case SP_PRINTER_IDENTITY:
  case SP_PRINTER_BLOCK:
    expect(reply->len <= SP_PRINTER_BLOCK_MAX + 1 && strlen((const char *)reply->bytes) == reply->len);
    return;
  case SP_PRINTER_NOISE:
    expect(reply->len == 1);
    return;
  case SP_PRINTER_NONE:
  default:
    expect(reply->kind == SP_PRINTER_NONE && reply->len == 0);
  }
}

/* A sum over all answers of the bytes given in pieces of `step`. */
static size_t hear(const unsigned char *bytes, size_t len, size_t step) {
  struct sp_printer_reader reader = {.len = 0};
  size_t sum = 0;
  for (size_t at = 0; at < len;) {
    size_t part = len - at < step ? len - at : step;
    struct sp_printer_reply reply;
    for (size_t used = 0;;) {
      used += sp_printer_read(&reader, bytes + at + used, part - used, &reply);
      expect(used <= part);
      check(&reply);
      if (reply.kind == SP_PRINTER_NONE) {
        expect(used == part);
        break;
      }
      sum = sum * 31 + (size_t)reply.kind;
      for (size_t i = 0; i < reply.len; i++)
        sum = sum * 31 + reply.bytes[i];
    }
    at += part;
  }
  return sum * 31 + reader.len;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
  size_t sum = hear(data, size, size ? size : 1);
  expect(hear(data, size, 1) == sum);
  expect(hear(data, size, 3) == sum);
  return 0;
}
