#include "main/client.h"
#include "base/json.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define HEAD_MAX 32768
#define PIECE    65536
#define WAIT_MS  60000

/* ---- The connection ---- */

static int fail_errno(struct sp_error *err, const char *what) {
  if (errno == EAGAIN || errno == EWOULDBLOCK)
    return sp_fail(err, SP_E_TIMEOUT, NULL, "The node did not answer in time");
  return sp_fail(err, SP_E_IO, NULL, "The talk with the node broke off (%s: %s)", what, strerror(errno));
}

static int dial(const char *path, int timeout_ms, int *out, struct sp_error *err) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path)
    return sp_fail(err, SP_E_LIMIT, "data", "The path of the node's socket is too long: %s", path);
  memcpy(address.sun_path, path, strlen(path) + 1);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail_errno(err, "socket");
  int wait = timeout_ms > 0 ? timeout_ms : WAIT_MS;
  struct timeval time = {.tv_sec = wait / 1000, .tv_usec = (wait % 1000) * 1000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
    int cause = errno;
    close(fd);
    errno = cause;
    if (cause == ENOENT || cause == ECONNREFUSED)
      return sp_fail(err, SP_E_NOT_FOUND, NULL, "No node is running on this data folder");
    return fail_errno(err, "connect");
  }
  *out = fd;
  return 0;
}

/* ---- Asking ---- */

static int send_all(int fd, const char *bytes, size_t len, struct sp_error *err) {
  while (len > 0) {
    ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return fail_errno(err, "send");
    bytes += sent;
    len -= (size_t)sent;
  }
  return 0;
}

static bool is_token(const char *text) {
  for (const char *at = text; *at != '\0'; at++)
    if (*at <= ' ' || *at > '~') return false;
  return text[0] != '\0';
}

static int head_send(int fd, const struct sp_client_request *request, size_t len, struct sp_error *err) {
  struct sp_buf head;
  sp_buf_init(&head, HEAD_MAX);
  sp_buf_printf(&head, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Language: %s\r\n",
                request->method, request->target, request->lang == SP_LANG_ZH ? "zh-CN" : "en");
  if (request->content_type) sp_buf_printf(&head, "Content-Type: %s\r\n", request->content_type);
  if (request->key) sp_buf_printf(&head, "Idempotency-Key: %s\r\n", request->key);
  if (len > 0 || strcmp(request->method, "GET") != 0) sp_buf_printf(&head, "Content-Length: %zu\r\n", len);
  sp_buf_puts(&head, "\r\n");
  int result =
      head.failed ? sp_fail(err, head.failed, NULL, "The request is too long") : send_all(fd, head.data, head.len, err);
  sp_buf_free(&head);
  return result;
}

static int file_send(int fd, int file, size_t len, struct sp_error *err) {
  char piece[PIECE];
  while (len > 0) {
    ssize_t got = read(file, piece, len < PIECE ? len : PIECE);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return sp_fail(err, SP_E_IO, NULL, "The file could not be read to its end");
    int result = send_all(fd, piece, (size_t)got, err);
    if (result) return result;
    len -= (size_t)got;
  }
  return 0;
}

static int file_open(const char *path, int *out, size_t *len, struct sp_error *err) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    int cause = fd < 0 ? errno : EINVAL;
    if (fd >= 0) close(fd);
    return sp_fail(err, cause == ENOENT ? SP_E_NOT_FOUND : SP_E_IO, "file", "%s cannot be read: %s", path,
                   strerror(cause));
  }
  *len = (size_t)info.st_size;
  *out = fd;
  return 0;
}

/* ---- Hearing ---- */

static int hear(int fd, struct sp_buf *out, struct sp_error *err) {
  char piece[PIECE];
  for (;;) {
    ssize_t got = recv(fd, piece, sizeof piece, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(err, "recv");
    if (got == 0) return 0;
    if (sp_buf_add(out, piece, (size_t)got)) return sp_fail(err, out->failed, NULL, "The node's answer is too long");
  }
}

static void type_read(const char *head, const char *end, char out[64]) {
  static const char name[] = "content-type:";
  out[0] = '\0';
  for (const char *line = head; line < end; line = strchr(line, '\n') + 1) {
    if (strncasecmp(line, name, sizeof name - 1) != 0) continue;
    const char *value = line + sizeof name - 1 + strspn(line + sizeof name - 1, " ");
    size_t len = strcspn(value, ";\r\n ");
    if (len > 63) len = 63;
    memcpy(out, value, len);
    out[len] = '\0';
    return;
  }
}

static int answer_read(struct sp_client_reply *reply, struct sp_error *err) {
  const char *text = sp_buf_text(&reply->body);
  const char *end = strstr(text, "\r\n\r\n");
  if (strncmp(text, "HTTP/1.1 ", 9) != 0 || !end)
    return sp_fail(err, SP_E_INVALID, NULL, "The node's answer is not HTTP");
  reply->status = (int)strtol(text + 9, NULL, 10);
  type_read(text, end, reply->type);
  sp_buf_drop(&reply->body, (size_t)(end + 4 - text));
  return 0;
}

int sp_client_call(const char *socket, const struct sp_client_request *request, struct sp_client_reply *reply,
                   struct sp_error *err) {
  int fd = -1, file = -1;
  size_t len = request->len;
  reply->status = 0;
  sp_buf_init(&reply->body, SP_CLIENT_BODY_MAX);
  if (!is_token(request->method) || !is_token(request->target) || request->target[0] != '/')
    return sp_fail(err, SP_E_INVALID, "path", "A request is METHOD /path, without blanks");
  int result = request->file ? file_open(request->file, &file, &len, err) : 0;
  if (!result) result = dial(socket, request->timeout_ms, &fd, err);
  if (!result) result = head_send(fd, request, len, err);
  if (!result) result = file >= 0 ? file_send(fd, file, len, err) : send_all(fd, request->body, len, err);
  if (fd < 0) goto done;
  /* A node that refuses a body answers before it has read it all: its answer tells more than our broken send. */
  struct sp_error heard = {.lang = err ? err->lang : SP_LANG_EN};
  int answered = result == SP_E_TIMEOUT ? result : hear(fd, &reply->body, &heard);
  if (reply->body.len > 0 && answered != SP_E_LIMIT) {
    result = answer_read(reply, err);
  } else if (!result) {
    result = answered ? answered : sp_fail(&heard, SP_E_IO, NULL, "The node closed the connection without an answer");
    if (err) *err = heard;
  }
done:
  if (fd >= 0) close(fd);
  if (file >= 0) close(file);
  return result;
}

int sp_client_problem(const struct sp_client_reply *reply, struct sp_error *err) {
  struct cJSON *tree = NULL;
  const char *type = "", *detail = "", *field = "";
  int code = SP_E_INTERNAL;
  if (sp_json_parse(sp_buf_text(&reply->body), reply->body.len, &tree, NULL) != 0)
    return sp_fail(err, SP_E_IO, NULL, "The node answered %d", reply->status);
  sp_json_get_text(tree, "type", SP_OPTIONAL, 200, &type, NULL);
  sp_json_get_text(tree, "detail", SP_OPTIONAL, 1000, &detail, NULL);
  sp_json_get_text(tree, "field", SP_OPTIONAL, 200, &field, NULL);
  const char *slash = strrchr(type, '/');
  for (int i = 0; i > -30 && slash; i--)
    if (strcmp(sp_code_name(i), slash + 1) == 0) code = i;
  code = sp_fail(err, code, field, "%s", detail);
  sp_json_free(tree);
  return code;
}
