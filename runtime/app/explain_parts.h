/* The insides of explanations; private to explain*.c. */
#ifndef SP_APP_EXPLAIN_PARTS_H
#define SP_APP_EXPLAIN_PARTS_H

#include "app/explain.h"

/* What an explanation is made of beside the sale: as the rules saw and priced it. */
struct sp_explain_source {
  const struct sp_basket *basket; /* null: nothing is known but the trace */
  const struct sp_context *context;
  const struct sp_priced *priced;
};

/* Steps from the sale's trace, others from the engine. Sets everything of `out` but sale, name and notice. */
int sp_explain_make(struct sp_work *work, struct sp_sale *sale, const struct sp_bundle *bundle,
                    const struct sp_explain_source *source, struct sp_explanation *out);

/* Why a campaign gave nothing, as a sentence: `entry` is what sp_engine_why_nothing gives of it. In the arena; null
 * when memory ran out. (explain_why.c) */
const char *sp_explain_why(struct sp_work *work, const struct sp_bundle *bundle, const struct cJSON *entry);

#endif
