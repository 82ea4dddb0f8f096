/* A file of a page that is embedded in the program: script, style, picture, the page itself. */
#ifndef SP_API_ASSET_H
#define SP_API_ASSET_H

#include <stddef.h>

/* "index.html" is GET /till, "customer.html" GET /till/customer, everything else GET /till/assets/NAME. A name that
 * carries its hash ("till-3KXQ7ZPL.js": a dash and eight capitals or digits before the last ending) never changes its
 * bytes and may be kept for ever by whoever fetched it. */
struct sp_asset {
  const char *name;
  const char *content_type; /* "text/javascript; charset=utf-8" */
  const void *bytes;        /* outlive the node */
  size_t len;
  const char *etag; /* of these bytes: a hash in hexadecimal, without quotes */
};

#endif
