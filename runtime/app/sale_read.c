/* A stored sale back in memory, for receipts, answers and refunds. */
#include "app/sale_parts.h"
#include "domain/basket.h"

#include <stdlib.h>
#include <string.h>

static int read_head(struct sp_work *work, const struct sp_id *id, struct sp_sale *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(id->bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_SALE_GET, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "sale", "There is no such sale");
  *out = (struct sp_sale){
      .id = *id,
      .number = sp_rows_int(rows, 1),
      .kind = sp_work_column(work, rows, 3),
      .source = sp_work_column(work, rows, 4),
      .reference = sp_work_column(work, rows, 5),
      .member = sp_work_column(work, rows, 7),
      .reason = sp_work_column(work, rows, 8),
      .business_day = (int32_t)sp_rows_int(rows, 9),
      .at = sp_rows_int(rows, 10),
      .gross = sp_rows_int(rows, 11),
      .discount = sp_rows_int(rows, 12),
      .rounding = sp_rows_int(rows, 13),
      .total = sp_rows_int(rows, 14),
      .tax = sp_rows_int(rows, 15),
      .trace = sp_work_column(work, rows, 17),
      .till_code = sp_work_column(work, rows, 18),
      .inputs = sp_rows_null(rows, 19) ? NULL : sp_work_column(work, rows, 19),
      .priced_at = sp_rows_int(rows, 10),
  };
  sp_rows_id(rows, 0, &out->till);
  sp_rows_id(rows, 2, &out->shift);
  sp_rows_id(rows, 6, &out->staff);
  sp_rows_id(rows, 20, &out->approved_by);
  sp_rows_finish(rows);
  if (out->kind == NULL || out->trace == NULL) return sp_error_nomem(work->err, __func__);
  out->trace_len = strlen(out->trace);
  return 0;
}

static void read_line(struct sp_work *work, struct sp_rows *rows, struct sp_sale_line *line) {
  int64_t quantity = sp_rows_int(rows, 6);
  *line = (struct sp_sale_line){
      .n = (int32_t)sp_rows_int(rows, 0),
      .revision = sp_rows_int(rows, 19),
      .facts =
          {
              .n = (int32_t)sp_rows_int(rows, 0),
              .code = sp_work_column(work, rows, 2),
              .name = sp_work_column(work, rows, 3),
              .name_en = sp_work_column(work, rows, 26),
              .unit = sp_work_column(work, rows, 4),
              .category = sp_work_column(work, rows, 24),
              .weighed = sp_rows_int(rows, 5) != 0,
              .quantity = llabs(quantity),
              .list_price = sp_rows_int(rows, 7),
              .given_price = sp_rows_null(rows, 20) ? SP_NO_PRICE : sp_rows_int(rows, 20),
              .tax_ppm = (int32_t)sp_rows_int(rows, 13),
              .note = sp_work_column(work, rows, 16),
              .lot = sp_work_column(work, rows, 21),
              .expires = (int32_t)sp_rows_int(rows, 22),
              .parent = (int32_t)sp_rows_int(rows, 23),
          },
      .returned = quantity < 0,
      .original_n = (int32_t)sp_rows_int(rows, 18),
      .unit_price = sp_rows_int(rows, 8),
      .gross = sp_rows_int(rows, 9),
      .discount = sp_rows_int(rows, 10),
      .rounding = sp_rows_int(rows, 11),
      .paid = sp_rows_int(rows, 12),
      .tax = sp_rows_int(rows, 14),
  };
  sp_rows_id(rows, 1, &line->facts.product);
  sp_rows_id(rows, 15, &line->facts.seller);
  sp_rows_id(rows, 17, &line->original);
}

static void read_allocation(struct sp_work *work, struct sp_rows *rows, struct sp_allocation *allocation) {
  *allocation = (struct sp_allocation){
      .line = (int32_t)sp_rows_int(rows, 0),
      .campaign = sp_work_column(work, rows, 1),
      .rule = sp_work_column(work, rows, 2),
      .amount = sp_rows_int(rows, 3),
  };
}

static void read_tender(struct sp_work *work, struct sp_rows *rows, struct sp_tender *tender) {
  *tender = (struct sp_tender){
      .method = (enum sp_method)sp_method_parse(sp_rows_text(rows, 0)),
      .amount = sp_rows_int(rows, 1),
      .tendered = sp_rows_int(rows, 2),
      .change = sp_rows_int(rows, 3),
      .reference = sp_work_column(work, rows, 4),
  };
}

/* Read up to `max` rows of a query keyed by the sale into an arena array of `size`-byte records. */
enum part { PART_LINES, PART_ALLOCATIONS, PART_TENDERS };

static int read_part(struct sp_work *work, enum part part, const struct sp_id *id, void **out, int32_t *count) {
  static const enum sp_query queries[] = {SP_Q_SALE_LINES_GET, SP_Q_SALE_ALLOCATIONS_GET, SP_Q_PAYMENTS_GET};
  static const size_t sizes[] = {sizeof(struct sp_sale_line), sizeof(struct sp_allocation), sizeof(struct sp_tender)};
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(id->bytes, SP_ID_LEN)};
  int32_t room = 0;
  char *list = NULL;
  *count = 0;
  int rc = sp_db_query(work->db, queries[part], key, 1, &rows, work->err);
  while (rc == 0 && (rc = sp_rows_next(rows, work->err)) > 0) {
    rc = 0;
    if (*count == room) {
      room = 2 * room + 16;
      char *grown = sp_arena_array(work->arena, (size_t)room, sizes[part]);
      if (grown == NULL) rc = sp_error_nomem(work->err, __func__);
      if (grown == NULL) break;
      if (list != NULL) memcpy(grown, list, (size_t)*count * sizes[part]);
      list = grown;
    }
    void *record = list + (size_t)*count * sizes[part];
    if (part == PART_LINES) read_line(work, rows, record);
    if (part == PART_ALLOCATIONS) read_allocation(work, rows, record);
    if (part == PART_TENDERS) read_tender(work, rows, record);
    (*count)++;
  }
  sp_rows_finish(rows);
  *out = list;
  return rc;
}

int sp_sale_load(struct sp_work *work, const struct sp_id *id, struct sp_sale *out) {
  void *lines = NULL, *allocations = NULL, *tenders = NULL;
  int rc = read_head(work, id, out);
  if (rc == 0) rc = read_part(work, PART_LINES, id, &lines, &out->count);
  if (rc == 0) rc = read_part(work, PART_ALLOCATIONS, id, &allocations, &out->allocation_count);
  if (rc == 0) rc = read_part(work, PART_TENDERS, id, &tenders, &out->tender_count);
  out->lines = lines;
  out->allocations = allocations;
  out->tenders = tenders;
  if (rc == 0) sp_sale_inputs_lines(out);
  return rc;
}
