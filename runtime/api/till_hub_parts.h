/* What the files of the hub share: till_hub.c (queues, time), till_show.c (sections, streams). */
#ifndef SP_API_TILL_HUB_PARTS_H
#define SP_API_TILL_HUB_PARTS_H

#include "api/till_turn.h"
#include "http/stream.h"

#define SP_TILL_BOOT_TEXT   17
#define SP_TILL_STREAM_TEXT (SP_TILL_BOOT_TEXT + 3) /* BOOT-LANG */
#define SP_TILL_KNOWN_MAX   8                       /* tokens that were good at a till lately */

/* TILL and SCREEN, the customer's `till`, stand once a language: add an enum sp_lang. */
enum sp_till_section {
  SP_SECTION_TILL,
  SP_SECTION_DEVICES = SP_SECTION_TILL + SP_LANG_COUNT,
  SP_SECTION_WEIGHT,
  SP_SECTION_ALARMS,
  SP_SECTION_PRINT,
  SP_SECTION_NOTICE,
  SP_SECTION_SCREEN,
  SP_SECTION_COUNT = SP_SECTION_SCREEN + SP_LANG_COUNT,
};

struct sp_section {
  char *json; /* null: nothing to show yet */
  size_t len;
  int64_t seq;
};

struct sp_notice {
  int64_t id, at;
  char level[8], code[32];
  char *text;
};

struct sp_subscriber {
  LIST_ENTRY(sp_subscriber) link;
  struct sp_till_entry *entry;
  struct sp_http_stream *stream;
  bool customer;
  enum sp_lang lang;
  int64_t sent; /* every section it watches is there up to this number */
  char token[SP_TOKEN_TEXT];
};

STAILQ_HEAD(sp_turns, sp_till_turn);
LIST_HEAD(sp_subscribers, sp_subscriber);
LIST_HEAD(sp_till_entries, sp_till_entry);

struct sp_till_entry {
  LIST_ENTRY(sp_till_entry) link;
  struct sp_till_hub *hub;
  char code[SP_TILL_CODE_MAX + 1];
  struct sp_id id; /* nil until somebody stood at it */
  struct sp_turns waiting;
  int waiting_count;
  bool busy;  /* one turn is under way */
  bool stale; /* to be read again */
  bool known; /* there is such a till: somebody stood at it, or a device belongs to it */
  struct sp_section sections[SP_SECTION_COUNT];
  struct sp_notice notices[SP_TILL_NOTICES_KEPT]; /* oldest first */
  int notice_count;
  struct sp_subscribers subscribers;
  int subscriber_count;
  char token[SP_TOKEN_TEXT]; /* of who was the last here, "" nobody */
  char tokens[SP_TILL_KNOWN_MAX][SP_TOKEN_TEXT];
  int tokens_next;   /* the place that is written next */
  enum sp_lang lang; /* of who reads here: notices, the display of the till */
  int64_t touched;   /* UTC ms of the last command or scan */
  bool locked, self, locking;
  int32_t lock_seconds;
};

struct sp_till_hub {
  struct sp_api *api;
  const struct sp_api_options *options;
  char boot[SP_TILL_BOOT_TEXT];
  int64_t seq;
  int64_t ticks;
  struct sp_till_entries entries;
  int entry_count, stream_count;
  struct sp_section common[SP_SECTION_COUNT]; /* of every till */
  struct sp_buf scratch;
};

/* till_hub.c */
struct sp_till_entry *sp_till_entry_find(const struct sp_till_hub *hub, const char *code);
/* Found or made; null when there are too many, or no till can have that code. */
struct sp_till_entry *sp_till_entry_take(struct sp_till_hub *hub, const char *code);
/* Nobody watches, nothing waits, nothing to remember: gone. */
void sp_till_entry_drop(struct sp_till_entry *entry);

/* till_door.c */
/* May this request wait here? SP_E_BUSY: it is a stranger's, and too many wait. Marks its turn. */
int sp_till_door_admit(struct sp_till_entry *entry, struct sp_call *call);
/* What a worker found out about the token of a request. */
void sp_till_door_done(struct sp_till_entry *entry, const struct sp_call *call, const struct sp_error *error);
void sp_till_door_forget(struct sp_till_entry *entry, const char *token);

/* till_show.c */
int sp_section_parse(const char *name); /* of those that devices tell; −1 */
/* Keep it under a new number and tell it, unless it is what was told before (but for the time in it). */
void sp_section_set(struct sp_till_entry *entry, enum sp_till_section section, const char *json, size_t len);
void sp_section_start(struct sp_till_entry *entry); /* the sections of a till that nobody has told of */
void sp_section_free(struct sp_section *section);
/* `{"seq":12,` and the rest of the section's object; other values as they are. */
void sp_section_write(struct sp_buf *out, enum sp_till_section section, const struct sp_section *from);
/* The same as this till's people see it: at a self-checkout devices and alarms are without addresses. */
void sp_section_write_for(struct sp_buf *out, const struct sp_till_entry *entry, enum sp_till_section section);
void sp_notice_add(struct sp_till_entry *entry, const char *level, const char *code, const char *text);
/* Send what is newer than it has, while it takes it. */
void sp_subscriber_feed(struct sp_subscriber *subscriber);
/* Answer a call with the till's events; the exchange is gone. */
void sp_subscriber_open(struct sp_till_entry *entry, struct sp_call *call);
void sp_subscriber_end(struct sp_subscriber *subscriber);
void sp_subscriber_ping(struct sp_subscriber *subscriber);

#endif
