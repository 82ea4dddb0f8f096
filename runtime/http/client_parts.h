/* The insides of the client; private to http/client*.c and http/tls_client.c. */
#ifndef SP_HTTP_CLIENT_PARTS_H
#define SP_HTTP_CLIENT_PARTS_H

#include "http/client.h"
#include <stdint.h>

struct addrinfo;
struct ssl_ctx_st;
struct sp_http_tls;

/* How long a thing may still take: a moment on the monotonic clock, and somebody who may lose interest. */
struct sp_http_patience {
  int64_t until_us;
  bool (*cancelled)(void *ctx);
  void *ctx;
};

#define SP_HTTP_SLICE_MS 100 /* how often the patience is asked */

/* Milliseconds to wait now, 1 to SP_HTTP_SLICE_MS; or SP_E_TIMEOUT, SP_E_BUSY. */
int sp_http_patience_slice(const struct sp_http_patience *patience);

/* client_name.c: the addresses of a host, to be freed with freeaddrinfo. SP_E_NOT_FOUND, SP_E_TIMEOUT, SP_E_BUSY,
 * SP_E_NOMEM. */
int sp_http_name_resolve(const struct sp_http_url *url, const struct sp_http_patience *patience, struct addrinfo **out,
                         struct sp_error *err);

/* tls_client.c: whom we trust; one end of a connection that checks the other; why it does not trust the other (null:
 * it does). */
int sp_http_tls_trust(const char *ca_file, struct ssl_ctx_st **out, struct sp_error *err);
struct sp_http_tls *sp_http_tls_connect(struct ssl_ctx_st *context, const char *host);
int sp_http_tls_shake(struct sp_http_tls *tls); /* one step of the handshake: 1 over, 0 more must come, −1 failed */
const char *sp_http_tls_doubt(const struct sp_http_tls *tls);

#endif
