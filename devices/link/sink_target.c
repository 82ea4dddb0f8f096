#include "devices/link/sink_target.h"
#include <stdbool.h>
#include <string.h>

static bool has_control(const char *text) {
  for (; *text != '\0'; text++) {
    if ((unsigned char)*text < 0x20 || *text == 0x7F) {
      return true;
    }
  }
  return false;
}

static bool is_port(const char *text) {
  int value = 0;
  size_t len = strlen(text);
  if (len == 0 || len > 5 || strspn(text, "0123456789") != len) {
    return false;
  }
  for (; *text != '\0'; text++) {
    value = value * 10 + (*text - '0');
  }
  return value >= 1 && value <= 65535;
}

static bool is_host(const char *host, size_t len, bool bracketed) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_";
  if (len == 0 || host[0] == '-') {
    return false;
  }
  for (size_t i = 0; i < len; i++) {
    bool fits = strchr(letters, host[i]) != NULL || (bracketed && (host[i] == ':' || host[i] == '%'));
    if (!fits) {
      return false;
    }
  }
  return true;
}

static int parse_tcp(const char *rest, struct sp_sink_target *out, struct sp_error *err) {
  const char *colon = strrchr(rest, ':');
  const char *host = rest;
  size_t len = colon == NULL ? strlen(rest) : (size_t)(colon - rest);
  bool bracketed = len > 2 && rest[0] == '[' && rest[len - 1] == ']';
  host += bracketed ? 1 : 0;
  len -= bracketed ? 2 : 0;
  if (!is_host(host, len, bracketed)) {
    return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" names no host; write tcp:host:port", rest);
  }
  if (colon == NULL || !is_port(colon + 1)) {
    return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" names no port from 1 to 65535; write tcp:host:port", rest);
  }
  out->kind = SP_SINK_TCP;
  memcpy(out->host, host, len);
  out->host[len] = '\0';
  memcpy(out->port, colon + 1, strlen(colon + 1) + 1);
  return 0;
}

int sp_sink_target_parse(const char *text, struct sp_sink_target *out, struct sp_error *err) {
  *out = (struct sp_sink_target){0};
  if (text == NULL || strlen(text) > SP_SINK_TARGET_MAX || has_control(text)) {
    return sp_fail(err, SP_E_INVALID, NULL, "A target is text of at most %d bytes without control characters",
                   SP_SINK_TARGET_MAX);
  }
  if (strncmp(text, "tcp:", 4) == 0) {
    return parse_tcp(text + 4, out, err);
  }
  if (strncmp(text, "file:", 5) != 0) {
    return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" is no target; write tcp:host:port or file:/path", text);
  }
  if (text[5] != '/' || text[strlen(text) - 1] == '/') {
    return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" is no absolute path of a file", text + 5);
  }
  out->kind = SP_SINK_FILE;
  memcpy(out->path, text + 5, strlen(text + 5) + 1);
  return 0;
}

int sp_sink_target_check(const char *text, struct sp_error *err) {
  struct sp_sink_target target;
  return sp_sink_target_parse(text, &target, err);
}
