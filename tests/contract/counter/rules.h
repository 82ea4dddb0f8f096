/* A pack for tests with a rule of every phase:
 *
 *   test.tag {tag, as}           classify: what carries one tag gets another
 *   test.deposit {tag, product}  compose: as much of the product as of what carries the tag
 *   test.broken_deposit {tag}    compose: fails
 *   test.price {tag, price}      price
 *   test.everything              promotion: 20 % off all units
 *   test.steps {at, off}         promotion: so much off the whole from so much on
 *   test.choice                  promotion: the chosen product is free, once
 *   test.broken {tag}            promotion: fails
 *   test.coupon {coupon}         coupon: half price for all units
 *   test.points                  tender: as much as the member has points
 *   test.ask {tag, product, how} check: "age18" to confirm, "boss" to approve, "never" to refuse
 *   test.remark                  observe: what is missing to ten yuan
 */
#ifndef SP_TESTS_CONTRACT_COUNTER_RULES_H
#define SP_TESTS_CONTRACT_COUNTER_RULES_H

#include "tests/contract/counter/counter.h"

/* counter_start with these rules. `campaigns` is the text of a campaigns.json. */
int counter_start_rules(struct counter *counter, const char *campaigns, const char *vfs);

#endif
