/* A small StarPRNT printer for tests, written from the command specification and sharing nothing with the codec: it
 * keeps lines, cuts and pulses, counts ETBs when it gets to them, and tells its status. */
#ifndef SP_TESTS_DRIVER_STAR_PEER_H
#define SP_TESTS_DRIVER_STAR_PEER_H

#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct star_peer {
  struct sp_buf queue; /* received, not processed */
  struct sp_buf paper; /* lines, with "[QR …]", "[CODE128 …]", "[image WxH]", "[cut]" */
  struct sp_buf line;
  struct sp_buf qr;
  struct sp_buf replies;
  int cuts, pulses, unknown, etb;
  bool automatic, paper_out, cover;
};

static inline void star_init(struct star_peer *peer) {
  *peer = (struct star_peer){.etb = 30}; /* it goes on counting where it was, past the end */
  sp_buf_init(&peer->queue, 1u << 20);
  sp_buf_init(&peer->paper, 1u << 20);
  sp_buf_init(&peer->line, 1u << 16);
  sp_buf_init(&peer->qr, 1u << 16);
  sp_buf_init(&peer->replies, 1u << 16);
}

static inline void star_free(struct star_peer *peer) {
  sp_buf_free(&peer->queue);
  sp_buf_free(&peer->paper);
  sp_buf_free(&peer->line);
  sp_buf_free(&peer->qr);
  sp_buf_free(&peer->replies);
}

/* Nine bytes. The length is bits 1 to 3 and 5 to 6 of the first: nine asks for bit 1 (1) and bit 5 (8). */
static inline void star_tell(struct star_peer *peer) {
  uint8_t status[9] = {0x23};
  bool offline = peer->paper_out || peer->cover;
  status[2] = (uint8_t)((offline ? 0x08 : 0) | (peer->cover ? 0x20 : 0));
  status[5] = peer->paper_out ? 0x08 : 0;
  status[7] = (uint8_t)((peer->etb & 7) << 1 | (peer->etb & 0x18) << 2);
  sp_buf_add(&peer->replies, status, sizeof status);
}

static inline size_t star_word(const uint8_t *at) {
  return (size_t)(at[0] | at[1] << 8);
}

/* The length of the command at `at`, 0: more is needed. */
static inline size_t star_gs_length(const uint8_t *at, size_t len) {
  switch (at[2]) {
  case 'a':
  case 't':
    return 4;
  case 'A':
    return 5;
  case ')':
    return len < 6 ? 0 : 6 + star_word(at + 4);
  case 'S':
    return len < 9 ? 0 : 9 + star_word(at + 4) * star_word(at + 6);
  case 'y':
    if (len < 4) return 0;
    if (at[3] == 'P') return 4;
    if (at[3] == 'S') return 6;
    return len < 8 ? 0 : 8 + star_word(at + 6);
  default:
    return 3;
  }
}

static inline size_t star_length(const uint8_t *at, size_t len) {
  if (at[0] != 0x1B) return 1;
  if (len < 2) return 0;
  switch (at[1]) {
  case '@':
  case 'E':
  case 'F':
    return 2;
  case 'd':
  case 'a':
  case 0x06:
    return 3;
  case 'i':
  case 0x1E:
    return 4;
  case 'b': {
    if (len < 6) return 0;
    const uint8_t *end = memchr(at + 6, 0x1E, len - 6);
    return end ? (size_t)(end - at) + 1 : 0;
  }
  case 0x1D:
    return len < 3 ? 0 : star_gs_length(at, len);
  default:
    return 2;
  }
}

static inline void star_escape(struct star_peer *peer, const uint8_t *at, size_t len) {
  if (at[1] == '@') sp_buf_reset(&peer->line);
  if (at[1] == 'd') {
    peer->cuts++;
    sp_buf_puts(&peer->paper, "[cut]\n");
  }
  if (at[1] == 0x1E && at[2] == 'a') {
    peer->automatic = at[3];
    star_tell(peer);
  }
  if (at[1] == 'b') sp_buf_printf(&peer->paper, "[CODE128 %.*s]\n", (int)(len - 7), at + 6);
  if (at[1] == 0x1D && at[2] == 'S')
    sp_buf_printf(&peer->paper, "[image %zux%zu]\n", star_word(at + 4) * 8, star_word(at + 6));
  if (at[1] == 0x1D && at[2] == 'y' && at[3] == 'D') {
    sp_buf_reset(&peer->qr);
    sp_buf_add(&peer->qr, at + 8, len - 8);
  }
  if (at[1] == 0x1D && at[2] == 'y' && at[3] == 'P') sp_buf_printf(&peer->paper, "[QR %s]", sp_buf_text(&peer->qr));
  bool known = strchr("@EFdaib\x06\x1E\x1D", at[1]) != NULL;
  if (at[1] == 0x1D) known = strchr("aAt)Sy", at[2]) != NULL;
  if (!known) peer->unknown++;
}

static inline void star_run(struct star_peer *peer, const uint8_t *at, size_t len) {
  if (at[0] == 0x1B) {
    star_escape(peer, at, len);
  } else if (at[0] == 0x17) {
    peer->etb = (peer->etb + 1) % 32;
    if (peer->automatic) star_tell(peer);
  } else if (at[0] == 0x07 || at[0] == 0x1A) {
    peer->pulses++;
  } else if (at[0] == '\n') {
    sp_buf_add(&peer->paper, sp_buf_text(&peer->line), peer->line.len);
    sp_buf_putc(&peer->paper, '\n');
    sp_buf_reset(&peer->line);
  } else if (at[0] >= 0x20) {
    sp_buf_putc(&peer->line, (char)at[0]);
  } else if (at[0] != 0) {
    peer->unknown++;
  }
}

static inline void star_pump(struct star_peer *peer) {
  while (peer->queue.len > 0 && !peer->paper_out && !peer->cover) {
    const uint8_t *at = (const uint8_t *)peer->queue.data;
    size_t len = star_length(at, peer->queue.len);
    if (len == 0 || len > peer->queue.len) return;
    star_run(peer, at, len);
    sp_buf_drop(&peer->queue, len);
  }
}

/* ESC ACK SOH is answered at once, wherever it stands. */
static inline void star_feed(struct star_peer *peer, const uint8_t *bytes, size_t len) {
  size_t from = peer->queue.len;
  sp_buf_add(&peer->queue, bytes, len);
  for (size_t i = from > 2 ? from - 2 : 0; i + 2 < peer->queue.len; i++)
    if (memcmp(peer->queue.data + i, "\x1B\x06\x01", 3) == 0) star_tell(peer);
  star_pump(peer);
}

static inline void star_set(struct star_peer *peer, bool *what, bool value) {
  *what = value;
  if (peer->automatic) star_tell(peer);
  star_pump(peer);
}

#endif
