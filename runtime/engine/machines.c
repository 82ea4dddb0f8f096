#include "engine/engine.h"

#include <stddef.h>

/* The slot of `bundle`, else an empty one, else the one unused for longest. */
static int choose(const struct sp_machines *machines, const struct sp_bundle *bundle) {
  int best = 0;
  for (int i = 0; i < SP_MACHINES_MAX; i++) {
    if (machines->slots[i].bundle == bundle) return i;
    if (machines->slots[i].used < machines->slots[best].used) best = i;
  }
  return best;
}

static void empty(struct sp_machines *machines, int i) {
  struct sp_rule_vm *vm = machines->slots[i].vm;
  if (vm) vm->api->close(vm);
  sp_bundle_release((struct sp_bundle *)machines->slots[i].bundle);
  machines->slots[i].bundle = NULL;
  machines->slots[i].vm = NULL;
  machines->slots[i].used = 0;
}

int sp_machines_get(struct sp_machines *machines, const struct sp_bundle *bundle, struct sp_rule_vm **out,
                    struct sp_error *err) {
  int at = choose(machines, bundle);
  *out = NULL;
  if (machines->slots[at].bundle != bundle) {
    struct sp_rule_vm *vm = NULL;
    int rc = sp_bundle_vm_open(bundle, &vm, err);
    if (rc) return rc;
    empty(machines, at);
    machines->slots[at].bundle = sp_bundle_retain((struct sp_bundle *)bundle);
    machines->slots[at].vm = vm;
  }
  machines->slots[at].used = ++machines->clock;
  *out = machines->slots[at].vm;
  return 0;
}

void sp_machines_close(struct sp_machines *machines) {
  for (int i = 0; i < SP_MACHINES_MAX; i++)
    empty(machines, i);
  machines->clock = 0;
}
