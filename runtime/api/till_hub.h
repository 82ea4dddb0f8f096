/* The tills of a node on its loop: what enters each, in which order, and who is shown what comes of it.
 *
 *   POST commands ──┐                                                  ┌──> page, page again after a reload
 *   device scans ───┼──> one queue a till ──> worker ──> disk ──> till ─┼──> customer's screen
 *   idle lock ──────┘     (one at a time)                    section   └──> pole display
 *
 * Whatever changes a till passes its queue, one at a time and in order, so two pages on one till, a scanner and a
 * cashier's keys never meet in the middle. A full queue (SP_TILL_QUEUE_MAX) answers 503; a scan that finds it full is
 * lost with a notice. Requests wait before a worker has seen who asks: those without a token that was good at this till
 * lately are strangers, of whom SP_TILL_STRANGERS_MAX may wait, and SP_TILL_PEER_MAX from one address. So nobody on the
 * network can take the till's places away.
 *
 * What is shown are sections: till, devices, weight, alarms, print, notice. An event carries a section as a whole, so
 * a page that missed some is right again with the next; a page that reads slowly is spared those in between. Events are
 * numbered over the whole hub ("BOOT-SEQ"); a page that comes back names the last it saw and gets what is newer.
 *
 * Scans act as the person whose command or event stream was the last at that till, looked up anew each time: a session
 * that ended, or nobody yet, makes a notice.
 *
 * Everything here is called on the loop's thread and blocks for nothing. Nothing is stored: a node that starts again
 * reads the tills from its database.
 */
#ifndef SP_API_TILL_HUB_H
#define SP_API_TILL_HUB_H

#include "api/api.h"

#define SP_TILL_QUEUE_MAX       64  /* commands and scans waiting at one till */
#define SP_TILL_STRANGERS_MAX   8   /* of them, of nobody that is known yet, */
#define SP_TILL_PEER_MAX        4   /* and of these from one address */
#define SP_TILL_SUBSCRIBERS_MAX 16  /* event streams of one till, */
#define SP_TILL_STREAMS_MAX     256 /* and of all */
#define SP_TILL_HUBS_MAX        256 /* tills at once */
#define SP_TILL_NOTICES_KEPT    16
#define SP_TILL_SECTION_MAX     (2u * 1024u * 1024u)

struct sp_till_hub;

/* The hub of an api; lives as long as it. */
struct sp_till_hub *sp_api_till_hub(struct sp_api *api);

/* Let time pass: once a second. Pings, locks of tills that nobody touches, tills whose view depends on the clock. */
void sp_till_hub_tick(struct sp_till_hub *hub);

/* A code was read by a scanner of that till. `aim` is "]E0" or "". Bytes are copied; `code` need not be UTF-8. */
void sp_till_hub_scan(struct sp_till_hub *hub, const char *till, const char *code, size_t len, const char *aim,
                      int64_t now_us);

/* A new state of "devices", "weight", "alarms" or "print", as one JSON value; copied, told when it differs. `till`
 * null: of every till, also of those that come later. Another name, or more than SP_TILL_SECTION_MAX bytes, is logged
 * and dropped. */
void sp_till_hub_section(struct sp_till_hub *hub, const char *till, const char *section, const char *json, size_t len);
/* The same for every till but `count` that are told something of their own. */
void sp_till_hub_section_rest(struct sp_till_hub *hub, const char *const *tills, int count, const char *section,
                              const char *json, size_t len);

/* One line for the cashier, among the last SP_TILL_NOTICES_KEPT. `level` "info", "warn" or "error"; `code` is stable
 * ("scan-lost"), `text` a sentence. `till` null: at every till with a page. */
void sp_till_hub_notice(struct sp_till_hub *hub, const char *till, const char *level, const char *code,
                        const char *text);

/* Something that the till section shows has changed in the database, but not through this till: it is read again soon,
 * once for many calls, when somebody watches. `till` null: every till. */
void sp_till_hub_refresh(struct sp_till_hub *hub, const char *till);

/* Tell the devices once more what that till shows, when anything is known of it: its display has just come. */
void sp_till_hub_show(const struct sp_till_hub *hub, const char *till);

/* Is a cashier's page of that till open here? A customer's screen is none. */
bool sp_till_hub_watched(const struct sp_till_hub *hub, const char *till);
/* Event streams open at all tills. */
int sp_till_hub_streams(const struct sp_till_hub *hub);

/* The language of a till's page, for notices. */
enum sp_lang sp_till_hub_lang(const struct sp_till_hub *hub, const char *till);

#endif
