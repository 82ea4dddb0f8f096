/* Parts of a basket and of its price as JSON, the same wherever they are stored, answered or tried. Each writes an
 * array, empty when there is nothing. */
#ifndef SP_DOMAIN_BASKET_JSON_H
#define SP_DOMAIN_BASKET_JSON_H

#include "base/json.h"
#include "domain/basket.h"

/* [{line, campaign, rule, amount}] */
void sp_allocations_json(const struct sp_allocation *list, int32_t count, struct sp_json_writer *w);
/* [{campaign, product}] */
void sp_choices_json(const struct sp_choice *list, int32_t count, struct sp_json_writer *w);
/* [{campaign, subject, uses, amount, units}]; limits are not told */
void sp_campaign_uses_json(const struct sp_campaign_use *list, int32_t count, struct sp_json_writer *w);

#endif
