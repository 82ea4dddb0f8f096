/* The test host: Debian's busted in a full Lua state of our own process, for `suanpan test`.
 *
 * Two kinds of Lua states, and nothing but plain values between them: specs run in the full one (io, os, any module),
 * rules in machines of the very bundles and engine the till has. A spec reaches them through the module
 * `suanpan.testing` (rules/lib/suanpan/testing.lua), which is made of the functions here. Never used by a serving node.
 */
#ifndef SP_LUA_HOST_H
#define SP_LUA_HOST_H

#include "base/error.h"

struct sp_host_options {
  const char *const *words; /* after `test`: a pack or a spec, then busted's options and ours; see `suanpan test --help`
                             */
  int word_count;
  enum sp_lang lang;
};

/* Run, printing as busted does. 0 when it came to an end: `status` is then the exit status (0 only when at least one
 * test ran and all were good). SP_E_NOT_FOUND when busted is not installed, SP_E_NOMEM, SP_E_INTERNAL. Blocks for as
 * long as the specs take. */
int sp_host_run(const struct sp_host_options *options, int *status, struct sp_error *err);

#endif
