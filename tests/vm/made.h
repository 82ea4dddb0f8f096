/* Devices this program makes itself, by the kernel's own doors: keys through /dev/uinput, reports through /dev/uhid, a
 * USB printer through configfs on the dummy controller. Everything fails the test when the kernel refuses.
 */
#ifndef SP_TESTS_VM_MADE_H
#define SP_TESTS_VM_MADE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Keys ---- */

struct vm_keys {
  int fd;        /* -1: not plugged in; pulling it out again is nothing */
  char path[64]; /* /dev/input/event3 */
};

enum vm_keys_kind {
  VM_KEYS_TYPING, /* all keys of a keyboard, as a scanner says it has */
  VM_KEYS_MEDIA,  /* volume only: the second interface many scanners have */
};

void vm_keys_plug(struct vm_keys *keys, enum vm_keys_kind kind, int vid, int pid);
void vm_keys_unplug(struct vm_keys *keys);
/* One key down (1) or up (0), with its report. */
void vm_key(const struct vm_keys *keys, int code, int value);

/* ---- Reports ---- */

struct vm_reports {
  int fd; /* -1: not plugged in */
};

void vm_reports_plug(struct vm_reports *reports, int vid, int pid, const char *serial, const uint8_t *descriptor,
                     size_t len);
void vm_report(const struct vm_reports *reports, const uint8_t *report, size_t len);
void vm_reports_unplug(struct vm_reports *reports);

/* ---- A printer ---- */

struct vm_gadget {
  int fd; /* what the computer prints comes out of it, and answers go in; -1: not open */
};

/* Can this kernel play a USB printer? */
bool vm_gadget_works(void);
/* Make it; not plugged in yet. */
void vm_gadget_make(struct vm_gadget *gadget, const char *vid, const char *pid, const char *serial);
void vm_gadget_in(void);
/* Open the printer's side; stays -1 until the computer has chosen the printer. */
void vm_gadget_open(struct vm_gadget *gadget);
/* Closes the printer's side first: a kernel of 6.1 breaks when it is open while the cable goes. */
void vm_gadget_out(struct vm_gadget *gadget);
void vm_gadget_end(struct vm_gadget *gadget);

#endif
