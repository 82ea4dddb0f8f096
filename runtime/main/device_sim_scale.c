/* suanpan device simulate scale. */
#include "devices/codec/scale.h"
#include "devices/sim/control.h"
#include "main/command.h"
#include "main/device_sim.h"
#include <stdlib.h>
#include <string.h>

#define DEFAULT_PROTOCOL "aclas_os2"
#define DEFAULT_RATE     10 /* frames a second */

struct scale {
  struct sp_sim sim; /* first: a simulator is cast back */
  struct sp_scale_sim pan;
  struct sp_scale_ear ear;
  bool streams, up;
  int64_t every_us, next_us;
};

static struct scale *scale_of(struct sp_sim *sim) {
  return (struct scale *)(void *)sim;
}

static int find_protocol(const char *name, const struct sp_scale_codec **out, struct sp_error *err) {
  struct sp_buf names;
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  *out = sp_scale_codec_find(name);
  if (*out) return 0;
  sp_buf_init(&names, 1024);
  for (size_t i = 0; i < count; i++)
    sp_buf_printf(&names, "%s%s", i > 0 ? ", " : "", codecs[i]->id);
  int rc = sp_fail(err, SP_E_INVALID, "--protocol", "\"%s\" is no protocol of a scale; there are %s", name,
                   sp_buf_text(&names));
  sp_buf_free(&names);
  return rc;
}

static int open_scale(const struct sp_args *args, struct sp_sim **out, struct sp_error *err) {
  const char *name = sp_args_given(args, "--protocol");
  const struct sp_scale_codec *codec = NULL;
  int64_t rate = DEFAULT_RATE, capacity = 15000;
  int rc = find_protocol(name ? name : DEFAULT_PROTOCOL, &codec, err);
  bool thin = !rc && strcmp(codec->id, "dahua_acs") == 0;
  if (!rc) rc = sp_command_number("--rate", sp_args_given(args, "--rate"), 1, 100, &rate, err);
  if (thin) capacity = 9999;
  if (!rc)
    rc = sp_command_number("--capacity", sp_args_given(args, "--capacity"), 100, thin ? 9999 : 99999, &capacity, err);
  if (rc) return rc;
  struct scale *scale = calloc(1, sizeof *scale);
  if (!scale) return sp_error_nomem(err, __func__);
  scale->sim.kind = &sp_sim_scale;
  scale->sim.packets = codec->packets;
  scale->pan = (struct sp_scale_sim){.protocol = codec->id, .capacity = (int32_t)capacity, .price = 1000};
  scale->streams = codec->streams;
  scale->every_us = 1000000 / rate;
  *out = &scale->sim;
  return 0;
}

static size_t take(struct sp_sim *sim, const uint8_t *bytes, size_t len) {
  struct scale *scale = scale_of(sim);
  (void)sp_scale_sim_listen(&scale->pan, &scale->ear, bytes, len, &sim->out);
  return len;
}

static int64_t tick(struct sp_sim *sim, int64_t now_us) {
  struct scale *scale = scale_of(sim);
  if (!scale->streams || !scale->up) return SP_CHAOS_NEVER;
  if (now_us >= scale->next_us) {
    (void)sp_scale_sim_frame(&scale->pan, &sim->out);
    scale->next_us = now_us + scale->every_us;
  }
  return scale->next_us;
}

static int control(struct sp_sim *sim, const char *line, struct sp_buf *answer) {
  return sp_vcontrol_scale(&scale_of(sim)->pan, line, answer);
}

static void line(struct sp_sim *sim, bool up) {
  struct scale *scale = scale_of(sim);
  scale->up = up;
  scale->ear.len = 0;
}

static void configuration(const struct sp_sim *sim, struct sp_buf *out) {
  const struct scale *scale = (const struct scale *)(const void *)sim;
  sp_buf_printf(out, ",\"protocol\":\"%s\"", scale->pan.protocol);
}

static void close_scale(struct sp_sim *sim) {
  free(sim);
}

const struct sp_sim_kind sp_sim_scale = {
    .name = "scale",
    .options = " --protocol --rate --capacity ",
    .usual = SP_CHAOS_FROM,
    .open = open_scale,
    .take = take,
    .tick = tick,
    .control = control,
    .line = line,
    .configuration = configuration,
    .close = close_scale,
};
