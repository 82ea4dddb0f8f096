/* suanpan device replay: what a recording means, by the codec of a protocol. */
#include "base/text.h"
#include "devices/codec/capture.h"
#include "devices/codec/scanner_serial.h"
#include "main/cmd_device.h"
#include "main/device_words.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct player {
  enum sp_lang lang;
  int64_t now_us;
  uint64_t found;
  struct sp_scale scale; /* codec null: no scale */
  struct sp_scanner_serial scanner;
  struct sp_printer_reader reader;
  struct sp_printer_status status;
  int asked; /* the last DLE EOT, 0 for none */
};

static void say(struct player *player, const char *text) {
  printf("%5lld.%06lld  %s\n", (long long)(player->now_us / 1000000), (long long)(player->now_us % 1000000), text);
  player->found++;
}

/* ---- Scales ---- */

static void show_reading(void *ctx, const struct sp_scale_reading *reading) {
  struct player *player = ctx;
  struct sp_buf words;
  sp_buf_init(&words, 1024);
  sp_words_reading(reading, player->lang, &words);
  say(player, sp_buf_text(&words));
  sp_buf_free(&words);
}

static void play_scale(struct player *player, const struct sp_capture_line *line) {
  if (line->in) sp_scale_feed(&player->scale, line->bytes, line->len, show_reading, player);
}

/* ---- Scanners ---- */

static void show_scan(struct player *player, enum sp_scan_status status, const struct sp_scan *scan) {
  struct sp_buf words;
  if (status == SP_SCAN_LOST) say(player, sp_tr(player->lang, "a code was lost"));
  if (status != SP_SCAN_DONE) return;
  sp_buf_init(&words, 8 * SP_SCAN_MAX);
  sp_words_bytes(scan->text, scan->len, &words);
  if (scan->aim[0] != '\0') sp_buf_printf(&words, " %s", scan->aim);
  say(player, sp_buf_text(&words));
  sp_buf_free(&words);
}

static void play_scanner(struct player *player, const struct sp_capture_line *line) {
  struct sp_scan scan;
  size_t at = 0, used = 0;
  while (line->in && at < line->len) {
    enum sp_scan_status status = sp_scanner_serial_feed(&player->scanner, (const char *)line->bytes + at,
                                                        line->len - at, player->now_us, &used, &scan);
    show_scan(player, status, &scan);
    at += used;
  }
}

/* ---- Printers ---- */

static void show_status(struct player *player, const char *what) {
  struct sp_buf words;
  sp_buf_init(&words, 1024);
  sp_buf_printf(&words, "%s: ", what);
  sp_words_printer(&player->status, player->lang, &words);
  say(player, sp_buf_text(&words));
  sp_buf_free(&words);
}

static void show_reply(struct player *player, const struct sp_printer_reply *reply) {
  char text[SP_PRINTER_BLOCK_MAX + 32];
  const char *bytes = (const char *)reply->bytes;
  switch (reply->kind) {
  case SP_PRINTER_REALTIME:
    if (player->asked)
      (void)sp_printer_status_realtime(&player->status, (enum sp_escpos_status)player->asked, reply->bytes[0]);
    snprintf(text, sizeof text, "DLE EOT %d %02X", player->asked, reply->bytes[0]);
    show_status(player, text);
    break;
  case SP_PRINTER_AUTO:
    (void)sp_printer_status_auto(&player->status, reply->bytes);
    snprintf(text, sizeof text, "ASB %02X %02X %02X %02X", reply->bytes[0], reply->bytes[1], reply->bytes[2],
             reply->bytes[3]);
    show_status(player, text);
    break;
  case SP_PRINTER_WAITING:
    (void)sp_printer_status_paper(&player->status, reply->bytes[0]);
    show_status(player, "GS r");
    break;
  case SP_PRINTER_DONE:
    snprintf(text, sizeof text, sp_tr(player->lang, "on paper: mark %.4s"), bytes);
    say(player, text);
    break;
  case SP_PRINTER_IDENTITY:
    say(player, bytes);
    break;
  default:
    break;
  }
}

/* Which question a DLE EOT answer belongs to, only the bytes that went out say. */
static void play_printer(struct player *player, const struct sp_capture_line *line) {
  struct sp_printer_reply reply;
  for (size_t i = 0; !line->in && i + 2 < line->len; i++)
    if (line->bytes[i] == 0x10 && line->bytes[i + 1] == 0x04 && line->bytes[i + 2] >= 1 && line->bytes[i + 2] <= 4)
      player->asked = line->bytes[i + 2];
  for (size_t at = 0; line->in;) {
    at += sp_printer_read(&player->reader, line->bytes + at, line->len - at, &reply);
    if (reply.kind == SP_PRINTER_NONE) return;
    show_reply(player, &reply);
  }
}

/* ---- The file ---- */

static int play(struct player *player, FILE *file, void (*each)(struct player *, const struct sp_capture_line *),
                struct sp_error *err) {
  struct sp_capture_line line;
  char *text = NULL;
  size_t size = 0;
  int number = 0, rc = 0;
  for (ssize_t len; !rc && (len = getline(&text, &size, file)) >= 0;) {
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
      len--;
    number++;
    rc = sp_capture_parse(text, (size_t)len, &line, err);
    if (rc && err) snprintf(err->field, sizeof err->field, "%d", number);
    if (rc || line.len == 0) continue;
    player->now_us = line.us;
    each(player, &line);
  }
  free(text);
  return rc;
}

int sp_command_device_replay(const struct sp_args *args) {
  static const char *const allowed[] = {" --protocol ", NULL};
  struct sp_error error = {.lang = args->lang};
  struct player player = {.lang = args->lang};
  const char *protocol = sp_args_given(args, "--protocol");
  bool scanner = protocol && strcmp(protocol, "scanner") == 0, printer = protocol && strcmp(protocol, "escpos") == 0;
  const struct sp_scale_codec *codec = protocol ? sp_scale_codec_find(protocol) : NULL;
  int rc = sp_command_device_options(args, allowed, &error);
  if (!rc && (!sp_command_device_words(args, 1, 1) || !protocol))
    rc = sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan device replay FILE --protocol PROTOCOL");
  if (!rc && !codec && !scanner && !printer)
    rc =
        sp_fail(&error, SP_E_INVALID, "--protocol", "\"%s\" is no scale's protocol, nor scanner, nor escpos", protocol);
  if (rc) return sp_command_device_complain(args, &error);
  FILE *file = fopen(args->words[1], "re");
  if (file && getc(file) == EOF && ferror(file)) { /* a folder opens, and cannot be read */
    int why = errno;
    fclose(file);
    file = NULL;
    errno = why;
  }
  if (!file) {
    sp_fail(&error, SP_E_IO, NULL, "%s cannot be read: %s", args->words[1], strerror(errno));
    return sp_command_fail(&error);
  }
  rewind(file);
  if (codec) sp_scale_init(&player.scale, codec);
  sp_scanner_serial_start(&player.scanner, NULL);
  rc = play(&player, file, codec ? play_scale : scanner ? play_scanner : play_printer, &error);
  fclose(file);
  if (rc) return sp_command_fail(&error);
  if (codec)
    printf(sp_tr(args->lang, "%llu frames, %llu bad, %llu bytes of noise\n"), (unsigned long long)player.scale.frames,
           (unsigned long long)player.scale.bad, (unsigned long long)player.scale.noise);
  return player.found > 0 ? SP_EXIT_GOOD : SP_EXIT_BAD;
}
