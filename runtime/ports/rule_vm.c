#include "ports/rule_vm.h"

#include <string.h>

static const char *const phase_names[SP_PHASE_COUNT] = {
    [SP_PHASE_CLASSIFY] = "classify", [SP_PHASE_COMPOSE] = "compose",
    [SP_PHASE_PRICE] = "price",       [SP_PHASE_PROMOTION] = "promotion",
    [SP_PHASE_COUPON] = "coupon",     [SP_PHASE_TENDER] = "tender",
    [SP_PHASE_CHECK] = "check",       [SP_PHASE_STOCK] = "stock",
    [SP_PHASE_OBSERVE] = "observe",   [SP_PHASE_HOOK] = "hook"};

static const struct {
  const char *name;
  enum sp_param_form form;
} types[SP_PARAM_TYPE_COUNT] = {[SP_PARAM_BOOLEAN] = {"boolean", SP_FORM_INTEGER},
                                [SP_PARAM_INTEGER] = {"integer", SP_FORM_INTEGER},
                                [SP_PARAM_MONEY] = {"money", SP_FORM_INTEGER},
                                [SP_PARAM_PPM] = {"ppm", SP_FORM_INTEGER},
                                [SP_PARAM_MINUTE] = {"minute", SP_FORM_INTEGER},
                                [SP_PARAM_DATE] = {"date", SP_FORM_INTEGER},
                                [SP_PARAM_TEXT] = {"text", SP_FORM_TEXT},
                                [SP_PARAM_CHOICE] = {"choice", SP_FORM_TEXT},
                                [SP_PARAM_TAG] = {"tag", SP_FORM_TEXT},
                                [SP_PARAM_CATEGORY] = {"category", SP_FORM_TEXT},
                                [SP_PARAM_PRODUCT] = {"product", SP_FORM_TEXT},
                                [SP_PARAM_LEVEL] = {"level", SP_FORM_TEXT},
                                [SP_PARAM_COUPON] = {"coupon", SP_FORM_TEXT},
                                [SP_PARAM_TEXTS] = {"texts", SP_FORM_LIST},
                                [SP_PARAM_TAGS] = {"tags", SP_FORM_LIST},
                                [SP_PARAM_CATEGORIES] = {"categories", SP_FORM_LIST},
                                [SP_PARAM_PRODUCTS] = {"products", SP_FORM_LIST},
                                [SP_PARAM_LEVELS] = {"levels", SP_FORM_LIST},
                                [SP_PARAM_TIERS] = {"tiers", SP_FORM_TIERS},
                                [SP_PARAM_PRICES] = {"prices", SP_FORM_PRICES}};

static const struct {
  const char *name;
  uint32_t bit;
} needs[] = {{"member.tags", SP_NEED_TAGS},           {"member.points", SP_NEED_POINTS},
             {"member.birthday", SP_NEED_BIRTHDAY},   {"member.joined", SP_NEED_JOINED},
             {"member.purchases", SP_NEED_PURCHASES}, {"member.used", SP_NEED_USED}};

const char *sp_phase_name(enum sp_phase phase) {
  return phase < SP_PHASE_COUNT ? phase_names[phase] : "";
}

int sp_phase_parse(const char *name) {
  for (int i = 0; name && i < SP_PHASE_COUNT; i++)
    if (strcmp(phase_names[i], name) == 0) return i;
  return -1;
}

bool sp_phase_stacks(enum sp_phase phase) {
  return phase == SP_PHASE_PROMOTION || phase == SP_PHASE_COUPON;
}

const char *sp_param_type_name(enum sp_param_type type) {
  return type < SP_PARAM_TYPE_COUNT ? types[type].name : "";
}

int sp_param_type_parse(const char *name) {
  for (int i = 0; name && i < SP_PARAM_TYPE_COUNT; i++)
    if (strcmp(types[i].name, name) == 0) return i;
  return -1;
}

enum sp_param_form sp_param_form(enum sp_param_type type) {
  return type < SP_PARAM_TYPE_COUNT ? types[type].form : SP_FORM_INTEGER;
}

uint32_t sp_rule_need_parse(const char *name) {
  for (size_t i = 0; name && i < sizeof needs / sizeof needs[0]; i++)
    if (strcmp(needs[i].name, name) == 0) return needs[i].bit;
  return 0;
}

struct sp_rule_limits sp_rule_limits_default(void) {
  return (struct sp_rule_limits){.load_budget = 20000, .call_budget = 250000, .memory = (size_t)32 << 20};
}
