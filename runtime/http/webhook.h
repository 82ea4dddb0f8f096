/* Standard Webhooks (standardwebhooks.com, specification 1.0.0): what a receiver needs to know that a message is ours
 * and not an old one. The signature is HMAC-SHA-256 over "id.timestamp.body", in base64 after "v1,".
 */
#ifndef SP_HTTP_WEBHOOK_H
#define SP_HTTP_WEBHOOK_H

#include "base/error.h"
#include <stddef.h>
#include <stdint.h>

#define SP_WEBHOOK_KEY_MIN   24 /* bytes of a secret */
#define SP_WEBHOOK_KEY_MAX   64
#define SP_WEBHOOK_SIGNATURE 48 /* "v1," and 44 characters and a NUL */

struct sp_webhook_key {
  uint8_t bytes[SP_WEBHOOK_KEY_MAX];
  size_t len;
};

/* "whsec_" and base64 of 24 to 64 bytes. SP_E_INVALID; the sentence does not repeat it. */
int sp_webhook_key_parse(const char *secret, struct sp_webhook_key *out, struct sp_error *err);
/* The value of webhook-signature for the message `id` sent at `timestamp` (seconds). SP_E_NOMEM, SP_E_INTERNAL. */
int sp_webhook_sign(const struct sp_webhook_key *key, const char *id, int64_t timestamp, const void *body, size_t len,
                    char out[SP_WEBHOOK_SIGNATURE]);

#endif
