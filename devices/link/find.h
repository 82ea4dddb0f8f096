/* What is plugged in that a shop may use: serial lines, USB printers, key devices with digits, HID reports. Reads /dev
 * and sysfs, opens nothing that another program might hold; takes a few milliseconds. */
#ifndef SP_DEVICES_LINK_FIND_H
#define SP_DEVICES_LINK_FIND_H

#include "devices/link/link.h"

#define SP_FOUND_MAX 64

struct sp_found {
  char address[SP_LINK_ADDRESS_MAX + 1]; /* for a configuration: the most lasting name there is */
  char name[128];                        /* what it calls itself, "" when it does not */
  int32_t vid, pid;                      /* −1: no USB device, or not told */
  const char *class;                     /* what it is likely to be: "printer", "scanner", "scanner or scale", "" */
};

/* Fills at most `max` (SP_FOUND_MAX is enough) and returns how many. */
int sp_link_find(struct sp_found *out, int max);

#endif
