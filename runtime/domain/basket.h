/* A basket as the rules see it, and what pricing makes of it.
 *
 * `sp_basket` holds facts (what was scanned, what the catalogue says of it) and never changes while it is priced.
 * `sp_priced` holds the answer: per line a unit price and a discount, per line and campaign one stored amount, and the
 * trace that explains every fen. Both live in the caller's arena.
 */
#ifndef SP_DOMAIN_BASKET_H
#define SP_DOMAIN_BASKET_H

#include "base/arena.h"
#include "base/error.h"
#include "base/id.h"
#include <stdbool.h>
#include <stdint.h>

#define SP_BASKET_LINES_MAX 500
#define SP_QUANTITY_MAX     1000000000LL   /* thousandths on one line: a million pieces */
#define SP_SALE_MAX         100000000000LL /* fen of one sale: 90,000 of the largest still add up within ±(2^53 − 1) */
#define SP_NO_PRICE         (-1)
#define SP_UNKNOWN          (-1) /* a fact about the member that nobody told */
#define SP_COUPONS_MAX      16   /* presented with one basket */
#define SP_CHOICES_MAX      16

/* What a person takes off by hand, as a fact: the rules do it, with their order, rounding and trace. */
enum sp_markdown_kind {
  SP_MARKDOWN_NONE,
  SP_MARKDOWN_PERCENT, /* value: ppm off */
  SP_MARKDOWN_AMOUNT,  /* value: fen off the whole line or basket */
  SP_MARKDOWN_PRICE    /* value: fen for one unit; of lines only, whose given_price it is too */
};

struct sp_markdown {
  enum sp_markdown_kind kind;
  int64_t value;
  const char *reason;   /* what the cashier said, "" or null when nothing */
  const char *approver; /* staff code of who approved it, "" or null when nobody had to */
};

/* "percent", "amount", "price"; "" for none. */
const char *sp_markdown_name(enum sp_markdown_kind kind);

struct sp_line {
  int32_t n; /* given by the node, from 1, never reused in a basket */
  struct sp_id product;
  const char *code; /* SKU code */
  const char *name;
  const char *name_en;  /* for who reads English, "" or null when there is none */
  const char *unit;     /* 个, kg … */
  const char *category; /* path of codes from the root, "food/drink/cola", "" when none */
  const char *const *tags;
  int32_t tag_count;
  int64_t quantity;     /* thousandths, > 0 */
  bool weighed;         /* sold by weight: the line is one unit, whatever its quantity */
  int64_t list_price;   /* fen for one whole unit, from the catalogue, ≥ 0 */
  int64_t given_price;  /* fen, or SP_NO_PRICE: an override or a historic price; the price phase keeps it */
  int64_t given_amount; /* fen of the whole line, as its label says, whatever given_price × quantity is; 0: none.
                         * Of weighed lines that have a given_price too */
  int32_t tax_ppm;      /* tax included in the price */
  struct sp_id seller;  /* nil when none */
  const char *note;     /* "" when none */
  const char *lot;      /* of the goods scanned, "" or null when unknown */
  int32_t expires;      /* yyyymmdd: last day of that lot, 0 when unknown */
  struct sp_markdown markdown; /* by hand; of a scanned line only */
  int32_t parent;              /* n of the line a rule added this one for (a deposit, a gift), 0: it was scanned */
};

/* What rules may know of a member. The code is for limits per member and never shown to a rule; neither are a name, a
 * phone number or a date of birth. */
struct sp_member {
  struct sp_id id;         /* nil when none */
  const char *code;        /* "" or null when there is no member */
  const char *level;       /* "" or null when there is none */
  const char *const *tags; /* sorted */
  int32_t tag_count;
  int64_t points;        /* balance, or SP_UNKNOWN */
  int64_t purchases;     /* sales before this one, or SP_UNKNOWN */
  int32_t joined_days;   /* since joining; 0 on the day itself; or SP_UNKNOWN */
  int32_t birthday_days; /* until the next birthday; 0 on the day itself; or SP_UNKNOWN */
  bool staff;
};

/* What the customer chose where a campaign leaves a choice. */
struct sp_choice {
  const char *campaign;
  const char *product; /* code */
};

struct sp_basket {
  const struct sp_line *lines; /* ascending n */
  int32_t count;
  struct sp_member member;    /* all zero when there is none (facts then read as unknown) */
  const char *const *coupons; /* codes as presented */
  int32_t coupon_count;
  const struct sp_choice *choices;
  int32_t choice_count;
  const char *const *confirmed; /* requirements a person has confirmed ("age18"), sorted */
  int32_t confirmed_count;
  struct sp_markdown markdown; /* of the whole basket: percent or amount */
};

/* Money of one line after pricing. Invariants, held whatever a rule says:
 * 0 ≤ discount ≤ gross, net = gross − discount, Σ allocations of the line = discount. */
struct sp_line_price {
  int32_t n;
  int64_t unit_price; /* what the price phase decided */
  int64_t gross;      /* unit_price × quantity, rounded once, or the line's given_amount */
  int64_t discount;
  int64_t net;
};

/* One amount a line and campaign: what a refund inverts. */
struct sp_allocation {
  int32_t line;         /* n of the line */
  const char *campaign; /* unique campaign code */
  const char *rule;     /* rule name */
  int64_t amount;       /* > 0, taken off the line */
};

/* What the rules of the check phase ask before the goods may go. */
enum sp_requirement_kind {
  SP_REQUIRE_CONFIRM, /* the cashier confirms: "age18" */
  SP_REQUIRE_APPROVE, /* a manager approves: "override" */
  SP_REQUIRE_REFUSE   /* it cannot be sold like this */
};

struct sp_requirement {
  enum sp_requirement_kind kind;
  const char *code;     /* what to confirm, and what `confirmed` names */
  const char *campaign; /* who asks */
  const char *reason;   /* JSON object, or null */
  int32_t line;         /* n, 0: the whole basket */
  bool met;             /* confirmed already */
};

/* A remark of a rule that changes nothing: "30.00 more and …". */
struct sp_note {
  const char *campaign;
  const char *reason; /* JSON object with a code */
  int32_t line;       /* n, 0: the whole basket */
};

/* The most that may be paid with something that is no money: points, vouchers. */
struct sp_tender_cap {
  const char *method;   /* "points" */
  const char *campaign; /* who allows it */
  const char *reason;
  int64_t amount; /* fen */
};

/* What a campaign with a budget takes from it, once a subject: checked again and consumed where the sale is written. */
struct sp_campaign_use {
  const char *campaign;
  const char *subject; /* "" the campaign itself, "m:" and a member's code, "c:" and a coupon's */
  int64_t uses, amount, units;
  int64_t max_uses, max_amount, max_units; /* 0: no limit */
};

struct sp_priced {
  struct sp_line_price *lines; /* as many as the basket's, same order */
  int32_t count;
  struct sp_allocation *allocations; /* by line, then the order in which they applied */
  int32_t allocation_count;
  int64_t gross, discount, net; /* sums */
  const char *trace;            /* JSON array, "[]" when nothing fired; see engine/trace.h */
  size_t trace_len;
  int32_t alarms;                      /* rules that failed and were skipped */
  struct sp_requirement *requirements; /* in order; unmet ones stop a sale, not a quote */
  int32_t requirement_count;
  struct sp_note *notes;
  int32_t note_count;
  struct sp_tender_cap *tender_caps;
  int32_t tender_cap_count;
  struct sp_campaign_use *uses;
  int32_t use_count;
  const char **spent; /* campaigns that were skipped because a limit was reached: a replay needs to know */
  int32_t spent_count;
};

/* Is `presented` the coupon `code` of `len` bytes: the code itself, or with "-" and a serial number of letters and
 * digits behind it? Nothing else, so "VIP-GOLD-0001" is a coupon VIP-GOLD and none of VIP, and a space or a second "-"
 * at the end makes no new coupon of one that is used up. */
bool sp_coupon_is(const char *presented, const char *code, size_t len);

/* What a line costs at that price: its given_amount, or unit_price × quantity, rounded once. SP_E_RANGE. */
int sp_line_gross(const struct sp_line *line, int64_t unit_price, int64_t *out);

/* How many units a line is made of: 1 for a weighed line, quantity / 1000 otherwise (0 when that is not a whole number
 * of pieces, which the checks of a basket refuse). */
int64_t sp_line_units(const struct sp_line *line);

/* Recompute sums and prove the invariants above, and of the rest: requirements and remarks name a line of the basket or
 * none, nothing that is refused is met, each method may be tendered once and never for more than is to be paid, and no
 * single use passes a limit. SP_E_INTERNAL names the first that breaks, SP_E_RANGE says that a sum is too large. Linear
 * in what is there. */
int sp_priced_check(const struct sp_basket *basket, struct sp_priced *priced, struct sp_error *err);

#endif
