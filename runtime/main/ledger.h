/* Do the ledgers of a database prove themselves? A file may be sound, page by page, and still hold a changed amount:
 * the chains of journal and Z reports and the sums of stock, cash and sales tell. For the commands; a node tells the
 * same by GET /v1/reconciliation. */
#ifndef SP_MAIN_LEDGER_H
#define SP_MAIN_LEDGER_H

#include "base/error.h"

/* Open the database at `path`, which must have this program's schema, to read only, and prove it. Blocks for seconds on
 * a large one: `what` ("Proof") leads the progress on standard error. SP_E_CORRUPT names what is wrong; otherwise the
 * errors of the storage port. */
int sp_ledger_prove(const char *path, const char *what, struct sp_error *err);

/* Ask the node at `socket` for its proof instead. SP_E_CORRUPT as above; otherwise the errors of the client. */
int sp_ledger_ask(const char *socket, enum sp_lang lang, struct sp_error *err);

#endif
