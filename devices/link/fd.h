/* Links over a file descriptor that libuv polls: serial lines, USB printers, key and report devices, plain files.
 * Private to devices/link.
 *
 * A kind says how its descriptor is opened and what reading zero bytes means; everything else is the same: `up` on the
 * loop's next turn, reads as they come, writes from a bounded buffer, `down` once. Closing never blocks: what is on its
 * way out has SP_FD_LEAVE_MS at the most, and a fifth of a second when nothing moves; the rest is dropped.
 */
#ifndef SP_DEVICES_LINK_FD_H
#define SP_DEVICES_LINK_FD_H

#include "devices/link/link.h"

#define SP_LINK_DESCRIPTOR_MAX 4096 /* bytes of a HID report descriptor: the kernel's own bound */

#define SP_FD_LEAVE_MS 2000

struct uv_loop_s;

/* What opening gave. */
struct sp_fd_opened {
  int fd;
  uint8_t descriptor[SP_LINK_DESCRIPTOR_MAX];
  size_t descriptor_len;
};

struct sp_fd_kind {
  struct sp_link_ops ops;
  /* Open without blocking. SP_E_NOT_FOUND, SP_E_DENIED, SP_E_BUSY (somebody else has it), SP_E_IO. */
  int (*open)(const struct sp_link_config *config, struct sp_fd_opened *out, struct sp_error *err);
  bool zero_is_end; /* a read of zero bytes: the device is gone. Else it only has nothing to say */
  bool plain;       /* a regular file: never polled, never read */
  /* Bytes the kernel has and the line has not; closing would wait for them (termios: up to 30 s). Null: none ever. */
  int (*unsent)(int fd);
  void (*discard)(int fd); /* drop those */
};

extern const struct sp_fd_kind sp_serial_kind, sp_usb_kind, sp_evdev_kind, sp_hidraw_kind, sp_file_kind;

int sp_fd_link(struct uv_loop_s *loop, const struct sp_fd_kind *kind, const struct sp_link_config *config,
               const struct sp_link_events *events, struct sp_link **out, struct sp_error *err);
/* The part of an address behind its scheme. */
const char *sp_link_path(const char *address);

/* The ops all kinds share; `control` of a kind that has none is null. */
int sp_fd_write(struct sp_link *link, const void *bytes, size_t len, struct sp_error *err);
size_t sp_fd_waiting(const struct sp_link *link);
const uint8_t *sp_fd_descriptor(const struct sp_link *link, size_t *len);
void sp_fd_close(struct sp_link *link);
int sp_fd_discard(struct sp_link *link);
int sp_fd_number(const struct sp_link *link); /* −1 while it is not up */

/* Open a device file: SP_E_NOT_FOUND, SP_E_DENIED with the group that would help, SP_E_BUSY when another program holds
 * it (flock), SP_E_IO. */
int sp_fd_open(const char *path, int flags, int *fd, struct sp_error *err);
/* The same, and it must be a character device, as ports and pseudo-terminals are: SP_E_INVALID for what is a file,
 * which is neither written nor read then. */
int sp_fd_open_device(const char *path, int flags, int *fd, struct sp_error *err);

/* "vid=0c2e,pid=0b61,serial=XYZ": which of several devices. Hexadecimal; what is not named fits any. */
struct sp_usb_match {
  int32_t vid, pid; /* −1: any */
  char serial[64];
};
/* True when `text` is such a list; SP_LINK addresses that begin with '/' are paths. */
bool sp_usb_match_parse(const char *text, struct sp_usb_match *out);

#endif
