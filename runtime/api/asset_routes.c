/* The pages of the till, as they are embedded in the program. */
#include "api/till_turn.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define HASH_LEN 8

static const char policy[] = "default-src 'self'; base-uri 'none'; connect-src 'self'; font-src 'self'; "
                             "form-action 'none'; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'; "
                             "script-src 'self'; style-src 'self'";

static int find(struct sp_call *call, const char *name) {
  for (size_t i = 0; i < call->options->asset_count; i++) {
    if (strcmp(call->options->assets[i].name, name) != 0) continue;
    call->asset = &call->options->assets[i];
    return 0;
  }
  return sp_fail(call->work.err, SP_E_NOT_FOUND, NULL, "There is no such address");
}

int sp_route_till_page(struct sp_call *call) {
  return find(call, "index.html");
}

int sp_route_customer_page(struct sp_call *call) {
  return find(call, "customer.html");
}

int sp_route_asset(struct sp_call *call) {
  return find(call, call->params[0]);
}

/* "till-3KXQ7ZPL.js": the name tells the bytes. */
static bool is_hashed(const char *name) {
  const char *dot = strrchr(name, '.');
  if (dot == NULL || dot - name < HASH_LEN + 1 || dot[-HASH_LEN - 1] != '-') return false;
  for (const char *at = dot - HASH_LEN; at < dot; at++)
    if (!isupper((unsigned char)*at) && !isdigit((unsigned char)*at)) return false;
  return true;
}

/* Is `tag` in the list of If-None-Match (RFC 9110 §13.1.2)? A weak one is as good here. */
static bool is_known(const char *list, const char *tag) {
  if (list == NULL) return false;
  return strcmp(list, "*") == 0 || strstr(list, tag) != NULL;
}

void sp_asset_reply(struct sp_call *call) {
  const struct sp_asset *asset = call->asset;
  char tag[80];
  (void)snprintf(tag, sizeof tag, "\"%.70s\"", asset->etag);
  const struct sp_http_field fields[] = {
      {"ETag", tag},
      {"Cache-Control", is_hashed(asset->name) ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Content-Security-Policy", policy},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Referrer-Policy", "no-referrer"},
      {"X-Frame-Options", "DENY"},
  };
  bool known = is_known(sp_http_header(call->request, "If-None-Match"), tag);
  const struct sp_http_reply reply = {
      .status = known ? 304 : 200,
      .content_type = known ? NULL : asset->content_type,
      .fields = fields,
      .field_count = sizeof fields / sizeof fields[0],
      .body = known ? NULL : asset->bytes,
      .body_len = known ? 0 : asset->len,
      .body_lasts = true,
  };
  sp_http_reply(call->exchange, &reply);
}
