/* The devices of a store as somebody configured them: which there are, at which till, and a JSON object each that the
 * drivers understand (checked by them before it comes here). What a device is doing right now is no row: it lives with
 * the drivers.
 */
#ifndef SP_APP_DEVICE_H
#define SP_APP_DEVICE_H

#include "app/work.h"

#define SP_DEVICE_ROWS_MAX   256
#define SP_DEVICE_ID_BYTES   31    /* letters, digits, '-' and '_'; names with a dot are the node's own */
#define SP_DEVICE_CONFIG_MAX 16384 /* bytes */

struct sp_device_row {
  const char *id;
  const char *till;   /* code; "" when it belongs to no till */
  const char *class;  /* "printer", "scanner", "scale", "display" */
  const char *config; /* one JSON object */
  int64_t revision, updated_at;
};

bool sp_device_id_valid(const char *id);

/* All of them, by id, in the arena. */
int sp_device_rows(struct sp_work *work, struct sp_device_row **out, int32_t *count);
/* SP_E_NOT_FOUND. */
int sp_device_load(struct sp_work *work, const char *id, struct sp_device_row *out);

struct sp_till_printer {
  const char *till, *printer; /* code and target */
};
/* Printers that tills name and that no device stands for, as if there were no device `except`. In the arena. */
int sp_device_till_printers(struct sp_work *work, const char *except, struct sp_till_printer **out, int32_t *count);

/* Make or change one; `revision` of `row` is ignored. `expected`: −1, or SP_E_CONFLICT when the stored revision is
 * another (0: there is none yet). Journals "device". `*made` says whether it is new, `*revision` the new one.
 * SP_E_INVALID "id"; SP_E_NOT_FOUND "till"; SP_E_LIMIT: SP_DEVICE_ROWS_MAX. */
int sp_device_put(struct sp_work *work, const struct sp_device_row *row, int64_t expected, int64_t *revision,
                  bool *made);
/* SP_E_NOT_FOUND. Journals "device". */
int sp_device_remove(struct sp_work *work, const char *id);

#endif
