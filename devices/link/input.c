/* Key devices (evdev), report devices (hidraw), USB printers (usblp) and files: how each is found and opened.
 *
 * Facts: linux/input.h (EVIOCGRAB, EVIOCGID), linux/hidraw.h (HIDIOCGRAWINFO, HIDIOCGRDESC), the kernel's usblp names
 * (/dev/usb/lp0) and sysfs (/sys/class/usbmisc/lp0/device/..: idVendor, idProduct, serial). */
#include "devices/link/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/hidraw.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define NODES_MAX 64 /* device files of one kind that are looked at */

/* ---- Which one ---- */

static bool match_member(const char *text, size_t len, struct sp_usb_match *out) {
  char value[64];
  const char *equal = memchr(text, '=', len);
  if (!equal) return false;
  size_t name = (size_t)(equal - text), size = len - name - 1;
  if (size == 0 || size >= sizeof value) return false;
  memcpy(value, equal + 1, size);
  value[size] = '\0';
  if (name == 6 && strncmp(text, "serial", 6) == 0) {
    snprintf(out->serial, sizeof out->serial, "%s", value);
    return true;
  }
  char *end = NULL;
  long number = strtol(value, &end, 16);
  if (name != 3 || *end != '\0' || number < 0 || number > 0xFFFF) return false;
  if (strncmp(text, "vid", 3) == 0)
    out->vid = (int32_t)number;
  else if (strncmp(text, "pid", 3) == 0)
    out->pid = (int32_t)number;
  else
    return false;
  return true;
}

bool sp_usb_match_parse(const char *text, struct sp_usb_match *out) {
  *out = (struct sp_usb_match){.vid = -1, .pid = -1};
  if (*text == '\0' || *text == '/') return false;
  while (*text != '\0') {
    size_t len = strcspn(text, ",");
    if (!match_member(text, len, out)) return false;
    text += len;
    if (*text == ',') text++;
  }
  return true;
}

static bool ids_fit(const struct sp_usb_match *match, int vid, int pid, const char *serial) {
  if (match->vid >= 0 && match->vid != vid) return false;
  if (match->pid >= 0 && match->pid != pid) return false;
  return match->serial[0] == '\0' || strcmp(match->serial, serial) == 0;
}

/* Many scanners show a second interface of the same numbers, for volume or power: that one has no digits. */
static bool has_digits(int fd) {
  static const int needed[] = {KEY_1, KEY_2, KEY_3, KEY_4, KEY_5, KEY_6, KEY_7, KEY_8, KEY_9, KEY_0, KEY_ENTER};
  uint8_t keys[KEY_MAX / 8 + 1] = {0};
  if (ioctl(fd, EVIOCGBIT(EV_KEY, sizeof keys), keys) < 0) return false;
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
    if ((keys[needed[i] / 8] & 1 << needed[i] % 8) == 0) return false;
  }
  return true;
}

static bool event_fits(int fd, const struct sp_usb_match *match) {
  struct input_id id;
  char serial[64] = "";
  if (ioctl(fd, EVIOCGID, &id) != 0 || !has_digits(fd)) return false;
  if (ioctl(fd, EVIOCGUNIQ(sizeof serial - 1), serial) < 0) serial[0] = '\0';
  return ids_fit(match, id.vendor, id.product, serial);
}

static bool report_fits(int fd, const struct sp_usb_match *match) {
  struct hidraw_devinfo info;
  char serial[64] = "";
  if (ioctl(fd, HIDIOCGRAWINFO, &info) != 0) return false;
  if (ioctl(fd, HIDIOCGRAWUNIQ(sizeof serial - 1), serial) < 0) serial[0] = '\0';
  return ids_fit(match, (uint16_t)info.vendor, (uint16_t)info.product, serial);
}

static long sysfs_hex(const char *name, const char *member) {
  char path[160], text[32] = "";
  snprintf(path, sizeof path, "/sys/class/usbmisc/%s/device/../%s", name, member);
  FILE *file = fopen(path, "re");
  if (!file) return -1;
  bool got = fgets(text, sizeof text, file) != NULL;
  fclose(file);
  return got ? strtol(text, NULL, 16) : -1;
}

static bool printer_fits(const char *name, const struct sp_usb_match *match) {
  char path[160], serial[64] = "";
  snprintf(path, sizeof path, "/sys/class/usbmisc/%s/device/../serial", name);
  FILE *file = fopen(path, "re");
  if (file) {
    if (!fgets(serial, sizeof serial, file)) serial[0] = '\0';
    fclose(file);
    serial[strcspn(serial, "\n")] = '\0';
  }
  return ids_fit(match, (int)sysfs_hex(name, "idVendor"), (int)sysfs_hex(name, "idProduct"), serial);
}

static int none_fits(const struct sp_link_config *config, struct sp_error *err) {
  return sp_fail(err, SP_E_NOT_FOUND, "link", "%s is not there", sp_link_path(config->address));
}

/* The first device file of a pattern that fits, opened. When none does, a file that may not be looked at is told of: it
 * may be the one. */
static int open_match(const struct sp_link_config *config, const char *pattern, int flags,
                      bool (*fits)(int fd, const struct sp_usb_match *match), int *fd, struct sp_error *err) {
  struct sp_usb_match match;
  if (!sp_usb_match_parse(sp_link_path(config->address), &match)) {
    return sp_fd_open_device(sp_link_path(config->address), flags, fd, err);
  }
  struct sp_error denied = {.code = 0};
  for (int i = 0; i < NODES_MAX; i++) {
    char path[64];
    struct sp_error error = {.lang = err->lang};
    snprintf(path, sizeof path, "%s%d", pattern, i);
    int rc = sp_fd_open_device(path, flags, fd, &error);
    if (rc == SP_E_DENIED) denied = error;
    if (rc) continue;
    if (fits(*fd, &match)) return 0;
    close(*fd);
    *fd = -1;
  }
  if (denied.code == 0) return none_fits(config, err);
  *err = denied;
  return SP_E_DENIED;
}

/* ---- Opening ---- */

static int open_evdev(const struct sp_link_config *config, struct sp_fd_opened *out, struct sp_error *err) {
  int clock = CLOCK_MONOTONIC; /* the time of a key is when it was pressed, on the clock everybody here uses */
  int rc = open_match(config, "/dev/input/event", O_RDONLY, event_fits, &out->fd, err);
  if (rc == 0) ioctl(out->fd, EVIOCSCLOCKID, &clock);
  if (rc || config->no_grab || ioctl(out->fd, EVIOCGRAB, 1) == 0) return rc;
  int why = errno;
  close(out->fd);
  out->fd = -1;
  if (why == EBUSY) {
    return sp_fail(err, SP_E_BUSY, "link", "%s is in use by another program", sp_link_path(config->address));
  }
  return sp_fail(err, SP_E_INVALID, "link", "%s has no keys to grab", sp_link_path(config->address));
}

static int open_hidraw(const struct sp_link_config *config, struct sp_fd_opened *out, struct sp_error *err) {
  struct hidraw_report_descriptor descriptor = {.size = 0};
  int size = 0;
  int rc = open_match(config, "/dev/hidraw", O_RDWR, report_fits, &out->fd, err);
  if (rc) return rc;
  if (ioctl(out->fd, HIDIOCGRDESCSIZE, &size) == 0 && size > 0 && size <= SP_LINK_DESCRIPTOR_MAX) {
    descriptor.size = (uint32_t)size;
    if (ioctl(out->fd, HIDIOCGRDESC, &descriptor) == 0) {
      memcpy(out->descriptor, descriptor.value, descriptor.size);
      out->descriptor_len = descriptor.size;
      return 0;
    }
  }
  close(out->fd);
  out->fd = -1;
  return sp_fail(err, SP_E_INVALID, "link", "%s does not describe its reports", sp_link_path(config->address));
}

static int open_usb(const struct sp_link_config *config, struct sp_fd_opened *out, struct sp_error *err) {
  struct sp_usb_match match;
  const char *path = sp_link_path(config->address);
  int rc = 0;
  if (!sp_usb_match_parse(path, &match)) return sp_fd_open_device(path, O_RDWR, &out->fd, err);
  for (int i = 0; i < NODES_MAX; i++) {
    char name[16], file[32];
    snprintf(name, sizeof name, "lp%d", i);
    snprintf(file, sizeof file, "/dev/usb/%s", name);
    if (access(file, F_OK) != 0 || !printer_fits(name, &match)) continue;
    rc = sp_fd_open_device(file, O_RDWR, &out->fd, err);
    if (rc != SP_E_BUSY) return rc; /* of two alike the other one may be free */
  }
  return rc ? rc : none_fits(config, err);
}

static int open_file(const struct sp_link_config *config, struct sp_fd_opened *out, struct sp_error *err) {
  return sp_fd_open(sp_link_path(config->address), O_WRONLY | O_APPEND | O_CREAT, &out->fd, err);
}

static int control(struct sp_link *link, enum sp_link_control what, int value, struct sp_error *err) {
  (void)value;
  if (what == SP_LINK_DISCARD) return sp_fd_discard(link);
  return sp_fail(err, SP_E_UNSUPPORTED, "link", "This kind of link has no modem lines");
}

static int no_write(struct sp_link *link, const void *bytes, size_t len, struct sp_error *err) {
  (void)link, (void)bytes, (void)len;
  return sp_fail(err, SP_E_UNSUPPORTED, "link", "This kind of link only reads");
}

#define OPS(name, writes)                                                                                              \
  {                                                                                                                    \
    .scheme = (name), .write = (writes), .control = control, .waiting = sp_fd_waiting, .descriptor = sp_fd_descriptor, \
    .close = sp_fd_close                                                                                               \
  }

const struct sp_fd_kind sp_evdev_kind = {.ops = OPS("evdev", no_write), .open = open_evdev, .zero_is_end = true};
const struct sp_fd_kind sp_hidraw_kind = {.ops = OPS("hidraw", sp_fd_write), .open = open_hidraw};
/* usblp reads zero bytes when the printer has nothing to say. */
const struct sp_fd_kind sp_usb_kind = {.ops = OPS("usb", sp_fd_write), .open = open_usb};
const struct sp_fd_kind sp_file_kind = {.ops = OPS("file", sp_fd_write), .open = open_file, .plain = true};
