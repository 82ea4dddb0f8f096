/* The command line: global options, a command, its words and options. Options may stand anywhere; "--" ends them. */
#ifndef SP_MAIN_ARGS_H
#define SP_MAIN_ARGS_H

#include "main/config.h"

#define SP_ARGS_FLAGS_MAX 64
#define SP_ARGS_WORDS_MAX 8

struct sp_args {
  enum sp_lang lang;
  const char *command; /* null: none was given */
  const char *words[SP_ARGS_WORDS_MAX];
  int word_count;
  const char *const *rest; /* test: everything behind the command, for busted to read */
  int rest_count;
  const char *config_file; /* null: where the data folder says */
  const char *key;         /* call: Idempotency-Key */
  const char *database;    /* replay, explain: another database than the data folder's; or null */
  const char *from, *to, *threads, *top, *sample, *json, *max_difference, *hook, *input; /* replay; or null */
  bool promotions, self;                                                                 /* replay */
  const char *as, *tills, *days, *max_alarms, *min_sales;                                /* publish; or null */
  bool shadow, check_only;                                                               /* publish */
  bool help, version, dry_run, skip_bad, settings, strict;
  struct sp_config_flag flags[SP_ARGS_FLAGS_MAX];
  int flag_count;
  struct {
    const char *name, *value; /* as written: "--seconds", "5" */
  } given[SP_ARGS_FLAGS_MAX];
  int given_count;
  char keys[SP_ARGS_FLAGS_MAX][64]; /* the keys of --set, cut out of "key=value" */
};

/* Texts belong to argv. The language is known after any outcome: --lang, else LC_ALL, LC_MESSAGES, LANG. SP_E_INVALID
 * names the option that is unknown, of another command, or without its value. */
int sp_args_parse(int argc, char **argv, struct sp_args *out, struct sp_error *err);

/* The value of a flag, or null. */
const char *sp_args_flag(const struct sp_args *args, const char *key);

/* The value of an option as it was given ("" for a switch), the last one when it was given twice; or null. */
const char *sp_args_given(const struct sp_args *args, const char *option);

#endif
