/* suanpan device scan: what is plugged in, and with --probe what it says when it is asked. */
#include "base/json.h"
#include "base/text.h"
#include "devices/codec/printer_status.h"
#include "devices/link/find.h"
#include "main/cmd_device.h"
#include "main/device_bench.h"
#include "main/device_learn.h"
#include "main/device_words.h"
#include <stdio.h>
#include <string.h>

#define PRINTER_MS  400 /* for all answers of a printer */
#define LISTEN_MS   700 /* a serial line, before it is asked */
#define SCORE_SHOWN 1

struct verdict {
  const char *class; /* "" : nobody knows */
  char what[128];    /* "mt8217, 0.652 kg, stable"; "EPSON TM-T82III, nothing wrong" */
  char config[512];
  int score; /* 0: not asked, or no answer */
  bool held, unreached;
};

/* ---- Printers ---- */

struct interview {
  struct sp_printer_reader reader;
  struct sp_printer_status status;
  char maker[40], model[40];
  int asked, replies;
};

static void put_identity(struct interview *interview, const struct sp_printer_reply *reply) {
  const char *text = (const char *)reply->bytes;
  char *place = interview->maker[0] == '\0' ? interview->maker : interview->model;
  snprintf(place, sizeof interview->maker, "%.39s", *text == '_' ? text + 1 : text);
}

static void hear(void *ctx, bool in, const uint8_t *bytes, size_t len, int64_t now_us) {
  struct interview *interview = ctx;
  struct sp_printer_reply reply;
  (void)now_us;
  for (size_t at = 0; in;) {
    at += sp_printer_read(&interview->reader, bytes + at, len - at, &reply);
    if (reply.kind == SP_PRINTER_NONE) return;
    if (reply.kind == SP_PRINTER_REALTIME) {
      interview->replies++;
      (void)sp_printer_status_realtime(&interview->status, (enum sp_escpos_status)interview->asked, reply.bytes[0]);
    }
    if (reply.kind == SP_PRINTER_IDENTITY) put_identity(interview, &reply);
  }
}

static void ask_printer(struct interview *interview, struct sp_tap *tap) {
  struct sp_buf bytes;
  sp_buf_init(&bytes, 64);
  for (int which = SP_ESCPOS_PRINTER; which <= SP_ESCPOS_PAPER; which++) {
    interview->asked = which;
    sp_buf_reset(&bytes);
    (void)sp_escpos_realtime_status((enum sp_escpos_status)which, &bytes);
    (void)sp_tap_send(tap, bytes.data, bytes.len, NULL);
    sp_bench_run(tap->bench, PRINTER_MS / 4, NULL, NULL);
  }
  sp_buf_reset(&bytes);
  if (interview->replies > 0) {
    (void)sp_escpos_ask_identity(SP_ESCPOS_MAKER, &bytes);
    (void)sp_escpos_ask_identity(SP_ESCPOS_MODEL, &bytes);
    (void)sp_tap_send(tap, bytes.data, bytes.len, NULL);
    sp_bench_run(tap->bench, PRINTER_MS, NULL, NULL);
  }
  sp_buf_free(&bytes);
}

static void configure(struct verdict *out, const char *link, const char *serial, const char *name, const char *value) {
  struct sp_buf json;
  sp_buf_init(&json, sizeof out->config - 1);
  sp_words_config(out->class, link, serial, name, value, &json);
  snprintf(out->config, sizeof out->config, "%s", sp_buf_text(&json));
  sp_buf_free(&json);
}

static void probe_printer(struct sp_bench *bench, const char *address, enum sp_lang lang, struct verdict *out) {
  struct interview interview = {.asked = 0};
  struct sp_tap tap = {.hear = hear, .ctx = &interview};
  struct sp_link_config config = {.serial = {.baud = 9600, .bits = 8, .parity = 'N', .stops = 1}};
  struct sp_error error = {.lang = lang};
  struct sp_buf words;
  snprintf(config.address, sizeof config.address, "%s", address);
  if (sp_tap_open(&tap, bench, &config, &error)) {
    snprintf(out->what, sizeof out->what, "%.120s", error.message);
    out->unreached = strncmp(address, "tcp:", 4) == 0;
    if (out->unreached) { /* nothing is there: no printer either */
      out->class = "";
      out->config[0] = '\0';
    }
    return;
  }
  ask_printer(&interview, &tap);
  sp_tap_close(&tap);
  sp_buf_init(&words, sizeof out->what - 1);
  if (interview.replies == 0) {
    sp_buf_puts(&words, sp_tr(lang, "does not answer; it may still print"));
  } else {
    sp_buf_printf(&words, "%s%s%s%s", interview.maker, interview.maker[0] ? " " : "", interview.model,
                  interview.maker[0] ? ", " : "");
    sp_words_printer(&interview.status, lang, &words);
    out->class = "printer";
    out->score = 60 + 10 * interview.replies;
  }
  snprintf(out->what, sizeof out->what, "%s", sp_buf_text(&words));
  sp_buf_free(&words);
  configure(out, address, NULL, "profile", "generic-80");
}

/* ---- Serial lines ---- */

static void probe_serial(struct sp_bench *bench, const char *address, enum sp_lang lang, struct verdict *out) {
  struct sp_learned learned;
  struct sp_error error = {.lang = lang};
  struct sp_buf words;
  if (sp_learn_scale(bench, address, NULL, LISTEN_MS, &learned, &error)) {
    snprintf(out->what, sizeof out->what, "%.120s", error.message);
    return;
  }
  if (learned.count == 0) {
    probe_printer(bench, address, lang, out);
    if (out->score == 0) {
      out->config[0] = '\0';
      snprintf(out->what, sizeof out->what, "%s",
               sp_tr(lang, "silent: perhaps a scanner (learn scanner) or a display (test … --class display)"));
    }
    return;
  }
  const struct sp_scale_guess *best = &learned.guesses[0];
  sp_buf_init(&words, sizeof out->what - 1);
  sp_buf_printf(&words, "%s, ", best->codec->id);
  sp_words_reading(&best->last, lang, &words);
  out->class = "scale";
  out->score = best->score;
  snprintf(out->what, sizeof out->what, "%s", sp_buf_text(&words));
  sp_buf_free(&words);
  configure(out, address, strcmp(learned.line, best->codec->line) == 0 ? NULL : learned.line, "protocol",
            best->codec->id);
}

/* ---- Each ---- */

/* What can be said without asking; a class that may be two is no configuration. */
static void guess(const struct sp_found *found, struct verdict *out) {
  out->class = found->class;
  if (strcmp(found->class, "printer") == 0) configure(out, found->address, NULL, "profile", "generic-80");
  if (strcmp(found->class, "scanner") == 0) configure(out, found->address, NULL, NULL, NULL);
}

static void look_at(struct sp_bench *bench, const struct sp_found *found, bool probe, enum sp_lang lang,
                    struct verdict *out) {
  bool serial = strncmp(found->address, "serial:", 7) == 0, usb = strncmp(found->address, "usb:", 4) == 0;
  bool tcp = strncmp(found->address, "tcp:", 4) == 0;
  *out = (struct verdict){.class = ""};
  guess(found, out);
  if (!probe || (!serial && !usb && !tcp)) return;
  out->held = sp_bench_is_held(found->address);
  if (out->held)
    snprintf(out->what, sizeof out->what, "%s", sp_tr(lang, "in use, not asked"));
  else if (serial)
    probe_serial(bench, found->address, lang, out);
  else
    probe_printer(bench, found->address, lang, out);
}

static const char *class_name(const char *class, enum sp_lang lang) {
  if (strcmp(class, "printer") == 0) return sp_tr(lang, "printer");
  if (strcmp(class, "scanner") == 0) return sp_tr(lang, "scanner");
  if (strcmp(class, "scale") == 0) return sp_tr(lang, "scale");
  if (strcmp(class, "display") == 0) return sp_tr(lang, "display");
  return sp_tr(lang, "scale, scanner or display");
}

static void show(const struct sp_found *found, const struct verdict *verdict, enum sp_lang lang) {
  printf("%s\n", found->address);
  if (found->name[0] != '\0') printf("    %s\n", found->name);
  if (verdict->class[0] != '\0') printf(sp_tr(lang, "    likely a %s"), class_name(verdict->class, lang));
  if (verdict->score >= SCORE_SHOWN) printf(" (%d %%)", verdict->score);
  if (verdict->what[0] != '\0') printf("%s%s", verdict->class[0] != '\0' ? ": " : "    ", verdict->what);
  if (verdict->class[0] != '\0' || verdict->what[0] != '\0') putchar('\n');
  if (verdict->config[0] != '\0') printf("    configure %s\n", verdict->config);
  fflush(stdout);
}

static void put_json(struct sp_json_writer *w, const struct sp_found *found, const struct verdict *verdict) {
  sp_json_open_object(w);
  sp_json_put_text(w, "link", found->address);
  sp_json_put_text(w, "name", found->name);
  if (found->vid >= 0) sp_json_put_int(w, "vid", found->vid);
  if (found->pid >= 0) sp_json_put_int(w, "pid", found->pid);
  sp_json_put_text(w, "class", verdict->class);
  sp_json_put_int(w, "score", verdict->score);
  sp_json_put_bool(w, "in_use", verdict->held);
  sp_json_put_text(w, "what", verdict->what);
  sp_json_key(w, "config");
  if (verdict->config[0] != '\0')
    sp_json_raw(w, verdict->config, strlen(verdict->config));
  else
    sp_json_null(w);
  sp_json_close_object(w);
}

/* "192.168.8.50", "printer.local:9101", or a link of their own. */
static int add_host(const char *host, struct sp_found *out, struct sp_error *err) {
  bool link = strncmp(host, "tcp:", 4) == 0, port = !link && strchr(host, ':') != NULL;
  *out = (struct sp_found){.vid = -1, .pid = -1, .class = "printer"};
  snprintf(out->address, sizeof out->address, "%s%s%s", link ? "" : "tcp:", host, link || port ? "" : ":9100");
  return sp_link_address_check(out->address, err);
}

int sp_command_device_scan(const struct sp_args *args) {
  static const char *const allowed[] = {" --json --probe --host ", NULL};
  struct sp_error error = {.lang = args->lang};
  struct sp_found found[SP_FOUND_MAX + 1];
  struct sp_bench bench;
  struct sp_buf json;
  struct sp_json_writer w;
  const char *host = sp_args_given(args, "--host");
  bool as_json = sp_args_given(args, "--json") != NULL;
  bool reached = true;
  int rc = sp_command_device_options(args, allowed, &error), count = 0;
  if (!rc && !sp_command_device_words(args, 0, 0))
    rc = sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan device scan");
  if (!rc && host) rc = add_host(host, &found[count++], &error);
  if (!rc) rc = sp_bench_open(&bench, &error);
  if (rc) return sp_command_device_complain(args, &error);
  bool probe = sp_args_given(args, "--probe") != NULL || host != NULL;
  count += sp_link_find(found + count, SP_FOUND_MAX);
  sp_buf_init(&json, 1u << 20);
  sp_json_start(&w, &json);
  sp_json_open_array(&w);
  for (int i = 0; i < count && !bench.stopped; i++) {
    struct verdict verdict;
    bool host_only = host && !sp_args_given(args, "--probe") && i > 0;
    look_at(&bench, &found[i], probe && !host_only, args->lang, &verdict);
    reached = reached && !verdict.unreached;
    if (as_json)
      put_json(&w, &found[i], &verdict);
    else
      show(&found[i], &verdict, args->lang);
  }
  sp_json_close_array(&w);
  if (as_json) puts(sp_buf_text(&json));
  if (!as_json && count == 0) puts(sp_tr(args->lang, "Nothing is plugged in that a shop would use."));
  sp_buf_free(&json);
  sp_bench_close(&bench);
  return count > 0 && reached ? SP_EXIT_GOOD : SP_EXIT_BAD;
}
