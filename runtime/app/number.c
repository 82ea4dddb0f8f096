#include "app/number.h"

#include "base/log.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
  struct sp_id till; /* nil: free */
  int64_t last;
};

struct sp_numbers {
  pthread_mutex_t lock;
  int count;
  struct entry entries[2 * SP_TILLS_MAX]; /* open addressing, half full at most */
};

int sp_numbers_new(struct sp_numbers **out) {
  struct sp_numbers *numbers = calloc(1, sizeof *numbers);
  if (numbers == NULL) return SP_E_NOMEM;
  if (pthread_mutex_init(&numbers->lock, NULL) != 0) {
    free(numbers);
    return SP_E_NOMEM;
  }
  *out = numbers;
  return 0;
}

void sp_numbers_free(struct sp_numbers *numbers) {
  if (numbers == NULL) return;
  pthread_mutex_destroy(&numbers->lock);
  free(numbers);
}

/* The slot of `till`, or the free one where it would go. */
static struct entry *slot(struct sp_numbers *numbers, const struct sp_id *till) {
  uint64_t hash = 14695981039346656037ULL;
  for (int i = 0; i < SP_ID_LEN; i++)
    hash = (hash ^ till->bytes[i]) * 1099511628211ULL;
  size_t at = (size_t)(hash % (2 * SP_TILLS_MAX));
  while (!sp_id_is_nil(&numbers->entries[at].till) && !sp_id_equal(&numbers->entries[at].till, till)) {
    at = (at + 1) % (2 * SP_TILLS_MAX);
  }
  return &numbers->entries[at];
}

static int read_last(struct sp_db *db, const struct sp_id *till, int64_t *out, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  const struct sp_value params[] = {sp_v_id(till)};
  int got = sp_db_one(db, SP_Q_SALE_LAST_NUMBER, params, 1, &rows, err);
  if (got < 0) return got;
  *out = got > 0 ? sp_rows_int(rows, 0) : 0;
  sp_rows_finish(rows);
  return 0;
}

int sp_numbers_next(struct sp_numbers *numbers, struct sp_db *db, const struct sp_id *till, int64_t *out,
                    struct sp_error *err) {
  int rc = 0;
  pthread_mutex_lock(&numbers->lock);
  struct entry *entry = slot(numbers, till);
  if (sp_id_is_nil(&entry->till)) {
    if (numbers->count == SP_TILLS_MAX) {
      rc = sp_fail(err, SP_E_LIMIT, "till", "More than %d tills sell on this node", SP_TILLS_MAX);
      goto done;
    }
    rc = read_last(db, till, &entry->last, err);
    if (rc != 0) goto done;
    entry->till = *till;
    numbers->count++;
  }
  *out = ++entry->last;
done:
  pthread_mutex_unlock(&numbers->lock);
  return rc;
}

void sp_numbers_return(struct sp_numbers *numbers, const struct sp_id *till, int64_t number) {
  pthread_mutex_lock(&numbers->lock);
  struct entry *entry = slot(numbers, till);
  bool last = sp_id_equal(&entry->till, till) && entry->last == number;
  if (last) entry->last--;
  pthread_mutex_unlock(&numbers->lock);
  if (last) return;
  char text[SP_ID_TEXT];
  sp_id_format(till, text);
  sp_log(SP_LOG_WARN, "sale", "receipt number %lld of till %s was not used: its sale failed", (long long)number, text);
}
