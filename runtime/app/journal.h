/* The journal: one hash-chained record for every committed fact, in the transaction that makes the fact.
 *
 * hash = SHA-256(previous hash ‖ epoch ‖ seq ‖ kind ‖ 0 ‖ version ‖ at ‖ actor ‖ generation length ‖ generation ‖
 * body), numbers as 8 bytes big-endian. The first record of a node follows 32 zero bytes. `seq` is given by the writer,
 * from 1 and without gaps. A body is bytes: hashed as stored, relayed verbatim, never re-serialised; it carries ids,
 * never personal data.
 */
#ifndef SP_APP_JOURNAL_H
#define SP_APP_JOURNAL_H

#include "app/work.h"
#include "base/hash.h"

#define SP_JOURNAL_BODY_MAX (1024 * 1024)

/* Add the record to the work's plan. `kind` is static text ("sale"); `body` must live in the work's arena. Failure
 * sticks to the plan. `generation` says whether the rules took part. */
void sp_journal_add(struct sp_work *work, const char *kind, int version, const char *body, size_t len, bool generation);

struct sp_journal_proof {
  int64_t records;
  int64_t head; /* seq of the last */
  uint8_t hash[SP_HASH_LEN];
};

/* Walk the chain from the start. SP_E_CORRUPT names the first record that does not follow from the one before. Reads
 * the whole table: for jobs and commands. */
int sp_journal_verify(struct sp_db *db, struct sp_journal_proof *out, struct sp_error *err);

#endif
