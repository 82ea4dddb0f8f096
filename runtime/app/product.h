/* Products: create, change, search. Fields and bounds come from schema/resources/product.json. */
#ifndef SP_APP_PRODUCT_H
#define SP_APP_PRODUCT_H

#include "app/lookup.h"
#include "app/resource.h"
#include "base/json.h"

#define SP_SEARCH_MAX 50

/* Create the product of `values` (complete), or change the one of that code (`values` may be partial then). Plans the
 * product, its barcodes, its category path (nodes are made as needed) and its search terms; journals "product". An
 * equal product plans nothing (`*changed` false). SP_E_EXISTS names the barcode and the product that has it already.
 * `expected_revision`: 0, or SP_E_STALE when the stored one differs (If-Match). Needs the resource's write role. */
struct sp_product_put {
  const struct sp_resource *resource;
  const struct sp_field_value *values;
  bool create_only, update_only;
  int64_t expected_revision;
  int64_t sequence; /* place among many made at one instant, or 0: keeps their ids in order (RFC 9562 §6.2) */
};
int sp_product_put(struct sp_work *work, const struct sp_product_put *put, struct sp_id *id, bool *changed);

/* Search as a cashier types: a barcode or code exactly, else pinyin initials, else words of the name (Chinese pieces
 * too), best first, at most `limit` (1 … SP_SEARCH_MAX). Cost grows with the matches looked at (bounded), not with the
 * catalogue. */
int sp_product_search(struct sp_work *work, const char *text, int limit, struct sp_found *out, int *count);

/* One product as JSON: all resource fields, id, revision (also in `revision`), barcodes with packs, on-hand stock. */
int sp_product_json(struct sp_work *work, const struct sp_found *product, struct sp_json_writer *w, int64_t *revision);

#endif
