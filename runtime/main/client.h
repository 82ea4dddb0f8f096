/* A small HTTP client over the socket in a data folder: how commands talk to the running node.
 *
 * One request a connection, blocking. The node takes whoever may open the socket for its own user, the person "system".
 */
#ifndef SP_MAIN_CLIENT_H
#define SP_MAIN_CLIENT_H

#include "base/buf.h"
#include "base/error.h"
#include <stddef.h>

#define SP_CLIENT_BODY_MAX (64u << 20) /* bytes of an answer */

struct sp_client_request {
  const char *method;
  const char *target;       /* path and query, already encoded */
  const char *content_type; /* null: none */
  const void *body;
  size_t len;
  const char *file; /* instead of `body`: send this file's bytes */
  const char *key;  /* Idempotency-Key, or null */
  enum sp_lang lang;
  int timeout_ms; /* without a byte either way; 0 means 60 s */
};

struct sp_client_reply {
  int status;
  char type[64];      /* media type, "" when there is none */
  struct sp_buf body; /* the caller frees it, after a failure too */
};

/* 0 with any status. SP_E_NOT_FOUND: nobody listens there. SP_E_IO, SP_E_TIMEOUT, SP_E_LIMIT, SP_E_NOMEM; SP_E_INVALID
 * for an answer that is not HTTP, and for a method or target with blanks or control characters. */
int sp_client_call(const char *socket, const struct sp_client_request *request, struct sp_client_reply *reply,
                   struct sp_error *err);

/* The error that a problem+json answer tells: its code by its type, its sentence and field. */
int sp_client_problem(const struct sp_client_reply *reply, struct sp_error *err);

#endif
