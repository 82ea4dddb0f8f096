#include "ports/rule_vm.h"

#include <string.h>

static const char *const phase_names[SP_PHASE_COUNT] = {
    [SP_PHASE_PRICE] = "price", [SP_PHASE_PROMOTION] = "promotion", [SP_PHASE_STOCK] = "stock"};

static const char *const type_names[SP_PARAM_TYPE_COUNT] = {
    [SP_PARAM_BOOLEAN] = "boolean",   [SP_PARAM_INTEGER] = "integer", [SP_PARAM_MONEY] = "money",
    [SP_PARAM_PPM] = "ppm",           [SP_PARAM_TEXT] = "text",       [SP_PARAM_TAG] = "tag",
    [SP_PARAM_CATEGORY] = "category", [SP_PARAM_PRODUCT] = "product"};

static int find(const char *const *names, int count, const char *name) {
  for (int i = 0; name && i < count; i++)
    if (strcmp(names[i], name) == 0) return i;
  return -1;
}

const char *sp_phase_name(enum sp_phase phase) {
  return phase < SP_PHASE_COUNT ? phase_names[phase] : "";
}

int sp_phase_parse(const char *name) {
  return find(phase_names, SP_PHASE_COUNT, name);
}

const char *sp_param_type_name(enum sp_param_type type) {
  return type < SP_PARAM_TYPE_COUNT ? type_names[type] : "";
}

int sp_param_type_parse(const char *name) {
  return find(type_names, SP_PARAM_TYPE_COUNT, name);
}

bool sp_param_is_text(enum sp_param_type type) {
  return type == SP_PARAM_TEXT || type == SP_PARAM_TAG || type == SP_PARAM_CATEGORY || type == SP_PARAM_PRODUCT;
}

struct sp_rule_limits sp_rule_limits_default(void) {
  return (struct sp_rule_limits){.load_budget = 20000, .call_budget = 1000000, .memory = (size_t)32 << 20};
}
