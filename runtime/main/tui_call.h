/* One request on a connection of its own that never blocks: start it, poll it, turn it until it is over.
 *
 * Where the node is: an address and port, or the socket in a data folder. Names are resolved once, at the start.
 */
#ifndef SP_MAIN_TUI_CALL_H
#define SP_MAIN_TUI_CALL_H

#include "base/buf.h"
#include "base/error.h"
#include "main/tui_http.h"
#include <stdbool.h>
#include <sys/socket.h>

struct sp_tui_place {
  struct sockaddr_storage address;
  socklen_t len;
  char host[300]; /* what the Host header says */
};

/* "http://127.0.0.1:7070". Resolving a name blocks. SP_E_INVALID, SP_E_UNSUPPORTED for https (use the socket in the
 * data folder, or ssh), SP_E_NOT_FOUND. */
int sp_tui_place_url(const char *url, struct sp_tui_place *out, struct sp_error *err);
/* SP_E_LIMIT when the path is too long for a socket. */
int sp_tui_place_socket(const char *path, struct sp_tui_place *out, struct sp_error *err);

enum sp_tui_call_state { SP_TUI_CALL_IDLE, SP_TUI_CALL_CONNECTING, SP_TUI_CALL_SENDING, SP_TUI_CALL_HEARING };

struct sp_tui_call {
  int fd; /* −1 while idle */
  enum sp_tui_call_state state;
  struct sp_buf out; /* the request */
  size_t sent;
  struct sp_tui_answer answer;
};

/* `piece` is handed every piece of the body as it comes; what it returns other than 0 ends the call. */
struct sp_tui_call_taker {
  int (*piece)(void *ctx, const struct sp_tui_answer *answer, const char *bytes, size_t len);
  void *ctx;
};

void sp_tui_call_init(struct sp_tui_call *call, size_t request_max);
void sp_tui_call_free(struct sp_tui_call *call);
/* Ends whatever goes on. */
void sp_tui_call_stop(struct sp_tui_call *call);
/* The request is in `call->out`. 0: it is on its way. SP_E_IO: nobody there. */
int sp_tui_call_start(struct sp_tui_call *call, const struct sp_tui_place *place);
/* What to poll for. */
short sp_tui_call_events(const struct sp_tui_call *call);
/* After poll told of something. 1: the answer is whole; 0: go on; negative: broken off. The call stops by itself in
 * both ends. */
int sp_tui_call_turn(struct sp_tui_call *call, const struct sp_tui_call_taker *taker);

#endif
