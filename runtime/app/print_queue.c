/* Making print jobs: where they go, what stands in them, and copies that say that they are. */
#include "app/journal.h"
#include "app/policy.h"
#include "app/print_parts.h"
#include "app/receipt.h"
#include "base/text.h"

#include <string.h>

/* ---- Where ---- */

int sp_print_device_of(struct sp_work *work, const struct sp_id *till, const char **device, int *columns) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(till->bytes, SP_ID_LEN)};
  const char *shared = work->app->printer != NULL ? work->app->printer : "";
  *device = NULL;
  *columns = SP_PRINT_COLUMNS_80;
  int got = sp_db_one(work->db, SP_Q_PRINT_TILL, key, 1, &rows, work->err);
  if (got < 0) return got;
  const char *own = "", *target = "", *first = "";
  if (got > 0) {
    target = sp_work_column(work, rows, 1);
    own = sp_work_column(work, rows, 3);
    first = sp_work_column(work, rows, 4);
    bool asks = own != NULL && own[0] != '\0' && work->app->columns_of != NULL;
    if (asks) *columns = work->app->columns_of(sp_rows_text(rows, 5));
    if (sp_rows_int(rows, 2) > 0) *columns = (int)sp_rows_int(rows, 2);
  }
  sp_rows_finish(rows);
  if (own == NULL || target == NULL || first == NULL) return sp_error_nomem(work->err, __func__);
  if (work->app->training) {
    *device = SP_PRINT_TRAINING;
  } else if (own[0] != '\0') {
    *device = own;
  } else if (target[0] != '\0' && strcmp(target, shared) != 0) {
    *device = sp_arena_printf(work->arena, "%s.printer", first);
    if (*device == NULL) return sp_error_nomem(work->err, __func__);
  } else if (shared[0] != '\0') {
    *device = SP_PRINT_SHARED;
  }
  return 0;
}

/* The till somebody stands at, else the document's. */
static const struct sp_id *till_of(const struct sp_work *work, const struct sp_id *documents) {
  return sp_id_is_nil(&work->actor.till) ? documents : &work->actor.till;
}

/* ---- What ---- */

void sp_print_journal(struct sp_work *work, const struct sp_print_job *job, const char *did, const char *reason) {
  struct sp_buf text;
  struct sp_json_writer w;
  sp_buf_init(&text, SP_JOURNAL_BODY_MAX);
  sp_json_start(&w, &text);
  sp_json_open_object(&w);
  sp_json_put_id(&w, "job", job->id.bytes);
  if (!sp_id_is_nil(&job->document)) sp_json_put_id(&w, "document", job->document.bytes);
  sp_json_put_text(&w, "kind", job->kind);
  sp_json_put_int(&w, "copy", job->copy);
  sp_json_put_text(&w, "did", did);
  if (reason != NULL && reason[0] != '\0') sp_json_put_text(&w, "reason", reason);
  sp_json_close_object(&w);
  const char *body = text.failed == 0 ? sp_arena_copy(work->arena, text.data, text.len) : NULL;
  sp_journal_add(work, "print", 1, body, text.len, false);
  sp_buf_free(&text);
}

/* The printout as the ledger keeps it. */
static int keep(struct sp_work *work, const struct sp_print *print, const char **out) {
  struct sp_buf text;
  struct sp_json_writer w;
  sp_buf_init(&text, SP_PRINT_JSON_MAX);
  sp_json_start(&w, &text);
  sp_print_json(print, &w);
  int failed = text.failed;
  *out = failed == 0 ? sp_arena_copy(work->arena, text.data, text.len) : NULL;
  sp_buf_free(&text);
  if (failed == SP_E_LIMIT) return sp_fail(work->err, SP_E_LIMIT, "document", "The printout is too long to be kept");
  return *out != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

/* The receipt in the customer's language, and what people call it. */
static int lay_out_sale(struct sp_work *work, const struct sp_sale *sale, bool gift, int64_t copy, int columns,
                        struct sp_print_job *job) {
  struct sp_receipt receipt;
  struct sp_print print;
  enum sp_lang asked = work->lang;
  work->lang = work->app->paper;
  int rc = sp_receipt_make(work, sale, copy > 0, &receipt);
  receipt.copy_number = copy;
  receipt.gift = gift;
  if (rc == 0) rc = sp_receipt_print(work, &receipt, columns, &print);
  if (rc == 0) rc = keep(work, &print, &job->json);
  work->lang = asked;
  job->title = receipt.number;
  return rc;
}

/* The report as it is now, in the customer's language; with its number and hashes also when this plan closes it. */
static int lay_out_report(struct sp_work *work, const struct sp_shift *shift, int columns, struct sp_print_job *job) {
  struct sp_shift_report report;
  struct sp_print print;
  enum sp_lang asked = work->lang;
  work->lang = work->app->paper;
  int rc = sp_shift_report_make(work, shift, &report);
  if (rc == 0 && report.final && report.number == 0) rc = sp_z_expect(work, shift, &report);
  if (rc == 0) rc = sp_shift_report_print(work, &report, columns, &print);
  if (rc == 0) rc = keep(work, &print, &job->json);
  work->lang = asked;
  if (rc != 0) return rc;
  if (report.final) job->document = shift->id; /* an X report is another one every time */
  job->title = sp_arena_printf(work->arena, "%s %lld", report.final ? "Z" : "X",
                               (long long)(report.final ? report.number : report.shift));
  return job->title != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

static int parse_stored(struct sp_work *work, const char *json, struct sp_print *out) {
  int rc = json != NULL ? sp_print_parse(json, strlen(json), work->arena, out, work->err) : SP_E_CORRUPT;
  return rc == 0 ? 0 : sp_fail(work->err, SP_E_CORRUPT, "document", "The stored printout of a job is damaged");
}

/* The stored printout with the mark of the copy. */
static int mark_stored(struct sp_work *work, const char *stored, int64_t copy, const char **json) {
  struct sp_print print;
  int rc = parse_stored(work, stored, &print);
  if (rc != 0) return rc;
  const char *mark = sp_receipt_copy_mark(copy, print.lang, work->arena);
  if (mark == NULL) return sp_error_nomem(work->err, __func__);
  sp_print_mark(&print, mark);
  rc = sp_print_end(&print, work->err);
  return rc != 0 ? rc : keep(work, &print, json);
}

/* ---- Copies ---- */

static int64_t amount_of(const struct sp_sale *sale) {
  return sale->total > 0 ? sale->total : -sale->total;
}

static int find_original(struct sp_work *work, const struct sp_print_job *newest, struct sp_print_job *out) {
  const struct sp_value key[] = {sp_v_id(&newest->document), sp_v_text(newest->kind)};
  *out = *newest;
  if (sp_id_is_nil(&newest->document)) return 0;
  int rc = sp_print_one(work, SP_Q_PRINT_ORIGINAL_OF, key, 2, out);
  if (rc == 0 && out->state == SP_PAPER_NONE) *out = *newest;
  return rc;
}

/* Is the original kept, and as wide as this paper? What is only narrower is printed as it is when nothing else can be
 * had. 1, 0 or an error. */
static int fits_paper(struct sp_work *work, const struct sp_print_job *original, bool anew, int columns) {
  struct sp_print print;
  bool stored = original->copy == 0 && original->json != NULL && original->json[0] != '\0';
  int rc = stored ? parse_stored(work, original->json, &print) : 0;
  if (rc != 0 || !stored) return rc;
  if (print.columns == columns || (!anew && print.columns < columns)) return 1;
  if (anew) return 0;
  return sp_fail(work->err, SP_E_STATE, "document",
                 "This printout is %d columns wide and the paper here has %d: make a new one", print.columns, columns);
}

/* Out of what is stored of the sale or the shift. */
static int lay_out_copy(struct sp_work *work, const struct sp_sale *sale, int columns, struct sp_print_job *out) {
  struct sp_sale loaded;
  struct sp_shift shift;
  int rc = 0;
  if (strcmp(out->kind, "report") == 0) {
    rc = sp_shift_load(work, &out->document, &shift);
    if (rc == 0) rc = lay_out_report(work, &shift, columns, out);
    return rc == 0 ? mark_stored(work, out->json, out->copy, &out->json) : rc;
  }
  if (sale == NULL) rc = sp_sale_load(work, &out->document, &loaded);
  return rc == 0 ? lay_out_sale(work, sale != NULL ? sale : &loaded, out->kind[0] == 'g', out->copy, columns, out) : rc;
}

/* The job that shall be repeated may be a test page or an X report: those are not counted, each is its own. */
int sp_print_copy(struct sp_work *work, const struct sp_print_job *newest, const struct sp_sale *sale,
                  const char *device, int columns, const char *reason, struct sp_print_job *out) {
  struct sp_print_job original;
  const struct sp_policy_ask ask = {.action = "reprint", .amount = sale ? amount_of(sale) : 0, .reason = reason};
  bool sold = strcmp(newest->kind, "receipt") == 0 || strcmp(newest->kind, "gift") == 0;
  int rc = sp_policy_check(work, &ask);
  if (rc == 0) rc = find_original(work, newest, &original);
  if (rc != 0) return rc;
  *out = (struct sp_print_job){.device = device,
                               .till = *till_of(work, &newest->till),
                               .kind = newest->kind,
                               .document = newest->document,
                               .title = newest->title,
                               .copy = newest->copy + 1,
                               .of = original.id};
  bool anew = sold || (strcmp(newest->kind, "report") == 0 && !sp_id_is_nil(&newest->document));
  rc = fits_paper(work, &original, anew, columns);
  if (rc > 0) {
    rc = mark_stored(work, original.json, out->copy, &out->json);
  } else if (rc == 0 && anew) {
    rc = lay_out_copy(work, sale, columns, out);
  } else if (rc == 0) {
    rc = sp_fail(work->err, SP_E_STATE, "document", "This printout is not kept any more");
  }
  if (rc == 0) rc = sp_print_insert(work, out);
  if (rc == 0) sp_print_journal(work, out, "copy", reason);
  return rc;
}

/* ---- Sales ---- */

static bool is_over(const struct sp_print_job *job) {
  return job->state == SP_PAPER_DONE || job->state == SP_PAPER_CANCELLED;
}

/* The first paper of a sale; of a copy without an original it says that it is one. */
static int queue_first(struct sp_work *work, const struct sp_sale *sale, const struct sp_print_options *options,
                       const char *device, int columns, struct sp_print_job *out) {
  const struct sp_policy_ask ask = {.action = "reprint", .amount = amount_of(sale), .reason = options->reason};
  int rc = options->copy ? sp_policy_check(work, &ask) : 0;
  if (rc != 0) return rc;
  *out = (struct sp_print_job){.device = device,
                               .till = *till_of(work, &sale->till),
                               .kind = options->gift ? "gift" : "receipt",
                               .document = sale->id,
                               .copy = options->copy ? 1 : 0};
  rc = lay_out_sale(work, sale, options->gift, out->copy, columns, out);
  if (rc == 0) rc = sp_print_insert(work, out);
  if (rc == 0 && options->copy) sp_print_journal(work, out, "copy", options->reason);
  return rc;
}

int sp_print_queue_sale(struct sp_work *work, const struct sp_sale *sale, const struct sp_print_options *options,
                        struct sp_print_job *out) {
  const char *device = NULL;
  int columns = 0;
  struct sp_print_job newest, drawer;
  const struct sp_value key[] = {sp_v_blob(sale->id.bytes, SP_ID_LEN), sp_v_text(options->gift ? "gift" : "receipt")};
  *out = (struct sp_print_job){.state = SP_PAPER_NONE};
  int rc = sp_print_device_of(work, till_of(work, &sale->till), &device, &columns);
  if (rc != 0 || device == NULL) return rc;
  if (options->drawer) rc = sp_print_queue_drawer(work, NULL, &drawer);
  if (rc == 0) rc = sp_print_one(work, SP_Q_PRINT_NEWEST_OF, key, 2, &newest);
  if (rc != 0) return rc;
  if (newest.state == SP_PAPER_NONE) return queue_first(work, sale, options, device, columns, out);
  bool doubtful = newest.state == SP_PAPER_UNCERTAIN;
  if (!options->copy && !doubtful && !is_over(&newest)) {
    *out = newest;
    return 0;
  }
  if (doubtful) rc = sp_print_may_answer(work, &newest);
  if (rc == 0) rc = sp_print_copy(work, &newest, sale, device, columns, options->reason, out);
  return rc == 0 && doubtful ? sp_print_move(work, &newest, SP_PAPER_DONE, "reprinted") : rc;
}

/* ---- Everything else ---- */

int sp_print_queue_drawer(struct sp_work *work, const char *reason, struct sp_print_job *out) {
  const char *device = NULL;
  int columns = 0;
  *out = (struct sp_print_job){.state = SP_PAPER_NONE};
  int rc = sp_print_device_of(work, &work->actor.till, &device, &columns);
  if (rc != 0 || device == NULL) return rc;
  *out = (struct sp_print_job){.device = device, .till = work->actor.till, .kind = "drawer", .title = "", .json = ""};
  rc = sp_print_insert(work, out);
  if (rc == 0 && reason != NULL) sp_print_journal(work, out, "drawer", reason);
  return rc;
}

int sp_print_queue_report(struct sp_work *work, const struct sp_shift *shift, struct sp_print_job *out) {
  const char *device = NULL;
  int columns = 0;
  struct sp_print_job newest;
  const struct sp_value key[] = {sp_v_blob(shift->id.bytes, SP_ID_LEN), sp_v_text("report")};
  *out = (struct sp_print_job){.state = SP_PAPER_NONE};
  int rc = sp_print_device_of(work, till_of(work, &shift->till), &device, &columns);
  if (rc != 0 || device == NULL) return rc;
  rc = sp_print_one(work, SP_Q_PRINT_NEWEST_OF, key, 2, &newest);
  if (rc != 0) return rc;
  if (newest.state != SP_PAPER_NONE && is_over(&newest))
    return sp_print_copy(work, &newest, NULL, device, columns, NULL, out);
  if (newest.state != SP_PAPER_NONE) {
    *out = newest;
    return 0;
  }
  *out = (struct sp_print_job){.device = device, .till = *till_of(work, &shift->till), .kind = "report"};
  rc = lay_out_report(work, shift, columns, out);
  return rc == 0 ? sp_print_insert(work, out) : rc;
}

int sp_print_queue_test(struct sp_work *work, const char *device, int columns, struct sp_print_job *out) {
  struct sp_print print;
  enum sp_lang lang = work->app->paper;
  int rc = sp_print_init(&print, columns, lang, work->arena, work->err);
  if (rc != 0) return rc;
  sp_print_heading(&print, sp_tr(lang, "Test page"));
  sp_print_field(&print, 0, "Printer", device);
  sp_print_field(&print, 0, "Time", sp_work_local_time(work, work->now));
  sp_print_rule(&print);
  sp_print_row(&print, 0, 0, sp_tr(lang, "Normal"), "0123456789");
  sp_print_row(&print, SP_PRINT_BOLD, 0, sp_tr(lang, "Bold"), "0123456789");
  sp_print_row(&print, SP_PRINT_TALL, 0, sp_tr(lang, "Tall"), "0123456789");
  sp_print_row(&print, SP_PRINT_WIDE, 0, sp_tr(lang, "Wide"), "12345");
  sp_print_add(&print, SP_PRINT_CENTRE, 0, sp_tr(lang, "Centred"));
  sp_print_row(&print, 0, 0, "算盘 ABC abc ￥ ℃ ㎏", "¥12.50");
  sp_print_rule(&print);
  sp_print_code128(&print, SP_PRINT_CENTRE, "TEST-0123", 2, 64);
  sp_print_qr(&print, SP_PRINT_CENTRE, "https://example.com/算盘", 6);
  *out = (struct sp_print_job){
      .device = sp_arena_text(work->arena, device), .till = work->actor.till, .kind = "test", .title = ""};
  if (out->device == NULL) return sp_error_nomem(work->err, __func__);
  rc = sp_print_end(&print, work->err);
  if (rc == 0) rc = keep(work, &print, &out->json);
  return rc != 0 ? rc : sp_print_insert(work, out);
}
