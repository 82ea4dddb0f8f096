/* For devices/sim/scale*.c only: one writer a protocol. */
#ifndef SP_DEVICES_SIM_SCALE_WRITE_H
#define SP_DEVICES_SIM_SCALE_WRITE_H

#include "devices/sim/scale.h"

typedef void (*sp_scale_sim_write)(const struct sp_scale_sim *sim, struct sp_buf *out);

/* Null when there is none of that name. */
sp_scale_sim_write sp_scale_sim_writer(const char *protocol);

/* Dialog 06: why there is no result, as its two digits; 0 when there is one. */
int sp_scale_sim_dialog_status(const struct sp_scale_sim *sim);
/* The status answers that do not depend on a weight. */
void sp_scale_sim_write_status_8217(const struct sp_scale_sim *sim, struct sp_buf *out);
void sp_scale_sim_write_status_nci(const struct sp_scale_sim *sim, struct sp_buf *out);

#endif
