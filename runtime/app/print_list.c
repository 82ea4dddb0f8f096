/* Reading the print ledger: one job, those that wait, what people see. */
#include "app/print_parts.h"

#include <string.h>

#define TEXT_MAX (1024 * 1024)

int sp_print_job_read(struct sp_work *work, struct sp_rows *rows, bool document, struct sp_print_job *out) {
  int state = sp_paper_parse(sp_rows_text(rows, 9));
  *out = (struct sp_print_job){
      .mark = sp_rows_int(rows, 1),
      .device = sp_work_column(work, rows, 2),
      .kind = sp_work_column(work, rows, 4),
      .title = sp_work_column(work, rows, 6),
      .copy = sp_rows_int(rows, 7),
      .reason = sp_work_column(work, rows, 10),
      .attempt = sp_rows_int(rows, 11),
      .created_at = sp_rows_int(rows, 13),
      .changed_at = sp_rows_int(rows, 14),
      .till_code = sp_work_column(work, rows, 15),
      .json = document ? sp_work_column(work, rows, SP_PRINT_JOB_DOCUMENT) : NULL,
  };
  sp_rows_id(rows, 0, &out->id);
  sp_rows_id(rows, 3, &out->till);
  sp_rows_id(rows, 5, &out->document);
  sp_rows_id(rows, 8, &out->of);
  sp_rows_id(rows, 12, &out->staff);
  if (!out->device || !out->kind || !out->title || !out->reason || !out->till_code || (document && !out->json))
    return sp_error_nomem(work->err, __func__);
  if (state <= SP_PAPER_NONE)
    return sp_fail(work->err, SP_E_CORRUPT, "state", "A print job is in a state that is none");
  out->state = (enum sp_paper)state;
  return 0;
}

int sp_print_one(struct sp_work *work, enum sp_query query, const struct sp_value *params, int count,
                 struct sp_print_job *out) {
  struct sp_rows *rows = NULL;
  *out = (struct sp_print_job){.state = SP_PAPER_NONE};
  int got = sp_db_one(work->db, query, params, count, &rows, work->err);
  if (got <= 0) return got;
  int rc = sp_print_job_read(work, rows, true, out);
  sp_rows_finish(rows);
  return rc;
}

int sp_print_load(struct sp_work *work, const struct sp_id *id, struct sp_print_job *out) {
  const struct sp_value key[] = {sp_v_blob(id->bytes, SP_ID_LEN)};
  int rc = sp_print_one(work, SP_Q_PRINT_GET, key, 1, out);
  if (rc != 0 || out->state != SP_PAPER_NONE) return rc;
  return sp_fail(work->err, SP_E_NOT_FOUND, "id", "There is no such print job");
}

int sp_print_state_of(struct sp_work *work, const struct sp_id *document, enum sp_paper *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(document->bytes, SP_ID_LEN)};
  *out = SP_PAPER_NONE;
  int got = sp_db_one(work->db, SP_Q_PRINT_STATE_OF, key, 1, &rows, work->err);
  if (got <= 0) return got;
  int state = sp_paper_parse(sp_rows_text(rows, 0));
  sp_rows_finish(rows);
  if (state > 0) *out = (enum sp_paper)state;
  return 0;
}

/* ---- For people ---- */

static int put_text(struct sp_work *work, const struct sp_print_job *job, struct sp_json_writer *w) {
  struct sp_print print;
  struct sp_buf text;
  if (job->json == NULL || job->json[0] == '\0') return 0;
  int rc = sp_print_parse(job->json, strlen(job->json), work->arena, &print, work->err);
  if (rc != 0) return sp_fail(work->err, SP_E_CORRUPT, "document", "The stored printout of a job is damaged");
  sp_buf_init(&text, TEXT_MAX);
  rc = sp_print_text(&print, &text);
  if (rc == 0) {
    sp_json_key(w, "text");
    sp_json_text_n(w, sp_buf_text(&text), text.len);
  }
  sp_buf_free(&text);
  return rc == SP_E_LIMIT ? sp_fail(work->err, SP_E_LIMIT, "document", "The printout is too long")
         : rc != 0        ? sp_error_nomem(work->err, __func__)
                          : 0;
}

int sp_print_job_json(struct sp_work *work, const struct sp_print_job *job, bool text, struct sp_json_writer *w) {
  sp_json_open_object(w);
  sp_json_put_id(w, "id", job->id.bytes);
  if (job->mark > 0) sp_json_put_int(w, "mark", job->mark);
  sp_json_put_text(w, "device", job->device);
  if (job->till_code != NULL && job->till_code[0] != '\0') sp_json_put_text(w, "till", job->till_code);
  sp_json_put_text(w, "kind", job->kind);
  if (!sp_id_is_nil(&job->document)) sp_json_put_id(w, "document", job->document.bytes);
  sp_json_put_text(w, "title", job->title);
  sp_json_put_int(w, "copy", job->copy);
  if (!sp_id_is_nil(&job->of)) sp_json_put_id(w, "of", job->of.bytes);
  sp_json_put_text(w, "state", sp_paper_name(job->state));
  if (job->reason[0] != '\0') sp_json_put_text(w, "reason", job->reason);
  sp_json_put_int(w, "attempt", job->attempt);
  sp_json_put_time(w, "at", job->created_at);
  sp_json_put_time(w, "changed_at", job->changed_at);
  int rc = text ? put_text(work, job, w) : 0;
  sp_json_close_object(w);
  return rc;
}

int sp_print_list_json(struct sp_work *work, bool open, const struct sp_id *till, int32_t max,
                       struct sp_json_writer *w) {
  struct sp_rows *rows = NULL;
  struct sp_print_job job;
  const struct sp_value params[] = {till != NULL ? sp_v_id(till) : sp_v_null(), sp_v_int(max)};
  int rc = sp_db_query(work->db, open ? SP_Q_PRINT_LIST_OPEN : SP_Q_PRINT_LIST_ALL, params, 2, &rows, work->err);
  sp_json_open_array(w);
  while (rc == 0 && (rc = sp_rows_next(rows, work->err)) > 0) {
    rc = sp_print_job_read(work, rows, false, &job);
    if (rc == 0) rc = sp_print_job_json(work, &job, false, w);
  }
  sp_json_close_array(w);
  sp_rows_finish(rows);
  return rc;
}

/* ---- For the pages of tills ---- */

#define SHARE_MAX ((size_t)256 * 1024) /* bytes of one */

/* Shares under construction: the one that grows, and what stands at the end of each. */
struct sharing {
  struct sp_work *work;
  struct sp_print_share *list;
  int32_t count;
  struct sp_buf own, nobodys;
  struct sp_json_writer w;
  const char *till; /* whose `own` is; null: nobody's yet */
  int32_t nobodys_count;
};

static int end_share(struct sharing *s) {
  struct sp_work *work = s->work;
  if (s->nobodys_count > 0) sp_json_raw(&s->w, s->nobodys.data, s->nobodys.len);
  sp_json_close_array(&s->w);
  if (s->own.failed != 0 || s->nobodys.failed != 0)
    return sp_fail(work->err, SP_E_LIMIT, NULL, "The list of printouts is too long");
  const char *json = sp_arena_copy(work->arena, s->own.data, s->own.len);
  if (json == NULL) return sp_error_nomem(work->err, __func__);
  s->list[s->count++] = (struct sp_print_share){.till = s->till, .json = json, .len = s->own.len};
  return 0;
}

static void begin_share(struct sharing *s, const char *till) {
  s->till = till;
  sp_buf_reset(&s->own);
  sp_json_start(&s->w, &s->own);
  sp_json_open_array(&s->w);
}

/* Rows come by till, those of nobody first. */
static int take_job(struct sharing *s, const struct sp_print_job *job, const char *owner) {
  struct sp_json_writer nobodys;
  if (owner[0] == '\0') {
    if (s->nobodys_count == SP_PRINT_NOBODYS_MAX) return 0;
    if (s->nobodys_count++ > 0) (void)sp_buf_putc(&s->nobodys, ',');
    sp_json_start(&nobodys, &s->nobodys);
    return sp_print_job_json(s->work, job, false, &nobodys);
  }
  if (s->till == NULL || strcmp(s->till, owner) != 0) {
    int rc = s->till != NULL ? end_share(s) : 0;
    if (rc != 0) return rc;
    begin_share(s, owner);
  }
  return sp_print_job_json(s->work, job, false, &s->w);
}

static int take_rows(struct sharing *s, struct sp_rows *rows) {
  int rc = 0;
  while (s->count < SP_PRINT_SHARES_MAX - 2 && (rc = sp_rows_next(rows, s->work->err)) > 0) {
    struct sp_print_job job;
    const char *owner = sp_work_column(s->work, rows, 16);
    if (owner == NULL) return sp_error_nomem(s->work->err, __func__);
    rc = sp_print_job_read(s->work, rows, false, &job);
    if (rc == 0) rc = take_job(s, &job, owner);
    if (rc != 0) return rc;
  }
  if (rc == 0 && s->till != NULL) rc = end_share(s);
  if (rc != 0) return rc;
  begin_share(s, NULL);
  return end_share(s);
}

int sp_print_shares(struct sp_work *work, struct sp_print_share **out, int32_t *count) {
  struct sharing s = {.work = work};
  struct sp_rows *rows = NULL;
  const struct sp_value params[] = {sp_v_int(SP_PRINT_SHARE_JOBS)};
  s.list = sp_arena_array(work->arena, SP_PRINT_SHARES_MAX, sizeof *s.list);
  if (s.list == NULL) return sp_error_nomem(work->err, __func__);
  sp_buf_init(&s.own, SHARE_MAX);
  sp_buf_init(&s.nobodys, SHARE_MAX);
  int rc = sp_db_query(work->db, SP_Q_PRINT_SHARES, params, 1, &rows, work->err);
  if (rc == 0) rc = take_rows(&s, rows);
  sp_rows_finish(rows);
  sp_buf_free(&s.own);
  sp_buf_free(&s.nobodys);
  *out = s.list;
  *count = s.count;
  return rc;
}
