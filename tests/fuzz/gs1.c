/* Any bytes as a GS1 element string: refused with a reason, or read so that writing it in either spelling and reading
 * that gives the same elements, each within its bounds. */
#include "domain/gs1.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int truth) {
  if (!truth) abort();
}

static void check_elements(const struct sp_gs1 *gs1) {
  expect(gs1->count > 0 && gs1->count <= SP_GS1_ELEMENTS_MAX);
  for (int i = 0; i < gs1->count; i++) {
    const struct sp_gs1_element *element = &gs1->elements[i];
    expect(strlen(element->ai) >= 2 && strlen(element->ai) <= 4 && element->value[0] != '\0');
    expect(element->number >= 0);
    expect(sp_gs1_find(gs1, element->ai) == element); /* no AI stands twice */
  }
}

static void check_again(const struct sp_gs1 *gs1, bool printed) {
  struct sp_gs1 again;
  struct sp_buf out;
  sp_buf_init(&out, 8 * SP_GS1_TEXT_MAX);
  expect(sp_gs1_write(gs1, printed, &out) == 0);
  if (out.len <= SP_GS1_TEXT_MAX) { /* brackets make it longer than what was read */
    expect(sp_gs1_parse(out.data, out.len, &again, NULL) == 0 && again.count == gs1->count);
    for (int i = 0; i < gs1->count; i++)
      expect(strcmp(again.elements[i].ai, gs1->elements[i].ai) == 0 &&
             strcmp(again.elements[i].value, gs1->elements[i].value) == 0 &&
             again.elements[i].number == gs1->elements[i].number);
  }
  sp_buf_free(&out);
}

static void check_goods(const struct sp_gs1 *gs1) {
  for (int digits = 0; digits <= 4; digits++) {
    struct sp_gs1_goods goods;
    struct sp_error err = {.lang = SP_LANG_ZH};
    int rc = sp_gs1_goods(gs1, 2026, digits, &goods, &err);
    expect(rc == 0 || (err.code == rc && err.field[0] && err.message[0]));
    if (rc == 0) expect(goods.grams >= 0 && goods.amount >= 0 && goods.amount <= 10000000000LL);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sp_gs1 gs1;
  struct sp_error err = {.lang = SP_LANG_EN};
  char *text = malloc(size + 1); /* its own block, so that reading past the end is seen */
  expect(text != NULL);
  memcpy(text, data, size);
  int rc = sp_gs1_parse(text, size, &gs1, &err);
  (void)sp_gs1_is(text, size);
  bool separated = false;
  if (sp_gs1_bare(text, size, &separated)) expect(rc == 0 && sp_gs1_find(&gs1, "01") != NULL);
  free(text);
  if (rc != 0) {
    expect(err.code == rc && err.message[0] && gs1.count == 0);
    return 0;
  }
  check_elements(&gs1);
  check_again(&gs1, false);
  check_again(&gs1, true);
  check_goods(&gs1);
  return 0;
}
