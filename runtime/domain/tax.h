/* 价税分离: prices include tax; each line is split, and the sums of a sale are the sums of its lines. */
#ifndef SP_DOMAIN_TAX_H
#define SP_DOMAIN_TAX_H

#include <stdint.h>

/* The tax inside `paid` at `ppm` (130000 is 13 %): paid · ppm / (10^6 + ppm), rounded half away from zero.
 * 0 ≤ ppm ≤ 10^6, `paid` may be negative (a refund). SP_E_RANGE, SP_E_INVALID. */
int sp_tax_included(int64_t paid, int32_t ppm, int64_t *tax);

#endif
