/* The queues of the tills, and what time does to them. */
#include "api/till_hub_parts.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/text.h"
#include "http/problem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PING_TICKS    5
#define REFRESH_TICKS 60 /* business hours, and sessions that ended */

/* ---- Tills ---- */

struct sp_till_hub *sp_till_hub_new(struct sp_api *api, const struct sp_api_options *options) {
  struct sp_till_hub *hub = calloc(1, sizeof *hub);
  uint64_t boot = 0;
  if (hub == NULL) return NULL;
  hub->api = api;
  hub->options = options;
  LIST_INIT(&hub->entries);
  sp_buf_init(&hub->scratch, SP_TILL_SECTION_MAX + 1024);
  (void)sp_random(&boot, sizeof boot); /* no secret: it only tells two runs of a node apart */
  (void)snprintf(hub->boot, sizeof hub->boot, "%016" PRIx64, boot);
  return hub;
}

static void entry_free(struct sp_till_entry *entry) {
  LIST_REMOVE(entry, link);
  entry->hub->entry_count--;
  for (int i = 0; i < SP_SECTION_COUNT; i++)
    sp_section_free(&entry->sections[i]);
  for (int i = 0; i < entry->notice_count; i++)
    free(entry->notices[i].text);
  free(entry);
}

void sp_till_entry_drop(struct sp_till_entry *entry) {
  bool used = entry->known || entry->busy || entry->subscriber_count > 0 || !STAILQ_EMPTY(&entry->waiting);
  if (!used) entry_free(entry);
}

void sp_till_hub_free(struct sp_till_hub *hub) {
  if (hub == NULL) return;
  while (!LIST_EMPTY(&hub->entries)) {
    struct sp_till_entry *entry = LIST_FIRST(&hub->entries);
    while (!STAILQ_EMPTY(&entry->waiting)) {
      struct sp_till_turn *turn = STAILQ_FIRST(&entry->waiting);
      STAILQ_REMOVE_HEAD(&entry->waiting, link);
      sp_call_refuse(turn->call, SP_E_BUSY);
    }
    while (!LIST_EMPTY(&entry->subscribers)) {
      entry->known = true; /* freed here, not by its last stream */
      sp_subscriber_end(LIST_FIRST(&entry->subscribers));
    }
    entry_free(entry);
  }
  for (int i = 0; i < SP_SECTION_COUNT; i++)
    sp_section_free(&hub->common[i]);
  sp_buf_free(&hub->scratch);
  free(hub);
}

struct sp_till_entry *sp_till_entry_find(const struct sp_till_hub *hub, const char *code) {
  struct sp_till_entry *entry = NULL;
  LIST_FOREACH(entry, &hub->entries, link) {
    if (strcmp(entry->code, code) == 0) return entry;
  }
  return NULL;
}

struct sp_till_entry *sp_till_entry_take(struct sp_till_hub *hub, const char *code) {
  struct sp_till_entry *entry = sp_till_entry_find(hub, code);
  if (entry != NULL || strlen(code) > SP_TILL_CODE_MAX || hub->entry_count >= SP_TILL_HUBS_MAX) return entry;
  entry = calloc(1, sizeof *entry);
  if (entry == NULL) return NULL;
  entry->hub = hub;
  (void)snprintf(entry->code, sizeof entry->code, "%s", code);
  STAILQ_INIT(&entry->waiting);
  LIST_INIT(&entry->subscribers);
  LIST_INSERT_HEAD(&hub->entries, entry, link);
  hub->entry_count++;
  sp_section_start(entry);
  return entry;
}

/* ---- Turns ---- */

static struct sp_till_turn *turn_inner(struct sp_till_entry *entry, enum sp_till_turn_kind kind) {
  struct sp_call *call = sp_call_new_inner(entry->hub->api, &sp_till_inner_route, entry->code, entry->lang);
  if (call == NULL) return NULL;
  call->turn->call = call;
  call->turn->kind = kind;
  call->turn->entry = entry;
  return call->turn;
}

/* What waited longest; a look when nothing waits and something changed elsewhere. */
static struct sp_till_turn *turn_next(struct sp_till_entry *entry) {
  struct sp_till_turn *turn = STAILQ_FIRST(&entry->waiting);
  if (turn != NULL) {
    STAILQ_REMOVE_HEAD(&entry->waiting, link);
    entry->waiting_count--;
    return turn;
  }
  if (!entry->stale || entry->subscriber_count == 0 || entry->token[0] == '\0') return NULL;
  return turn_inner(entry, SP_TURN_REFRESH);
}

/* Bits: in which languages the till is read just now. */
static unsigned languages(const struct sp_till_entry *entry) {
  const struct sp_subscriber *subscriber = NULL;
  unsigned langs = 1u << entry->lang;
  LIST_FOREACH(subscriber, &entry->subscribers, link) {
    langs |= 1u << subscriber->lang;
  }
  return langs;
}

static void turn_prepare(struct sp_till_entry *entry, struct sp_till_turn *turn) {
  const struct sp_api_options *options = entry->hub->options;
  const struct sp_api_devices *devices = options->devices;
  turn->facts = (struct sp_till_facts){.training = options->training};
  if (devices != NULL && devices->scale != NULL) devices->scale(devices->ctx, entry->code, &turn->facts.scale);
  if (turn->call->exchange == NULL) memcpy(turn->call->token, entry->token, sizeof entry->token);
  turn->begun_us = sp_clock_monotonic_us();
  turn->was_stale = entry->stale;
  turn->langs = languages(entry);
  entry->stale = false; /* what it reads is not older than this moment */
}

static void turn_lost(struct sp_till_entry *entry, enum sp_till_turn_kind kind) {
  entry->locking = false;
  if (kind != SP_TURN_SCAN) return;
  sp_notice_add(entry, "error", "scan-lost", sp_tr(entry->lang, "A code was read but not taken: scan it again"));
}

/* One turn at a time. What cannot be submitted now is refused, so the queue always moves. */
static void entry_run(struct sp_till_entry *entry) {
  while (!entry->busy) {
    struct sp_till_turn *turn = turn_next(entry);
    if (turn == NULL) break;
    enum sp_till_turn_kind kind = turn->kind;
    turn_prepare(entry, turn);
    entry->busy = true;
    int rc = sp_call_submit(turn->call);
    if (rc == 0) return;
    entry->busy = false;
    sp_call_refuse(turn->call, rc);
    turn_lost(entry, kind);
  }
  sp_till_entry_drop(entry);
}

static int wait_turn(struct sp_till_entry *entry, struct sp_till_turn *turn) {
  if (entry->waiting_count >= SP_TILL_QUEUE_MAX) return SP_E_BUSY;
  if (turn->came_us == 0) turn->came_us = sp_clock_monotonic_us();
  STAILQ_INSERT_TAIL(&entry->waiting, turn, link);
  entry->waiting_count++;
  if (!entry->busy) entry_run(entry);
  return 0;
}

int sp_till_hub_enter(struct sp_till_hub *hub, const char *code, struct sp_call *call) {
  struct sp_till_entry *entry = sp_till_entry_take(hub, code);
  if (entry == NULL) return SP_E_BUSY;
  call->turn->call = call;
  call->turn->entry = entry;
  int rc = sp_till_door_admit(entry, call);
  return rc == 0 ? wait_turn(entry, call->turn) : rc;
}

static void enter_inner(struct sp_till_entry *entry, struct sp_till_turn *turn) {
  enum sp_till_turn_kind kind = turn->kind;
  int rc = wait_turn(entry, turn);
  if (rc == 0) return;
  sp_call_refuse(turn->call, rc);
  turn_lost(entry, kind);
}

/* ---- The end of a turn ---- */

/* Whoever reads a page here says its language; without a page, who did something last. */
static bool says_language(const struct sp_till_entry *entry, const struct sp_till_turn *turn) {
  if (turn->customer) return false;
  return turn->kind == SP_TURN_EVENTS || !sp_till_hub_watched(entry->hub, entry->code);
}

static void remember(struct sp_till_entry *entry, struct sp_call *call) {
  const struct sp_till_turn *turn = call->turn;
  entry->known = true;
  entry->id = call->work.actor.till;
  entry->locked = turn->locked;
  entry->self = turn->self;
  entry->lock_seconds = turn->lock_seconds;
  bool person = call->exchange != NULL && call->token[0] != '\0' && !call->work.actor.is_program;
  if (person && turn->kind != SP_TURN_VIEW) {
    memcpy(entry->token, call->token, sizeof entry->token);
    if (says_language(entry, turn)) entry->lang = call->work.lang;
  }
  bool touches = turn->kind == SP_TURN_COMMAND || turn->kind == SP_TURN_SCAN || entry->touched == 0;
  if (touches) entry->touched = entry->hub->options->now();
}

/* Somebody else is at the till now: its screens are theirs. */
static void switch_session(struct sp_till_entry *entry, struct sp_call *call) {
  const char *token = call->turn->outcome.token;
  struct sp_subscriber *subscriber = NULL;
  if (token[0] == '\0') return;
  sp_till_door_forget(entry, call->token);
  LIST_FOREACH(subscriber, &entry->subscribers, link) {
    if (strcmp(subscriber->token, call->token) == 0) memcpy(subscriber->token, token, sizeof subscriber->token);
  }
  memcpy(entry->token, token, sizeof entry->token);
  if (call->by_cookie) sp_call_set_cookie(call, token);
}

static void carry_out(struct sp_till_entry *entry, struct sp_call *call) {
  const struct sp_api_devices *devices = entry->hub->options->devices;
  const struct sp_till_outcome *outcome = &call->turn->outcome;
  struct sp_error err = {.lang = call->work.lang};
  if (devices == NULL) return;
  if (outcome->device == NULL || devices->scale_action == NULL) return;
  if (devices->scale_action(devices->ctx, entry->code, outcome->device, &err) != 0)
    sp_notice_add(entry, "warn", "device", err.message);
}

/* On a pole display. */
static void show_devices(const struct sp_till_entry *entry) {
  const struct sp_api_devices *devices = entry->hub->options->devices;
  const struct sp_section *till = &entry->sections[SP_SECTION_TILL + (int)entry->lang];
  if (devices != NULL && devices->screen != NULL && till->json != NULL)
    devices->screen(devices->ctx, entry->code, till->json, till->len);
}

static void show(struct sp_till_entry *entry, struct sp_call *call) {
  struct sp_till_turn *turn = call->turn;
  const struct sp_section *read = &entry->sections[SP_SECTION_TILL + (int)entry->lang];
  int64_t before = read->seq;
  for (int lang = 0; lang < SP_LANG_COUNT; lang++) {
    struct sp_buf *section = &turn->section[lang], *screen = &turn->screen[lang];
    if (section->len == 0) continue;
    sp_section_set(entry, (enum sp_till_section)(SP_SECTION_TILL + lang), sp_buf_text(section), section->len);
    sp_section_set(entry, (enum sp_till_section)(SP_SECTION_SCREEN + lang), sp_buf_text(screen), screen->len);
  }
  if (read->seq != before) show_devices(entry);
}

/* {"seq":12,"till":{…}, extra members}: `out` holds the extra members as an object. */
static void answer_command(struct sp_till_entry *entry, struct sp_call *call) {
  const struct sp_till_outcome *outcome = &call->turn->outcome;
  const struct sp_section *till = &entry->sections[SP_SECTION_TILL + (int)call->work.lang];
  struct sp_buf out;
  sp_buf_init(&out, call->out.max);
  (void)sp_buf_printf(&out, "{\"seq\":%" PRId64 ",\"till\":", till->seq);
  sp_section_write(&out, SP_SECTION_TILL, till);
  if (outcome->token[0] != '\0' && !call->by_cookie) {
    char expires[SP_TIME_TEXT];
    sp_time_format(outcome->expires_at, expires);
    (void)sp_buf_printf(&out, ",\"token\":\"%s\",\"expires_at\":\"%s\"", outcome->token, expires);
  }
  if (call->out.len > 2) {
    (void)sp_buf_putc(&out, ',');
    (void)sp_buf_add(&out, call->out.data + 1, call->out.len - 1);
  } else {
    (void)sp_buf_putc(&out, '}');
  }
  sp_buf_free(&call->out);
  call->out = out;
}

static void answer_view(struct sp_till_entry *entry, struct sp_call *call) {
  static const struct {
    const char *name;
    enum sp_till_section section;
  } list[] = {{"devices", SP_SECTION_DEVICES},
              {"weight", SP_SECTION_WEIGHT},
              {"alarms", SP_SECTION_ALARMS},
              {"print", SP_SECTION_PRINT},
              {"notice", SP_SECTION_NOTICE}};
  struct sp_buf *out = &call->out;
  const struct sp_buf *shown = &call->turn->section[call->work.lang];
  const struct sp_section *kept = &entry->sections[SP_SECTION_TILL + (int)call->work.lang];
  const struct sp_section till = {.json = shown->data, .len = shown->len, .seq = kept->seq};
  sp_buf_reset(out);
  (void)sp_buf_printf(out, "{\"seq\":%" PRId64 ",\"till\":", entry->hub->seq);
  sp_section_write(out, SP_SECTION_TILL, &till);
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
    (void)sp_buf_printf(out, ",\"%s\":", list[i].name);
    if (call->turn->own)
      sp_section_write_for(out, entry, list[i].section);
    else
      sp_section_write(out, list[i].section, &entry->sections[list[i].section]);
  }
  (void)sp_buf_putc(out, '}');
}

static void answer_events(struct sp_till_entry *entry, struct sp_call *call) {
  bool full = entry->subscriber_count >= SP_TILL_SUBSCRIBERS_MAX || entry->hub->stream_count >= SP_TILL_STREAMS_MAX;
  if (!full) {
    sp_subscriber_open(entry, call);
    return;
  }
  struct sp_http_exchange *exchange = call->exchange;
  call->exchange = NULL;
  struct sp_error err = {.lang = call->work.lang};
  (void)sp_fail(&err, SP_E_BUSY, NULL, "%s", sp_tr(err.lang, "Too many pages watch this till"));
  sp_http_reply_problem(exchange, &err, 0, NULL, 0);
}

static void refresh(struct sp_till_entry *entry) {
  entry->stale = true;
  if (!entry->busy && entry->subscriber_count > 0) entry_run(entry);
}

static void refresh_others(struct sp_till_entry *own) {
  struct sp_till_entry *entry = NULL, *next = NULL;
  for (entry = LIST_FIRST(&own->hub->entries); entry != NULL; entry = next) {
    next = LIST_NEXT(entry, link);
    if (entry != own) refresh(entry);
  }
}

/* The first to be told: people wait for the drawer longer than for the screen, and a browser wakes to much work. */
static void wake_printers(const struct sp_till_entry *entry, const struct sp_till_outcome *outcome) {
  const struct sp_api_devices *devices = entry->hub->options->devices;
  if (outcome->print && devices != NULL && devices->print_wake != NULL) devices->print_wake(devices->ctx);
}

static void went_well(struct sp_till_entry *entry, struct sp_call *call) {
  struct sp_till_turn *turn = call->turn;
  wake_printers(entry, &turn->outcome);
  if (turn->own) {
    remember(entry, call);
    show(entry, call);
  }
  for (int i = 0; i < turn->outcome.notice_count; i++) {
    const struct sp_till_notice *notice = &turn->outcome.notices[i];
    sp_notice_add(entry, notice->level, notice->code, notice->text);
  }
  carry_out(entry, call);
  switch_session(entry, call);
  if (turn->others) refresh_others(entry);
  if (turn->kind == SP_TURN_COMMAND) answer_command(entry, call);
  if (turn->kind == SP_TURN_VIEW) answer_view(entry, call);
  if (turn->kind == SP_TURN_EVENTS && call->exchange != NULL) answer_events(entry, call);
}

static void went_wrong(struct sp_till_entry *entry, struct sp_call *call, const struct sp_error *error) {
  const struct sp_till_turn *turn = call->turn;
  if (turn->was_stale && turn->kind != SP_TURN_REFRESH) entry->stale = true;
  for (int i = 0; i < turn->outcome.notice_count; i++) {
    const struct sp_till_notice *notice = &turn->outcome.notices[i];
    sp_notice_add(entry, notice->level, notice->code, notice->text);
  }
  if (call->exchange != NULL) {
    if (turn->own) entry->touched = entry->hub->options->now(); /* refused, but somebody is there */
    return;
  }
  if (error->code == SP_E_UNAUTHENTICATED) {
    char token[SP_TOKEN_TEXT];
    entry->stale = false;
    memcpy(token, call->token, sizeof token);
    if (turn->kind == SP_TURN_SCAN)
      sp_notice_add(entry, "warn", "nobody", sp_tr(entry->lang, "A code was read, but nobody is signed in here"));
    if (token[0] != '\0') sp_till_hub_sign_out(entry->hub, token);
    return;
  }
  if (turn->kind == SP_TURN_SCAN && turn->outcome.notice_count == 0)
    sp_notice_add(entry, "error", sp_code_name(error->code), error->message);
}

/* Where the time of a turn went, for whoever asks why a till is slow. */
static void log_times(const struct sp_till_entry *entry, const struct sp_till_turn *turn, int64_t stored_us) {
  static const char *const kinds[] = {
      [SP_TURN_VIEW] = "view", [SP_TURN_EVENTS] = "events", [SP_TURN_COMMAND] = "command",
      [SP_TURN_SCAN] = "scan", [SP_TURN_LOCK] = "lock",     [SP_TURN_REFRESH] = "refresh"};
  char line[320];
  int64_t came_us = turn->came_us != 0 ? turn->came_us : turn->begun_us;
  int len =
      snprintf(line, sizeof line,
               "{\"turn\":\"%s\",\"till\":\"%s\",\"came_us\":%" PRId64 ",\"waited_us\":%" PRId64
               ",\"worked_us\":%" PRId64 ",\"stored_us\":%" PRId64 ",\"shown_us\":%" PRId64 ",\"bytes\":%zu}",
               kinds[turn->kind], entry->code, came_us, turn->begun_us - came_us, turn->worked_us - turn->begun_us,
               stored_us - turn->worked_us, sp_clock_monotonic_us() - stored_us, turn->section[entry->lang].len);
  if (len > 0 && (size_t)len < sizeof line) sp_log_json(SP_LOG_DEBUG, "till", line, (size_t)len);
}

void sp_till_hub_done(struct sp_till_hub *hub, struct sp_call *call, const struct sp_error *error) {
  struct sp_till_entry *entry = call->turn->entry;
  int64_t stored_us = sp_clock_monotonic_us();
  (void)hub;
  if (call->turn->kind == SP_TURN_LOCK) entry->locking = false;
  sp_till_door_done(entry, call, error);
  if (error == NULL)
    went_well(entry, call);
  else
    went_wrong(entry, call, error);
  log_times(entry, call->turn, stored_us);
  entry->busy = false;
  entry_run(entry);
}

/* ---- What the node tells ---- */

void sp_till_hub_scan(struct sp_till_hub *hub, const char *till, const char *code, size_t len, const char *aim,
                      int64_t now_us) {
  struct sp_till_entry *entry = sp_till_entry_take(hub, till);
  if (entry == NULL) return;
  entry->known = true;
  struct sp_till_turn *turn = len <= SP_TILL_SCAN_MAX ? turn_inner(entry, SP_TURN_SCAN) : NULL;
  if (turn == NULL) {
    turn_lost(entry, SP_TURN_SCAN);
    return;
  }
  turn->came_us = now_us;
  memcpy(turn->scan, code, len);
  turn->scan[len] = '\0';
  (void)snprintf(turn->aim, sizeof turn->aim, "%s", aim != NULL ? aim : "");
  enter_inner(entry, turn);
}

/* Which section it is; −1, logged, when it cannot be shown. */
static int shown_section(const char *section, size_t len) {
  int which = sp_section_parse(section);
  if (which >= 0 && len <= SP_TILL_SECTION_MAX && len > 0) return which;
  sp_log(SP_LOG_WARN, "till", "a section %s of %zu bytes is not shown", section, len);
  return -1;
}

static bool is_listed(const char *const *list, int count, const char *code) {
  for (int i = 0; i < count; i++)
    if (strcmp(list[i], code) == 0) return true;
  return false;
}

void sp_till_hub_section_rest(struct sp_till_hub *hub, const char *const *tills, int count, const char *section,
                              const char *json, size_t len) {
  int which = shown_section(section, len);
  char *copy = which >= 0 ? malloc(len + 1) : NULL;
  if (copy == NULL) return;
  memcpy(copy, json, len);
  copy[len] = '\0';
  sp_section_free(&hub->common[which]);
  hub->common[which] = (struct sp_section){.json = copy, .len = len};
  struct sp_till_entry *entry = NULL;
  LIST_FOREACH(entry, &hub->entries, link) {
    if (!is_listed(tills, count, entry->code)) sp_section_set(entry, (enum sp_till_section)which, json, len);
  }
}

void sp_till_hub_section(struct sp_till_hub *hub, const char *till, const char *section, const char *json, size_t len) {
  if (till == NULL) {
    sp_till_hub_section_rest(hub, NULL, 0, section, json, len);
    return;
  }
  int which = shown_section(section, len);
  struct sp_till_entry *entry = which >= 0 ? sp_till_entry_take(hub, till) : NULL;
  if (entry == NULL) return;
  entry->known = true;
  sp_section_set(entry, (enum sp_till_section)which, json, len);
}

void sp_till_hub_notice(struct sp_till_hub *hub, const char *till, const char *level, const char *code,
                        const char *text) {
  struct sp_till_entry *entry = till != NULL ? sp_till_entry_take(hub, till) : NULL;
  if (entry != NULL) {
    entry->known = true;
    sp_notice_add(entry, level, code, text);
  }
  if (till != NULL) return;
  LIST_FOREACH(entry, &hub->entries, link) {
    if (entry->subscriber_count > 0) sp_notice_add(entry, level, code, text);
  }
}

void sp_till_hub_show(const struct sp_till_hub *hub, const char *till) {
  const struct sp_till_entry *entry = hub != NULL ? sp_till_entry_find(hub, till) : NULL;
  if (entry != NULL) show_devices(entry);
}

void sp_till_hub_refresh(struct sp_till_hub *hub, const char *till) {
  struct sp_till_entry *entry = NULL, *next = NULL;
  for (entry = LIST_FIRST(&hub->entries); entry != NULL; entry = next) {
    next = LIST_NEXT(entry, link);
    if (till == NULL || strcmp(entry->code, till) == 0) refresh(entry);
  }
}

void sp_till_hub_touch(struct sp_till_hub *hub, const struct sp_id *till) {
  struct sp_till_entry *entry = NULL, *next = NULL;
  if (sp_id_is_nil(till)) return;
  for (entry = LIST_FIRST(&hub->entries); entry != NULL; entry = next) {
    next = LIST_NEXT(entry, link);
    if (sp_id_equal(&entry->id, till)) refresh(entry);
  }
}

bool sp_till_hub_watched(const struct sp_till_hub *hub, const char *till) {
  const struct sp_till_entry *entry = sp_till_entry_find(hub, till);
  const struct sp_subscriber *subscriber = NULL;
  if (entry == NULL) return false;
  LIST_FOREACH(subscriber, &entry->subscribers, link) {
    if (!subscriber->customer) return true;
  }
  return false;
}

int sp_till_hub_streams(const struct sp_till_hub *hub) {
  return hub->stream_count;
}

enum sp_lang sp_till_hub_lang(const struct sp_till_hub *hub, const char *till) {
  const struct sp_till_entry *entry = sp_till_entry_find(hub, till);
  return entry != NULL ? entry->lang : SP_LANG_ZH;
}

void sp_till_hub_sign_out(struct sp_till_hub *hub, const char *token) {
  struct sp_till_entry *entry = NULL, *next = NULL;
  for (entry = LIST_FIRST(&hub->entries); entry != NULL; entry = next) {
    struct sp_subscriber *subscriber = NULL, *after = NULL;
    next = LIST_NEXT(entry, link);
    bool known = entry->known;
    entry->known = true; /* its last stream must not take it from under this loop */
    sp_till_door_forget(entry, token);
    if (strcmp(entry->token, token) == 0) entry->token[0] = '\0';
    for (subscriber = LIST_FIRST(&entry->subscribers); subscriber != NULL; subscriber = after) {
      after = LIST_NEXT(subscriber, link);
      if (strcmp(subscriber->token, token) == 0) sp_subscriber_end(subscriber);
    }
    entry->known = known;
  }
}

/* ---- Time ---- */

static void lock_when_idle(struct sp_till_entry *entry) {
  int64_t idle = entry->hub->options->now() - entry->touched;
  bool due = entry->lock_seconds > 0 && !entry->locked && !entry->self && !entry->locking && entry->token[0] != '\0' &&
             idle > (int64_t)entry->lock_seconds * 1000;
  struct sp_till_turn *turn = due ? turn_inner(entry, SP_TURN_LOCK) : NULL;
  if (turn == NULL) return;
  entry->locking = true;
  enter_inner(entry, turn);
}

void sp_till_hub_tick(struct sp_till_hub *hub) {
  struct sp_till_entry *entry = NULL, *next = NULL;
  hub->ticks++;
  for (entry = LIST_FIRST(&hub->entries); entry != NULL; entry = next) {
    struct sp_subscriber *subscriber = NULL;
    next = LIST_NEXT(entry, link);
    if (hub->ticks % PING_TICKS == 0) {
      LIST_FOREACH(subscriber, &entry->subscribers, link) {
        sp_subscriber_ping(subscriber);
      }
    }
    if (hub->ticks % REFRESH_TICKS == 0) entry->stale = true;
    lock_when_idle(entry);
    if (!entry->busy) entry_run(entry); /* may be its end */
  }
}
