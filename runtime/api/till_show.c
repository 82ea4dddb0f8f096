/* What the screens of a till are told: sections, and the event streams that carry them. */
#include "api/till_hub_parts.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAITING_MAX (64u * 1024u) /* bytes a page has not taken: it is told no news until they are gone */
#define TIME_LEN    24            /* "2026-11-22T05:00:00.000Z" */

static const char *const names[SP_SECTION_COUNT] = {
    [SP_SECTION_TILL + SP_LANG_EN] = "till",
    [SP_SECTION_TILL + SP_LANG_ZH] = "till",
    [SP_SECTION_DEVICES] = "devices",
    [SP_SECTION_WEIGHT] = "weight",
    [SP_SECTION_ALARMS] = "alarms",
    [SP_SECTION_PRINT] = "print",
    [SP_SECTION_NOTICE] = "notice",
    [SP_SECTION_SCREEN + SP_LANG_EN] = "till",
    [SP_SECTION_SCREEN + SP_LANG_ZH] = "till",
};

int sp_section_parse(const char *name) {
  for (int i = SP_SECTION_DEVICES; i <= SP_SECTION_PRINT; i++)
    if (strcmp(names[i], name) == 0) return i;
  return -1;
}

/* ---- Sections ---- */

/* Where the time stands in a section: it alone is no news. 0: nowhere. */
static size_t time_at(const char *json, size_t len) {
  static const char key[] = "\"now\":\"";
  const char *found = json != NULL ? strstr(json, key) : NULL;
  size_t at = found != NULL ? (size_t)(found - json) + sizeof key - 1 : 0;
  return at + TIME_LEN < len ? at : 0;
}

static bool same(const struct sp_section *section, const char *json, size_t len) {
  if (section->json == NULL || section->len != len) return false;
  size_t at = time_at(json, len);
  if (at == 0 || time_at(section->json, len) != at) return memcmp(section->json, json, len) == 0;
  const size_t rest = at + TIME_LEN;
  return memcmp(section->json, json, at) == 0 && memcmp(section->json + rest, json + rest, len - rest) == 0;
}

void sp_section_free(struct sp_section *section) {
  free(section->json);
  *section = (struct sp_section){.json = NULL};
}

/* An event's data is one line: a line break between two JSON tokens is a blank as well. */
static bool keep(struct sp_section *section, const char *json, size_t len) {
  char *copy = malloc(len + 1);
  if (copy == NULL) return false;
  memcpy(copy, json, len);
  copy[len] = '\0';
  for (size_t i = 0; i < len; i++)
    if (copy[i] == '\n' || copy[i] == '\r') copy[i] = ' ';
  free(section->json);
  section->json = copy;
  section->len = len;
  return true;
}

static void tell(struct sp_till_entry *entry) {
  struct sp_subscriber *subscriber = NULL;
  LIST_FOREACH(subscriber, &entry->subscribers, link) {
    sp_subscriber_feed(subscriber);
  }
}

void sp_section_set(struct sp_till_entry *entry, enum sp_till_section section, const char *json, size_t len) {
  struct sp_section *at = &entry->sections[section];
  if (same(at, json, len) || !keep(at, json, len)) return;
  at->seq = ++entry->hub->seq;
  tell(entry);
}

void sp_section_start(struct sp_till_entry *entry) {
  static const char *const empty[SP_SECTION_COUNT] = {
      [SP_SECTION_DEVICES] = "[]", [SP_SECTION_WEIGHT] = "null", [SP_SECTION_ALARMS] = "[]",
      [SP_SECTION_PRINT] = "[]",   [SP_SECTION_NOTICE] = "[]",
  };
  for (int i = 0; i < SP_SECTION_COUNT; i++) {
    const struct sp_section *common = &entry->hub->common[i];
    if (common->json != NULL)
      sp_section_set(entry, (enum sp_till_section)i, common->json, common->len);
    else if (empty[i] != NULL)
      sp_section_set(entry, (enum sp_till_section)i, empty[i], strlen(empty[i]));
  }
}

void sp_section_write(struct sp_buf *out, enum sp_till_section section, const struct sp_section *from) {
  bool numbered = section < SP_SECTION_DEVICES || section >= SP_SECTION_SCREEN;
  if (from->json == NULL) {
    (void)sp_buf_puts(out, "null");
    return;
  }
  if (!numbered || from->len < 2 || from->json[0] != '{') {
    (void)sp_buf_add(out, from->json, from->len);
    return;
  }
  (void)sp_buf_printf(out, "{\"seq\":%" PRId64 "%s", from->seq, from->json[1] == '}' ? "" : ",");
  (void)sp_buf_add(out, from->json + 1, from->len - 1);
}

/* What a customer need not know of devices: where they are in the shop's network, what they are called there. */
static void write_bare(struct sp_buf *out, const struct sp_section *from) {
  static const char *const inner[] = {"link", "detail", "model", "job"};
  struct cJSON *list = NULL, *one = NULL;
  struct sp_json_writer w;
  if (sp_json_parse(from->json, from->len, &list, NULL) != 0) list = cJSON_CreateArray();
  cJSON_ArrayForEach(one, list) {
    for (size_t i = 0; i < sizeof inner / sizeof inner[0]; i++)
      cJSON_DeleteItemFromObjectCaseSensitive(one, inner[i]);
  }
  sp_json_start(&w, out);
  sp_write_tree(&w, list);
  sp_json_free(list);
}

void sp_section_write_for(struct sp_buf *out, const struct sp_till_entry *entry, enum sp_till_section section) {
  const struct sp_section *from = &entry->sections[section];
  bool inner = section == SP_SECTION_DEVICES || section == SP_SECTION_ALARMS;
  if (entry->self && inner && from->json != NULL)
    write_bare(out, from);
  else
    sp_section_write(out, section, from);
}

/* ---- Notices ---- */

static void write_notices(struct sp_till_entry *entry) {
  struct sp_buf json;
  struct sp_json_writer w;
  sp_buf_init(&json, SP_TILL_SECTION_MAX);
  sp_json_start(&w, &json);
  sp_json_open_array(&w);
  for (int i = 0; i < entry->notice_count; i++) {
    const struct sp_notice *notice = &entry->notices[i];
    sp_json_open_object(&w);
    sp_json_put_int(&w, "id", notice->id);
    sp_json_put_text(&w, "level", notice->level);
    sp_json_put_text(&w, "code", notice->code);
    sp_json_put_text(&w, "text", notice->text != NULL ? notice->text : "");
    sp_json_put_time(&w, "at", notice->at);
    sp_json_close_object(&w);
  }
  sp_json_close_array(&w);
  if (json.failed == 0) sp_section_set(entry, SP_SECTION_NOTICE, json.data, json.len);
  sp_buf_free(&json);
}

void sp_notice_add(struct sp_till_entry *entry, const char *level, const char *code, const char *text) {
  if (entry->notice_count == SP_TILL_NOTICES_KEPT) {
    free(entry->notices[0].text);
    memmove(entry->notices, entry->notices + 1, (SP_TILL_NOTICES_KEPT - 1) * sizeof entry->notices[0]);
    entry->notice_count--;
  }
  struct sp_notice *notice = &entry->notices[entry->notice_count++];
  *notice = (struct sp_notice){.id = entry->hub->seq + 1, .at = entry->hub->options->now(), .text = strdup(text)};
  (void)snprintf(notice->level, sizeof notice->level, "%s", level);
  (void)snprintf(notice->code, sizeof notice->code, "%s", code);
  write_notices(entry);
}

/* ---- Streams ---- */

/* Where the numbers of a stream count: this run of the node, and its language. */
static size_t stream_name(const struct sp_till_hub *hub, enum sp_lang lang, char out[static SP_TILL_STREAM_TEXT]) {
  return (size_t)snprintf(out, SP_TILL_STREAM_TEXT, "%s-%s", hub->boot, lang == SP_LANG_ZH ? "zh" : "en");
}

/* Bits: what everybody at the till sees, and the till as this one reads it. */
static unsigned watched(const struct sp_subscriber *subscriber) {
  const unsigned common = (1u << SP_SECTION_SCREEN) - (1u << SP_SECTION_DEVICES);
  if (subscriber->customer) return 1u << (SP_SECTION_SCREEN + (int)subscriber->lang);
  return common | 1u << (SP_SECTION_TILL + (int)subscriber->lang);
}

/* Of the sections it watches, the oldest it has not seen; so whoever has number N has everything up to N. */
static int next_section(const struct sp_subscriber *subscriber) {
  unsigned mine = watched(subscriber);
  int found = -1;
  for (int i = 0; i < SP_SECTION_COUNT; i++) {
    const struct sp_section *section = &subscriber->entry->sections[i];
    if ((mine & (1u << i)) == 0 || section->json == NULL || section->seq <= subscriber->sent) continue;
    if (found < 0 || section->seq < subscriber->entry->sections[found].seq) found = i;
  }
  return found;
}

void sp_subscriber_feed(struct sp_subscriber *subscriber) {
  struct sp_till_hub *hub = subscriber->entry->hub;
  char name[SP_TILL_STREAM_TEXT];
  int next = -1;
  (void)stream_name(hub, subscriber->lang, name);
  while (sp_http_stream_waiting(subscriber->stream) < WAITING_MAX && (next = next_section(subscriber)) >= 0) {
    const struct sp_section *section = &subscriber->entry->sections[next];
    sp_buf_reset(&hub->scratch);
    (void)sp_buf_printf(&hub->scratch, "id: %s-%" PRId64 "\nevent: %s\ndata: ", name, section->seq, names[next]);
    sp_section_write_for(&hub->scratch, subscriber->entry, (enum sp_till_section)next);
    (void)sp_buf_puts(&hub->scratch, "\n\n");
    if (hub->scratch.failed != 0) return;
    if (sp_http_stream_write(subscriber->stream, hub->scratch.data, hub->scratch.len) != 0) return;
    subscriber->sent = section->seq;
  }
}

void sp_subscriber_ping(struct sp_subscriber *subscriber) {
  char now[SP_TIME_TEXT], event[80];
  if (sp_http_stream_waiting(subscriber->stream) > 0) return; /* it will learn that it is connected */
  sp_time_format(subscriber->entry->hub->options->now(), now);
  int len = snprintf(event, sizeof event, "event: ping\ndata: {\"now\":\"%s\"}\n\n", now);
  (void)sp_http_stream_write(subscriber->stream, event, (size_t)len);
}

static void forget(struct sp_subscriber *subscriber) {
  struct sp_till_entry *entry = subscriber->entry;
  LIST_REMOVE(subscriber, link);
  entry->subscriber_count--;
  entry->hub->stream_count--;
  free(subscriber);
  sp_till_entry_drop(entry);
}

static void on_closed(void *ctx) {
  forget(ctx);
}

static void on_drained(void *ctx) {
  sp_subscriber_feed(ctx);
}

void sp_subscriber_end(struct sp_subscriber *subscriber) {
  sp_http_stream_close(subscriber->stream);
  forget(subscriber);
}

/* "BOOT-LANG-SEQ" of such a stream: what came after it is news. Anything else: everything is. */
static int64_t seen_before(const struct sp_till_hub *hub, enum sp_lang lang, const char *last) {
  char name[SP_TILL_STREAM_TEXT];
  size_t len = stream_name(hub, lang, name);
  if (strncmp(last, name, len) != 0 || last[len] != '-') return 0;
  char *end = NULL;
  long long seq = strtoll(last + len + 1, &end, 10);
  return *end == '\0' && seq > 0 && seq <= hub->seq ? seq : 0;
}

void sp_subscriber_open(struct sp_till_entry *entry, struct sp_call *call) {
  static const struct sp_http_reply head = {.status = 200, .content_type = "text/event-stream"};
  static const char hello[] = "retry: 500\n\n";
  struct sp_subscriber *subscriber = calloc(1, sizeof *subscriber);
  struct sp_http_exchange *exchange = call->exchange;
  call->exchange = NULL;
  if (subscriber == NULL) {
    static const struct sp_http_reply later = {.status = 503, .close = true};
    (void)sp_http_reply(exchange, &later);
    return;
  }
  const struct sp_http_stream_events events = {.closed = on_closed, .drained = on_drained, .ctx = subscriber};
  *subscriber = (struct sp_subscriber){.entry = entry, .customer = call->turn->customer, .lang = call->work.lang};
  memcpy(subscriber->token, call->token, sizeof subscriber->token);
  subscriber->sent = seen_before(entry->hub, subscriber->lang, call->turn->last_event);
  if (sp_http_stream_open(exchange, &head, &events, &subscriber->stream) != 0 || subscriber->stream == NULL) {
    free(subscriber);
    return;
  }
  LIST_INSERT_HEAD(&entry->subscribers, subscriber, link);
  entry->subscriber_count++;
  entry->hub->stream_count++;
  (void)sp_http_stream_write(subscriber->stream, hello, sizeof hello - 1);
  sp_subscriber_feed(subscriber);
}
