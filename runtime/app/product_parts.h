/* The inside of products: what is stored of one, what it is found by. Shared by the product files and the imports. */
#ifndef SP_APP_PRODUCT_PARTS_H
#define SP_APP_PRODUCT_PARTS_H

#include "app/product.h"

#define SP_BARCODES_MAX  32 /* of one product, packs included */
#define SP_TERMS_MAX     64 /* of one product */
#define SP_TERM_BYTES    24 /* of a word; initials are shorter */
#define SP_INITIALS_MAX  8
#define SP_TERM_FIRST    '^' /* initials from the start of the name */
#define SP_TERM_INITIALS '+' /* initials from a Chinese character inside the name */

enum sp_product_text {
  SP_PRODUCT_CODE,
  SP_PRODUCT_NAME,
  SP_PRODUCT_NAME_EN,
  SP_PRODUCT_CATEGORY, /* path */
  SP_PRODUCT_PARENT,   /* code of the style */
  SP_PRODUCT_VARIANT,
  SP_PRODUCT_UNIT,
  SP_PRODUCT_TAGS,
  SP_PRODUCT_STATUS,
  SP_PRODUCT_TEXTS
};
enum sp_product_number { SP_PRODUCT_WEIGHED, SP_PRODUCT_PRICE, SP_PRODUCT_TAX, SP_PRODUCT_NUMBERS };

/* Names of these as fields of the resource. */
extern const char *const sp_product_text_names[SP_PRODUCT_TEXTS];
extern const char *const sp_product_number_names[SP_PRODUCT_NUMBERS];

struct sp_barcode_row {
  const char *barcode;
  const char *pack; /* "" for a piece */
  int64_t quantity; /* 1000 for a piece */
};

/* A product as stored, or as it shall be. Texts live in an arena and are never null. */
struct sp_product_row {
  struct sp_id id;
  int64_t revision; /* 0: not stored yet */
  bool style;
  const char *texts[SP_PRODUCT_TEXTS];
  int64_t numbers[SP_PRODUCT_NUMBERS];
  struct sp_barcode_row barcodes[SP_BARCODES_MAX]; /* pieces, then packs from the smallest on */
  int barcode_count;
};

/* 1 with `out` filled, 0 when there is none, < 0 an error. */
int sp_product_row_load(struct sp_work *work, const char *code, struct sp_product_row *out);
/* How many of the barcodes are pieces. */
int sp_product_pieces(const struct sp_product_row *row);

struct sp_product_saved {
  struct sp_id id;
  bool created, changed; /* changed: also of a created one */
  bool weighed;          /* sold by weight: parts of a unit are possible */
};
/* sp_product_put, telling more; with `quiet` the caller journals the whole (an import). Nothing is planned before every
 * check has passed, so a refused product leaves the plan as it was. */
int sp_product_save(struct sp_work *work, const struct sp_product_put *put, bool quiet, struct sp_product_saved *out);
/* The barcodes of `put` over those of `stored` (null: none) into `row`. product_barcode.c */
int sp_product_merge_barcodes(struct sp_work *work, const struct sp_product_put *put,
                              const struct sp_product_row *stored, struct sp_product_row *row);
/* SP_E_EXISTS when another product has one of the barcodes. */
int sp_product_check_barcodes(struct sp_work *work, const struct sp_product_row *row);
void sp_product_plan_barcodes(struct sp_work *work, const struct sp_product_row *stored,
                              const struct sp_product_row *row);
bool sp_product_same_barcodes(const struct sp_product_row *a, const struct sp_product_row *b);
/* The value of a field when it is given, else null. */
const struct sp_field_value *sp_product_given(const struct sp_product_put *put, const char *name);

/* What a text is made of for search: words of letters and digits (folded, accents taken off), and runs of Chinese. */
struct sp_token {
  bool chinese;
  const char *text; /* in the arena */
};
/* At most `max` tokens. Returns the count, or < 0 when memory ran out. */
int sp_tokens(const char *text, struct sp_arena *arena, struct sp_token *out, int max);
/* A character and its bytes from UTF-8 text, whether it is Chinese. Returns its length, 0 at the end. */
size_t sp_token_char(const char *text, bool *chinese);
/* Every term the product is found by, at most SP_TERMS_MAX. Returns the count, or < 0 when memory ran out. */
int sp_product_terms(const struct sp_product_row *row, struct sp_arena *arena, const char *out[SP_TERMS_MAX]);

#endif
