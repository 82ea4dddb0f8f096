/* What an import finds wrong in a table: the first SP_IMPORT_FINDINGS_MAX of them, and how many there were. */
#ifndef SP_APP_IMPORT_FINDINGS_H
#define SP_APP_IMPORT_FINDINGS_H

#include "base/error.h"
#include "base/json.h"

#define SP_IMPORT_FINDINGS_MAX 1000

struct sp_import_finding {
  int64_t row;     /* in the file, from 1 */
  char column[64]; /* heading as in the file */
  char value[80];  /* what stood there, cut */
  char message[256];
};

struct sp_import_findings {
  int64_t total;
  int count; /* of them in the list */
  struct sp_import_finding *list;
};

/* Room for the list; freed by sp_import_findings_free, which may be called on zeroes too. SP_E_NOMEM. */
int sp_import_findings_init(struct sp_import_findings *findings, struct sp_error *err);
void sp_import_findings_free(struct sp_import_findings *findings);
/* Texts are copied, as many whole characters as fit. */
void sp_import_findings_add(struct sp_import_findings *findings, int64_t row, const char *column, const char *value,
                            const char *message);
/* The members findings_total and findings [{row, column, value, message}] of an object that is open. */
void sp_import_findings_json(const struct sp_import_findings *findings, struct sp_json_writer *w);

#endif
