/* For devices/sim/control*.c only: the words of a control line. */
#ifndef SP_DEVICES_SIM_CONTROL_WORD_H
#define SP_DEVICES_SIM_CONTROL_WORD_H

#include "base/buf.h"
#include <stdbool.h>

#define SP_VCONTROL_WORDS 4

struct sp_vcontrol_words {
  int count;
  bool too_many;                    /* of words, or a word too long; those before it are there */
  char word[SP_VCONTROL_WORDS][32]; /* "" beyond the count */
};

void sp_vcontrol_split(const char *line, struct sp_vcontrol_words *out);
/* A whole number of at most `most` either side of 0, followed by `unit` ("" for none) and nothing else. */
bool sp_vcontrol_number(const char *word, const char *unit, int most, int *out);
/* 1 for "on", "1" and `on`; 0 for "off", "0" and `off`; -1 for anything else. */
int sp_vcontrol_switch(const char *word, const char *on, const char *off);
/* Append "ok", or "error: " and `why` when `rc` is not 0. Returns `rc`, or the failure of `answer`. */
int sp_vcontrol_answer(int rc, const char *why, struct sp_buf *answer);

#endif
