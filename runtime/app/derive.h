/* Ids that follow from what they name: the same content gives the same id on every node and at every attempt. */
#ifndef SP_APP_DERIVE_H
#define SP_APP_DERIVE_H

#include "base/error.h"
#include "base/hash.h"
#include "base/id.h"

/* The first 16 bytes of SHA-256(kind ‖ 0 ‖ parts), shaped as a UUID of version 8 (RFC 9562 §5.8). `kind` keeps ids of
 * different things apart ("category"). The parts are hashed one after another: put a separator where one could be read
 * as two. SP_E_INTERNAL when the library refuses. */
int sp_id_derive(const char *kind, const struct sp_slice *parts, size_t count, struct sp_id *out);

#endif
