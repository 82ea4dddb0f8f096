/* suanpan device simulate: a device that is not there, behind a TCP port or a pseudo-terminal, with troubles on its
 * line (devices/sim/chaos.h) and told by lines of text (devices/sim/control.h). */
#include "base/clock.h"
#include "base/text.h"
#include "devices/sim/control.h"
#include "main/cmd_device.h"
#include "main/device_console.h"
#include "main/device_line.h"
#include "main/device_sim.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define HUNG_UP_MS 20 /* how often a pty is asked whether somebody opened it */
#define IDLE_MS    1000

struct stage {
  struct sp_sim *sim;
  struct sp_chaos chaos;
  struct sp_line_end line;
  struct sp_console console;
  int signals;
  bool ended; /* the program at the other end said its last byte */
  bool full;  /* the line takes no more now */
};

/* ---- Control ---- */

static int save(const char *line, struct sp_buf *answer) {
  char path[PATH_MAX];
  size_t len = 0;
  const char *name = sp_vcontrol_file(line, &len);
  snprintf(path, sizeof path, "%.*s", (int)len, name);
  FILE *file = len < sizeof path ? fopen(path, "wbe") : NULL;
  bool good = file && (answer->len == 0 || fwrite(answer->data, 1, answer->len, file) == answer->len);
  if (file && fclose(file)) good = false;
  sp_buf_reset(answer);
  return good ? sp_buf_puts(answer, "ok\n") : sp_buf_printf(answer, "error: %s cannot be written\n", path);
}

static bool is_blank_or_comment(const char *line) {
  line += strspn(line, " \t\r\n");
  return *line == '\0' || *line == '#';
}

static void obey(void *ctx, const char *line, struct sp_buf *answer) {
  struct stage *stage = ctx;
  size_t len = 0;
  line += strspn(line, " \t");
  if (is_blank_or_comment(line)) return;
  if (strncmp(line, "help", 4) == 0) sp_chaos_help(answer);
  int rc = sp_chaos_control(&stage->chaos, line, answer);
  bool troubles = rc != SP_E_NOT_FOUND;
  if (!troubles) rc = stage->sim->kind->control(stage->sim, line, answer);
  if (rc == 0 && !troubles && sp_vcontrol_file(line, &len)) {
    (void)save(line, answer);
  } else if (rc && answer->len == 0) {
    sp_buf_printf(answer, "error: %s\n", rc == SP_E_NOT_FOUND ? "no such command; try help" : sp_code_name(rc));
  }
  sp_line_refuse(&stage->line, stage->chaos.refuse);
}

/* ---- Bytes ---- */

static void up(struct stage *stage) {
  sp_chaos_reset(&stage->chaos);
  sp_buf_reset(&stage->sim->out);
  stage->ended = stage->full = stage->sim->cut = false;
  stage->sim->kind->line(stage->sim, true);
  puts("# connected");
}

static void down(struct stage *stage, bool cut) {
  stage->sim->kind->line(stage->sim, false);
  cut ? sp_line_drop(&stage->line) : sp_line_left(&stage->line);
  sp_chaos_reset(&stage->chaos);
  stage->sim->cut = false;
  puts(cut ? "# cut" : "# closed");
}

/* From the line into the queue. */
static void hear(struct stage *stage, int64_t now_us) {
  uint8_t bytes[SP_CHAOS_ROOM];
  size_t room = sp_chaos_room(&stage->chaos, SP_CHAOS_TO);
  if (!stage->line.up || stage->ended || room == 0) return;
  ssize_t got = sp_line_read(&stage->line, bytes, room);
  if (got < 0) stage->ended = true;
  if (got > 0 && !stage->sim->off) sp_chaos_put(&stage->chaos, SP_CHAOS_TO, bytes, (size_t)got, now_us);
}

/* From the queue into the device. */
static void deliver(struct stage *stage, int64_t now_us) {
  const uint8_t *bytes = NULL;
  for (size_t len; (len = sp_chaos_ready(&stage->chaos, SP_CHAOS_TO, now_us, &bytes)) > 0;) {
    size_t taken = stage->sim->kind->take(stage->sim, bytes, len);
    if (taken == 0) return;
    sp_chaos_take(&stage->chaos, SP_CHAOS_TO, taken);
  }
}

/* From the device into the queue, and out of it onto the line. */
static void answer(struct stage *stage, int64_t now_us) {
  struct sp_buf *out = &stage->sim->out;
  const uint8_t *bytes = NULL;
  size_t room = sp_chaos_room(&stage->chaos, SP_CHAOS_FROM);
  size_t len = out->len < room ? out->len : room;
  if (!stage->line.up) len = out->len; /* said to nobody */
  if (stage->line.up && len > 0) sp_chaos_put(&stage->chaos, SP_CHAOS_FROM, out->data, len, now_us);
  sp_buf_drop(out, len);
  stage->full = false;
  while (stage->line.up && (len = sp_chaos_ready(&stage->chaos, SP_CHAOS_FROM, now_us, &bytes)) > 0) {
    ssize_t sent = sp_line_write(&stage->line, bytes, len);
    if (sent < 0) stage->ended = true;
    if (sent <= 0) {
      stage->full = true;
      return;
    }
    sp_chaos_take(&stage->chaos, SP_CHAOS_FROM, (size_t)sent);
  }
}

static bool is_idle(const struct stage *stage) {
  return stage->sim->out.len == 0 && stage->chaos.lanes[SP_CHAOS_TO].len == 0 &&
         (stage->line.pty || stage->chaos.lanes[SP_CHAOS_FROM].len == 0 || stage->full);
}

static void settle(struct stage *stage) {
  bool out_empty = stage->sim->out.len == 0 && stage->chaos.lanes[SP_CHAOS_FROM].len == 0;
  if (stage->line.up && (sp_chaos_cut(&stage->chaos) || (stage->sim->cut && (out_empty || stage->full))))
    down(stage, true);
  else if (stage->line.up && stage->ended && (is_idle(stage) || stage->line.pty) && !stage->sim->off)
    down(stage, false);
  if (!stage->line.up) stage->chaos.cut = stage->sim->cut = false;
  if (stage->sim->news.len > 0) (void)fwrite(stage->sim->news.data, 1, stage->sim->news.len, stdout);
  sp_buf_reset(&stage->sim->news);
  (void)fflush(stdout);
}

/* ---- Time ---- */

static int64_t earlier(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static int wait_ms(const struct stage *stage, int64_t due_us, int64_t now_us) {
  due_us = earlier(due_us, sp_chaos_due(&stage->chaos, SP_CHAOS_FROM));
  if (due_us <= now_us && stage->full) due_us = now_us + HUNG_UP_MS * 1000;
  int64_t to_us = sp_chaos_due(&stage->chaos, SP_CHAOS_TO);
  due_us = earlier(due_us, to_us > now_us ? to_us : now_us + HUNG_UP_MS * 1000); /* not taken: it was refused */
  int64_t ms = due_us <= now_us ? 1 : (due_us - now_us) / 1000 + 1;
  bool watched = stage->line.pty && !stage->line.up;
  return (int)earlier(ms, watched ? HUNG_UP_MS : IDLE_MS);
}

static bool turn(struct stage *stage) {
  struct pollfd polls[SP_CONSOLE_POLLS + 3];
  struct pollfd *own = &polls[SP_CONSOLE_POLLS];
  int64_t now_us = sp_clock_monotonic_us();
  int64_t due_us = stage->sim->kind->tick(stage->sim, now_us);
  deliver(stage, now_us);
  answer(stage, now_us);
  settle(stage);
  bool reads = stage->line.up && !stage->ended && (!stage->sim->off || stage->line.pty) &&
               sp_chaos_room(&stage->chaos, SP_CHAOS_TO) > 0;
  bool open = !stage->line.pty && !stage->line.up && !stage->sim->off;
  sp_console_polls(&stage->console, polls);
  own[0] = (struct pollfd){.fd = stage->signals, .events = POLLIN};
  own[1] = (struct pollfd){.fd = open ? stage->line.listener : -1, .events = POLLIN};
  own[2] = (struct pollfd){.fd = reads ? stage->line.fd : -1, .events = POLLIN};
  if (poll(polls, SP_CONSOLE_POLLS + 3, wait_ms(stage, due_us, now_us)) < 0) return errno == EINTR;
  if (own[0].revents || !sp_console_hear(&stage->console, polls)) return false;
  if ((own[1].revents || stage->line.pty) && !stage->sim->off && sp_line_accept(&stage->line)) up(stage);
  if (own[2].revents) hear(stage, sp_clock_monotonic_us());
  return true;
}

/* ---- Beginning and end ---- */

static const struct sp_sim_kind *find_kind(const char *name) {
  static const struct sp_sim_kind *const kinds[] = {&sp_sim_printer, &sp_sim_scale, &sp_sim_scanner, &sp_sim_display};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (strcmp(kinds[i]->name, name) == 0) return kinds[i];
  return NULL;
}

static int open_line(const struct sp_args *args, const struct sp_sim_kind *kind, struct sp_line_end *line,
                     struct sp_error *err) {
  const char *listen = sp_args_given(args, "--listen");
  bool pty = sp_args_given(args, "--pty") != NULL;
  if (pty && listen) return sp_fail(err, SP_E_INVALID, NULL, "A line is --listen or --pty, not both");
  if (args->word_count > 3 || (args->word_count == 3 && !pty))
    return sp_fail(err, SP_E_INVALID, NULL, "There are too many words: %s", args->words[args->word_count - 1]);
  if (!listen && !pty && kind->jobs) listen = "127.0.0.1:9100";
  return listen ? sp_line_listen(line, listen, err)
                : sp_line_pty(line, args->word_count == 3 ? args->words[2] : "", err);
}

/* --chaos "delay 200; garble 100": troubles from the beginning. */
static int begin_chaos(struct stage *stage, const char *text, struct sp_error *err) {
  struct sp_buf answer;
  char line[SP_CONSOLE_LINE];
  int rc = 0;
  sp_buf_init(&answer, SP_CONSOLE_LINE);
  while (text && *text != '\0' && !rc) {
    size_t len = strcspn(text, ";");
    snprintf(line, sizeof line, "%.*s", (int)len, text);
    sp_buf_reset(&answer);
    rc = is_blank_or_comment(line) ? 0 : sp_chaos_control(&stage->chaos, line, &answer);
    if (rc) rc = sp_fail(err, SP_E_INVALID, "--chaos", "\"%s\" is no trouble of a line; help lists them", line);
    text += len + (text[len] == ';');
  }
  sp_buf_free(&answer);
  sp_line_refuse(&stage->line, stage->chaos.refuse);
  return rc;
}

static void introduce(const struct stage *stage) {
  struct sp_buf more;
  sp_buf_init(&more, 1024);
  stage->sim->kind->configuration(stage->sim, &more);
  printf("%s %s\n", stage->line.pty ? "pty" : "listening on", stage->line.address);
  printf("configure {\"class\":\"%s\",\"link\":\"%s\"%s}\n", stage->sim->kind->name, stage->line.address,
         sp_buf_text(&more));
  (void)fflush(stdout);
  sp_buf_free(&more);
}

static int catch_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  signal(SIGPIPE, SIG_IGN);
  sigprocmask(SIG_BLOCK, &set, NULL);
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int open_stage(struct stage *stage, const struct sp_args *args, const struct sp_sim_kind *kind,
                      struct sp_error *err) {
  *stage = (struct stage){.signals = -1, .line = {.fd = -1, .listener = -1}, .console = {.listener = -1}};
  int rc = kind->open(args, &stage->sim, err);
  if (rc) return rc;
  sp_buf_init(&stage->sim->out, SP_SIM_OUT_MAX);
  sp_buf_init(&stage->sim->news, SP_SIM_OUT_MAX);
  sp_chaos_init(&stage->chaos, kind->usual, kind->jobs, (uint64_t)sp_clock_monotonic_us());
  stage->console.obey = obey;
  stage->console.ctx = stage;
  rc = open_line(args, kind, &stage->line, err);
  if (!rc) rc = sp_console_open(&stage->console, sp_args_given(args, "--control"), err);
  if (!rc) rc = begin_chaos(stage, sp_args_given(args, "--chaos"), err);
  return rc;
}

static void close_stage(struct stage *stage) {
  sp_console_close(&stage->console);
  sp_line_close(&stage->line);
  if (stage->signals >= 0) close(stage->signals);
  if (!stage->sim) return;
  sp_buf_free(&stage->sim->out);
  sp_buf_free(&stage->sim->news);
  stage->sim->kind->close(stage->sim);
}

int sp_command_device_simulate(const struct sp_args *args) {
  struct sp_error error = {.lang = args->lang};
  struct stage stage;
  const struct sp_sim_kind *kind = args->word_count > 1 ? find_kind(args->words[1]) : NULL;
  if (!kind) {
    sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan device simulate printer|scale|scanner|display");
    return sp_command_misuse(args, &error);
  }
  const char *const allowed[] = {" --listen --pty --control --chaos ", kind->options, NULL};
  if (sp_command_device_options(args, allowed, &error)) return sp_command_misuse(args, &error);
  int rc = open_stage(&stage, args, kind, &error);
  if (!rc) {
    stage.signals = catch_signals();
    introduce(&stage);
    while (turn(&stage))
      ;
  }
  close_stage(&stage);
  if (!rc) return SP_EXIT_GOOD;
  return rc == SP_E_INVALID ? sp_command_misuse(args, &error) : sp_command_fail(&error);
}
