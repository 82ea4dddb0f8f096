/* One compiled pattern, private to label*.c. */
#ifndef SP_DOMAIN_LABEL_RULE_H
#define SP_DOMAIN_LABEL_RULE_H

#include "domain/label.h"

enum sp_label_fit {
  SP_LABEL_NO,    /* another shape */
  SP_LABEL_WRONG, /* the shape, but a check digit is wrong */
  SP_LABEL_FITS,
};

/* The slot for position `at` of a code of `len` bytes, min ≤ len ≤ max. `literal` gets its character. */
char sp_label_slot(const struct sp_label_rule *rule, int len, int at, char *literal);

/* Match and, where `out` is not null, fill its code and numbers. `text` has `len` bytes and a NUL. */
enum sp_label_fit sp_label_fit(const struct sp_label_rule *rule, const char *text, int len, struct sp_label *out);

/* Fill in the V and C of a code whose other characters stand: what fits the pattern then, if anything does. */
void sp_label_fill_checks(const struct sp_label_rule *rule, char *text, int len);

/* < 0 when a goes before b. Without `names` 0 means that only the name could decide. */
int sp_label_order(const struct sp_label_rule *a, const struct sp_label_rule *b, bool names);

/* Compile `from` into `rule`. SP_E_INVALID with field "pattern", "name", "sample" … */
int sp_label_compile(const struct sp_label_pattern *from, struct sp_label_rule *rule, struct sp_error *err);

#endif
