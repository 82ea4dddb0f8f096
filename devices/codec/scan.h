/* One code as a scanner gave it, the same from every kind of scanner, and the frame the three codecs collect it in.
 *
 * Pure: times are microseconds of any monotonic clock, passed in. A frame has three ends: whole, lost, or nothing yet.
 * A code of which a part is missing is never handed out: what was garbled, too long, broken off or without the prefix
 * that was agreed counts as lost, so that the driver can count and the cashier scans again. */
#ifndef SP_DEVICES_CODEC_SCAN_H
#define SP_DEVICES_CODEC_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_SCAN_MAX       512 /* bytes of one code */
#define SP_SCAN_FIX_MAX   15  /* bytes of a prefix or suffix */
#define SP_SCAN_GAP_US    40000
#define SP_SCAN_SEPARATOR ((char)29) /* GS: FNC1 inside a GS1 code */

enum sp_scan_status { SP_SCAN_NONE = 0, SP_SCAN_DONE = 1, SP_SCAN_LOST = 2 };

struct sp_scan {
  char text[SP_SCAN_MAX + 1]; /* without prefix, suffix and AIM identifier; bytes 20h to FFh but 7Fh, and GS */
  size_t len;
  char aim[4];           /* "]C1" (ISO/IEC 15424), or "" when the scanner does not say */
  int64_t first_us;      /* the first byte: the time of the scan */
  int64_t last_us;       /* the last one */
  int64_t widest_gap_us; /* between two bytes: hands are slower than 40 ms, scanners are not */
};

struct sp_scan_options {
  int max;                          /* bytes of a code with prefix and suffix, 0: SP_SCAN_MAX */
  int64_t gap_us;                   /* silence that breaks a frame off, 0: SP_SCAN_GAP_US, −1: none */
  bool gap_ends;                    /* silence is the terminator: the scanner sends none */
  char prefix[SP_SCAN_FIX_MAX + 1]; /* what the scanner was told to send around each code; a frame without it is lost */
  char suffix[SP_SCAN_FIX_MAX + 1];
};

/* What has come of a frame. The caller's memory; its members are the codecs' own. */
struct sp_scan_frame {
  struct sp_scan_options options;
  char text[SP_SCAN_MAX + 1];
  size_t len;
  bool open; /* something came since the last end */
  bool lost;
  int64_t first_us, last_us, widest_gap_us;
};

void sp_scan_frame_start(struct sp_scan_frame *frame, const struct sp_scan_options *options); /* null: all 0 */
/* A byte of the code. */
void sp_scan_frame_add(struct sp_scan_frame *frame, char byte, int64_t now_us);
/* Something came that cannot be part of a code: the frame is lost when it ends. */
void sp_scan_frame_spoil(struct sp_scan_frame *frame, int64_t now_us);
/* The terminator. `out` is filled when it returns SP_SCAN_DONE; a frame without a byte is SP_SCAN_NONE. */
enum sp_scan_status sp_scan_frame_end(struct sp_scan_frame *frame, struct sp_scan *out);
/* Has there been silence for longer than the gap? Ends the frame (gap_ends) or drops it (SP_SCAN_LOST). */
enum sp_scan_status sp_scan_frame_tick(struct sp_scan_frame *frame, int64_t now_us, struct sp_scan *out);
/* Drop what there is, without a word: the device went away. True when something was dropped. */
bool sp_scan_frame_drop(struct sp_scan_frame *frame);

#endif
