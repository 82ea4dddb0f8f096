/* The report of a replay as people read it. */
#ifndef SP_MAIN_REPLAY_TEXT_H
#define SP_MAIN_REPLAY_TEXT_H

#include "base/buf.h"
#include "base/error.h"

/* `json` is what sp_replay_run or sp_replay_hook wrote. Shows the first of each kind; the JSON has them all. */
void sp_replay_text(const char *json, size_t len, enum sp_lang lang, struct sp_buf *out);

#endif
