/* Do two campaigns get in each other's way? Told from what they say of themselves, without asking a rule. */
#ifndef SP_ENGINE_CONFLICT_H
#define SP_ENGINE_CONFLICT_H

#include "engine/bundle.h"

/* Does the order decide what a campaign gets: is it of the price phase, of a stacking group that uses units
 * up, or of a hook whose first answer decides? */
bool sp_conflict_competes(const struct sp_bundle *bundle, int32_t campaign);
/* An order in which campaigns with the same rule and the same parameters are equal (0). */
int sp_conflict_params(const struct sp_campaign *a, const struct sp_campaign *b);
/* Can both be live for one basket? */
bool sp_conflict_meet(const struct sp_campaign *a, const struct sp_campaign *b);
/* Is `a` live whenever `b` is, without a limit that could end it first? May say no where the answer is yes. */
bool sp_conflict_covers(const struct sp_campaign *a, const struct sp_campaign *b);
/* Is there no day it could be live on? */
bool sp_conflict_never(const struct sp_campaign *campaign);

#endif
