/* Receipt numbers: a running number per till, given out in memory so that no worker waits for another.
 *
 * The number is unique by the schema. A sale that fails after it took its number leaves a gap, which the log explains;
 * Z numbers are the ones without gaps and are given by the writer.
 */
#ifndef SP_APP_NUMBER_H
#define SP_APP_NUMBER_H

#include "app/work.h"

#define SP_TILLS_MAX 1024

struct sp_numbers;

int sp_numbers_new(struct sp_numbers **out);
void sp_numbers_free(struct sp_numbers *numbers);
/* The next number of `till`; the first call for a till reads its last from `db`. Thread-safe. SP_E_LIMIT past
 * SP_TILLS_MAX. */
int sp_numbers_next(struct sp_numbers *numbers, struct sp_db *db, const struct sp_id *till, int64_t *out,
                    struct sp_error *err);
/* Give a number back when its sale was not committed; it is reused if none was taken after it. */
void sp_numbers_return(struct sp_numbers *numbers, const struct sp_id *till, int64_t number);

#endif
