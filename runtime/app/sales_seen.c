/* Which invoices a file of sales holds and which documents they make: two hash tables with open addressing. */
#include "app/sales_import_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A document the file makes. Nil: free. */
struct made {
  struct sp_id id;
  int64_t at;
};

struct sp_invoices {
  struct sp_invoice_seen *list; /* in the order of the file */
  int32_t count, room;
  int32_t *index; /* of a number in the list, −1: free */
  size_t index_room;
  struct made *made;
  size_t made_count, made_room;
};

int sp_invoices_new(struct sp_invoices **out) {
  *out = calloc(1, sizeof **out);
  return *out != NULL ? 0 : SP_E_NOMEM;
}

void sp_invoices_free(struct sp_invoices *invoices) {
  if (invoices == NULL) return;
  free(invoices->list);
  free(invoices->index);
  free(invoices->made);
  free(invoices);
}

/* FNV-1a, mixed so that its low bits serve as an index. */
static size_t hash_of(const char *text) {
  uint64_t hash = 14695981039346656037ULL;
  for (; *text != '\0'; text++)
    hash = (hash ^ (unsigned char)*text) * 1099511628211ULL;
  return (size_t)(hash ^ hash >> 29);
}

static size_t slot(const struct sp_invoices *invoices, const char *number) {
  size_t at = hash_of(number) & (invoices->index_room - 1);
  while (invoices->index[at] >= 0 && strcmp(invoices->list[invoices->index[at]].number, number) != 0)
    at = (at + 1) & (invoices->index_room - 1);
  return at;
}

static int grow_list(struct sp_invoices *invoices) {
  int32_t room = invoices->room == 0 ? 1024 : 2 * invoices->room;
  struct sp_invoice_seen *list = realloc(invoices->list, (size_t)room * sizeof *list);
  if (list == NULL) return SP_E_NOMEM;
  invoices->list = list;
  size_t index_room = 2 * (size_t)room;
  int32_t *index = malloc(index_room * sizeof *index);
  if (index == NULL) return SP_E_NOMEM;
  for (size_t i = 0; i < index_room; i++)
    index[i] = -1;
  free(invoices->index);
  invoices->index = index;
  invoices->index_room = index_room;
  invoices->room = room;
  for (int32_t i = 0; i < invoices->count; i++)
    index[slot(invoices, list[i].number)] = i;
  return 0;
}

struct sp_invoice_seen *sp_invoices_find(struct sp_invoices *invoices, const char *number) {
  if (invoices->index_room == 0) return NULL;
  int32_t at = invoices->index[slot(invoices, number)];
  return at >= 0 ? &invoices->list[at] : NULL;
}

struct sp_invoice_seen *sp_invoices_see(struct sp_invoices *invoices, const char *number, int64_t row) {
  struct sp_invoice_seen *known = sp_invoices_find(invoices, number);
  if (known != NULL) return known;
  if (invoices->count == invoices->room && grow_list(invoices) != 0) return NULL;
  if (invoices->list == NULL) return NULL;
  struct sp_invoice_seen *seen = &invoices->list[invoices->count];
  *seen = (struct sp_invoice_seen){.row = row};
  snprintf(seen->number, sizeof seen->number, "%s", number);
  invoices->index[slot(invoices, seen->number)] = invoices->count++;
  return seen;
}

struct sp_invoice_seen *sp_invoices_at(struct sp_invoices *invoices, int32_t i) {
  return i >= 0 && i < invoices->count ? &invoices->list[i] : NULL;
}

/* ---- Documents ---- */

static struct made *made_slot(struct made *made, size_t room, const struct sp_id *id) {
  uint64_t hash = 0;
  memcpy(&hash, id->bytes + 9, 7); /* ids from content: any of their bytes are evenly spread */
  size_t at = (size_t)hash & (room - 1);
  while (!sp_id_is_nil(&made[at].id) && !sp_id_equal(&made[at].id, id))
    at = (at + 1) & (room - 1);
  return &made[at];
}

static int grow_made(struct sp_invoices *invoices) {
  size_t room = invoices->made_room == 0 ? 4096 : 2 * invoices->made_room;
  struct made *made = calloc(room, sizeof *made);
  if (made == NULL) return SP_E_NOMEM;
  for (size_t i = 0; i < invoices->made_room; i++) {
    if (!sp_id_is_nil(&invoices->made[i].id)) *made_slot(made, room, &invoices->made[i].id) = invoices->made[i];
  }
  free(invoices->made);
  invoices->made = made;
  invoices->made_room = room;
  return 0;
}

int sp_invoices_make(struct sp_invoices *invoices, const struct sp_id *id, int64_t at) {
  if (2 * (invoices->made_count + 1) > invoices->made_room && grow_made(invoices) != 0) return SP_E_NOMEM;
  struct made *made = made_slot(invoices->made, invoices->made_room, id);
  if (!sp_id_is_nil(&made->id)) return 0;
  *made = (struct made){.id = *id, .at = at};
  invoices->made_count++;
  return 1;
}

void sp_invoices_forget_made(struct sp_invoices *invoices) {
  if (invoices->made != NULL) memset(invoices->made, 0, invoices->made_room * sizeof *invoices->made);
  invoices->made_count = 0;
}

static bool is_made(const struct sp_invoices *invoices, const struct sp_id *id, int64_t at) {
  if (invoices->made_room == 0) return false;
  const struct made *made = made_slot(invoices->made, invoices->made_room, id);
  return !sp_id_is_nil(&made->id) && made->at == at;
}

/* ---- What is stored ---- */

static int compare_sales(struct sp_invoices *invoices, struct sp_invoice_seen *seen, struct sp_db *db,
                         struct sp_error *err) {
  struct sp_rows *rows = NULL;
  struct sp_id id;
  const struct sp_value key[] = {sp_v_text(seen->number)};
  int rc = sp_db_query(db, SP_Q_IMPORT_SALES_OF, key, 1, &rows, err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, err)) > 0) {
    sp_rows_id(rows, 0, &id);
    if (!is_made(invoices, &id, sp_rows_int(rows, 1))) seen->other = true;
  }
  sp_rows_finish(rows);
  return rc < 0 ? rc : 0;
}

/* They are few and not found by their reference, so all are looked at once. */
static int compare_adjustments(struct sp_invoices *invoices, struct sp_db *db, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  struct sp_id id;
  int rc = sp_db_query(db, SP_Q_IMPORT_ADJUSTMENTS, NULL, 0, &rows, err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, err)) > 0) {
    sp_rows_id(rows, 0, &id);
    struct sp_invoice_seen *seen = sp_invoices_find(invoices, sp_rows_text(rows, 2));
    if (seen != NULL && !is_made(invoices, &id, sp_rows_int(rows, 1))) seen->other = true;
  }
  sp_rows_finish(rows);
  return rc < 0 ? rc : 0;
}

int sp_invoices_compare(struct sp_invoices *invoices, struct sp_db *db, struct sp_error *err) {
  for (int32_t i = 0; i < invoices->count; i++) {
    struct sp_invoice_seen *seen = &invoices->list[i];
    int rc = seen->refused ? 0 : compare_sales(invoices, seen, db, err);
    if (rc != 0) return rc;
  }
  return compare_adjustments(invoices, db, err);
}
