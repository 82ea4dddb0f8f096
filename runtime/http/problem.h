/* Errors on the wire: application/problem+json (RFC 9457).
 *
 *   {"type":"/problems/not-found","title":"Not found","status":404,"detail":"no product 12","field":"id",
 *    "request_id":"5f2c81d0-1a"}
 *
 * `type` is stable and made from the code's wire name; `title` says the kind, `detail` this case, both in the language
 * of the error. `field` names the offending part of the request, `origin` the C function (only when asked for).
 */
#ifndef SP_HTTP_PROBLEM_H
#define SP_HTTP_PROBLEM_H

#include "base/buf.h"
#include "base/error.h"
#include "http/server.h"
#include <stdbool.h>

/* The HTTP status of an error code: the one table. 200 for 0, 500 for a code it does not know. */
int sp_http_status_of(int code);
/* "Not Found" for 404; "" for a status it does not know. Static text, English: it goes into the status line. */
const char *sp_http_reason(int status);

/* Write the JSON. `status` 0 means sp_http_status_of(error->code). `request_id` may be null, and so may `more`: further
 * members as JSON, "\"approval\":{…}". Failure is in `out`. */
int sp_http_problem_write(struct sp_buf *out, const struct sp_error *error, int status, const char *request_id,
                          bool show_origin, const char *more);

/* Reply with a problem; the exchange is gone afterwards. `status` as above. Content-Language is the error's, 401
 * carries WWW-Authenticate: Bearer, 503 Retry-After: 1. `fields` (may be null) are added, e.g. Allow with 405. */
int sp_http_reply_problem(struct sp_http_exchange *exchange, const struct sp_error *error, int status,
                          const struct sp_http_field *fields, size_t field_count);
/* The same with further members, at most SP_HTTP_PROBLEM_MORE bytes; null: none. */
int sp_http_reply_problem_more(struct sp_http_exchange *exchange, const struct sp_error *error, const char *more);

#define SP_HTTP_PROBLEM_MORE 4096

#endif
