/* The database of training, made from the shop's: goods, prices, barcodes, people with their PINs, tills, settings,
 * campaigns and rules, and none of what happened: no sale, basket, shift, stock, journal, printout or alarm, no
 * session, token, device or webhook. It has a node id, an epoch and numbers of its own. */
#ifndef SP_MAIN_TRAINING_COPY_H
#define SP_MAIN_TRAINING_COPY_H

#include "loop/executor.h"
#include "main/node.h"

/* Make FOLDER/suanpan.db (and the folder) from one moment of the shop's database, over a read connection of its own, so
 * tills go on. Nobody has the old copy open. It is written under another name and renamed when it is whole and on disk:
 * a crash leaves the old copy, none, or the new one. Locked PINs of the old copy stay locked, so beginning anew gives
 * nobody more guesses. Blocks: some seconds for 100,000 products; `job` may be cancelled meanwhile (SP_E_STATE). */
int sp_training_copy(const struct sp_node *shop, const char *folder, struct sp_loop_job *job, struct sp_error *err);

#endif
