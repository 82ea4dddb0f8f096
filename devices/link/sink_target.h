/* A target taken apart; shared by the check and the sender. */
#ifndef SP_DEVICES_LINK_SINK_TARGET_H
#define SP_DEVICES_LINK_SINK_TARGET_H

#include "devices/link/sink.h"

enum sp_sink_kind { SP_SINK_TCP, SP_SINK_FILE };

struct sp_sink_target {
  enum sp_sink_kind kind;
  char host[SP_SINK_TARGET_MAX + 1]; /* without brackets; "" for a file */
  char port[6];
  char path[SP_SINK_TARGET_MAX + 1]; /* "" for TCP */
};

int sp_sink_target_parse(const char *text, struct sp_sink_target *out, struct sp_error *err);

#endif
