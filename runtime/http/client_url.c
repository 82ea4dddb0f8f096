/* The parts of an address we send to. */
#include "http/client.h"
#include <arpa/inet.h>
#include <string.h>

static int wrong(struct sp_error *err) {
  return sp_fail(err, SP_E_INVALID, NULL, "That is no address: write https://host/path");
}

static bool is_plain(const char *text) {
  for (const char *at = text; *at != '\0'; at++)
    if (*at <= ' ' || *at > '~' || strchr("\"<>\\^`{|}#", *at)) return false;
  return true;
}

static int port_read(const char *text, size_t len, int *port) {
  int number = 0;
  if (len == 0 || len > 5) return SP_E_INVALID;
  for (size_t i = 0; i < len; i++) {
    if (text[i] < '0' || text[i] > '9') return SP_E_INVALID;
    number = number * 10 + (text[i] - '0');
  }
  *port = number;
  return number >= 1 && number <= 65535 ? 0 : SP_E_INVALID;
}

static bool host_valid(const struct sp_http_url *url) {
  unsigned char bytes[16];
  if (url->six) return inet_pton(AF_INET6, url->host, bytes) == 1;
  return url->host[0] != '\0' &&
         url->host[strspn(url->host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")] == '\0';
}

int sp_http_url_parse(const char *url, struct sp_http_url *out, struct sp_error *err) {
  *out = (struct sp_http_url){.target = "/"};
  if (strlen(url) > SP_HTTP_URL_MAX)
    return sp_fail(err, SP_E_INVALID, NULL, "An address has at most %d bytes", SP_HTTP_URL_MAX);
  out->tls = strncmp(url, "https://", 8) == 0;
  if (!out->tls && strncmp(url, "http://", 7) != 0)
    return sp_fail(err, SP_E_INVALID, NULL, "An address begins with https:// or http://");
  if (!is_plain(url)) return wrong(err);
  const char *host = url + (out->tls ? 8 : 7);
  const char *end = host + strcspn(host, "/?");
  if (memchr(host, '@', (size_t)(end - host)))
    return sp_fail(err, SP_E_INVALID, NULL, "An address must not carry a user name or password");
  out->six = *host == '[';
  const char *close = out->six ? memchr(host, ']', (size_t)(end - host)) : NULL;
  if (out->six && !close) return wrong(err);
  const char *from = out->six ? host + 1 : host;
  const char *colon = memchr(close ? close : host, ':', (size_t)(end - (close ? close : host)));
  const char *to = close ? close : colon ? colon : end;
  if (close && close + 1 != (colon ? colon : end)) return wrong(err);
  if ((size_t)(to - from) > SP_HTTP_HOST_MAX) return wrong(err);
  memcpy(out->host, from, (size_t)(to - from));
  out->port = out->tls ? 443 : 80;
  if (colon && port_read(colon + 1, (size_t)(end - colon - 1), &out->port) != 0) return wrong(err);
  if (*end == '?') return sp_fail(err, SP_E_INVALID, NULL, "An address has a path before its question mark");
  if (*end == '/') out->target = end;
  return host_valid(out) ? 0 : wrong(err);
}
