/* Ids: UUIDv7 (RFC 9562 §5.7), made offline, 16 bytes inside and text at the borders. */
#ifndef SP_BASE_ID_H
#define SP_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#define SP_ID_LEN  16
#define SP_ID_TEXT 37 /* 36 characters and a NUL */

struct sp_id {
  uint8_t bytes[SP_ID_LEN];
};

/* A new id: 48 bits of `now_ms`, then 74 random bits from the kernel. Ids of one millisecond are unordered.
 * Returns SP_E_IO when the kernel gives no randomness. */
int sp_id_new(int64_t now_ms, struct sp_id *out);
void sp_id_format(const struct sp_id *id, char out[SP_ID_TEXT]); /* lower case, hyphens */
/* Accepts the 36-character form only, either case. Returns SP_E_INVALID otherwise. */
int sp_id_parse(const char *text, struct sp_id *out);
bool sp_id_is_nil(const struct sp_id *id);
bool sp_id_equal(const struct sp_id *a, const struct sp_id *b);

#endif
