/* suanpan till --tui: the till on a terminal. One poll of keyboard, sockets and time. */
#include "base/clock.h"
#include "main/command.h"
#include "main/tui.h"
#include "main/tui_tty.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TICK_MS  1000 /* the clock on the screen */
#define DRAW_MAX (4u << 20)

struct till {
  struct sp_tui *tui;
  struct sp_tui_link *link;
  struct sp_tui_keys keys;
  int64_t key_at; /* when the last byte of a key came, monotonic µs */
  struct sp_tui_grid shown, next;
  struct sp_zone *zone;
  char zone_told[65]; /* by the node: its store's */
  struct sp_tui_place place;
  enum sp_lang lang;
  int64_t columns; /* 0: as the terminal says */
  bool ascii, redraw, gone;
};

/* ---- The till, the line and the other way round ---- */

static int on_ask(void *ctx, int tag, const char *method, const char *path, const char *body, bool keyed) {
  const struct till *till = ctx;
  return sp_tui_link_ask(till->link, tag, method, path, body, keyed);
}

static int on_drop(void *ctx) {
  const struct till *till = ctx;
  return sp_tui_link_drop(till->link);
}

static void on_token(void *ctx, const char *token) {
  const struct till *till = ctx;
  sp_tui_link_token(till->link, token);
}

static void on_follow(void *ctx, const char *code) {
  const struct till *till = ctx;
  sp_tui_link_follow(till->link, code);
}

static void on_event(void *ctx, const char *name, const char *json, size_t len) {
  const struct till *till = ctx;
  sp_tui_event(till->tui, name, json, len);
}

static void on_answered(void *ctx, const struct sp_tui_reply *reply) {
  const struct till *till = ctx;
  sp_tui_reply(till->tui, reply);
}

static void on_refused(void *ctx, int status) {
  const struct till *till = ctx;
  sp_tui_refused(till->tui, status);
}

/* ---- Drawing ---- */

/* The clock is that of the shop, once the node has told its zone; UTC before, and says so: where the machine that shows
 * it thinks to be is nothing to go by. */
static void follow_zone(struct till *till) {
  const char *name = sp_tui_zone(till->tui);
  struct sp_zone *zone = NULL;
  if (name[0] == '\0' || strcmp(till->zone_told, name) == 0) return;
  snprintf(till->zone_told, sizeof till->zone_told, "%s", name);
  if (sp_zone_load(name, &zone, NULL) != 0) return;
  sp_zone_free(till->zone);
  till->zone = zone;
}

static int draw(struct till *till) {
  struct sp_buf out;
  int columns = 80, rows = 24;
  sp_tui_tty_size(&columns, &rows);
  if (till->columns > 0) columns = (int)till->columns;
  bool same = till->next.cells && till->next.columns == columns && till->next.rows == rows;
  if (!same && sp_tui_grid_start(&till->next, columns, rows, till->ascii) != 0) return SP_E_NOMEM;
  follow_zone(till);
  const struct sp_tui_state state = {.line = sp_tui_link_line(till->link),
                                     .waiting = sp_tui_link_waiting(till->link),
                                     .stuck = sp_tui_link_stuck(till->link),
                                     .now_ms = sp_clock_now_ms(),
                                     .zone = till->zone};
  sp_tui_paint(till->tui, &state, &till->next);
  sp_buf_init(&out, DRAW_MAX);
  sp_tui_grid_draw(till->redraw ? NULL : &till->shown, &till->next, &out);
  if (sp_tui_rings(till->tui)) sp_buf_putc(&out, '\a');
  int result = out.failed ? out.failed : sp_tui_tty_write(sp_buf_text(&out), out.len);
  if (result == 0) result = sp_tui_grid_copy(&till->shown, &till->next);
  till->redraw = false;
  sp_buf_free(&out);
  return result;
}

/* ---- Keys ---- */

static void press(struct till *till, const struct sp_tui_key *key) {
  if (key->kind == SP_TUI_KEY_REDRAW) till->redraw = true;
  sp_tui_press(till->tui, key);
}

static void read_keys(struct till *till) {
  unsigned char bytes[512];
  struct sp_tui_key key;
  ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
  if (got <= 0) { /* raw and ready, yet nothing: the terminal has gone */
    till->gone = true;
    return;
  }
  till->key_at = sp_clock_monotonic_us();
  for (ssize_t i = 0; i < got; i++)
    if (sp_tui_keys_feed(&till->keys, bytes[i], &key)) press(till, &key);
  explicit_bzero(bytes, sizeof bytes);
}

static void flush_keys(struct till *till, int64_t now_us) {
  struct sp_tui_key key;
  if (!sp_tui_keys_waits(&till->keys) || now_us < till->key_at + SP_TUI_ESCAPE_MS * 1000) return;
  if (sp_tui_keys_flush(&till->keys, &key)) press(till, &key);
}

/* ---- The loop ---- */

static int wait_ms(const struct till *till, int64_t now_us) {
  int64_t due = sp_tui_link_due(till->link), wait = TICK_MS;
  if (sp_tui_keys_waits(&till->keys)) wait = SP_TUI_ESCAPE_MS;
  if (due != INT64_MAX && (due - now_us) / 1000 + 1 < wait) wait = (due - now_us) / 1000 + 1;
  return wait > 0 ? (int)wait : 0;
}

static int run(struct till *till) {
  struct pollfd list[1 + SP_TUI_POLLS_MAX];
  int result = 0;
  while (result == 0 && !till->gone && !sp_tui_left(till->tui) && !sp_tui_tty_ended()) {
    result = draw(till);
    if (result) break;
    list[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    int count = sp_tui_link_polls(till->link, list + 1);
    if (sp_tui_tty_poll(list, (size_t)count + 1, wait_ms(till, sp_clock_monotonic_us())) < 0) return SP_E_IO;
    if (sp_tui_tty_resized()) till->redraw = true;
    if (list[0].revents != 0) read_keys(till);
    flush_keys(till, sp_clock_monotonic_us());
    sp_tui_link_turn(till->link, list + 1, count, sp_clock_monotonic_us());
  }
  return result;
}

/* ---- Options ---- */

static bool speaks_utf8(void) {
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const char *value = getenv(names[i]);
    if (value && value[0] != '\0') return strstr(value, "UTF-8") || strstr(value, "utf8") || strstr(value, "UTF8");
  }
  return false;
}

static int find_node(struct till *till, const struct sp_args *args, struct sp_error *err) {
  char path[SP_FOLDER_PATH_MAX + 64];
  struct sp_config config;
  const char *url = sp_args_given(args, "--url");
  bool folder = sp_args_given(args, "--data") || sp_args_given(args, "--config");
  if (url && folder) return sp_fail(err, SP_E_INVALID, NULL, "Say --url or --data, not both");
  if (!folder) return sp_tui_place_url(url ? url : "http://127.0.0.1:7070", &till->place, err);
  int status = sp_command_config(args, true, &config);
  if (status) return status;
  sp_command_socket(&config, path);
  sp_config_free(&config);
  return sp_tui_place_socket(path, &till->place, err);
}

static int open_parts(struct till *till, const char *code, struct sp_error *err) {
  const struct sp_tui_link_options link = {.place = till->place,
                                           .lang = till->lang,
                                           .event = on_event,
                                           .answered = on_answered,
                                           .refused = on_refused,
                                           .ctx = till};
  const struct sp_tui_options tui = {.lang = till->lang,
                                     .till = code,
                                     .ask = on_ask,
                                     .drop = on_drop,
                                     .token = on_token,
                                     .follow = on_follow,
                                     .ctx = till};
  int result = sp_tui_link_open(&link, &till->link, err);
  if (result == 0) result = sp_tui_open(&tui, &till->tui, err);
  if (result == 0) result = sp_tui_tty_open(err);
  return result;
}

static void close_parts(struct till *till) {
  sp_tui_tty_close();
  sp_tui_close(till->tui);
  sp_tui_link_close(till->link);
  sp_tui_grid_free(&till->shown);
  sp_tui_grid_free(&till->next);
  sp_zone_free(till->zone);
}

int sp_command_till(const struct sp_args *args) {
  struct sp_error error = {.lang = args->lang};
  const char *code = sp_args_given(args, "--till");
  struct till till = {.lang = args->lang, .ascii = sp_args_given(args, "--ascii") != NULL || !speaks_utf8()};
  if (till.ascii) till.lang = SP_LANG_EN; /* Hanzi cannot be shown */
  int result = 0;
  if (args->word_count != 0 || !sp_args_given(args, "--tui"))
    result = sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan till --tui");
  if (!result)
    result = sp_command_number("--columns", sp_args_given(args, "--columns"), SP_TUI_COLUMNS_MIN, SP_TUI_COLUMNS_MAX,
                               &till.columns, &error);
  if (result) return sp_command_misuse(args, &error);
  result = find_node(&till, args, &error);
  if (result > 0) return result;
  if (!result) result = open_parts(&till, code ? code : "", &error);
  if (!result && run(&till) != 0) result = sp_fail(&error, SP_E_IO, NULL, "The terminal is gone");
  close_parts(&till);
  return result ? sp_command_fail(&error) : SP_EXIT_GOOD;
}
