/* Running a pack's specs where nothing can be harmed: busted needs io and os, so it never runs in the node itself. */
#ifndef SP_MAIN_SPECS_H
#define SP_MAIN_SPECS_H

#include "base/buf.h"
#include "base/error.h"
#include "engine/engine.h"
#include "loop/executor.h"

#define SP_SPECS_MS         60000 /* a pack's specs end within a minute */
#define SP_SPECS_OUTPUT_MAX 65536

/* Write the files into a new folder of the system's temporary one (the data folder is closed to others), run `suanpan
 * test` on it as a child, wait, and remove it. The child has its own process group, no environment, no more rights than
 * it had (and nobody's when the node is root), one minute of processor, 512 MiB, no core, files of at most 16 MiB; it
 * is killed at the deadline or when the job is cancelled. `out` gets what it wrote. SP_E_STATE: red, none ran, or out
 * of time; SP_E_IO. */
int sp_specs_run(const struct sp_pack_file *files, int32_t count, struct sp_loop_job *job, struct sp_buf *out,
                 struct sp_error *err);

#endif
