#include "http/client.h"
#include "base/clock.h"
#include "base/version.h"
#include "http/client_parts.h"
#include "http/internal.h"
#include <errno.h>
#include <fcntl.h>
#include <llhttp/llhttp.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT_MS  10000
#define ANSWER_MAX  (64u * 1024u)
#define HEAD_MAX    (16u * 1024u)
#define SLACK       (64u * 1024u) /* chunk sizes, heads before the last one */
#define REQUEST_MAX (4u * 1024u * 1024u)
#define PIECE       16384

struct client {
  const struct sp_http_client_request *request;
  struct sp_http_client_answer *answer;
  struct sp_error *err;
  struct sp_http_url url;
  struct sp_http_patience patience;
  struct ssl_ctx_st *trust; /* null: plain */
  struct sp_http_tls *tls;
  int fd;
  llhttp_t parser;
  llhttp_settings_t callbacks;
  size_t head_len; /* of the answer's, so far */
  size_t received;
  bool done;
  char piece[PIECE];
};

static int broke_off(struct client *client, const char *why) {
  return sp_fail(client->err, SP_E_IO, NULL, "The connection to %s broke off: %s", client->url.host, why);
}

/* Wait until the socket is ready for `events`. */
static int await(struct client *client, short events) {
  for (;;) {
    int slice = sp_http_patience_slice(&client->patience);
    if (slice == SP_E_TIMEOUT) return sp_fail(client->err, slice, NULL, "%s did not answer in time", client->url.host);
    if (slice < 0) return sp_fail(client->err, slice, NULL, "It was called off");
    struct pollfd wait = {.fd = client->fd, .events = events};
    int count = poll(&wait, 1, slice);
    if (count > 0) return 0;
    if (count < 0 && errno != EINTR) return broke_off(client, strerror(errno));
  }
}

/* ---- Connecting ---- */

static int connect_one(struct client *client, const struct addrinfo *address) {
  int cause = 0;
  socklen_t len = sizeof cause;
  client->fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (client->fd < 0)
    return sp_fail(client->err, SP_E_IO, NULL, "No connection to %s: %s", client->url.host, strerror(errno));
  if (connect(client->fd, address->ai_addr, address->ai_addrlen) == 0) return 0;
  cause = errno;
  if (cause == EINPROGRESS) {
    int result = await(client, POLLOUT);
    if (result) return result;
    if (getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &cause, &len) != 0) cause = errno;
  }
  if (cause == 0) return 0;
  return sp_fail(client->err, SP_E_IO, NULL, "No connection to %s: %s", client->url.host, strerror(cause));
}

/* The first address that answers; each but the last gets its share of the time. */
static int connect_any(struct client *client) {
  struct addrinfo *list = NULL;
  int64_t until = client->patience.until_us;
  int left = 0;
  int result = sp_http_name_resolve(&client->url, &client->patience, &list, client->err);
  for (const struct addrinfo *at = list; at; at = at->ai_next)
    left++;
  for (const struct addrinfo *at = list; at && left > 0; at = at->ai_next, left--) {
    int64_t now = sp_clock_monotonic_us();
    client->patience.until_us = now + (until - now) / left;
    result = connect_one(client, at);
    if (result == 0 || result == SP_E_BUSY) break;
    if (client->fd >= 0) close(client->fd);
    client->fd = -1;
  }
  client->patience.until_us = until;
  if (list) freeaddrinfo(list);
  return result;
}

/* ---- Bytes out ---- */

static int send_all(struct client *client, const char *bytes, size_t len) {
  while (len > 0) {
    ssize_t sent = send(client->fd, bytes, len, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN) return broke_off(client, strerror(errno));
    if (sent > 0) {
      bytes += sent;
      len -= (size_t)sent;
      continue;
    }
    int result = await(client, POLLOUT);
    if (result) return result;
  }
  return 0;
}

static int tls_flush(struct client *client) {
  struct sp_buf *out = sp_http_tls_out(client->tls);
  if (out->failed) return sp_error_nomem(client->err, __func__);
  int result = send_all(client, out->data, out->len);
  sp_buf_reset(out);
  return result;
}

/* Encrypted bytes that came, given to TLS. 0 at their end too: TLS will say what is missing. */
static int tls_feed(struct client *client, bool *end) {
  int result = await(client, POLLIN);
  if (result) return result;
  ssize_t got = recv(client->fd, client->piece, sizeof client->piece, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (got < 0) return broke_off(client, strerror(errno));
  *end = got == 0;
  return got > 0 && sp_http_tls_put(client->tls, client->piece, (size_t)got) != 0
             ? sp_error_nomem(client->err, __func__)
             : 0;
}

static int tls_refused(struct client *client) {
  const char *doubt = sp_http_tls_doubt(client->tls);
  (void)tls_flush(client); /* the alert that tells the other end */
  if (doubt)
    return sp_fail(client->err, SP_E_DENIED, NULL, "The certificate of %s is not trusted: %s", client->url.host, doubt);
  return sp_fail(client->err, SP_E_IO, NULL, "%s speaks no TLS we accept", client->url.host);
}

static int tls_shake(struct client *client) {
  bool end = false;
  client->tls = sp_http_tls_connect(client->trust, client->url.host);
  if (!client->tls) return sp_error_nomem(client->err, __func__);
  while (!end) {
    int got = sp_http_tls_shake(client->tls);
    if (got < 0) return tls_refused(client);
    int result = tls_flush(client);
    if (got > 0) return result;
    if (!result) result = tls_feed(client, &end);
    if (result) return result;
  }
  return broke_off(client, "TLS");
}

/* ---- The request ---- */

static bool field_valid(const struct sp_http_field *field) {
  static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  if (field->name[0] == '\0' || field->name[strspn(field->name, token)] != '\0') return false;
  for (const char *at = field->value; *at != '\0'; at++)
    if ((unsigned char)*at < ' ' || *at == 0x7f) return false;
  return true;
}

static int request_write(struct client *client, struct sp_buf *out) {
  const struct sp_http_client_request *request = client->request;
  const struct sp_http_url *url = &client->url;
  const char *method = request->method ? request->method : "POST";
  sp_buf_printf(out, "%s %s HTTP/1.1\r\nHost: %s%s%s", method, url->target, url->six ? "[" : "", url->host,
                url->six ? "]" : "");
  if (url->port != (url->tls ? 443 : 80)) sp_buf_printf(out, ":%d", url->port);
  sp_buf_printf(out, "\r\nUser-Agent: suanpan/%s\r\nConnection: close\r\nContent-Length: %zu\r\n", SP_VERSION,
                request->body_len);
  for (size_t i = 0; i < request->field_count; i++) {
    if (!field_valid(&request->fields[i]))
      return sp_fail(client->err, SP_E_INVALID, "fields", "A header field cannot be sent");
    sp_buf_printf(out, "%s: %s\r\n", request->fields[i].name, request->fields[i].value);
  }
  sp_buf_puts(out, "\r\n");
  if (request->body_len > 0) sp_buf_add(out, request->body, request->body_len);
  return out->failed ? sp_fail(client->err, out->failed, NULL, "What is to be sent is too long") : 0;
}

/* What waits in memory for the socket is bounded: a record at a time. */
static int tls_send(struct client *client, const char *bytes, size_t len) {
  while (len > 0) {
    size_t piece = len < PIECE ? len : PIECE;
    if (sp_http_tls_write(client->tls, bytes, (int)piece) != 0) return broke_off(client, "TLS");
    int result = tls_flush(client);
    if (result) return result;
    bytes += piece;
    len -= piece;
  }
  return 0;
}

static int request_send(struct client *client) {
  struct sp_buf out;
  sp_buf_init(&out, REQUEST_MAX);
  int result = request_write(client, &out);
  if (!result && !client->tls) result = send_all(client, out.data, out.len);
  if (!result && client->tls) result = tls_send(client, out.data, out.len);
  sp_buf_free(&out);
  return result;
}

/* ---- The answer ---- */

static int on_head(llhttp_t *parser, const char *bytes, size_t len) {
  struct client *client = parser->data;
  (void)bytes;
  client->head_len += len;
  return client->head_len > HEAD_MAX ? -1 : 0;
}

static int on_headers(llhttp_t *parser) {
  const struct client *client = parser->data;
  return client->request->method && strcmp(client->request->method, "HEAD") == 0 ? 1 : 0;
}

static int on_body(llhttp_t *parser, const char *bytes, size_t len) {
  struct client *client = parser->data;
  return sp_buf_add(&client->answer->body, bytes, len) == 0 ? 0 : -1;
}

static int on_complete(llhttp_t *parser) {
  struct client *client = parser->data;
  if (parser->status_code / 100 == 1) return 0; /* the answer comes after it */
  client->answer->status = parser->status_code;
  client->done = true;
  return HPE_PAUSED;
}

static int parse(struct client *client, const char *bytes, size_t len) {
  client->received += len;
  llhttp_errno_t code = llhttp_execute(&client->parser, bytes, len);
  if (client->done) {
    bool known = client->answer->status >= 200 && client->answer->status <= 599;
    return known ? 0 : sp_fail(client->err, SP_E_IO, NULL, "%s does not speak HTTP", client->url.host);
  }
  if (client->answer->body.failed || client->head_len > HEAD_MAX ||
      client->received > client->answer->body.max + HEAD_MAX + SLACK)
    return sp_fail(client->err, SP_E_LIMIT, NULL, "The answer of %s is too long", client->url.host);
  if (code == HPE_OK) return 0;
  return sp_fail(client->err, SP_E_IO, NULL, "%s does not speak HTTP", client->url.host);
}

/* The end of the bytes ends a body without a length. */
static int parse_end(struct client *client) {
  if (!client->done && client->received > 0) (void)llhttp_finish(&client->parser);
  return client->done ? 0 : broke_off(client, "no answer");
}

static int receive_plain(struct client *client) {
  while (!client->done) {
    int result = await(client, POLLIN);
    if (result) return result;
    ssize_t got = recv(client->fd, client->piece, sizeof client->piece, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0) return broke_off(client, strerror(errno));
    result = got == 0 ? parse_end(client) : parse(client, client->piece, (size_t)got);
    if (result) return result;
  }
  return 0;
}

static int receive_tls(struct client *client) {
  char plain[PIECE];
  bool end = false;
  while (!client->done) {
    int got = sp_http_tls_read(client->tls, plain, sizeof plain);
    int result = 0;
    if (got > 0)
      result = parse(client, plain, (size_t)got);
    else if (got == -1)
      result = parse_end(client); /* said goodbye: this really is the end */
    else if (got < 0 || end)
      result = broke_off(client, "TLS");
    else
      result = tls_feed(client, &end);
    if (result) return result;
  }
  return 0;
}

/* ---- All of it ---- */

static void client_init(struct client *client, const struct sp_http_client_request *request) {
  int timeout = request->timeout_ms > 0 ? request->timeout_ms : TIMEOUT_MS;
  client->patience = (struct sp_http_patience){.until_us = sp_clock_monotonic_us() + (int64_t)timeout * 1000,
                                               .cancelled = request->cancelled,
                                               .ctx = request->ctx};
  llhttp_settings_init(&client->callbacks);
  client->callbacks.on_status = on_head;
  client->callbacks.on_header_field = on_head;
  client->callbacks.on_header_value = on_head;
  client->callbacks.on_headers_complete = on_headers;
  client->callbacks.on_body = on_body;
  client->callbacks.on_message_complete = on_complete;
  llhttp_init(&client->parser, HTTP_RESPONSE, &client->callbacks);
  client->parser.data = client;
  sp_buf_init(&client->answer->body, request->answer_max > 0 ? request->answer_max : ANSWER_MAX);
}

int sp_http_client_send(const struct sp_http_client_request *request, struct sp_http_client_answer *out,
                        struct sp_error *err) {
  struct client client = {.request = request, .answer = out, .err = err, .fd = -1};
  *out = (struct sp_http_client_answer){.status = 0};
  client_init(&client, request);
  int result = sp_http_url_parse(request->url, &client.url, err);
  if (!result && client.url.tls) result = sp_http_tls_trust(request->ca_file, &client.trust, err);
  if (!result) result = connect_any(&client);
  if (!result && client.trust) result = tls_shake(&client);
  if (!result) result = request_send(&client);
  if (!result) result = client.tls ? receive_tls(&client) : receive_plain(&client);
  sp_http_tls_free(client.tls);
  if (client.trust) sp_http_tls_unload(client.trust);
  if (client.fd >= 0) close(client.fd);
  if (result) sp_buf_free(&out->body);
  return result;
}
