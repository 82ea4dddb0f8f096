#include "main/args.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct option {
  const char *name;
  bool value;
  const char *setting;  /* the key it sets, or null */
  const char *commands; /* " serve call ", or null: all */
};

static const struct option options[] = {
    {"--help", false, NULL, NULL},
    {"-h", false, NULL, NULL},
    {"--version", false, NULL, NULL},
    {"--lang", true, NULL, NULL},
    {"--config", true, NULL, NULL},
    {"--set", true, NULL, NULL},
    {"--data", true, "data", NULL},
    {"--listen", true, "listen", " serve check "},
    {"--workers", true, "workers", " serve check "},
    {"--log", true, "log.level", " serve check import backup restore "},
    {"--rules", true, "rules.folder", " serve check "},
    {"--settings", false, NULL, " check "},
    {"--strict", false, NULL, " check "},
    {"--dry-run", false, NULL, " import "},
    {"--skip-bad", false, NULL, " import "},
    {"--key", true, NULL, " call "},
    {"--database", true, NULL, " replay explain "},
    {"--from", true, NULL, " replay "},
    {"--to", true, NULL, " replay "},
    {"--threads", true, NULL, " replay "},
    {"--top", true, NULL, " replay "},
    {"--sample", true, NULL, " replay "},
    {"--json", true, NULL, " replay "},
    {"--max-difference", true, NULL, " replay publish "},
    {"--hook", true, NULL, " replay "},
    {"--input", true, NULL, " replay "},
    {"--promotions", false, NULL, " replay "},
    {"--self", false, NULL, " replay "},
    {"--as", true, NULL, " publish "},
    {"--tills", true, NULL, " publish "},
    {"--days", true, NULL, " publish "},
    {"--max-alarms", true, NULL, " publish "},
    {"--min-sales", true, NULL, " publish "},
    {"--shadow", false, NULL, " publish "},
    {"--check-only", false, NULL, " publish "},
    {"--json", false, NULL, " device "},
    {"--listen", true, NULL, " device "},
    {"--probe", false, NULL, " device "},
    {"--host", true, NULL, " device "},
    {"--seconds", true, NULL, " device "},
    {"--line", true, NULL, " device "},
    {"--class", true, NULL, " device "},
    {"--profile", true, NULL, " device "},
    {"--protocol", true, NULL, " device "},
    {"--out", true, NULL, " device "},
    {"--till", true, NULL, " device till "},
    {"--tui", false, NULL, " till "},
    {"--url", true, NULL, " till "},
    {"--columns", true, NULL, " till "},
    {"--ascii", false, NULL, " till "},
    {"--pty", false, NULL, " device "},
    {"--control", true, NULL, " device "},
    {"--speed", true, NULL, " device "},
    {"--paper", true, NULL, " device "},
    {"--buffer", true, NULL, " device "},
    {"--58", false, NULL, " device "},
    {"--clone", false, NULL, " device "},
    {"--latin", false, NULL, " device "},
    {"--no-cutter", false, NULL, " device "},
    {"--no-asb", false, NULL, " device "},
    {"--no-process-id", false, NULL, " device "},
    {"--mute", false, NULL, " device "},
    {"--rate", true, NULL, " device "},
    {"--capacity", true, NULL, " device "},
    {"--prefix", true, NULL, " device "},
    {"--suffix", true, NULL, " device "},
    {"--terminator", true, NULL, " device "},
    {"--chaos", true, NULL, " device "},
};

static bool is_of(const struct option *option, const char *command) {
  char wanted[40];
  if (!option->commands || !command) return true;
  snprintf(wanted, sizeof wanted, " %.30s ", command);
  return strstr(option->commands, wanted) != NULL;
}

/* The option of that name that the command has; when it has none, the first of that name. */
static const struct option *find(const char *word, size_t len, const char *command) {
  const struct option *first = NULL;
  for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
    if (strlen(options[i].name) != len || strncmp(options[i].name, word, len) != 0) continue;
    if (is_of(&options[i], command)) return &options[i];
    if (!first) first = &options[i];
  }
  return first;
}

static int flag_add(struct sp_args *args, const char *key, const char *flag, const char *value, struct sp_error *err) {
  if (args->flag_count == SP_ARGS_FLAGS_MAX) return sp_fail(err, SP_E_LIMIT, flag, "There are too many options");
  args->flags[args->flag_count++] = (struct sp_config_flag){.key = key, .flag = flag, .value = value};
  return 0;
}

static int set_add(struct sp_args *args, const char *value, struct sp_error *err) {
  size_t len = strcspn(value, "=");
  if (value[len] != '=' || len == 0 || len >= sizeof args->keys[0])
    return sp_fail(err, SP_E_INVALID, "--set", "Write --set key=value, not \"%s\"", value);
  if (args->flag_count == SP_ARGS_FLAGS_MAX) return sp_fail(err, SP_E_LIMIT, "--set", "There are too many options");
  char *key = args->keys[args->flag_count];
  memcpy(key, value, len);
  key[len] = '\0';
  return flag_add(args, key, "--set", value + len + 1, err);
}

static int lang_set(struct sp_args *args, const char *value, struct sp_error *err) {
  if (strcmp(value, "zh") != 0 && strcmp(value, "en") != 0)
    return sp_fail(err, SP_E_INVALID, "--lang", "The languages are zh and en, not \"%s\"", value);
  args->lang = strcmp(value, "zh") == 0 ? SP_LANG_ZH : SP_LANG_EN;
  return 0;
}

static void value_set(struct sp_args *args, const char *name, const char *value) {
  const struct {
    const char *name;
    const char **place;
  } texts[] = {{"--database", &args->database},
               {"--from", &args->from},
               {"--to", &args->to},
               {"--threads", &args->threads},
               {"--top", &args->top},
               {"--sample", &args->sample},
               {"--json", &args->json},
               {"--max-difference", &args->max_difference},
               {"--hook", &args->hook},
               {"--input", &args->input},
               {"--as", &args->as},
               {"--tills", &args->tills},
               {"--days", &args->days},
               {"--max-alarms", &args->max_alarms},
               {"--min-sales", &args->min_sales}};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    if (strcmp(texts[i].name, name) == 0) *texts[i].place = value;
  if (strcmp(name, "--promotions") == 0) args->promotions = true;
  if (strcmp(name, "--self") == 0) args->self = true;
  if (strcmp(name, "--shadow") == 0) args->shadow = true;
  if (strcmp(name, "--check-only") == 0) args->check_only = true;
}

static int apply(struct sp_args *args, const struct option *option, const char *value, struct sp_error *err) {
  if (option->setting) return flag_add(args, option->setting, option->name, value, err);
  const char *name = option->name;
  if (strcmp(name, "--lang") == 0) return lang_set(args, value, err);
  if (strcmp(name, "--set") == 0) return set_add(args, value, err);
  if (strcmp(name, "--config") == 0) args->config_file = value;
  if (strcmp(name, "--key") == 0) args->key = value;
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) args->help = true;
  if (strcmp(name, "--version") == 0) args->version = true;
  if (strcmp(name, "--dry-run") == 0) args->dry_run = true;
  if (strcmp(name, "--skip-bad") == 0) args->skip_bad = true;
  if (strcmp(name, "--settings") == 0) args->settings = true;
  if (strcmp(name, "--strict") == 0) args->strict = true;
  value_set(args, name, value);
  return 0;
}

/* One option at argv[*at]; moves `*at` past a value that stands apart. */
static int option_parse(int argc, char **argv, int *at, struct sp_args *args, const struct option **found,
                        struct sp_error *err) {
  const char *word = argv[*at];
  size_t len = strcspn(word, "=");
  const struct option *option = find(word, len, args->command);
  const char *value = word[len] == '=' ? word + len + 1 : NULL;
  if (!option) return sp_fail(err, SP_E_INVALID, NULL, "There is no option %.*s", (int)(len < 80 ? len : 80), word);
  if (!option->value && value) return sp_fail(err, SP_E_INVALID, NULL, "The option %s takes no value", option->name);
  if (option->value && !value) {
    if (*at + 1 >= argc) return sp_fail(err, SP_E_INVALID, NULL, "The option %s needs a value", option->name);
    value = argv[++*at];
  }
  *found = option;
  if (args->given_count < SP_ARGS_FLAGS_MAX) {
    args->given[args->given_count].name = option->name;
    args->given[args->given_count++].value = value ? value : "";
  }
  return apply(args, option, value ? value : "", err);
}

static int word_add(struct sp_args *args, const char *word, struct sp_error *err) {
  if (!args->command) {
    args->command = word;
    return 0;
  }
  if (args->word_count == SP_ARGS_WORDS_MAX)
    return sp_fail(err, SP_E_INVALID, NULL, "There are too many words: %s", word);
  args->words[args->word_count++] = word;
  return 0;
}

static enum sp_lang environment_lang(void) {
  static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const char *value = getenv(names[i]);
    if (value && value[0] != '\0') return strncmp(value, "zh", 2) == 0 ? SP_LANG_ZH : SP_LANG_EN;
  }
  return SP_LANG_EN;
}

/* --lang counts also for the complaint about an option before it. */
static enum sp_lang early_lang(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--lang=zh") == 0) return SP_LANG_ZH;
    if (strcmp(argv[i], "--lang=en") == 0) return SP_LANG_EN;
    if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) return strcmp(argv[i + 1], "zh") == 0 ? SP_LANG_ZH : SP_LANG_EN;
  }
  return environment_lang();
}

static int belongs(const struct option *option, const struct sp_args *args, struct sp_error *err) {
  if (is_of(option, args->command)) return 0;
  return sp_fail(err, SP_E_INVALID, NULL, "The command %s has no option %s", args->command, option->name);
}

/* The options behind `test` are busted's; only --help and --lang are also ours. */
static int rest_take(int count, char **words, struct sp_args *out) {
  out->rest = (const char *const *)words;
  out->rest_count = count;
  for (int i = 0; i < count; i++)
    if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0) out->help = true;
  return 0;
}

int sp_args_parse(int argc, char **argv, struct sp_args *out, struct sp_error *err) {
  const struct option *given[SP_ARGS_FLAGS_MAX];
  int count = 0, result = 0;
  bool ended = false;
  *out = (struct sp_args){.lang = early_lang(argc, argv)};
  if (err) err->lang = out->lang;
  for (int i = 1; i < argc && !result; i++) {
    const char *word = argv[i];
    if (!ended && strcmp(word, "--") == 0) {
      ended = true;
    } else if (ended || word[0] != '-' || word[1] == '\0' || (word[1] >= '0' && word[1] <= '9')) { /* −5 is a number */
      result = word_add(out, word, err);
      if (!result && out->word_count == 0 && strcmp(out->command, "test") == 0)
        return rest_take(argc - i - 1, argv + i + 1, out);
    } else if (count == SP_ARGS_FLAGS_MAX) {
      result = sp_fail(err, SP_E_LIMIT, NULL, "There are too many options");
    } else {
      result = option_parse(argc, argv, &i, out, &given[count], err);
      count++;
    }
  }
  for (int i = 0; i < count && !result; i++)
    result = belongs(given[i], out, err);
  return result;
}

const char *sp_args_flag(const struct sp_args *args, const char *key) {
  for (int i = args->flag_count - 1; i >= 0; i--)
    if (strcmp(args->flags[i].key, key) == 0) return args->flags[i].value;
  return NULL;
}

const char *sp_args_given(const struct sp_args *args, const char *option) {
  for (int i = args->given_count - 1; i >= 0; i--)
    if (strcmp(args->given[i].name, option) == 0) return args->given[i].value;
  return NULL;
}
