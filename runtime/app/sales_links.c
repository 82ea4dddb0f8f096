/* Which sold line a cancelled row gives back: a hash of (customer, code, price) to the lines sold so far, newest first.
 *
 * Collisions cannot mix two customers: the full key is stored as a 128-bit prefix of its SHA-256.
 */
#include "app/sales_import_parts.h"
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS   65536
#define LINES_MAX SP_TABLE_ROWS_MAX

struct line {
  uint8_t key[16];
  struct sp_id sale;
  int32_t n;
  int32_t older; /* index of the next older line in the bucket, −1 at the end */
  int64_t left;  /* thousandths not yet given back */
  int64_t used_by;
};

struct sp_links {
  int32_t newest[BUCKETS]; /* −1: none */
  struct line *lines;
  int32_t count, room;
};

int sp_links_new(struct sp_links **out) {
  struct sp_links *links = calloc(1, sizeof *links);
  if (links == NULL) return SP_E_NOMEM;
  for (int i = 0; i < BUCKETS; i++)
    links->newest[i] = -1;
  *out = links;
  return 0;
}

void sp_links_free(struct sp_links *links) {
  if (links == NULL) return;
  free(links->lines);
  free(links);
}

static int make_key(const struct sp_sales_row *row, uint8_t out[16]) {
  char price[24];
  uint8_t hash[SP_HASH_LEN];
  snprintf(price, sizeof price, "%lld", (long long)row->price);
  const struct sp_slice parts[] = {
      {row->customer, strlen(row->customer) + 1}, {row->code, strlen(row->code) + 1}, {price, strlen(price)}};
  int rc = sp_hash(parts, 3, hash);
  memcpy(out, hash, 16);
  return rc;
}

static size_t bucket(const uint8_t key[16]) {
  return (size_t)key[0] << 8 | key[1];
}

int sp_links_add(struct sp_links *links, const struct sp_sales_row *row, const struct sp_id *sale, int32_t n) {
  if (links->count == links->room) {
    if (links->room >= LINES_MAX) return SP_E_LIMIT;
    int32_t room = links->room == 0 ? 1024 : 2 * links->room;
    struct line *grown = realloc(links->lines, (size_t)room * sizeof *grown);
    if (grown == NULL) return SP_E_NOMEM;
    links->lines = grown;
    links->room = room;
  }
  struct line *line = &links->lines[links->count];
  *line = (struct line){.sale = *sale, .n = n, .left = row->quantity};
  int rc = make_key(row, line->key);
  if (rc != 0) return rc;
  line->older = links->newest[bucket(line->key)];
  links->newest[bucket(line->key)] = links->count++;
  return 0;
}

bool sp_links_take(struct sp_links *links, const struct sp_sales_row *row, int64_t quantity, int64_t serial,
                   struct sp_id *sale, int32_t *n) {
  uint8_t key[16];
  if (row->customer[0] == '\0' || make_key(row, key) != 0) return false; /* two unknown people are not the same */
  for (int32_t at = links->newest[bucket(key)]; at >= 0; at = links->lines[at].older) {
    struct line *line = &links->lines[at];
    if (line->left < quantity || line->used_by == serial || memcmp(line->key, key, sizeof key) != 0) continue;
    line->left -= quantity;
    line->used_by = serial;
    *sale = line->sale;
    *n = line->n;
    return true;
  }
  return false;
}
