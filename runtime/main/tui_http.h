/* One HTTP/1.1 answer out of a stream of bytes: status, what we need of the head, and the body, chunked or not.
 *
 * Pure, and fed as bytes come: the event stream never ends, so the body is given piece by piece. Only what a node
 * answers is understood; anything else ends the connection.
 */
#ifndef SP_MAIN_TUI_HTTP_H
#define SP_MAIN_TUI_HTTP_H

#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_TUI_HEAD_MAX 16384 /* bytes of status line and headers */

struct sp_tui_answer {
  int status;     /* 0 until the head is read */
  bool streaming; /* the body is an event stream */
  bool done;      /* the whole body was given */
  bool head_done, chunked, has_length;
  int chunk_at; /* where in a chunk, see tui_http.c */
  uint64_t left;
  char line[512]; /* of the head: enough for the headers we read, the rest of a longer one is dropped */
  size_t line_len, head_len;
};

void sp_tui_answer_start(struct sp_tui_answer *answer);
/* Reads from `bytes` and says how many in `*used`; a piece of the body, when there is one, is (*body, *body_len) inside
 * `bytes`. Call again until everything is used. SP_E_INVALID: that is no HTTP; SP_E_LIMIT: the head is too long. */
int sp_tui_answer_feed(struct sp_tui_answer *answer, const char *bytes, size_t len, size_t *used, const char **body,
                       size_t *body_len);
/* The connection was closed: true when nothing is missing. */
bool sp_tui_answer_end(struct sp_tui_answer *answer);

#endif
