#include "devices/codec/printer_status.h"

#include <string.h>

/* ---- What a status means ---- */

bool sp_printer_can_print(const struct sp_printer_status *status) {
  return !status->offline && !status->cover_open && !status->paper_end && !status->error && !status->waiting;
}

static void sum_up(struct sp_printer_status *status) {
  status->error = status->mechanical || status->cutter || status->broken || status->recovers;
}

int sp_printer_status_realtime(struct sp_printer_status *status, enum sp_escpos_status which, uint8_t byte) {
  if ((byte & 0x93) != 0x12) return SP_E_INVALID;
  switch (which) {
  case SP_ESCPOS_PRINTER:
    status->drawer_high = byte & 0x04;
    status->offline = byte & 0x08;
    status->waiting = byte & 0x20;
    status->feed_button = byte & 0x40;
    return 0;
  case SP_ESCPOS_OFFLINE:
    status->cover_open = byte & 0x04;
    status->feed_button = byte & 0x08;
    status->paper_end = byte & 0x20;
    status->error = byte & 0x40;
    return 0;
  case SP_ESCPOS_ERROR:
    status->mechanical = byte & 0x04;
    status->cutter = byte & 0x08;
    status->broken = byte & 0x20;
    status->recovers = byte & 0x40;
    sum_up(status);
    return 0;
  case SP_ESCPOS_PAPER:
    status->paper_near_end = byte & 0x0C;
    status->paper_end = byte & 0x60;
    return 0;
  default:
    return SP_E_INVALID;
  }
}

static bool is_auto(const uint8_t bytes[4]) {
  return (bytes[0] & 0x93) == 0x10 && !(bytes[1] & 0x90) && !(bytes[2] & 0x90) && !(bytes[3] & 0x90);
}

int sp_printer_status_auto(struct sp_printer_status *status, const uint8_t bytes[4]) {
  if (!is_auto(bytes)) return SP_E_INVALID;
  *status = (struct sp_printer_status){
      .drawer_high = bytes[0] & 0x04,
      .offline = bytes[0] & 0x08,
      .cover_open = bytes[0] & 0x20,
      .feed_button = (bytes[0] & 0x40) || (bytes[1] & 0x02),
      .waiting = bytes[1] & 0x01,
      .mechanical = bytes[1] & 0x04,
      .cutter = bytes[1] & 0x08,
      .broken = bytes[1] & 0x20,
      .recovers = bytes[1] & 0x40,
      .paper_near_end = bytes[2] & 0x03,
      .paper_end = bytes[2] & 0x0C,
  };
  sum_up(status);
  return 0;
}

int sp_printer_status_paper(struct sp_printer_status *status, uint8_t byte) {
  if (byte & 0x90) return SP_E_INVALID;
  status->paper_near_end = byte & 0x03;
  status->paper_end = byte & 0x0C;
  return 0;
}

/* ---- The stream ---- */

static bool begins_block(uint8_t byte) {
  return byte == 0x37 || byte == 0x35 || byte == 0x3B || byte == 0x3D || byte == 0x5F;
}

static void take(struct sp_printer_reader *reader, size_t len) {
  reader->len -= len;
  memmove(reader->held, reader->held + len, reader->len);
}

/* `count` held bytes from `from` are the answer; `all` are used up. */
static bool give(struct sp_printer_reader *reader, struct sp_printer_reply *reply, enum sp_printer_reply_kind kind,
                 size_t from, size_t count, size_t all) {
  reply->kind = kind;
  reply->len = count;
  memcpy(reply->bytes, reader->held + from, count);
  reply->bytes[count] = 0;
  take(reader, all);
  return true;
}

static bool give_block(struct sp_printer_reader *reader, struct sp_printer_reply *reply) {
  const uint8_t *end = memchr(reader->held + 1, 0, reader->len - 1);
  if (!end && reader->len < sizeof reader->held) return false;
  if (!end) return give(reader, reply, SP_PRINTER_NOISE, 0, 1, 1);
  size_t inner = (size_t)(end - reader->held) - 1; /* without the first byte and the NUL */
  if (reader->held[0] == 0x37 && reader->held[1] == 0x22 && inner == 5)
    return give(reader, reply, SP_PRINTER_DONE, 2, 4, inner + 2);
  if (reader->held[0] == 0x5F) return give(reader, reply, SP_PRINTER_IDENTITY, 1, inner, inner + 2);
  return give(reader, reply, SP_PRINTER_BLOCK, 0, inner + 1, inner + 2);
}

/* Is there an answer at the start of what is held? */
static bool settle(struct sp_printer_reader *reader, struct sp_printer_reply *reply) {
  const uint8_t *held = reader->held;
  if (reader->len == 0) return false;
  if (begins_block(held[0])) return give_block(reader, reply);
  if ((held[0] & 0x93) == 0x12) return give(reader, reply, SP_PRINTER_REALTIME, 0, 1, 1);
  if ((held[0] & 0x93) == 0x10) {
    for (size_t i = 1; i < reader->len && i < 4; i++)
      if (held[i] & 0x90) return give(reader, reply, SP_PRINTER_NOISE, 0, 1, 1);
    return reader->len >= 4 && give(reader, reply, SP_PRINTER_AUTO, 0, 4, 4);
  }
  return give(reader, reply, held[0] & 0x90 ? SP_PRINTER_NOISE : SP_PRINTER_WAITING, 0, 1, 1);
}

size_t sp_printer_read(struct sp_printer_reader *reader, const void *bytes, size_t len,
                       struct sp_printer_reply *reply) {
  size_t at = 0;
  reply->kind = SP_PRINTER_NONE;
  reply->len = 0;
  while (!settle(reader, reply)) {
    if (at == len) return at;
    reader->held[reader->len++] = ((const uint8_t *)bytes)[at++];
  }
  return at;
}
