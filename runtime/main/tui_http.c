#include "main/tui_http.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SIZE_MOST ((uint64_t)1 << 40) /* no chunk is that long */

enum { AT_SIZE, AT_EXTENSION, AT_DATA, AT_DATA_END, AT_TRAILER, AT_TRAILER_LINE };

void sp_tui_answer_start(struct sp_tui_answer *answer) {
  *answer = (struct sp_tui_answer){.status = 0};
}

/* ---- Head ---- */

static const char *value_of(const char *line, const char *name) {
  size_t len = strlen(name);
  if (strncasecmp(line, name, len) != 0 || line[len] != ':') return NULL;
  return line + len + 1 + strspn(line + len + 1, " \t");
}

static int take_status(struct sp_tui_answer *answer) {
  const char *line = answer->line;
  if (strncmp(line, "HTTP/1.1 ", 9) != 0 && strncmp(line, "HTTP/1.0 ", 9) != 0) return SP_E_INVALID;
  if (strspn(line + 9, "0123456789") != 3 || (line[12] != ' ' && line[12] != '\0')) return SP_E_INVALID;
  answer->status = (int)strtol(line + 9, NULL, 10);
  return answer->status >= 100 ? 0 : SP_E_INVALID;
}

static int take_header(struct sp_tui_answer *answer) {
  const char *value = value_of(answer->line, "Content-Length");
  if (value) {
    size_t digits = strspn(value, "0123456789");
    if (digits == 0 || digits > 12 || value[digits] != '\0') return SP_E_INVALID;
    answer->left = strtoull(value, NULL, 10);
    answer->has_length = true;
  }
  value = value_of(answer->line, "Transfer-Encoding");
  if (value && strcasecmp(value, "chunked") != 0) return SP_E_INVALID;
  if (value) answer->chunked = true;
  value = value_of(answer->line, "Content-Type");
  if (value) answer->streaming = strncasecmp(value, "text/event-stream", 17) == 0;
  return 0;
}

/* An empty line ends the head; what "100 Continue" and its like say is skipped. */
static int take_head_line(struct sp_tui_answer *answer) {
  size_t len = answer->line_len;
  if (len > 0 && answer->line[len - 1] == '\r') len--;
  answer->line[len] = '\0';
  answer->line_len = 0;
  if (strlen(answer->line) != len) return SP_E_INVALID;
  if (answer->status == 0) return take_status(answer);
  if (len > 0) return take_header(answer);
  if (answer->status < 200) {
    sp_tui_answer_start(answer);
    return 0;
  }
  answer->head_done = true;
  bool none = answer->status == 204 || answer->status == 304;
  answer->done = none || (!answer->chunked && answer->has_length && answer->left == 0);
  answer->left = answer->chunked ? 0 : answer->left;
  return 0;
}

static int feed_head(struct sp_tui_answer *answer, const char *bytes, size_t len, size_t *used) {
  while (*used < len && !answer->head_done) {
    char byte = bytes[(*used)++];
    if (++answer->head_len > SP_TUI_HEAD_MAX) return SP_E_LIMIT;
    if (byte != '\n') {
      if (answer->line_len < sizeof answer->line - 1) answer->line[answer->line_len++] = byte;
      continue;
    }
    int result = take_head_line(answer);
    if (result) return result;
  }
  return 0;
}

/* ---- Chunks ---- */

static int digit_of(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  byte |= 32;
  return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* The line before a chunk; `line_len` counts its digits. */
static int take_size(struct sp_tui_answer *answer, char byte) {
  int digit = answer->chunk_at == AT_SIZE ? digit_of(byte) : -1;
  if (digit >= 0) {
    answer->left = answer->left * 16 + (uint64_t)digit;
    answer->line_len++;
    return answer->left < SIZE_MOST ? 0 : SP_E_LIMIT;
  }
  if (answer->chunk_at == AT_SIZE && byte != '\n' && byte != '\r' && byte != ';') return SP_E_INVALID;
  if (answer->line_len == 0) return SP_E_INVALID;
  answer->chunk_at = AT_EXTENSION;
  if (byte != '\n') return ++answer->head_len > SP_TUI_HEAD_MAX ? SP_E_LIMIT : 0;
  answer->chunk_at = answer->left > 0 ? AT_DATA : AT_TRAILER;
  answer->line_len = answer->head_len = 0;
  return 0;
}

static int take_mark(struct sp_tui_answer *answer, char byte) {
  switch (answer->chunk_at) {
  case AT_SIZE:
  case AT_EXTENSION:
    return take_size(answer, byte);
  case AT_DATA_END:
    if (byte == '\n') answer->chunk_at = AT_SIZE;
    return byte == '\n' || byte == '\r' ? 0 : SP_E_INVALID;
  case AT_TRAILER:
    if (byte == '\n') answer->done = true;
    if (byte != '\n' && byte != '\r') answer->chunk_at = AT_TRAILER_LINE;
    return 0;
  default:
    if (byte == '\n') answer->chunk_at = AT_TRAILER;
    return ++answer->head_len > SP_TUI_HEAD_MAX ? SP_E_LIMIT : 0;
  }
}

/* ---- Body ---- */

static void take_piece(struct sp_tui_answer *answer, const char *bytes, size_t len, size_t *used, const char **body,
                       size_t *body_len) {
  bool open = !answer->chunked && !answer->has_length;
  size_t piece = len - *used;
  if (!open && piece > answer->left) piece = (size_t)answer->left;
  *body = bytes + *used;
  *body_len = piece;
  *used += piece;
  if (open) return;
  answer->left -= piece;
  if (answer->left > 0) return;
  answer->done = !answer->chunked;
  answer->chunk_at = AT_DATA_END;
}

int sp_tui_answer_feed(struct sp_tui_answer *answer, const char *bytes, size_t len, size_t *used, const char **body,
                       size_t *body_len) {
  *used = 0;
  *body = NULL;
  *body_len = 0;
  int result = feed_head(answer, bytes, len, used);
  if (result || !answer->head_done) return result;
  while (*used < len && !answer->done && answer->chunked && answer->chunk_at != AT_DATA) {
    result = take_mark(answer, bytes[(*used)++]);
    if (result) return result;
  }
  if (answer->done) { /* nobody asked for more */
    *used = len;
    return 0;
  }
  if (*used < len) take_piece(answer, bytes, len, used, body, body_len);
  return 0;
}

bool sp_tui_answer_end(struct sp_tui_answer *answer) {
  if (answer->head_done && !answer->chunked && !answer->has_length) answer->done = true;
  return answer->done;
}
