/* A stored sale as it was. */
#include "app/replay_parts.h"

#include <string.h>

#define TAGS_MAX 64 /* as a lookup reads them */

int sp_replay_head(struct sp_work *work, struct sp_rows *rows, struct sp_stored_sale *out) {
  size_t len = 0;
  *out = (struct sp_stored_sale){
      .at = sp_rows_int(rows, 1),
      .source = sp_work_column(work, rows, 2),
      .member = sp_work_column(work, rows, 3),
      .inputs = sp_rows_null(rows, 5) ? NULL : sp_work_column(work, rows, 5),
      .till = sp_work_column(work, rows, 6),
      .number = sp_rows_int(rows, 7),
  };
  sp_rows_id(rows, 0, &out->id);
  const void *generation = sp_rows_blob(rows, 4, &len);
  if (len == SP_HASH_LEN) memcpy(out->generation, generation, SP_HASH_LEN);
  if (out->source == NULL || out->member == NULL || out->till == NULL) return sp_error_nomem(work->err, __func__);
  return 0;
}

/* "soda bakery" into words. */
static int read_tags(struct sp_work *work, const char *text, struct sp_line *line) {
  if (text[0] == '\0') return 0;
  const char **tags = sp_arena_array(work->arena, TAGS_MAX, sizeof *tags);
  if (tags == NULL) return sp_error_nomem(work->err, __func__);
  while (*text != '\0' && line->tag_count < TAGS_MAX) {
    size_t len = strcspn(text, " ");
    if (len > 0) {
      tags[line->tag_count] = sp_arena_copy(work->arena, text, len);
      if (tags[line->tag_count++] == NULL) return sp_error_nomem(work->err, __func__);
    }
    text += len + (text[len] == ' ' ? 1 : 0);
  }
  line->tags = tags;
  return 0;
}

static int read_line(struct sp_work *work, struct sp_rows *rows, struct sp_stored_line *out) {
  struct sp_line *line = &out->facts;
  *line = (struct sp_line){
      .n = (int32_t)sp_rows_int(rows, 0),
      .code = sp_work_column(work, rows, 2),
      .name = sp_work_column(work, rows, 3),
      .unit = sp_work_column(work, rows, 4),
      .weighed = sp_rows_int(rows, 5) != 0,
      .quantity = sp_rows_int(rows, 6),
      .list_price = sp_rows_int(rows, 7),
      .tax_ppm = (int32_t)sp_rows_int(rows, 10),
      .given_price = sp_rows_null(rows, 11) ? SP_NO_PRICE : sp_rows_int(rows, 11),
      .lot = sp_work_column(work, rows, 12),
      .expires = (int32_t)sp_rows_int(rows, 13),
      .parent = (int32_t)sp_rows_int(rows, 14),
      .category = sp_work_column(work, rows, 15),
      .note = "",
  };
  sp_rows_id(rows, 1, &line->product);
  out->cost = sp_rows_int(rows, 9);
  if (line->code == NULL || line->name == NULL || line->unit == NULL || line->lot == NULL || line->category == NULL) {
    return sp_error_nomem(work->err, __func__);
  }
  return read_tags(work, sp_rows_text(rows, 16), line);
}

static int read_lines(struct sp_work *work, struct sp_stored_sale *sale) {
  const struct sp_value key[] = {sp_v_blob(sale->id.bytes, SP_ID_LEN)};
  struct sp_rows *rows = NULL;
  int32_t room = 0;
  int rc = sp_db_query(work->db, SP_Q_REPLAY_LINES, key, 1, &rows, work->err);
  while (rc == 0 && (rc = sp_rows_next(rows, work->err)) > 0) {
    if (sale->count == room) {
      room = 2 * room + 16;
      struct sp_stored_line *grown = sp_arena_array(work->arena, (size_t)room, sizeof *grown);
      if (grown == NULL) {
        rc = sp_error_nomem(work->err, __func__);
        break;
      }
      if (sale->count > 0) memcpy(grown, sale->lines, (size_t)sale->count * sizeof *grown);
      sale->lines = grown;
    }
    rc = read_line(work, rows, &sale->lines[sale->count++]);
  }
  sp_rows_finish(rows);
  return rc;
}

static int read_allocations(struct sp_work *work, struct sp_stored_sale *sale) {
  const struct sp_value key[] = {sp_v_blob(sale->id.bytes, SP_ID_LEN)};
  struct sp_rows *rows = NULL;
  int32_t room = 0;
  int rc = sp_db_query(work->db, SP_Q_SALE_ALLOCATIONS_GET, key, 1, &rows, work->err);
  while (rc == 0 && (rc = sp_rows_next(rows, work->err)) > 0) {
    rc = 0;
    if (sp_rows_int(rows, 3) <= 0) continue; /* of a line that came back */
    if (sale->allocation_count == room) {
      room = 2 * room + 8;
      struct sp_allocation *grown = sp_arena_array(work->arena, (size_t)room, sizeof *grown);
      if (grown == NULL) {
        rc = sp_error_nomem(work->err, __func__);
        break;
      }
      if (sale->allocation_count > 0) {
        memcpy(grown, sale->allocations, (size_t)sale->allocation_count * sizeof *grown);
      }
      sale->allocations = grown;
    }
    struct sp_allocation *allocation = &sale->allocations[sale->allocation_count++];
    *allocation = (struct sp_allocation){.line = (int32_t)sp_rows_int(rows, 0),
                                         .campaign = sp_work_column(work, rows, 1),
                                         .rule = sp_work_column(work, rows, 2),
                                         .amount = sp_rows_int(rows, 3)};
    if (allocation->campaign == NULL || allocation->rule == NULL) rc = sp_error_nomem(work->err, __func__);
  }
  sp_rows_finish(rows);
  return rc;
}

int sp_replay_body(struct sp_work *work, struct sp_stored_sale *sale) {
  int rc = read_lines(work, sale);
  if (rc == 0) rc = sp_replay_inputs(work, sale);
  if (rc == SP_E_INVALID) {
    const char *why = sp_arena_text(work->arena, work->err->message);
    if (why == NULL) return sp_error_nomem(work->err, __func__);
    return sp_fail(work->err, SP_E_CORRUPT, "inputs", "The inputs of the sale cannot be read: %s", why);
  }
  if (rc == 0) rc = sp_replay_labels(work, sale);
  return rc == 0 ? read_allocations(work, sale) : rc;
}
