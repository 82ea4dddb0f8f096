/* For cmd_device_learn.c and cmd_device_scan.c: listening to a scale and asking it, to find out how it speaks. */
#ifndef SP_MAIN_DEVICE_LEARN_H
#define SP_MAIN_DEVICE_LEARN_H

#include "devices/codec/scale_learn.h"
#include "main/device_bench.h"

#define SP_LEARN_GUESSES   8
#define SP_LEARN_LINES_MAX 24
#define SP_LEARN_ASK_MS    350 /* an answer takes no longer */

struct sp_learned {
  struct sp_scale_guess guesses[SP_LEARN_GUESSES]; /* the likeliest first */
  int count;
  char line[40];  /* the settings of the serial line at which that was; "" for another link */
  bool asked;     /* it did not speak by itself */
  uint64_t bytes; /* heard in all, understood or not */
};

/* `lines`: null (those that scales are delivered with), "all" (every usual one) or settings. Listens `listen_ms`
 * altogether, then asks by every protocol that asks; a sure answer ends it. SP_E_INVALID (line), the link's error. */
int sp_learn_scale(struct sp_bench *bench, const char *address, const char *lines, int64_t listen_ms,
                   struct sp_learned *out, struct sp_error *err);

#endif
