#include "main/device_learn.h"
#include <stdio.h>
#include <string.h>

#define ASKS            4
#define LEAST_LISTEN_MS 700 /* a line: seven frames of most scales */

struct lesson {
  struct sp_bench *bench;
  struct sp_tap tap;
  struct sp_scale_learner learner;
  struct sp_link_config config;
  struct sp_learned *out;
  struct sp_scale watch; /* of the protocol that asks: what did it answer? */
  bool acknowledged;
};

/* ---- Lines ---- */

struct lines {
  char text[SP_LEARN_LINES_MAX][40];
  int count;
};

static void add_line(struct lines *lines, const char *text) {
  for (int i = 0; i < lines->count; i++)
    if (strcmp(lines->text[i], text) == 0) return;
  if (lines->count < SP_LEARN_LINES_MAX) snprintf(lines->text[lines->count++], sizeof lines->text[0], "%s", text);
}

static int choose_lines(const char *address, const char *wanted, struct lines *out, struct sp_error *err) {
  static const char *const speeds[] = {"9600", "4800", "2400", "19200", "38400", "115200"};
  static const char *const frames[] = {"8,N,1", "7,E,1", "7,O,1"};
  struct sp_serial serial;
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  bool all = wanted && strcmp(wanted, "all") == 0;
  out->count = 0;
  if (strncmp(address, "serial:", 7) != 0) {
    if (wanted) return sp_fail(err, SP_E_INVALID, "--line", "Only a serial link has line settings");
    add_line(out, "");
    return 0;
  }
  if (wanted && !all) {
    add_line(out, wanted);
    return sp_serial_parse(wanted, &serial, err);
  }
  for (size_t i = 0; i < count; i++)
    if (codecs[i]->line[0] != '\0') add_line(out, codecs[i]->line);
  for (size_t i = 0; all && i < sizeof speeds / sizeof speeds[0]; i++) {
    for (size_t j = 0; j < sizeof frames / sizeof frames[0]; j++) {
      char text[40];
      snprintf(text, sizeof text, "%s,%s", speeds[i], frames[j]);
      add_line(out, text);
    }
  }
  return 0;
}

/* ---- Hearing ---- */

static void watch(void *ctx, const struct sp_scale_reading *reading) {
  struct lesson *lesson = ctx;
  if (reading->kind == SP_SCALE_ACK) lesson->acknowledged = true;
}

static void hear(void *ctx, bool in, const uint8_t *bytes, size_t len, int64_t now_us) {
  struct lesson *lesson = ctx;
  (void)now_us;
  if (!in) return;
  lesson->out->bytes += len;
  sp_scale_learn_feed(&lesson->learner, bytes, len);
  if (lesson->watch.codec) sp_scale_feed(&lesson->watch, bytes, len, watch, lesson);
}

static int open_line(struct lesson *lesson, const char *line, struct sp_error *err) {
  sp_scale_learn_start(&lesson->learner);
  lesson->watch = (struct sp_scale){.codec = NULL};
  if (line[0] != '\0') {
    int rc = sp_serial_parse(line, &lesson->config.serial, err);
    if (rc) return rc;
  }
  lesson->tap.hear = hear;
  lesson->tap.ctx = lesson;
  return sp_tap_open(&lesson->tap, lesson->bench, &lesson->config, err);
}

/* Better than what there was? Then it is kept. True when no doubt is left. */
static bool keep(struct lesson *lesson, const char *line, bool asked) {
  struct sp_learned *out = lesson->out;
  struct sp_scale_guess guesses[SP_LEARN_GUESSES];
  int count = sp_scale_learn_guess(&lesson->learner, guesses, SP_LEARN_GUESSES);
  if (count > 0 && (out->count == 0 || guesses[0].score > out->guesses[0].score)) {
    memcpy(out->guesses, guesses, sizeof guesses);
    out->count = count;
    out->asked = asked;
    snprintf(out->line, sizeof out->line, "%s", line);
  }
  return out->count > 0 && out->guesses[0].score >= SP_SCALE_LEARN_SURE;
}

static bool lost(void *ctx) {
  const struct lesson *lesson = ctx;
  return lesson->tap.down;
}

/* ---- Listening ---- */

static int listen_all(struct lesson *lesson, const struct lines *lines, int64_t listen_ms, struct sp_error *err) {
  int64_t each_ms = lines->count > 0 ? listen_ms / lines->count : 0;
  if (each_ms < LEAST_LISTEN_MS) each_ms = LEAST_LISTEN_MS;
  for (int i = 0; i < lines->count && !lesson->bench->stopped; i++) {
    int rc = open_line(lesson, lines->text[i], err);
    if (rc) return rc;
    sp_bench_run(lesson->bench, each_ms, lost, lesson);
    sp_tap_close(&lesson->tap);
    if (keep(lesson, lines->text[i], false)) return 0;
  }
  return 0;
}

/* ---- Asking ---- */

static bool answered(void *ctx) {
  const struct lesson *lesson = ctx;
  return lesson->tap.down || lesson->acknowledged;
}

/* SP_E_UNSUPPORTED: it has no such question. */
static int ask(struct lesson *lesson, enum sp_scale_ask what, bool (*done)(void *ctx), struct sp_error *err) {
  const struct sp_scale_offer offer = {.price = 100};
  struct sp_scale_bytes bytes;
  int rc = sp_scale_request(lesson->watch.codec, what, what == SP_SCALE_PRICE ? &offer : NULL, &bytes);
  if (rc) return rc;
  lesson->acknowledged = false;
  rc = sp_tap_send(&lesson->tap, bytes.bytes, bytes.len, err);
  if (!rc) sp_bench_run(lesson->bench, SP_LEARN_ASK_MS, done, lesson);
  return rc;
}

static bool is_sure(const struct lesson *lesson) {
  struct sp_scale_guess best;
  return sp_scale_learn_guess(&lesson->learner, &best, 1) > 0 && best.score >= SP_SCALE_LEARN_SURE && best.frames > 1;
}

/* A few times: one frame may be chance, and some protocols give the first one up. Codecs without a weight to ask for
 * are given a price, and answer with the weight. */
static int ask_by(struct lesson *lesson, const struct sp_scale_codec *codec, struct sp_error *err) {
  int rc = 0;
  sp_scale_learn_start(&lesson->learner);
  sp_scale_init(&lesson->watch, codec);
  for (int i = 0; i < ASKS && !lesson->tap.down; i++) {
    uint64_t before = lesson->learner.bytes;
    if (codec->requests[SP_SCALE_ENQUIRE]) rc = ask(lesson, SP_SCALE_ENQUIRE, answered, err);
    if (!rc && codec->offer) rc = ask(lesson, SP_SCALE_PRICE, codec->requests[SP_SCALE_WEIGH] ? answered : lost, err);
    if (!rc && codec->requests[SP_SCALE_WEIGH]) rc = ask(lesson, SP_SCALE_WEIGH, lost, err);
    if (!rc && codec->requests[SP_SCALE_END]) rc = ask(lesson, SP_SCALE_END, answered, err);
    if (rc || lesson->learner.bytes == before || is_sure(lesson)) break;
  }
  lesson->watch.codec = NULL;
  return rc;
}

static int ask_all(struct lesson *lesson, const struct lines *lines, const char *wanted, struct sp_error *err) {
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  for (int i = 0; i < lines->count && !lesson->bench->stopped; i++) {
    const char *line = lines->text[i];
    int rc = open_line(lesson, line, err);
    if (rc) return rc;
    for (size_t j = 0; j < count && !rc && !lesson->tap.down && !lesson->bench->stopped; j++) {
      bool fits = line[0] == '\0' || wanted || strcmp(codecs[j]->line, line) == 0;
      if (!codecs[j]->asks || !fits) continue;
      rc = ask_by(lesson, codecs[j], err);
      if (keep(lesson, line, true)) break;
    }
    sp_tap_close(&lesson->tap);
    if (rc || (lesson->out->count > 0 && lesson->out->guesses[0].score >= SP_SCALE_LEARN_SURE)) return rc;
  }
  return 0;
}

int sp_learn_scale(struct sp_bench *bench, const char *address, const char *lines, int64_t listen_ms,
                   struct sp_learned *out, struct sp_error *err) {
  struct lesson lesson = {.bench = bench, .out = out};
  struct lines chosen;
  *out = (struct sp_learned){.count = 0};
  snprintf(lesson.config.address, sizeof lesson.config.address, "%s", address);
  lesson.config.serial = (struct sp_serial){.baud = 9600, .bits = 8, .parity = 'N', .stops = 1};
  int rc = choose_lines(address, lines, &chosen, err);
  if (!rc) rc = listen_all(&lesson, &chosen, listen_ms, err);
  if (rc || (out->count > 0 && out->guesses[0].score >= SP_SCALE_LEARN_SURE)) return rc;
  return ask_all(&lesson, &chosen, lines, err);
}
