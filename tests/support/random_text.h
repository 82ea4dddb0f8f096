/* Texts for what is printed: anything a name, a note or a chain's rule may hold. */
#ifndef SP_TESTS_SUPPORT_RANDOM_TEXT_H
#define SP_TESTS_SUPPORT_RANDOM_TEXT_H

#include "base/arena.h"
#include "base/text.h"
#include "tests/unit/random.h"

/* Up to `most` letters, Chinese characters, marks, signs and emoji, with broken bytes, controls and what a printer
 * would take for commands among them. In the arena. */
static inline const char *random_text(struct random *random, struct sp_arena *arena, int64_t most) {
  static const char *const traps[] = {
      "\x10\x04\x01", "\x10\x05\x02", "\x10\x14\x01\x01\x01", "\x1Bp\x01\x19\xFA", "\x1DV\x01", "\x1B@",
      "\x7F",         "\x1C."};
  static const struct {
    int64_t first, last;
  } ranges[] = {{0x20, 0x7E},  {0x20, 0x7E},   {0x20, 0x7E},     {0x4E00, 0x9FFF},   {0x4E00, 0x9FFF}, {0x20, 0x20},
                {0x80, 0x24F}, {0x300, 0x36F}, {0x2000, 0x206F}, {0x1F300, 0x1F6FF}, {1, 0x10FFFF}};
  enum { RANGES = sizeof ranges / sizeof ranges[0], TRAPS = sizeof traps / sizeof traps[0] };
  struct sp_buf text;
  sp_buf_init(&text, 4096);
  for (int64_t left = random_amount(random, most); left > 0; left--) {
    uint64_t kind = random_next(random) % (RANGES + 2);
    if (kind == RANGES)
      sp_buf_puts(&text, traps[random_next(random) % TRAPS]);
    else if (kind > RANGES)
      sp_buf_putc(&text, (char)random_between(random, 1, 255));
    else
      sp_utf8_put(&text, (uint32_t)random_between(random, ranges[kind].first, ranges[kind].last));
  }
  const char *copy = sp_arena_copy(arena, sp_buf_text(&text), text.len);
  sp_buf_free(&text);
  return copy;
}

#endif
