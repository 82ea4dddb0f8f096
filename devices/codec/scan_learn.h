/* How does this scanner frame its codes? Bytes with times go in; out comes what ends a code and what stands around it.
 * Pure. */
#ifndef SP_DEVICES_CODEC_SCAN_LEARN_H
#define SP_DEVICES_CODEC_SCAN_LEARN_H

#include "devices/codec/scan.h"

#define SP_SCAN_LEARN_CODES 32
#define SP_SCAN_LEARN_MANY  4      /* codes, of three lengths at least */
#define SP_SCAN_LEARN_GAP   100000 /* µs of silence between two codes */

struct sp_scan_guess {
  int codes;
  const char *terminator;           /* "CR", "LF", "CR LF", "ETX", "TAB", "none" (silence ends it), "mixed" */
  char prefix[SP_SCAN_FIX_MAX + 1]; /* what all codes begin and end with, but digits and AIM identifiers; letters only
                                       around SP_SCAN_LEARN_MANY codes that differ much, else they are the codes' own */
  char suffix[SP_SCAN_FIX_MAX + 1];
  bool stx, aim;         /* STX begins each; ]C1 and the like stand before them */
  int64_t widest_gap_us; /* between two bytes of one code, as far as one can tell */
};

struct sp_scan_learner {
  int count;
  bool open; /* the last one may still grow */
  int64_t last_us, widest_gap_us;
  struct {
    char text[SP_SCAN_MAX + 1];
    size_t len;
  } codes[SP_SCAN_LEARN_CODES]; /* with all that stood around them */
};

void sp_scan_learn_start(struct sp_scan_learner *learner);
/* Codes after the last that has room are dropped. */
void sp_scan_learn_feed(struct sp_scan_learner *learner, const void *bytes, size_t len, int64_t now_us);
void sp_scan_learn_guess(const struct sp_scan_learner *learner, struct sp_scan_guess *out);
/* Code `index` by itself, as `guess` has it; returns its length. */
size_t sp_scan_learn_code(const struct sp_scan_learner *learner, const struct sp_scan_guess *guess, int index,
                          char out[SP_SCAN_MAX + 1]);

#endif
