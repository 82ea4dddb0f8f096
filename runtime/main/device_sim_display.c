/* suanpan device simulate display: what a customer would read, told whenever it changes. */
#include "devices/codec/display.h"
#include "devices/sim/display.h"
#include "main/command.h"
#include "main/device_sim.h"
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 512

struct display {
  struct sp_sim sim; /* first: a simulator is cast back */
  struct sp_vdisplay glass;
  const char *protocol;
  struct sp_buf shown; /* as told last */
};

static struct display *display_of(struct sp_sim *sim) {
  return (struct display *)(void *)sim;
}

static int open_display(const struct sp_args *args, struct sp_sim **out, struct sp_error *err) {
  const char *name = sp_args_given(args, "--protocol");
  int protocol = sp_display_parse(name ? name : "cd5220");
  if (protocol < 0)
    return sp_fail(err, SP_E_INVALID, "--protocol", "\"%s\" is no protocol of a display; there are %s", name,
                   "cd5220, led8, dmd");
  struct display *display = calloc(1, sizeof *display);
  if (!display) return sp_error_nomem(err, __func__);
  display->sim.kind = &sp_sim_display;
  display->protocol = sp_display_name((enum sp_display_protocol)protocol);
  sp_vdisplay_init(&display->glass, protocol == SP_DISPLAY_LED8);
  sp_buf_init(&display->shown, TEXT_MAX);
  *out = &display->sim;
  return 0;
}

/* Both lines as one, for a bystander. */
static void put_line(const struct sp_buf *text, struct sp_buf *out) {
  const char *at = sp_buf_text(text);
  const char *end = strchr(at, '\n');
  size_t upper = end ? (size_t)(end - at) : strlen(at);
  const char *lower = end ? end + 1 : "";
  sp_buf_printf(out, "# shows %.*s | %.*s\n", (int)upper, at, (int)strcspn(lower, "\n"), lower);
}

static size_t take(struct sp_sim *sim, const uint8_t *bytes, size_t len) {
  struct display *display = display_of(sim);
  struct sp_buf text;
  sp_buf_init(&text, TEXT_MAX);
  sp_vdisplay_feed(&display->glass, bytes, len);
  (void)sp_vdisplay_text(&display->glass, &text);
  if (display->glass.held_len == 0 && strcmp(sp_buf_text(&text), sp_buf_text(&display->shown)) != 0) {
    put_line(&text, &sim->news);
    sp_buf_reset(&display->shown);
    sp_buf_add(&display->shown, text.data, text.len);
  }
  sp_buf_free(&text);
  return len;
}

static int64_t tick(struct sp_sim *sim, int64_t now_us) {
  (void)sim;
  (void)now_us;
  return SP_CHAOS_NEVER;
}

static int control(struct sp_sim *sim, const char *line, struct sp_buf *answer) {
  struct display *display = display_of(sim);
  size_t len = strcspn(line, " \t\r\n");
  bool alone = line[len + strspn(line + len, " \t\r\n")] == '\0';
  if (alone && len == 4 && strncmp(line, "text", 4) == 0) {
    struct sp_buf text;
    sp_buf_init(&text, TEXT_MAX);
    (void)sp_vdisplay_text(&display->glass, &text);
    const char *end = strchr(sp_buf_text(&text), '\n');
    size_t upper = end ? (size_t)(end - text.data) : 0;
    sp_buf_printf(answer, "| %.*s\n| %sok\n", (int)upper, sp_buf_text(&text), end ? end + 1 : "\n");
    sp_buf_free(&text);
    return answer->failed;
  }
  if (alone && len == 5 && strncmp(line, "state", 5) == 0) {
    sp_buf_printf(answer, "rubbish=%d lamp=%d\nok\n", display->glass.rubbish, display->glass.lamp);
    return answer->failed;
  }
  if (!alone || len != 4 || strncmp(line, "help", 4) != 0) return SP_E_NOT_FOUND;
  sp_buf_puts(answer, "text\nstate\nok\n");
  return answer->failed;
}

static void line(struct sp_sim *sim, bool up) {
  (void)sim;
  (void)up;
}

static void configuration(const struct sp_sim *sim, struct sp_buf *out) {
  const struct display *display = (const struct display *)(const void *)sim;
  sp_buf_printf(out, ",\"protocol\":\"%s\"", display->protocol);
}

static void close_display(struct sp_sim *sim) {
  sp_buf_free(&display_of(sim)->shown);
  free(sim);
}

const struct sp_sim_kind sp_sim_display = {
    .name = "display",
    .options = " --protocol ",
    .usual = SP_CHAOS_TO,
    .open = open_display,
    .take = take,
    .tick = tick,
    .control = control,
    .line = line,
    .configuration = configuration,
    .close = close_display,
};
