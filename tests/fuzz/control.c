/* Any text as what a hand does to simulated devices: every line is answered, and the devices still work after it. */
#include "devices/sim/control.h"
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 64

static void expect(int truth) {
  if (!truth) abort();
}

static void say(struct sp_vprinter *printer, struct sp_scale_sim *scale, const char *line) {
  struct sp_buf answer;
  size_t len = 0;
  const char *file = sp_vcontrol_file(line, &len);
  expect(!file || (file >= line && len <= strlen(line)));
  sp_buf_init(&answer, 4u << 20);
  (void)sp_vcontrol_printer(printer, line, &answer);
  sp_buf_reset(&answer);
  (void)sp_vcontrol_scale(scale, line, &answer);
  sp_buf_free(&answer);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
  const struct sp_vprinter_options options = {.buffer = 0};
  struct sp_scale_sim scale = {.protocol = "mt8217", .capacity = 9999};
  struct sp_error error = {.lang = SP_LANG_EN};
  struct sp_vprinter *printer = NULL;
  char line[256];
  expect(sp_vprinter_new(&options, &printer, &error) == 0);
  for (int i = 0; i < LINES_MAX && size > 0; i++) {
    const unsigned char *end = memchr(data, '\n', size);
    size_t step = end ? (size_t)(end - data) + 1 : size;
    size_t len = step < sizeof line ? step : sizeof line - 1;
    memcpy(line, data, len);
    line[len] = '\0';
    if (strncmp(line, "tick", 4) != 0) say(printer, &scale, line);
    data += step;
    size -= step;
  }
  (void)sp_vprinter_feed(printer, "paper\n", 6);
  sp_vprinter_free(printer);
  return 0;
}
