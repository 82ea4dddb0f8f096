/* One end of a TLS connection; private to http/tls*.c. */
#ifndef SP_HTTP_TLS_PARTS_H
#define SP_HTTP_TLS_PARTS_H

#include "base/buf.h"
#include <openssl/ssl.h>

/* OpenSSL never sees the socket: bytes go through two memory BIOs, so everybody keeps his own way of waiting. */
struct sp_http_tls {
  SSL *ssl; /* owns both BIOs */
  BIO *in;
  BIO *out;
  struct sp_buf gathered;
};

#endif
