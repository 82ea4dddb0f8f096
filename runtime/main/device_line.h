/* For cmd_device_simulate.c only: the end of a line that a simulated device holds, a TCP port or a pseudo-terminal. One
 * program at a time, as such devices have it; others wait until it leaves. Nothing blocks. */
#ifndef SP_MAIN_DEVICE_LINE_H
#define SP_MAIN_DEVICE_LINE_H

#include "base/error.h"
#include <limits.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct sp_line_end {
  bool pty, up; /* up: a program is at the other end */
  bool refuse;  /* nobody gets in */
  int listener; /* tcp; −1 */
  int fd;       /* the connection, or the master of the pty; −1 */
  struct sockaddr_in where;
  char link[PATH_MAX]; /* symbolic link to the pty, "" for none */
  bool linked;         /* it was made by us, and is ours to take away */
  int name;            /* holds the name of the link while we live; −1 */
  char address[PATH_MAX + 8];
};

/* Listen on "127.0.0.1:9100" (port 0: a free one), or make a pty with the link `name` to it ("" for none; a link that
 * is there is replaced, anything else is not, nor that of another simulated device that runs). Only loopback addresses:
 * nobody but this machine is to print here. SP_E_INVALID names the option, SP_E_IO, SP_E_EXISTS. */
int sp_line_listen(struct sp_line_end *line, const char *text, struct sp_error *err);
int sp_line_pty(struct sp_line_end *line, const char *name, struct sp_error *err);
/* Has a program come? Sets `up`. For tcp when the listener is readable, for a pty any time. */
bool sp_line_accept(struct sp_line_end *line);
/* Bytes, 0 when there are none, −1 when the program is gone. */
ssize_t sp_line_read(struct sp_line_end *line, void *bytes, size_t len);
/* Bytes that left, 0 when none can, −1. */
ssize_t sp_line_write(struct sp_line_end *line, const void *bytes, size_t len);
/* The program left by itself: a pty stays what it is. */
void sp_line_left(struct sp_line_end *line);
/* The cable is pulled: the connection is gone, a pty hangs up and is another one behind the same link. */
void sp_line_drop(struct sp_line_end *line);
void sp_line_refuse(struct sp_line_end *line, bool refuse);
void sp_line_close(struct sp_line_end *line);

#endif
