/* For cmd_device_simulate.c only: control lines from standard input and from a unix socket, and their answers. */
#ifndef SP_MAIN_DEVICE_CONSOLE_H
#define SP_MAIN_DEVICE_CONSOLE_H

#include "base/buf.h"
#include "base/error.h"
#include <poll.h>
#include <stdbool.h>

#define SP_CONSOLE_PEERS 5 /* standard input and four programs */
#define SP_CONSOLE_POLLS (SP_CONSOLE_PEERS + 1)
#define SP_CONSOLE_LINE  4096

struct sp_console_peer {
  int fd; /* −1: nobody */
  size_t len;
  char line[SP_CONSOLE_LINE];
};

struct sp_console {
  struct sp_console_peer peers[SP_CONSOLE_PEERS]; /* the first is standard input */
  int listener;
  bool ends; /* standard input is a pipe: whoever held it is gone when it ends */
  const char *path;
  void (*obey)(void *ctx, const char *line, struct sp_buf *answer);
  void *ctx;
};

/* `path` of the socket, null for none; it stays the caller's. Its file is readable by its owner alone. SP_E_INVALID
 * names --control, SP_E_IO, SP_E_BUSY: somebody answers there. */
int sp_console_open(struct sp_console *console, const char *path, struct sp_error *err);
void sp_console_polls(const struct sp_console *console, struct pollfd polls[SP_CONSOLE_POLLS]);
/* After poll(2): does what lines say and answers. False when it is time to go. */
bool sp_console_hear(struct sp_console *console, const struct pollfd polls[SP_CONSOLE_POLLS]);
void sp_console_close(struct sp_console *console);

/* One line to the console behind `path`, its answer into `answer`. SP_E_NOT_FOUND: nobody is there. SP_E_TIMEOUT,
 * SP_E_IO. */
int sp_console_tell(const char *path, const char *line, struct sp_buf *answer, struct sp_error *err);

#endif
