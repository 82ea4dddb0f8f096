/* The generation of one request. */
#include "app/rules.h"
#include "app/rules_parts.h"
#include "base/log.h"
#include "base/text.h"

#include <string.h>

int sp_rules_hold(struct sp_work *work, struct sp_bundle *bundle) {
  if (bundle == NULL) return 0;
  if (work->held_count == SP_WORK_HELD_MAX) {
    sp_bundle_release(bundle);
    return sp_fail(work->err, SP_E_LIMIT, "generation", "One request looks at no more than %d generations of rules",
                   SP_WORK_HELD_MAX);
  }
  work->held[work->held_count++] = bundle;
  return 0;
}

void sp_rules_leave(struct sp_work *work) {
  for (int i = 0; i < work->held_count; i++)
    sp_bundle_release(work->held[i]);
  work->held_count = 0;
}

int sp_rules_use_bundle(struct sp_work *work, const struct sp_bundle *bundle) {
  struct sp_rule_vm *vm = NULL;
  if (work->machines == NULL) return sp_fail(work->err, SP_E_INTERNAL, NULL, "This thread keeps no rule machines");
  int rc = sp_machines_get(work->machines, bundle, &vm, work->err);
  if (rc != 0) return rc;
  work->bundle = bundle;
  work->vm = vm;
  return 0;
}

int sp_rules_enter(struct sp_work *work, struct sp_worker *worker) {
  struct sp_rules *rules = work->app->rules;
  work->machines = worker->machines;
  if (rules == NULL) {
    work->bundle = work->app->bundle;
    work->vm = worker->vm;
    return 0;
  }
  struct sp_bundle *bundle = sp_rules_current(rules, &work->actor.till);
  if (bundle == NULL) return sp_fail(work->err, SP_E_STATE, NULL, "No rules are loaded");
  int rc = sp_rules_hold(work, bundle);
  return rc == 0 ? sp_rules_use_bundle(work, bundle) : rc;
}

int sp_rules_use(struct sp_work *work, const uint8_t hash[SP_HASH_LEN]) {
  struct sp_bundle *bundle = NULL;
  if (work->bundle != NULL && memcmp(sp_bundle_hash(work->bundle), hash, SP_HASH_LEN) == 0) return 0;
  int rc = sp_rules_load(work, hash, &bundle);
  return rc == 0 ? sp_rules_use_bundle(work, bundle) : rc;
}

/* Only what is wrong with the generation itself; the rest is an error like any other. */
static bool is_lost(int rc) {
  return rc == SP_E_NOT_FOUND || rc == SP_E_INVALID || rc == SP_E_RULE || rc == SP_E_EXISTS || rc == SP_E_CORRUPT ||
         rc == SP_E_UNSUPPORTED || rc == SP_E_LIMIT;
}

int sp_rules_pin(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], const char **notice) {
  char hex[SP_HASH_HEX];
  *notice = NULL;
  int rc = sp_rules_use(work, hash);
  if (rc == 0 || !is_lost(rc)) return rc;
  sp_hash_hex(hash, hex);
  sp_log(SP_LOG_WARN, "rules", "generation %.12s cannot be loaded, its basket is priced anew: %s", hex,
         work->err->message);
  *work->err = (struct sp_error){.lang = work->lang};
  *notice = sp_tr(work->lang, "The rules this basket was opened with are gone: it is priced by those of now");
  return 0;
}
