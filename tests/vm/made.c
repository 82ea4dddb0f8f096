#include "tests/vm/made.h"
#include "tests/vm/check.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/uhid.h>
#include <linux/uinput.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define GADGET "/sys/kernel/config/usb_gadget/printer"

static void write_all(int fd, const void *bytes, size_t len, const char *what) {
  ssize_t put = write(fd, bytes, len);
  if (put != (ssize_t)len) fail_msg("%s: %s", what, strerror(errno));
}

/* ---- Keys ---- */

static void find_path(struct vm_keys *keys) {
  char name[32] = "", folder[64];
  assert_true(ioctl(keys->fd, UI_GET_SYSNAME(sizeof name), name) > 0);
  snprintf(folder, sizeof folder, "/sys/class/input/%s", name);
  DIR *entries = opendir(folder);
  assert_non_null(entries);
  for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
    if (strncmp(entry->d_name, "event", 5) == 0)
      snprintf(keys->path, sizeof keys->path, "/dev/input/%.32s", entry->d_name);
  }
  closedir(entries);
  assert_true(keys->path[0] != '\0');
}

void vm_keys_plug(struct vm_keys *keys, enum vm_keys_kind kind, int vid, int pid) {
  struct uinput_setup setup = {.id = {.bustype = BUS_USB, .vendor = (uint16_t)vid, .product = (uint16_t)pid}};
  snprintf(setup.name, sizeof setup.name, "%s", kind == VM_KEYS_TYPING ? "VM Barcode Scanner" : "VM Volume");
  *keys = (struct vm_keys){.fd = open("/dev/uinput", O_WRONLY | O_NONBLOCK | O_CLOEXEC)};
  if (keys->fd < 0) fail_msg("/dev/uinput: %s", strerror(errno));
  ioctl(keys->fd, UI_SET_EVBIT, EV_KEY);
  int first = kind == VM_KEYS_TYPING ? KEY_ESC : KEY_MUTE, last = kind == VM_KEYS_TYPING ? KEY_KPDOT : KEY_VOLUMEUP;
  for (int code = first; code <= last; code++)
    ioctl(keys->fd, UI_SET_KEYBIT, code);
  if (ioctl(keys->fd, UI_DEV_SETUP, &setup) || ioctl(keys->fd, UI_DEV_CREATE)) fail_msg("uinput: %s", strerror(errno));
  find_path(keys);
}

void vm_keys_unplug(struct vm_keys *keys) {
  if (keys->fd < 0) return;
  ioctl(keys->fd, UI_DEV_DESTROY);
  close(keys->fd);
  keys->fd = -1;
}

void vm_key(const struct vm_keys *keys, int code, int value) {
  const struct input_event events[] = {{.type = EV_KEY, .code = (uint16_t)code, .value = value},
                                       {.type = EV_SYN, .code = SYN_REPORT}};
  write_all(keys->fd, events, sizeof events, "uinput");
}

/* ---- Reports ---- */

void vm_reports_plug(struct vm_reports *reports, int vid, int pid, const char *serial, const uint8_t *descriptor,
                     size_t len) {
  struct uhid_event event = {.type = UHID_CREATE2};
  reports->fd = open("/dev/uhid", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (reports->fd < 0) fail_msg("/dev/uhid: %s", strerror(errno));
  assert_true(len <= sizeof event.u.create2.rd_data);
  snprintf((char *)event.u.create2.name, sizeof event.u.create2.name, "VM Scanner %s", serial);
  snprintf((char *)event.u.create2.uniq, sizeof event.u.create2.uniq, "%s", serial);
  event.u.create2.bus = BUS_USB;
  event.u.create2.vendor = (uint32_t)vid;
  event.u.create2.product = (uint32_t)pid;
  event.u.create2.rd_size = (uint16_t)len;
  memcpy(event.u.create2.rd_data, descriptor, len);
  write_all(reports->fd, &event, sizeof event, "uhid");
}

void vm_report(const struct vm_reports *reports, const uint8_t *report, size_t len) {
  struct uhid_event event = {.type = UHID_INPUT2};
  assert_true(len <= sizeof event.u.input2.data);
  event.u.input2.size = (uint16_t)len;
  memcpy(event.u.input2.data, report, len);
  write_all(reports->fd, &event, sizeof event, "uhid");
}

void vm_reports_unplug(struct vm_reports *reports) {
  if (reports->fd >= 0) close(reports->fd); /* the device goes with it */
  reports->fd = -1;
}

/* ---- A printer ---- */

static void put(const char *path, const char *text) {
  char full[160];
  snprintf(full, sizeof full, GADGET "/%s", path);
  int fd = open(full, O_WRONLY | O_CLOEXEC);
  if (fd < 0) fail_msg("%s: %s", full, strerror(errno));
  write_all(fd, text, strlen(text), full);
  close(fd);
}

static void folder(const char *path) {
  char full[160];
  snprintf(full, sizeof full, GADGET "%s", path);
  if (mkdir(full, 0700) != 0 && errno != EEXIST) fail_msg("%s: %s", full, strerror(errno));
}

bool vm_gadget_works(void) {
  return access("/sys/kernel/config/usb_gadget", F_OK) == 0 && access("/sys/class/udc/dummy_udc.0", F_OK) == 0;
}

void vm_gadget_make(struct vm_gadget *gadget, const char *vid, const char *pid, const char *serial) {
  static const char *const folders[] = {"", "/strings/0x409", "/functions/printer.0", "/configs/c.1"};
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
    folder(folders[i]);
  put("idVendor", vid);
  put("idProduct", pid);
  put("strings/0x409/serialnumber", serial);
  put("strings/0x409/manufacturer", "VM");
  put("strings/0x409/product", "VM Printer");
  put("functions/printer.0/pnp_string", "MFG:VM;MDL:Printer;CLS:PRINTER;");
  if (symlink(GADGET "/functions/printer.0", GADGET "/configs/c.1/printer.0") != 0) fail_msg("%s", strerror(errno));
  gadget->fd = -1;
}

void vm_gadget_in(void) {
  put("UDC", "dummy_udc.0");
}

void vm_gadget_open(struct vm_gadget *gadget) {
  gadget->fd = open("/dev/g_printer0", O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

void vm_gadget_out(struct vm_gadget *gadget) {
  if (gadget->fd >= 0) close(gadget->fd);
  gadget->fd = -1;
  int fd = open(GADGET "/UDC", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  (void)!write(fd, "\n", 1); /* refused when it is not plugged in */
  close(fd);
}

void vm_gadget_end(struct vm_gadget *gadget) {
  vm_gadget_out(gadget);
  unlink(GADGET "/configs/c.1/printer.0");
  rmdir(GADGET "/configs/c.1");
  rmdir(GADGET "/functions/printer.0");
  rmdir(GADGET "/strings/0x409");
  rmdir(GADGET);
}
