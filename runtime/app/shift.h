/* Cash shifts: opening float, money put in and taken out with reasons, blind count, X and Z reports.
 *
 * A till has at most one open shift. Closing is local and never refused for what another node or a late item did:
 * whatever comes later belongs to the next shift. Z numbers are gap-free per till, and each Z report carries the hash
 * of the one before: hash = SHA-256(previous ‖ till id ‖ number as 8 bytes big-endian ‖ body), the first previous being
 * 32 zero bytes.
 */
#ifndef SP_APP_SHIFT_H
#define SP_APP_SHIFT_H

#include "app/work.h"
#include "base/hash.h"
#include "domain/shift_report.h"

struct sp_shift {
  struct sp_id id, till, opened_by, closed_by;
  const char *till_code;
  int64_t number;               /* of the till, from 1 */
  int64_t opened_at, closed_at; /* closed_at 0: open */
  int32_t business_day;
  int64_t opening_float;
  int64_t cash;    /* what should be in the drawer */
  int64_t entries; /* sales and cash moves so far */
  int64_t counted; /* of a closed shift */
};

/* The shift of the actor's till that is open now. SP_E_STATE when none is. */
int sp_shift_current(struct sp_work *work, struct sp_shift *out);
int sp_shift_load(struct sp_work *work, const struct sp_id *id, struct sp_shift *out);

/* Open one at the actor's till with `opening_float` fen in the drawer. SP_E_EXISTS when one is open. */
int sp_shift_open(struct sp_work *work, int64_t opening_float, struct sp_shift *out);

/* Put cash in (`amount` > 0) or take it out (< 0), with a reason. `*id` names the entry. */
int sp_shift_move_cash(struct sp_work *work, int64_t amount, const char *reason, struct sp_id *id);

/* The report as data; everything lives in the arena. An X report of an open shift hides the expected cash from a
 * cashier, so that the count stays blind. A closed shift gives its Z report, made
 * again out of the same ledgers, with its number and hashes; `copy` is the caller's to set. */
int sp_shift_report_make(struct sp_work *work, const struct sp_shift *shift, struct sp_shift_report *out);
/* The report laid out in the work's language; one of training says so. In the work's arena. */
int sp_shift_report_print(struct sp_work *work, const struct sp_shift_report *report, int columns,
                          struct sp_print *out);

/* Close the actor's shift with `counted` fen in the drawer. The report's number and hash are given when it is
 * committed: load it by the shift afterwards. SP_E_CONFLICT when something was sold meanwhile (run again). */
int sp_shift_close(struct sp_work *work, int64_t counted, struct sp_shift *out);

/* The number and hashes that the writer will give the Z report of a shift that this very plan closes: nobody else can
 * close one at that till before. `report` is as sp_shift_report_make left it. */
int sp_z_expect(struct sp_work *work, const struct sp_shift *shift, struct sp_shift_report *report);

struct sp_z {
  int64_t number;
  struct sp_id shift;
  int64_t at;
  const char *body; /* the report as JSON, exactly as hashed */
  uint8_t previous[SP_HASH_LEN], hash[SP_HASH_LEN];
};

/* SP_E_NOT_FOUND. */
int sp_z_of_shift(struct sp_work *work, const struct sp_id *shift, struct sp_z *out);
int sp_z_load(struct sp_work *work, const struct sp_id *till, int64_t number, struct sp_z *out);
/* Walk every till's chain. SP_E_CORRUPT names the first report that is missing, moved or changed. `count` gets how
 * many. */
int sp_z_verify(struct sp_db *db, int64_t *count, struct sp_error *err);

#endif
