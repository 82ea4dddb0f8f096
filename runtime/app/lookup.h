/* Find one product the way a till does: by barcode first, then by code. */
#ifndef SP_APP_LOOKUP_H
#define SP_APP_LOOKUP_H

#include "app/work.h"

struct sp_found {
  struct sp_id id;
  const char *code, *name, *name_en, *variant, *unit, *category;
  const char *const *tags;
  int32_t tag_count;
  bool weighed;
  bool style; /* the head of a variant family: not sold itself */
  bool listed;
  int64_t price; /* fen for one whole unit */
  int32_t tax_ppm;
  int64_t revision; /* of the product: with the id it names what was sold (product_card) */
  int64_t quantity; /* what one scan of the barcode stands for, thousandths */
  const char *pack; /* name of the pack, "" for a single piece */
};

/* Exactly one of `barcode`, `code`, `id` is given; `barcode` also finds a product by its code, so that a cashier may
 * type either. Everything in `out` lives in the arena. SP_E_NOT_FOUND names what was looked for. */
int sp_product_find(struct sp_work *work, const char *barcode, const char *code, const struct sp_id *id,
                    struct sp_found *out);
/* So much of what was found as a line of a basket, at its list price: without a number, seller, note or lot. */
struct sp_line sp_found_line(const struct sp_found *found, int64_t quantity);

#endif
