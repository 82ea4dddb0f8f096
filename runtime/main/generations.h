/* The rules of a node that serves: its folder watched, its canary taken back, its shadow followed, old generations
 * forgotten. Everything here is called on the loop.
 */
#ifndef SP_MAIN_GENERATIONS_H
#define SP_MAIN_GENERATIONS_H

#include "app/rules_change.h"
#include "main/node.h"

#define SP_GENERATIONS_QUIET_MS 100 /* from the first change in the folder until it is read */

struct sp_generations;

/* The node must be started and outlive it. A folder that cannot be watched is only logged. SP_E_NOMEM. */
int sp_generations_new(struct sp_node *node, struct sp_generations **out, struct sp_error *err);
/* Before the executor stops: take up nothing more. The watch goes with the next turns of the loop. */
void sp_generations_stop(struct sp_generations *generations); /* null is allowed */
/* After it stopped. */
void sp_generations_free(struct sp_generations *generations);

/* The rules changed: a shadow may have come or gone. */
void sp_generations_changed(struct sp_generations *generations);
/* The canary left its gate: take it back, once. */
void sp_generations_withdraw(struct sp_generations *generations, const struct sp_verdict *verdict);
/* Now and then: forget what nothing names. */
void sp_generations_sweep(struct sp_generations *generations);

#endif
