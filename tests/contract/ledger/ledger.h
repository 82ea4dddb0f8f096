/* A node reduced to its writer: plans that append to the journal, on a disk that can fail, and the proof of what is
 * left. Shared by the programs of this folder. */
#ifndef SP_TESTS_CONTRACT_LEDGER_H
#define SP_TESTS_CONTRACT_LEDGER_H

#include "ports/plan.h"
#include "tests/support/crash_vfs.h"

#define LEDGER_PLANS 1024 /* per life of a disk */
#define LEDGER_GROUP 8
#define LEDGER_PARTS 2 /* records a plan appends */

/* What a disk holds before a run begins. */
struct ledger_template {
  unsigned char *database, *log; /* malloc'ed; the log may be null */
  size_t database_len, log_len;
};

struct ledger {
  struct sp_crash *disk;
  const char *vfs;
  struct sp_db *db;
  struct sp_arena arena;
  int plans; /* tried so far */
  bool acknowledged[LEDGER_PLANS];
  uint64_t random;
};

/* What the proof found. */
struct ledger_proof {
  int lost;   /* acknowledged and not there */
  int broken; /* there in part, twice, or out of order */
};

/* A migrated database, with `frames` (about) in its log when it was copied; 0: closed in order. 0 or an error. */
int ledger_template_make(struct sp_crash *disk, const char *vfs, int frames, struct ledger_template *out,
                         struct sp_error *err);
void ledger_template_free(struct ledger_template *template);

/* A fresh disk with the template's files. */
int ledger_begin(struct ledger *ledger, struct sp_crash *disk, const char *vfs, const struct ledger_template *template,
                 uint64_t seed);
void ledger_end(struct ledger *ledger);
int ledger_open(struct ledger *ledger, struct sp_error *err);
void ledger_close(struct ledger *ledger);

/* Commit a group of `count` new plans; `results` (may be null) gets each outcome. Returns how many were acknowledged.
 */
int ledger_commit(struct ledger *ledger, int count, int *results);

/* Read the journal back. 0 or an error; a damaged file is SP_E_CORRUPT. */
int ledger_prove(struct ledger *ledger, struct ledger_proof *out, struct sp_error *err);

#endif
