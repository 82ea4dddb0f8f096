/* Why it costs what it costs: a sale, an open basket or a quote told line by line, for a cashier and a customer.
 *
 * Made from the trace (engine/trace.h), the rules' own sentences in Chinese and English, and what the engine says of
 * campaigns that gave nothing. A stored sale is told by the generation that priced it; when that can no longer be
 * built, by its trace alone, and `notice` says so. Writes nothing.
 */
#ifndef SP_APP_EXPLAIN_H
#define SP_APP_EXPLAIN_H

#include "app/sale.h"
#include "base/json.h"

#define SP_EXPLAIN_OTHERS_MAX 50 /* campaigns that gave nothing */

/* What one campaign did to one line. Texts in the work's language; the codes as they are. */
struct sp_explained_step {
  int32_t n;         /* line; 0: the whole basket */
  int32_t parent;    /* compose phase: the line that line `n` came along with, else 0 */
  const char *phase; /* "compose", "price", "promotion", "coupon" … */
  const char *campaign, *title;
  const char *rule, *version, *file;
  int32_t at;              /* line of the file, 0 unknown */
  int64_t price;           /* price phase: what one unit costs; else SP_NO_PRICE */
  int64_t amount;          /* taken off the line, fen */
  const char *sentence;    /* of the rule, or "" */
  const char *const *beat; /* titles of the campaigns that wanted the same goods */
  int32_t beat_count;
};

/* A campaign that gave nothing, and why. */
struct sp_explained_other {
  const char *campaign, *title, *rule;
  const char *why; /* as sp_engine_why_nothing has it */
  const char *sentence;
};

struct sp_explanation {
  struct sp_sale *sale;
  const struct sp_bundle *bundle; /* null: it can no longer be built */
  const char *notice;             /* or null */
  const char *name;               /* "T01-000042" of a sale, else "" */
  const char *const *backs;       /* by line of the sale: for one that comes back, where its price is from; else null */
  struct sp_explained_step *steps; /* in the order in which they happened */
  int32_t step_count;
  struct sp_explained_other *others;
  int32_t other_count;
};

/* A stored sale; a basket as it stands (or as it was frozen); a request that is only quoted. Everything lives in the
 * arena of the work. SP_E_NOT_FOUND and the errors of loading and pricing. */
int sp_explain_sale(struct sp_work *work, const struct sp_id *id, struct sp_explanation *out);
int sp_explain_basket(struct sp_work *work, const struct sp_id *id, struct sp_explanation *out);
int sp_explain_quote(struct sp_work *work, const struct sp_sale_request *request, bool cash,
                     struct sp_explanation *out);
/* What somebody typed: the id of a sale or of a basket, or a receipt number ("T01-000042"). */
int sp_explain_named(struct sp_work *work, const char *name, struct sp_explanation *out);

/* One JSON object: lines [{n, code, name, quantity, list_price, unit_price, gross, discount, net, steps […] or back}],
 * remarks, others, gross, discount, net, notice. */
void sp_explain_json(const struct sp_explanation *what, struct sp_json_writer *w);
/* The same as text for a terminal or paper, amounts under each other, East Asian widths reckoned with. */
int sp_explain_text(const struct sp_work *work, const struct sp_explanation *what, struct sp_buf *out);

#endif
