/* The shelf: products a till asked for lately, decoded, so that the next scan of one does not read the database.
 *
 * Never wrong: every entry carries the catalogue's revision of the snapshot it was read from, and is used only by a
 * request whose own snapshot has the same one. Whatever changes a stored product, its barcodes or its category plans
 * `catalogue_raise` in the same transaction (app/product_put.c); new products leave what is known as it was.
 *
 * Bounded: SP_SHELF_SLOTS entries of at most SP_SHELF_BYTES each. One lock, held for one copy. Any thread.
 */
#ifndef SP_APP_SHELF_H
#define SP_APP_SHELF_H

#include "app/lookup.h"

#define SP_SHELF_SLOTS 16384
#define SP_SHELF_BYTES 1024 /* texts of one entry; longer ones are not kept */

struct sp_shelf;

int sp_shelf_new(struct sp_shelf **out); /* SP_E_NOMEM */
void sp_shelf_free(struct sp_shelf *shelf);

/* What was asked for: by barcode 'b', code 'c' or id 'i'. A barcode is kept only under itself, a code under itself. */
struct sp_shelf_key {
  char kind;
  const void *bytes;
  size_t len;
};

/* 1 with `out` in the arena, 0 not here, SP_E_NOMEM. */
int sp_shelf_get(struct sp_shelf *shelf, const struct sp_shelf_key *key, int64_t revision, struct sp_arena *arena,
                 struct sp_found *out);
/* Keep a copy. What does not fit, or finds no memory, is not kept. */
void sp_shelf_put(struct sp_shelf *shelf, const struct sp_shelf_key *key, int64_t revision,
                  const struct sp_found *found);

#endif
