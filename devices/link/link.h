/* A link moves bytes between a driver and a device, and knows nothing of what they mean. One thread: the loop's.
 *
 * Kinds, by the scheme of their address:
 *   tcp:HOST:PORT       a numeric address or a name (resolved off the loop)
 *   serial:PATH         a line by termios: /dev/ttyUSB0, /dev/serial/by-id/…, a pty
 *   usb:PATH            a USB printer of the kernel's usblp: /dev/usb/lp0; also usb:vid=04b8,pid=0e28,serial=X
 *   evdev:PATH          a keyboard-like device, grabbed so that nobody else sees its keys; also evdev:vid=0c2e,pid=0b61
 *   hidraw:PATH         reports as they are; also hidraw:vid=…,pid=…
 *   file:PATH           bytes are appended to a file: for trying things out
 *
 * Nothing blocks. A link calls `up` once when bytes may flow, `down` once when they cannot any more (also when it never
 * came up), and nothing after sp_link_close. After `down` the owner closes it and makes a new one: a link is never
 * opened twice and a file descriptor never reused.
 */
#ifndef SP_DEVICES_LINK_LINK_H
#define SP_DEVICES_LINK_LINK_H

#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_LINK_ADDRESS_MAX 255
#define SP_LINK_OUT_MAX     (1u << 20) /* bytes waiting to leave one link */

struct uv_loop_s;
struct sp_link;

enum sp_flow { SP_FLOW_NONE, SP_FLOW_RTSCTS, SP_FLOW_XONXOFF };

/* Settings of a serial line: "9600,7,E,1", with ",rtscts" or ",xonxoff" behind it. */
struct sp_serial {
  int32_t baud;
  int8_t bits;  /* 7 or 8 */
  char parity;  /* 'N', 'E' or 'O' */
  int8_t stops; /* 1 or 2 */
  enum sp_flow flow;
};

/* SP_E_INVALID names field "serial". */
int sp_serial_parse(const char *text, struct sp_serial *out, struct sp_error *err);

struct sp_link_config {
  char address[SP_LINK_ADDRESS_MAX + 1];
  struct sp_serial serial; /* of serial links */
  bool no_grab;            /* evdev: leave the keys to others as well */
};

/* What a link tells its owner, on the loop. Times are microseconds of the monotonic clock. */
struct sp_link_events {
  void (*up)(void *ctx);
  /* `why` has a sentence for a person. An unplugged device, a refused connection, a power-off that TCP noticed. */
  void (*down)(void *ctx, const struct sp_error *why);
  /* evdev: whole struct input_event; hidraw: one report a call; else whatever came. */
  void (*bytes)(void *ctx, const uint8_t *bytes, size_t len, int64_t now_us);
  /* Everything given to sp_link_write so far has left this process; that is not "arrived". */
  void (*drained)(void *ctx);
  void *ctx;
};

enum sp_link_control {
  SP_LINK_DTR,     /* 0 or 1 */
  SP_LINK_RTS,     /* 0 or 1 */
  SP_LINK_DISCARD, /* forget what was received and not read, and what waits to leave */
};

struct sp_link_ops {
  const char *scheme;
  int (*write)(struct sp_link *link, const void *bytes, size_t len, struct sp_error *err);
  int (*control)(struct sp_link *link, enum sp_link_control what, int value, struct sp_error *err);
  size_t (*waiting)(const struct sp_link *link); /* bytes that have not left yet */
  /* hidraw: the report descriptor; null where there is none. */
  const uint8_t *(*descriptor)(const struct sp_link *link, size_t *len);
  void (*close)(struct sp_link *link);
};

/* The head of every link; tests make their own. */
struct sp_link {
  const struct sp_link_ops *ops;
};

/* Who makes links: the loop's in a node (sp_links_open), a fake in tests. */
struct sp_link_maker {
  int (*open)(void *ctx, const struct sp_link_config *config, const struct sp_link_events *events, struct sp_link **out,
              struct sp_error *err);
  void *ctx;
};

/* Begin to open. The events may come before it returns only in tests. SP_E_INVALID for an address that cannot be one;
 * what fails later comes as `down`. SP_E_NOMEM. */
int sp_link_open(const struct sp_link_maker *maker, const struct sp_link_config *config,
                 const struct sp_link_events *events, struct sp_link **out, struct sp_error *err);
/* Take a copy of the bytes. SP_E_BUSY: more than SP_LINK_OUT_MAX would wait, nothing was taken. SP_E_STATE: not up. */
int sp_link_write(struct sp_link *link, const void *bytes, size_t len, struct sp_error *err);
/* SP_E_UNSUPPORTED where this kind has no such thing (not an error on a pty). */
int sp_link_control(struct sp_link *link, enum sp_link_control what, int value, struct sp_error *err);
size_t sp_link_waiting(const struct sp_link *link);
const uint8_t *sp_link_descriptor(const struct sp_link *link, size_t *len);
/* No event comes after it. Null is allowed. */
void sp_link_close(struct sp_link *link);

/* The maker over libuv. `loop` outlives its links; closing is asynchronous as libuv's is. */
struct sp_link_maker sp_links_on(struct uv_loop_s *loop);
/* Do two addresses lead to one device, which takes one connection? Paths are followed through links of the file system
 * (/dev/serial/by-id/…), hosts and ports compared as such but not resolved. Of usb:, evdev: and hidraw: numbers only
 * those with the same serial number are one: of two alike each device takes the one that is free. */
bool sp_link_same(const char *one, const char *other);
/* Is this an address some link understands? Pure. SP_E_INVALID, field "link". */
int sp_link_address_check(const char *address, struct sp_error *err);

#endif
