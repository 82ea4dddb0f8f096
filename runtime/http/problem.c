#include "http/problem.h"
#include "base/json.h"
#include "base/text.h"
#include "http/internal.h"
#include <stdio.h>
#include <string.h>

enum { PROBLEM_MAX = 8 * 1024, FIELDS_MAX = 16 };

/* Every error code: its status and the title that stands for its kind. */
static const struct kind {
  int code;
  int status;
  const char *title;
} kinds[] = {
    {SP_E_INVALID, 400, "The request is invalid"},
    {SP_E_NOT_FOUND, 404, "Not found"},
    {SP_E_EXISTS, 409, "It exists already"},
    {SP_E_CONFLICT, 409, "It has changed meanwhile"},
    {SP_E_STATE, 409, "Not possible in this state"},
    {SP_E_DENIED, 403, "Not allowed"},
    {SP_E_UNAUTHENTICATED, 401, "Sign in first"},
    {SP_E_LIMIT, 422, "A limit was reached"},
    {SP_E_RANGE, 422, "A number is out of range"},
    {SP_E_BUSY, 503, "Busy, try again"},
    {SP_E_TIMEOUT, 503, "It took too long"},
    {SP_E_IO, 500, "Reading or writing failed"},
    {SP_E_FULL, 507, "The disk is full"},
    {SP_E_NOMEM, 503, "Out of memory"},
    {SP_E_CORRUPT, 500, "Stored data is damaged"},
    {SP_E_RULE, 422, "A rule failed"},
    {SP_E_TOTAL_CHANGED, 409, "The total has changed"},
    {SP_E_STOCK, 409, "Not enough in stock"},
    {SP_E_UNSUPPORTED, 415, "Not supported"},
    {SP_E_REUSED_KEY, 422, "The idempotency key was used for another request"},
    {SP_E_STALE, 412, "It is another revision by now"},
    {SP_E_INTERNAL, 500, "Internal error"},
};

static const struct kind *kind_of(int code) {
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (kinds[i].code == code) return &kinds[i];
  return &kinds[sizeof kinds / sizeof kinds[0] - 1];
}

int sp_http_status_of(int code) {
  return code == 0 ? 200 : kind_of(code)->status;
}

/* The phrases of the status line (RFC 9110 §15); people read the title instead. */
static const struct phrase {
  int status;
  const char *text;
} phrases[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

const char *sp_http_reason(int status) {
  for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
    if (phrases[i].status == status) return phrases[i].text;
  return "";
}

int sp_http_problem_write(struct sp_buf *out, const struct sp_error *error, int status, const char *request_id,
                          bool show_origin, const char *more) {
  char type[64];
  const struct kind *kind = kind_of(error->code);
  (void)snprintf(type, sizeof type, "/problems/%s", sp_code_name(kind->code));
  struct sp_json_writer w;
  sp_json_start(&w, out);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "type", type);
  sp_json_put_text(&w, "title", sp_tr(error->lang, kind->title));
  sp_json_put_int(&w, "status", status ? status : kind->status);
  if (error->message[0]) sp_json_put_text(&w, "detail", error->message);
  if (error->field[0]) sp_json_put_text(&w, "field", error->field);
  if (show_origin && error->origin[0]) sp_json_put_text(&w, "origin", error->origin);
  if (request_id) sp_json_put_text(&w, "request_id", request_id);
  if (more != NULL && more[0] != '\0') {
    (void)sp_buf_putc(out, ',');
    (void)sp_buf_puts(out, more);
  }
  sp_json_close_object(&w);
  return out->failed;
}

static int reply_problem(struct sp_http_exchange *exchange, const struct sp_error *error, int status,
                         const struct sp_http_field *fields, size_t field_count, const char *more) {
  struct sp_http_field all[FIELDS_MAX + 2];
  size_t count = 0;
  if (status == 0) status = kind_of(error->code)->status;
  for (size_t i = 0; i < field_count && i < FIELDS_MAX; i++)
    all[count++] = fields[i];
  all[count++] = (struct sp_http_field){"Content-Language", error->lang == SP_LANG_ZH ? "zh-CN" : "en"};
  if (status == 401) all[count++] = (struct sp_http_field){"WWW-Authenticate", "Bearer"};
  if (status == 503) all[count++] = (struct sp_http_field){"Retry-After", "1"};
  struct sp_buf body;
  sp_buf_init(&body, PROBLEM_MAX + SP_HTTP_PROBLEM_MORE);
  (void)sp_http_problem_write(&body, error, status, exchange->id, exchange->server->options.show_origin, more);
  struct sp_http_reply reply = {
      .status = status, .content_type = "application/problem+json", .fields = all, .field_count = count, .take = &body};
  int code = sp_http_reply(exchange, &reply);
  sp_buf_free(&body);
  return code;
}

int sp_http_reply_problem(struct sp_http_exchange *exchange, const struct sp_error *error, int status,
                          const struct sp_http_field *fields, size_t field_count) {
  return reply_problem(exchange, error, status, fields, field_count, NULL);
}

int sp_http_reply_problem_more(struct sp_http_exchange *exchange, const struct sp_error *error, const char *more) {
  bool fits = more != NULL && strlen(more) < SP_HTTP_PROBLEM_MORE;
  return reply_problem(exchange, error, 0, NULL, 0, fits ? more : NULL);
}
