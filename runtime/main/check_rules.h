/* The part of `suanpan check` that reads a pack: what it holds, in which order it is asked, what layers changed and
 * what looks wrong. */
#ifndef SP_MAIN_CHECK_RULES_H
#define SP_MAIN_CHECK_RULES_H

#include "main/config.h"

struct sp_rules_check {
  enum sp_lang lang;
  const char *folder; /* "": the built-in pack alone */
  const char *store;  /* whose layer counts in what is shown; "": none. Every store's layer is checked */
  int64_t now;
};

/* Print to `out`; what is wrong goes to `problems`. Gives the number of warnings. */
int sp_check_rules(const struct sp_rules_check *check, struct sp_problems *problems, struct sp_buf *out);

#endif
