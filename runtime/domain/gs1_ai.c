#include "domain/gs1_ai.h"

#include <string.h>

enum { ANY = SP_GS1_VALUE_MAX, PLAIN = -1 };

/* first, last, kind, decimals, min, max, digits, check, predefined. */
static const struct sp_gs1_ai rows[] = {
    {"00", "00", SP_GS1_KEY, PLAIN, 18, 18, ANY, 18, true},
    {"01", "03", SP_GS1_KEY, PLAIN, 14, 14, ANY, 14, true},
    {"10", "10", SP_GS1_TEXT, PLAIN, 1, 20, 0, 0, false},
    {"11", "13", SP_GS1_DATE, PLAIN, 6, 6, ANY, 0, true},
    {"15", "17", SP_GS1_DATE, PLAIN, 6, 6, ANY, 0, true},
    {"20", "20", SP_GS1_TEXT, PLAIN, 2, 2, ANY, 0, true},
    {"21", "22", SP_GS1_TEXT, PLAIN, 1, 20, 0, 0, false},
    {"235", "235", SP_GS1_TEXT, PLAIN, 1, 28, 0, 0, false},
    {"240", "241", SP_GS1_TEXT, PLAIN, 1, 30, 0, 0, false},
    {"242", "242", SP_GS1_TEXT, PLAIN, 1, 6, ANY, 0, false},
    {"243", "243", SP_GS1_TEXT, PLAIN, 1, 20, 0, 0, false},
    {"250", "251", SP_GS1_TEXT, PLAIN, 1, 30, 0, 0, false},
    {"253", "253", SP_GS1_KEY, PLAIN, 13, 30, 13, 13, false},
    {"254", "254", SP_GS1_TEXT, PLAIN, 1, 20, 0, 0, false},
    {"255", "255", SP_GS1_KEY, PLAIN, 13, 25, ANY, 13, false},
    {"30", "30", SP_GS1_COUNT, PLAIN, 1, 8, ANY, 0, false},
    {"310", "316", SP_GS1_MEASURE, 5, 6, 6, ANY, 0, true},
    {"320", "329", SP_GS1_MEASURE, 5, 6, 6, ANY, 0, true},
    {"330", "337", SP_GS1_MEASURE, 5, 6, 6, ANY, 0, true},
    {"340", "349", SP_GS1_MEASURE, 5, 6, 6, ANY, 0, true},
    {"350", "357", SP_GS1_MEASURE, 5, 6, 6, ANY, 0, true},
    {"360", "369", SP_GS1_MEASURE, 5, 6, 6, ANY, 0, true},
    {"37", "37", SP_GS1_COUNT, PLAIN, 1, 8, ANY, 0, false},
    {"390", "390", SP_GS1_AMOUNT, 9, 1, 15, ANY, 0, false},
    {"391", "391", SP_GS1_AMOUNT, 9, 4, 18, ANY, 0, false},
    {"392", "392", SP_GS1_AMOUNT, 9, 1, 15, ANY, 0, false},
    {"393", "393", SP_GS1_AMOUNT, 9, 4, 18, ANY, 0, false},
    {"394", "394", SP_GS1_PERCENT, 3, 4, 4, ANY, 0, false},
    {"395", "395", SP_GS1_UNIT_PRICE, 5, 6, 6, ANY, 0, false},
    {"400", "401", SP_GS1_TEXT, PLAIN, 1, 30, 0, 0, false},
    {"402", "402", SP_GS1_KEY, PLAIN, 17, 17, ANY, 17, false},
    {"403", "403", SP_GS1_TEXT, PLAIN, 1, 30, 0, 0, false},
    {"410", "417", SP_GS1_KEY, PLAIN, 13, 13, ANY, 13, true},
    {"420", "420", SP_GS1_TEXT, PLAIN, 1, 20, 0, 0, false},
    {"421", "421", SP_GS1_TEXT, PLAIN, 4, 12, 3, 0, false},
    {"422", "422", SP_GS1_TEXT, PLAIN, 3, 3, ANY, 0, false},
    {"423", "423", SP_GS1_TEXT, PLAIN, 3, 15, ANY, 0, false},
    {"424", "424", SP_GS1_TEXT, PLAIN, 3, 3, ANY, 0, false},
    {"425", "425", SP_GS1_TEXT, PLAIN, 3, 15, ANY, 0, false},
    {"426", "426", SP_GS1_TEXT, PLAIN, 3, 3, ANY, 0, false},
    {"427", "427", SP_GS1_TEXT, PLAIN, 1, 3, 0, 0, false},
    {"4300", "4301", SP_GS1_TEXT, PLAIN, 1, 35, 0, 0, false},
    {"4302", "4306", SP_GS1_TEXT, PLAIN, 1, 70, 0, 0, false},
    {"4307", "4307", SP_GS1_TEXT, PLAIN, 2, 2, 0, 0, false},
    {"4308", "4308", SP_GS1_TEXT, PLAIN, 1, 30, 0, 0, false},
    {"4309", "4309", SP_GS1_TEXT, PLAIN, 20, 20, ANY, 0, false},
    {"4310", "4311", SP_GS1_TEXT, PLAIN, 1, 35, 0, 0, false},
    {"4312", "4316", SP_GS1_TEXT, PLAIN, 1, 70, 0, 0, false},
    {"4317", "4317", SP_GS1_TEXT, PLAIN, 2, 2, 0, 0, false},
    {"4318", "4318", SP_GS1_TEXT, PLAIN, 1, 20, 0, 0, false},
    {"4319", "4319", SP_GS1_TEXT, PLAIN, 1, 30, 0, 0, false},
    {"4320", "4320", SP_GS1_TEXT, PLAIN, 1, 35, 0, 0, false},
    {"4321", "4323", SP_GS1_TEXT, PLAIN, 1, 1, ANY, 0, false},
    {"4324", "4325", SP_GS1_TEXT, PLAIN, 10, 10, ANY, 0, false},
    {"4326", "4326", SP_GS1_TEXT, PLAIN, 6, 6, ANY, 0, false},
    {"4330", "4333", SP_GS1_TEXT, PLAIN, 6, 7, 6, 0, false},
    {"7001", "7001", SP_GS1_TEXT, PLAIN, 13, 13, ANY, 0, false},
    {"7002", "7002", SP_GS1_TEXT, PLAIN, 1, 30, 0, 0, false},
    {"7003", "7003", SP_GS1_TEXT, PLAIN, 10, 10, ANY, 0, false},
    {"7004", "7004", SP_GS1_TEXT, PLAIN, 1, 4, ANY, 0, false},
    {"7005", "7005", SP_GS1_TEXT, PLAIN, 1, 12, 0, 0, false},
    {"7006", "7006", SP_GS1_TEXT, PLAIN, 6, 6, ANY, 0, false},
    {"7007", "7007", SP_GS1_TEXT, PLAIN, 6, 12, ANY, 0, false},
    {"7008", "7008", SP_GS1_TEXT, PLAIN, 1, 3, 0, 0, false},
    {"7009", "7009", SP_GS1_TEXT, PLAIN, 1, 10, 0, 0, false},
    {"7010", "7010", SP_GS1_TEXT, PLAIN, 1, 2, 0, 0, false},
    {"7011", "7011", SP_GS1_TEXT, PLAIN, 6, 10, ANY, 0, false},
    {"7020", "7022", SP_GS1_TEXT, PLAIN, 1, 20, 0, 0, false},
    {"7023", "7023", SP_GS1_TEXT, PLAIN, 1, 30, 0, 0, false},
    {"7030", "7039", SP_GS1_TEXT, PLAIN, 4, 30, 3, 0, false},
    {"7040", "7040", SP_GS1_TEXT, PLAIN, 4, 4, 1, 0, false},
    {"710", "717", SP_GS1_TEXT, PLAIN, 1, 20, 0, 0, false},
    {"7230", "7239", SP_GS1_TEXT, PLAIN, 3, 30, 0, 0, false},
    {"7240", "7240", SP_GS1_TEXT, PLAIN, 1, 20, 0, 0, false},
    {"7241", "7241", SP_GS1_TEXT, PLAIN, 2, 2, ANY, 0, false},
    {"7242", "7242", SP_GS1_TEXT, PLAIN, 1, 25, 0, 0, false},
    {"8001", "8001", SP_GS1_TEXT, PLAIN, 14, 14, ANY, 0, false},
    {"8002", "8002", SP_GS1_TEXT, PLAIN, 1, 20, 0, 0, false},
    {"8003", "8003", SP_GS1_KEY, PLAIN, 14, 30, 14, 14, false},
    {"8004", "8004", SP_GS1_TEXT, PLAIN, 1, 30, 0, 0, false},
    {"8005", "8005", SP_GS1_TEXT, PLAIN, 6, 6, ANY, 0, false},
    {"8006", "8006", SP_GS1_KEY, PLAIN, 18, 18, ANY, 14, false},
    {"8007", "8007", SP_GS1_TEXT, PLAIN, 1, 34, 0, 0, false},
    {"8008", "8008", SP_GS1_TEXT, PLAIN, 8, 12, ANY, 0, false},
    {"8009", "8009", SP_GS1_TEXT, PLAIN, 1, 50, 0, 0, false},
    {"8010", "8010", SP_GS1_TEXT, PLAIN, 1, 30, 0, 0, false},
    {"8011", "8011", SP_GS1_TEXT, PLAIN, 1, 12, ANY, 0, false},
    {"8012", "8012", SP_GS1_TEXT, PLAIN, 1, 20, 0, 0, false},
    {"8013", "8013", SP_GS1_TEXT, PLAIN, 1, 25, 0, 0, false},
    {"8017", "8018", SP_GS1_KEY, PLAIN, 18, 18, ANY, 18, false},
    {"8019", "8019", SP_GS1_TEXT, PLAIN, 1, 10, ANY, 0, false},
    {"8020", "8020", SP_GS1_TEXT, PLAIN, 1, 25, 0, 0, false},
    {"8026", "8026", SP_GS1_KEY, PLAIN, 18, 18, ANY, 14, false},
    {"8030", "8030", SP_GS1_TEXT, PLAIN, 1, 90, 0, 0, false},
    {"8110", "8110", SP_GS1_TEXT, PLAIN, 1, 70, 0, 0, false},
    {"8111", "8111", SP_GS1_TEXT, PLAIN, 4, 4, ANY, 0, false},
    {"8112", "8112", SP_GS1_TEXT, PLAIN, 1, 70, 0, 0, false},
    {"8200", "8200", SP_GS1_TEXT, PLAIN, 1, 70, 0, 0, false},
    {"90", "90", SP_GS1_TEXT, PLAIN, 1, 30, 0, 0, false},
    {"91", "99", SP_GS1_TEXT, PLAIN, 1, 90, 0, 0, false},
};

const struct sp_gs1_ai *sp_gs1_ai_of(const char *text, size_t len, size_t *ai_len) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct sp_gs1_ai *row = &rows[i];
    size_t stem = strlen(row->first);
    if (len < stem || memcmp(text, row->first, stem) < 0 || memcmp(text, row->last, stem) > 0) continue;
    size_t digits = 0;
    while (digits < stem && text[digits] >= '0' && text[digits] <= '9')
      digits++;
    if (digits < stem) continue; /* "1:" lies between "11" and "20" */
    if (row->decimals < 0) {
      *ai_len = stem;
      return row;
    }
    if (len == stem || text[stem] < '0' || text[stem] > '0' + row->decimals) return NULL;
    *ai_len = stem + 1;
    return row;
  }
  return NULL;
}
