/* A counter on the crashing disk: switched off and on again without building its rules anew, and disks copied from a
 * template, so that ten thousand power cuts take minutes.
 */
#ifndef SP_TESTS_CONTRACT_POWER_H
#define SP_TESTS_CONTRACT_POWER_H

#include "tests/contract/counter/counter.h"
#include "tests/support/crash_vfs.h"

/* Close the connections and forget what is in memory; the rules stay. */
void power_off(struct counter *counter);
/* Start on the disk as it is. On failure the counter is off. */
int power_on(struct counter *counter);

/* Write the log back into the database, as the writer does now and then ("PASSIVE", "RESTART"). What goes wrong is
 * nobody's loss and not said. */
void power_checkpoint(struct counter *counter, const char *mode);

/* The files of a node. */
struct power_template {
  unsigned char *database, *log;
  size_t database_len, log_len;
};

/* Copy what readers see of the disk at this moment. */
int power_template(struct sp_crash *disk, struct power_template *out);
/* An empty disk with these files. Nobody may hold it open. */
int power_load(struct sp_crash *disk, const struct power_template *from, uint64_t seed);
/* Sell, on the counter that is on, until one more sale lets the writer's own housekeeping begin a checkpoint, and copy
 * the disk as it was before that. */
int power_template_long(struct counter *counter, struct sp_crash *disk, struct power_template *out);
void power_template_free(struct power_template *from);

#endif
