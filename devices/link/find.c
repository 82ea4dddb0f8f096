#include "devices/link/find.h"
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

struct finding {
  struct sp_found *out;
  int count, max;
};

static struct sp_found *next(struct finding *finding) {
  if (finding->count >= finding->max) return NULL;
  struct sp_found *found = &finding->out[finding->count++];
  *found = (struct sp_found){.vid = -1, .pid = -1, .class = ""};
  return found;
}

/* The first line of a file in sysfs, without its newline; "" when there is none. */
static void sysfs_line(const char *folder, const char *member, char *out, size_t size) {
  char path[PATH_MAX];
  out[0] = '\0';
  snprintf(path, sizeof path, "%s/%s", folder, member);
  FILE *file = fopen(path, "re");
  if (!file) return;
  if (!fgets(out, (int)size, file)) out[0] = '\0';
  fclose(file);
  out[strcspn(out, "\n")] = '\0';
}

static int32_t sysfs_hex(const char *folder, const char *member) {
  char text[32], *end = NULL;
  sysfs_line(folder, member, text, sizeof text);
  long value = strtol(text, &end, 16);
  return end == text || value < 0 || value > 0xFFFF ? -1 : (int32_t)value;
}

/* Call `each` for every name in a folder that begins with `prefix`. */
static void walk(const char *folder, const char *prefix, struct finding *finding,
                 void (*each)(struct finding *finding, const char *name)) {
  struct dirent **entries = NULL;
  int count = scandir(folder, &entries, NULL, alphasort);
  for (int i = 0; i < count; i++) {
    if (entries[i]->d_name[0] != '.' && strncmp(entries[i]->d_name, prefix, strlen(prefix)) == 0) {
      each(finding, entries[i]->d_name);
    }
    free(entries[i]);
  }
  free((void *)entries);
}

static void serial_named(struct finding *finding, const char *name) {
  struct sp_found *found = next(finding);
  if (!found) return;
  snprintf(found->address, sizeof found->address, "serial:/dev/serial/by-id/%.200s", name);
  snprintf(found->name, sizeof found->name, "%.127s", name);
  found->class = "scale, scanner or display";
}

/* A line that has no lasting name: a port of the board, or a system without udev. */
static void serial_plain(struct finding *finding, const char *name) {
  char link[PATH_MAX], target[PATH_MAX], device[64];
  snprintf(device, sizeof device, "../../%s", name);
  for (int i = 0; i < finding->count; i++) {
    if (strncmp(finding->out[i].address, "serial:", 7) != 0) continue;
    snprintf(link, sizeof link, "%s", finding->out[i].address + 7);
    ssize_t len = readlink(link, target, sizeof target - 1);
    if (len > 0 && (size_t)len == strlen(device) && memcmp(target, device, (size_t)len) == 0) return;
  }
  struct sp_found *found = next(finding);
  if (!found) return;
  snprintf(found->address, sizeof found->address, "serial:/dev/%s", name);
  found->class = "scale, scanner or display";
}

static void board_port(struct finding *finding, const char *name) {
  char folder[PATH_MAX], type[32];
  snprintf(folder, sizeof folder, "/sys/class/tty/%s", name);
  sysfs_line(folder, "type", type, sizeof type);
  if (type[0] != '\0' && strcmp(type, "0") != 0) serial_plain(finding, name);
}

static void printer(struct finding *finding, const char *name) {
  char folder[PATH_MAX], serial[64];
  struct sp_found *found = next(finding);
  if (!found) return;
  snprintf(folder, sizeof folder, "/sys/class/usbmisc/%s/device/..", name);
  found->vid = sysfs_hex(folder, "idVendor");
  found->pid = sysfs_hex(folder, "idProduct");
  sysfs_line(folder, "product", found->name, sizeof found->name);
  sysfs_line(folder, "serial", serial, sizeof serial);
  if (found->vid >= 0 && serial[0] != '\0' && !strpbrk(serial, ",:"))
    snprintf(found->address, sizeof found->address, "usb:vid=%04x,pid=%04x,serial=%s", (unsigned)found->vid,
             (unsigned)found->pid, serial);
  else
    snprintf(found->address, sizeof found->address, "usb:/dev/usb/%s", name);
  found->class = "printer";
}

static bool sounds_like_scanner(const char *name) {
  static const char *const words[] = {"barcode", "scan", "reader", "symbol", "honeywell", "zebra", "newland"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (strcasestr(name, words[i])) return true;
  }
  return false;
}

/* Keys 1 to 0 and Enter, whose codes are below 32: they stand in the last word of the kernel's list. */
static bool has_digits(const char *folder) {
  const unsigned long needed = 0x3FFul << 2 | 1ul << 28;
  char words[256];
  sysfs_line(folder, "capabilities/key", words, sizeof words);
  const char *last = strrchr(words, ' ');
  return (strtoul(last ? last + 1 : words, NULL, 16) & needed) == needed;
}

static void keys(struct finding *finding, const char *name) {
  char folder[PATH_MAX];
  snprintf(folder, sizeof folder, "/sys/class/input/%s/device", name);
  if (!has_digits(folder)) return;
  struct sp_found *found = next(finding);
  if (!found) return;
  sysfs_line(folder, "name", found->name, sizeof found->name);
  found->vid = sysfs_hex(folder, "id/vendor");
  found->pid = sysfs_hex(folder, "id/product");
  if (found->vid > 0)
    snprintf(found->address, sizeof found->address, "evdev:vid=%04x,pid=%04x", (unsigned)found->vid,
             (unsigned)found->pid);
  else
    snprintf(found->address, sizeof found->address, "evdev:/dev/input/%s", name);
  if (sounds_like_scanner(found->name)) found->class = "scanner";
}

/* "HID_ID=0003:0000046D:0000C52B": bus, maker, model. */
static bool hid_id(const char *line, unsigned *vid, unsigned *pid) {
  char *end = NULL;
  if (strncmp(line, "HID_ID=", 7) != 0) return false;
  (void)strtoul(line + 7, &end, 16);
  if (*end != ':') return false;
  unsigned long maker = strtoul(end + 1, &end, 16);
  if (*end != ':') return false;
  unsigned long model = strtoul(end + 1, &end, 16);
  if (*end != '\0' || maker > 0xFFFF || model > 0xFFFF) return false;
  *vid = (unsigned)maker;
  *pid = (unsigned)model;
  return true;
}

static void reports(struct finding *finding, const char *name) {
  char folder[PATH_MAX], line[256];
  unsigned vid = 0, pid = 0;
  struct sp_found *found = next(finding);
  if (!found) return;
  snprintf(found->address, sizeof found->address, "hidraw:/dev/%s", name);
  snprintf(folder, sizeof folder, "/sys/class/hidraw/%s/device/uevent", name);
  FILE *file = fopen(folder, "re");
  while (file && fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, "HID_NAME=", 9) == 0) snprintf(found->name, sizeof found->name, "%.127s", line + 9);
    if (hid_id(line, &vid, &pid)) {
      found->vid = (int32_t)vid;
      found->pid = (int32_t)pid;
      snprintf(found->address, sizeof found->address, "hidraw:vid=%04x,pid=%04x", vid, pid);
    }
  }
  if (file) fclose(file);
  if (sounds_like_scanner(found->name)) found->class = "scanner";
}

int sp_link_find(struct sp_found *out, int max) {
  struct finding finding = {.out = out, .max = max};
  walk("/dev/serial/by-id", "", &finding, serial_named);
  walk("/dev", "ttyUSB", &finding, serial_plain);
  walk("/dev", "ttyACM", &finding, serial_plain);
  walk("/sys/class/tty", "ttyS", &finding, board_port);
  walk("/dev/usb", "lp", &finding, printer);
  walk("/sys/class/input", "event", &finding, keys);
  walk("/dev", "hidraw", &finding, reports);
  return finding.count;
}
