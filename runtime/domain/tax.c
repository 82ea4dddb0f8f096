#include "domain/tax.h"

#include "base/error.h"
#include "domain/money.h"

int sp_tax_included(int64_t paid, int32_t ppm, int64_t *tax) {
  if (ppm < 0 || ppm > SP_PPM) return SP_E_INVALID;
  return sp_money_muldiv(paid, ppm, (int64_t)SP_PPM + ppm, tax);
}
