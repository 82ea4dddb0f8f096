/* The head of a request: any bytes may be refused, none may be read differently in parts than at once. What is taken
 * obeys the policy, stays within its bounds, and its body is framed alike however the bytes are cut. */
#include "http/head.h"
#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = 4096, ARENA_MAX = 64 * 1024 };

static void expect(int truth) {
  if (!truth) abort();
}

static int count(void *ctx, const char *bytes, size_t len) {
  size_t *sum = ctx;
  for (size_t i = 0; i < len; i++)
    *sum = *sum * 31 + (unsigned char)bytes[i];
  return 0;
}

/* Feed the body in pieces of `step`; returns the status and what was used and heard. */
static int feed(const struct sp_http_head *head, const char *bytes, size_t len, size_t step, size_t *used,
                size_t *sum) {
  struct sp_http_body body;
  int status = SP_HTTP_MORE;
  *used = *sum = 0;
  sp_http_body_start(&body, head, BODY_MAX, count, sum);
  while (status == SP_HTTP_MORE && *used < len) {
    size_t part = len - *used < step ? len - *used : step;
    size_t taken = 0;
    struct sp_error err = {0};
    status = sp_http_body_feed(&body, bytes + *used, part, &taken, &err);
    expect(taken <= part && (status != SP_HTTP_MORE || taken == part));
    expect(status < 400 || err.message[0]);
    *used += taken;
  }
  expect(body.len <= BODY_MAX);
  return status;
}

static void check_body(const struct sp_http_head *head, const char *bytes, size_t len) {
  if (!head->chunked && head->content_length > BODY_MAX) return;
  size_t used = 0;
  size_t sum = 0;
  int status = feed(head, bytes, len, len, &used, &sum);
  for (size_t step = 1; step <= 3; step += 2) {
    size_t used_again = 0;
    size_t sum_again = 0;
    expect(feed(head, bytes, len, step, &used_again, &sum_again) == status);
    if (status == 0) expect(used_again == used && sum_again == sum);
  }
  if (status == 0 && !head->chunked) expect(used == head->content_length);
}

static void check_head(const struct sp_http_head *head, const char *bytes, size_t len) {
  struct sp_arena arena;
  sp_arena_init(&arena, ARENA_MAX);
  expect(head->len <= len && head->len >= 4 && memcmp(bytes + head->len - 4, "\r\n\r\n", 4) == 0);
  expect(memchr(bytes, '\0', head->len) == NULL);
  expect(!(head->chunked && (head->has_length || head->is_http10)));
  expect(head->field_count <= SP_HTTP_FIELDS_MAX);
  for (int i = 0; i < head->field_count; i++) {
    expect(sp_http_is_token(bytes + head->fields[i].name.at, head->fields[i].name.len));
    expect((size_t)head->fields[i].value.at + head->fields[i].value.len <= head->len);
  }
  const char *path = NULL;
  const struct sp_http_field *params = NULL;
  size_t count_of = 0;
  const char *target = bytes + head->target.at;
  expect(target[0] == '/');
  if (sp_http_path_decode(target, head->target.len, &arena, &path, NULL) == 0)
    expect(path[0] == '/' && strlen(path) <= head->target.len && !strstr(path, "/../"));
  if (sp_http_query_decode(target, head->target.len, &arena, &params, &count_of, NULL) == 0)
    for (size_t i = 0; i < count_of; i++)
      expect(params[i].name && params[i].value);
  sp_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
  static const struct sp_http_limits limits = {.target = 512, .field = 1024, .head = 2048, .fields = 16};
  struct sp_http_head head;
  struct sp_error err = {0};
  char *bytes = malloc(size + 1); /* its own block, so that reading past the end is seen */
  expect(bytes != NULL);
  memcpy(bytes, data, size);
  int status = sp_http_head_parse(bytes, size, &limits, &head, &err);
  expect(status == 0 || status == SP_HTTP_MORE || (status >= 400 && status <= 505 && err.message[0]));
  /* The first verdict on a prefix is the verdict on the whole. */
  struct sp_http_head part;
  for (size_t len = 0; len < size && len < 600; len++) {
    int early = sp_http_head_parse(bytes, len, &limits, &part, NULL);
    if (early == SP_HTTP_MORE) continue;
    expect(early == status && (early != 0 || part.len == head.len));
    break;
  }
  if (status == 0) {
    check_head(&head, bytes, size);
    if (sp_http_head_has_body(&head)) check_body(&head, bytes + head.len, size - head.len);
  }
  free(bytes);
  return 0;
}
