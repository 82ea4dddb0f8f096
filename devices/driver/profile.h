/* What is known of a printer model before it says anything: devices/profiles/NAME.json, built into the program.
 *
 * Made from the makers' manuals. Strictly read: an unknown member is an error that names itself. The members are those
 * of devices/profiles/README.md.
 */
#ifndef SP_DEVICES_DRIVER_PROFILE_H
#define SP_DEVICES_DRIVER_PROFILE_H

#include "devices/codec/escpos.h"
#include <stdbool.h>
#include <stdint.h>

#define SP_PROFILE_ID_MAX    31
#define SP_PROFILE_PAGES_MAX 16
#define SP_PROFILE_TEXT_MAX  15 /* bytes of a replacement */

/* How a printer says that a job is on paper. */
enum sp_completion {
  SP_COMPLETION_NONE, /* not at all */
  SP_COMPLETION_GS_R, /* GS r 1: the answer comes in its turn */
  SP_COMPLETION_GS_H, /* GS ( H 48: the job's mark comes back when it is printed */
  SP_COMPLETION_ETB,  /* Star: it counts ETBs */
};

struct sp_profile {
  char id[SP_PROFILE_ID_MAX + 1];
  char name[64];
  char vendor[32];
  bool star;                        /* StarPRNT, else ESC/POS */
  struct sp_escpos_options options; /* for the encoder; its charset points into this struct */
  struct sp_charset charset;
  char page_name[SP_PROFILE_TEXT_MAX + 1];
  struct sp_charset_replace replace[SP_CHARSET_REPLACE_MAX];
  char replace_text[SP_CHARSET_REPLACE_MAX][2][SP_PROFILE_TEXT_MAX + 1];
  int columns;
  int dpi;
  bool drawer; /* has a connector for one */
  enum sp_completion completion;
  bool asb;     /* tells by itself when something changes */
  bool rt_safe; /* a real-time question among data harms nothing */
  bool resume;  /* keeps what it was sent while paper or cover are seen to */
  bool mute;    /* never answers; what was sent counts as printed */
  int first_packet_delay_ms;
};

/* The profile of that name, with another character set when `charset` is not null: "gb18030", "gb18030_4b", "gbk",
 * "gb2312", "utf8", "utf8_sunmi", or a code page the profile has a number for ("cp866"). SP_E_INVALID, fields "profile"
 * and "charset". `out` must not move afterwards: it points into itself. */
int sp_profile_load(const char *id, const char *charset, struct sp_profile *out, struct sp_error *err);
/* The same from JSON text. */
int sp_profile_parse(const char *id, const char *json, size_t len, const char *charset, struct sp_profile *out,
                     struct sp_error *err);
/* Names of what is built in, in order; null past the end. `id` is filled. */
bool sp_profile_id(size_t index, char id[SP_PROFILE_ID_MAX + 1]);

#endif
