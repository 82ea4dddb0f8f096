#include "app/derive.h"

#include <string.h>

int sp_id_derive(const char *kind, const struct sp_slice *parts, size_t count, struct sp_id *out) {
  struct sp_slice all[8] = {{kind, strlen(kind) + 1}};
  uint8_t hash[SP_HASH_LEN];
  if (count > sizeof all / sizeof all[0] - 1) return SP_E_INTERNAL;
  if (count > 0) memcpy(all + 1, parts, count * sizeof *parts);
  int rc = sp_hash(all, count + 1, hash);
  if (rc != 0) return rc;
  memcpy(out->bytes, hash, SP_ID_LEN);
  out->bytes[6] = (uint8_t)((out->bytes[6] & 0x0F) | 0x80);
  out->bytes[8] = (uint8_t)((out->bytes[8] & 0x3F) | 0x80);
  return 0;
}
