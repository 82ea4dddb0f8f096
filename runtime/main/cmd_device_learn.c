/* suanpan device learn: which protocol a scale speaks, and how a scanner frames its codes. */
#include "base/text.h"
#include "devices/codec/scan_learn.h"
#include "main/cmd_device.h"
#include "main/device_bench.h"
#include "main/device_learn.h"
#include "main/device_words.h"
#include <stdio.h>
#include <string.h>

#define SCALE_SECONDS   5
#define SCANNER_SECONDS 15
#define ENOUGH_CODES    5

/* ---- Scales ---- */

static void show_guess(const struct sp_scale_guess *guess, enum sp_lang lang) {
  struct sp_buf words;
  sp_buf_init(&words, 512);
  sp_words_reading(&guess->last, lang, &words);
  printf("%3d %%  %-16s ", guess->score, guess->codec->id);
  printf(sp_tr(lang, "%llu frames, %llu bad, %llu bytes of noise; last: %s\n"), (unsigned long long)guess->frames,
         (unsigned long long)guess->bad, (unsigned long long)guess->noise, sp_buf_text(&words));
  sp_buf_free(&words);
}

static void propose(const struct sp_scale_guess *guess, const char *link, const char *line, enum sp_lang lang) {
  struct sp_buf json;
  bool usual = strcmp(line, guess->codec->line) == 0;
  sp_buf_init(&json, 1024);
  sp_words_config("scale", link, usual || line[0] == '\0' ? NULL : line, "protocol", guess->codec->id, &json);
  if (!guess->codec->tells_motion)
    puts(
        sp_tr(lang, "It never says that it stands still: a weight is taken when it stays the same for half a second."));
  printf("configure %s\n", sp_buf_text(&json));
  sp_buf_free(&json);
}

static int show_learned(const struct sp_learned *learned, const char *link, enum sp_lang lang) {
  for (int i = 0; i < learned->count; i++)
    show_guess(&learned->guesses[i], lang);
  if (learned->count == 0) {
    if (learned->bytes == 0)
      puts(sp_tr(lang, "It said nothing, whatever it was asked. Is it on, is the cable right, is it set to send?"));
    else
      printf(sp_tr(lang, "It said %llu bytes that no protocol understands. Another line setting (--line all)?\n"),
             (unsigned long long)learned->bytes);
    return SP_EXIT_BAD;
  }
  if (learned->line[0] != '\0') printf(sp_tr(lang, "Line: %s\n"), learned->line);
  puts(learned->asked ? sp_tr(lang, "It speaks when it is asked.") : sp_tr(lang, "It speaks by itself."));
  if (learned->guesses[0].score < SP_SCALE_LEARN_SURE)
    puts(sp_tr(lang, "This is not certain: compare the weight with what the scale shows."));
  propose(&learned->guesses[0], link, learned->line, lang);
  return SP_EXIT_GOOD;
}

static int learn_scale(const struct sp_args *args, int64_t seconds, struct sp_bench *bench, struct sp_error *err) {
  struct sp_learned learned;
  const char *link = args->words[2];
  int rc = sp_learn_scale(bench, link, sp_args_given(args, "--line"), seconds * 1000, &learned, err);
  return rc ? sp_command_device_complain(args, err) : show_learned(&learned, link, args->lang);
}

/* ---- Scanners on a line ---- */

static void hear(void *ctx, bool in, const uint8_t *bytes, size_t len, int64_t now_us) {
  if (in) sp_scan_learn_feed(ctx, bytes, len, now_us);
}

static bool is_enough(void *ctx) {
  const struct sp_scan_learner *learner = ctx;
  return learner->count >= ENOUGH_CODES;
}

static void show_codes(const struct sp_scan_learner *learner, const struct sp_scan_guess *guess) {
  char text[SP_SCAN_MAX + 1];
  struct sp_buf shown;
  sp_buf_init(&shown, 8 * SP_SCAN_MAX);
  for (int i = 0; i < guess->codes; i++) {
    size_t len = sp_scan_learn_code(learner, guess, i, text);
    sp_buf_reset(&shown);
    sp_words_bytes(text, len, &shown);
    printf("code %s\n", sp_buf_text(&shown));
  }
  sp_buf_free(&shown);
}

static void put_escaped(const char *name, const char *text, struct sp_buf *json) {
  if (text[0] == '\0') return;
  json->len--; /* the closing brace */
  sp_buf_printf(json, ",\"%s\":\"", name);
  for (; *text != '\0'; text++)
    sp_buf_printf(json, *text == '"' || *text == '\\' || (unsigned char)*text < 0x20 ? "\\u%04x" : "%c",
                  (unsigned char)*text);
  sp_buf_puts(json, "\"}");
}

static int show_scanner(const struct sp_scan_learner *learner, const char *link, enum sp_lang lang) {
  struct sp_scan_guess guess;
  struct sp_buf words, json;
  sp_scan_learn_guess(learner, &guess);
  if (guess.codes == 0) {
    puts(sp_tr(lang, "No code came. Is this the scanner's line, and is it set to send there?"));
    return SP_EXIT_BAD;
  }
  sp_buf_init(&words, 1024);
  sp_buf_init(&json, 1024);
  show_codes(learner, &guess);
  printf(sp_tr(lang, "Terminator: %s\n"), guess.terminator);
  sp_words_bytes(guess.prefix, strlen(guess.prefix), &words);
  if (words.len > 0) printf(sp_tr(lang, "Prefix: %s\n"), sp_buf_text(&words));
  sp_buf_reset(&words);
  sp_words_bytes(guess.suffix, strlen(guess.suffix), &words);
  if (words.len > 0) printf(sp_tr(lang, "Suffix: %s\n"), sp_buf_text(&words));
  if (guess.aim) puts(sp_tr(lang, "It says the kind of each code (AIM identifiers): good, leave that on."));
  if (strcmp(guess.terminator, "TAB") == 0)
    puts(sp_tr(lang, "Set the scanner to end codes with CR: a TAB is taken for part of a code."));
  sp_words_config("scanner", link, NULL, NULL, NULL, &json);
  put_escaped("prefix", guess.prefix, &json);
  put_escaped("suffix", guess.suffix, &json);
  if (strcmp(guess.terminator, "none") == 0) {
    json.len--;
    sp_buf_puts(&json, ",\"gap_ends\":true}");
  }
  printf("configure %s\n", sp_buf_text(&json));
  sp_buf_free(&json);
  sp_buf_free(&words);
  return SP_EXIT_GOOD;
}

static int learn_line(const struct sp_args *args, int64_t seconds, struct sp_bench *bench, struct sp_error *err) {
  struct sp_scan_learner learner;
  struct sp_tap tap = {.hear = hear, .ctx = &learner};
  struct sp_link_config config = {.serial = {.baud = 9600, .bits = 8, .parity = 'N', .stops = 1}};
  const char *line = sp_args_given(args, "--line");
  sp_scan_learn_start(&learner);
  snprintf(config.address, sizeof config.address, "%s", args->words[2]);
  int rc = line ? sp_serial_parse(line, &config.serial, err) : 0;
  if (!rc) rc = sp_tap_open(&tap, bench, &config, err);
  if (rc) return sp_command_device_complain(args, err);
  puts(sp_tr(args->lang, "Scan a few codes …"));
  fflush(stdout);
  sp_bench_run(bench, seconds * 1000, is_enough, &learner);
  sp_bench_run(bench, 200, NULL, NULL); /* the end of the last */
  sp_tap_close(&tap);
  return show_scanner(&learner, args->words[2], args->lang);
}

/* ---- Scanners that type, or send reports: their driver knows how ---- */

struct typed {
  int codes;
};

static void take_event(void *ctx, const struct sp_device_event *event) {
  struct typed *typed = ctx;
  struct sp_buf words;
  if (event->kind != SP_DEVICE_SCAN) return;
  sp_buf_init(&words, 8 * SP_SCAN_MAX);
  sp_words_bytes(event->scan->text, event->scan->len, &words);
  printf("code %s%s%s\n", sp_buf_text(&words), event->scan->aim[0] != '\0' ? " " : "", event->scan->aim);
  fflush(stdout);
  sp_buf_free(&words);
  typed->codes++;
}

static bool typed_enough(void *ctx) {
  const struct typed *typed = ctx;
  return typed->codes >= ENOUGH_CODES;
}

static int learn_typed(const struct sp_args *args, int64_t seconds, struct sp_bench *bench, struct sp_error *err) {
  struct typed typed = {.codes = 0};
  struct sp_trial trial;
  struct sp_buf json;
  const struct sp_device_env env = {.event = take_event, .ctx = &typed};
  sp_buf_init(&json, 1024);
  sp_words_config("scanner", args->words[2], NULL, NULL, NULL, &json);
  int rc = sp_trial_open(&trial, bench, sp_buf_text(&json), &env, err);
  if (!rc) {
    puts(sp_tr(args->lang, "Scan a few codes …"));
    fflush(stdout);
    sp_bench_run(bench, seconds * 1000, typed_enough, &typed);
    sp_trial_close(&trial);
    if (typed.codes == 0)
      puts(sp_tr(args->lang, "No code came. Is this the scanner's line, and is it set to send there?"));
    else
      printf("configure %s\n", sp_buf_text(&json));
  }
  sp_buf_free(&json);
  if (rc) return sp_command_device_complain(args, err);
  return typed.codes > 0 ? SP_EXIT_GOOD : SP_EXIT_BAD;
}

/* ---- Which ---- */

int sp_command_device_learn(const struct sp_args *args) {
  static const char *const allowed[] = {" --seconds --line ", NULL};
  struct sp_error error = {.lang = args->lang};
  struct sp_bench bench;
  bool scale = args->word_count > 1 && strcmp(args->words[1], "scale") == 0;
  bool scanner = args->word_count > 1 && strcmp(args->words[1], "scanner") == 0;
  int64_t seconds = scale ? SCALE_SECONDS : SCANNER_SECONDS;
  int rc = sp_command_device_options(args, allowed, &error);
  if (!rc && (!sp_command_device_words(args, 2, 2) || (!scale && !scanner)))
    rc = sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan device learn scale LINK or learn scanner LINK");
  if (!rc) rc = sp_command_number("--seconds", sp_args_given(args, "--seconds"), 1, 600, &seconds, &error);
  if (!rc) rc = sp_link_address_check(args->words[2], &error);
  if (!rc) rc = sp_bench_open(&bench, &error);
  if (rc) return sp_command_device_complain(args, &error);
  bool typed = strncmp(args->words[2], "evdev:", 6) == 0 || strncmp(args->words[2], "hidraw:", 7) == 0;
  int status = scale   ? learn_scale(args, seconds, &bench, &error)
               : typed ? learn_typed(args, seconds, &bench, &error)
                       : learn_line(args, seconds, &bench, &error);
  sp_bench_close(&bench);
  return status;
}
