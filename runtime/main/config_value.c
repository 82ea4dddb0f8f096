/* One value against its declaration. */
#include "base/text.h"
#include "devices/driver/device.h"
#include "http/client.h"
#include "http/webhook.h"
#include "main/config_parts.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* ---- Formats ---- */

static bool is_digits(const char *text, size_t len) {
  for (size_t i = 0; i < len; i++)
    if (text[i] < '0' || text[i] > '9') return false;
  return len > 0;
}

int sp_clock_minutes(const char *text) {
  if (strlen(text) != 5 || text[2] != ':' || !is_digits(text, 2) || !is_digits(text + 3, 2)) return -1;
  int hour = (text[0] - '0') * 10 + text[1] - '0';
  int minute = (text[3] - '0') * 10 + text[4] - '0';
  return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

static bool is_numeric_host(const char *host) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

int sp_address_split(const char *text, struct sp_arena *arena, const char **host, int *port, struct sp_error *err) {
  const char *colon = strrchr(text, ':');
  bool wrapped = text[0] == '[';
  const char *from = wrapped ? text + 1 : text;
  const char *to = wrapped && colon && colon[-1] == ']' ? colon - 1 : colon;
  if (!colon || to < from || (wrapped && to == colon) || strlen(colon + 1) > 5 ||
      !is_digits(colon + 1, strlen(colon + 1)))
    return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" is no address: write 127.0.0.1:7070 or [::1]:7070", text);
  char *copy = sp_arena_copy(arena, from, (size_t)(to - from));
  if (!copy) return sp_error_nomem(err, __func__);
  long number = strtol(colon + 1, NULL, 10);
  bool six = strchr(copy, ':') != NULL;
  if (number > 65535 || !is_numeric_host(copy) || six != wrapped)
    return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" is no address: write 127.0.0.1:7070 or [::1]:7070", text);
  *host = copy;
  *port = (int)number;
  return 0;
}

bool sp_config_is_loopback(const char *host) {
  struct in_addr four;
  struct in6_addr six;
  if (inet_pton(AF_INET, host, &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  return inet_pton(AF_INET6, host, &six) == 1 && memcmp(&six, &in6addr_loopback, sizeof six) == 0;
}

static int address_check(const char *text, struct sp_error *err) {
  struct sp_arena arena;
  const char *host = NULL;
  int port = 0;
  sp_arena_init(&arena, 4096);
  int result = sp_address_split(text, &arena, &host, &port, err);
  sp_arena_free(&arena);
  return result;
}

static int zone_check(const char *text, struct sp_error *err) {
  struct sp_zone *zone = NULL;
  int result = sp_zone_load(text, &zone, err);
  sp_zone_free(zone);
  return result;
}

static int code_check(const char *text, struct sp_error *err) {
  for (const char *at = text; *at != '\0'; at++)
    if (*at <= ' ' || *at > '~' || *at == '/' || *at == ',')
      return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" is no code: letters, digits and signs without spaces", text);
  return 0;
}

/* It stands before the number of a receipt: "T01-000042". */
static int till_check(const char *text, struct sp_error *err) {
  if (text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0') return 0;
  return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" is no code of a till: letters, digits and underscores", text);
}

static int currency_check(const char *text, struct sp_error *err) {
  for (const char *at = text; *at != '\0'; at++)
    if (*at < 'A' || *at > 'Z')
      return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" is no currency: three capital letters, such as CNY", text);
  return 0;
}

static int clock_check(const char *text, struct sp_error *err) {
  if (sp_clock_minutes(text) >= 0) return 0;
  return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" is no time of day: write 04:00", text);
}

static int host_check(const char *text, struct sp_error *err) {
  if (text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]")] == '\0') return 0;
  return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" is no host name", text);
}

static int target_check(const char *text, struct sp_error *err) {
  return text[0] == '\0' ? 0 : sp_printer_address_check(text, err);
}

static int url_check(const char *text, struct sp_error *err) {
  struct sp_http_url url;
  return text[0] == '\0' ? 0 : sp_http_url_parse(text, &url, err);
}

static int secret_check(const char *text, struct sp_error *err) {
  struct sp_webhook_key key;
  return text[0] == '\0' ? 0 : sp_webhook_key_parse(text, &key, err);
}

static int format_check(const char *format, const char *text, struct sp_error *err) {
  static const struct {
    const char *name;
    int (*check)(const char *text, struct sp_error *err);
  } formats[] = {
      {"address", address_check}, {"zone", zone_check},     {"code", code_check},     {"currency", currency_check},
      {"clock", clock_check},     {"host", host_check},     {"target", target_check}, {"till", till_check},
      {"url", url_check},         {"secret", secret_check},
  };
  for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
    if (strcmp(formats[i].name, format) == 0) return formats[i].check(text, err);
  return 0;
}

/* ---- Values ---- */

static int choice_check(const struct sp_config_setting *setting, const char *text, struct sp_error *err) {
  char known[160] = "";
  size_t len = 0;
  for (const char *const *choice = setting->choices; choice && *choice; choice++) {
    if (strcmp(*choice, text) == 0) return 0;
    size_t more = strlen(*choice);
    if (len + more + 3 > sizeof known) continue;
    memcpy(known + len, ", ", 2);
    memcpy(known + len + 2, *choice, more + 1);
    len += more + 2;
  }
  if (!setting->choices) return 0;
  return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" is not one of: %s", text, known + 2);
}

static int text_check(const struct sp_config_setting *setting, const char *text, struct sp_error *err) {
  int64_t len = (int64_t)strlen(text);
  if (len < setting->min || len > setting->max) {
    if (setting->min == setting->max)
      return sp_fail(err, SP_E_INVALID, NULL, "It must have %lld bytes", (long long)setting->max);
    return sp_fail(err, SP_E_INVALID, NULL, "It must have %lld to %lld bytes", (long long)setting->min,
                   (long long)setting->max);
  }
  if (!sp_utf8_valid(text, (size_t)len)) return sp_fail(err, SP_E_INVALID, NULL, "It is not valid UTF-8");
  for (const char *at = text; *at != '\0'; at++)
    if ((unsigned char)*at < 0x20 || *at == 0x7f)
      return sp_fail(err, SP_E_INVALID, NULL, "It must not have control characters");
  int result = choice_check(setting, text, err);
  return result ? result : format_check(setting->format, text, err);
}

int sp_config_setting_put_int(struct sp_config_setting *setting, int64_t value, struct sp_error *err) {
  if (value < setting->min || value > setting->max)
    return sp_fail(err, SP_E_INVALID, NULL, "It must be between %lld and %lld", (long long)setting->min,
                   (long long)setting->max);
  setting->integer = value;
  return 0;
}

int sp_config_setting_put_text(struct sp_config_setting *setting, const char *text, struct sp_error *err) {
  int result = text_check(setting, text, err);
  if (!result) setting->text = text;
  return result;
}

int sp_config_setting_put_list(struct sp_config_setting *setting, const char *const *list, int count,
                               struct sp_error *err) {
  if (count < setting->min_items || count > setting->max_items)
    return sp_fail(err, SP_E_INVALID, NULL, "It must have %lld to %lld entries", (long long)setting->min_items,
                   (long long)setting->max_items);
  for (int i = 0; i < count; i++) {
    int result = text_check(setting, list[i], err);
    if (result) return result;
    for (int j = 0; j < i; j++)
      if (strcmp(list[i], list[j]) == 0) return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" is there twice", list[i]);
  }
  setting->list = list;
  return 0;
}

static int int_parse(const char *text, int64_t *out, struct sp_error *err) {
  size_t len = strlen(text);
  size_t sign = text[0] == '-' ? 1 : 0;
  if (len > 16 || !is_digits(text + sign, len - sign))
    return sp_fail(err, SP_E_INVALID, NULL, "\"%s\" is no whole number", text);
  *out = strtoll(text, NULL, 10);
  return 0;
}

/* "a,b" into a list in the arena; "" is the empty one. */
static int list_parse(struct sp_config_setting *setting, struct sp_arena *arena, const char *text,
                      struct sp_error *err) {
  int count = text[0] == '\0' ? 0 : 1;
  for (const char *at = text; *at != '\0'; at++)
    count += *at == ',';
  const char **list = sp_arena_array(arena, (size_t)count + 1, sizeof *list);
  if (!list) return sp_error_nomem(err, __func__);
  for (int i = 0; i < count; i++) {
    size_t len = strcspn(text, ",");
    list[i] = sp_arena_copy(arena, text, len);
    if (!list[i]) return sp_error_nomem(err, __func__);
    text += len + (text[len] == ',');
  }
  return sp_config_setting_put_list(setting, list, count, err);
}

int sp_config_setting_put(struct sp_config_setting *setting, struct sp_arena *arena, const char *text,
                          struct sp_error *err) {
  int64_t number = 0;
  int result = 0;
  switch (setting->type) {
  case SP_SETTING_INT:
    result = int_parse(text, &number, err);
    return result ? result : sp_config_setting_put_int(setting, number, err);
  case SP_SETTING_LIST:
    return list_parse(setting, arena, text, err);
  default:
    text = sp_arena_text(arena, text);
    return text ? sp_config_setting_put_text(setting, text, err) : sp_error_nomem(err, __func__);
  }
}
