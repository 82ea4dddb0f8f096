/* What all links share: the door to their operations, and the two texts of a configuration. */
#include "devices/link/link.h"

#include "devices/link/fd.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- Operations ---- */

int sp_link_open(const struct sp_link_maker *maker, const struct sp_link_config *config,
                 const struct sp_link_events *events, struct sp_link **out, struct sp_error *err) {
  *out = NULL;
  int rc = sp_link_address_check(config->address, err);
  if (rc) return rc;
  if (!maker->open) return sp_fail(err, SP_E_UNSUPPORTED, "link", "Links cannot be opened here");
  return maker->open(maker->ctx, config, events, out, err);
}

int sp_link_write(struct sp_link *link, const void *bytes, size_t len, struct sp_error *err) {
  if (len == 0) return 0;
  return link->ops->write(link, bytes, len, err);
}

int sp_link_control(struct sp_link *link, enum sp_link_control what, int value, struct sp_error *err) {
  if (!link->ops->control)
    return sp_fail(err, SP_E_UNSUPPORTED, "", "A link of kind %s has no lines to set", link->ops->scheme);
  return link->ops->control(link, what, value, err);
}

size_t sp_link_waiting(const struct sp_link *link) {
  return link->ops->waiting ? link->ops->waiting(link) : 0;
}

const uint8_t *sp_link_descriptor(const struct sp_link *link, size_t *len) {
  *len = 0;
  return link->ops->descriptor ? link->ops->descriptor(link, len) : NULL;
}

void sp_link_close(struct sp_link *link) {
  if (link) link->ops->close(link);
}

/* ---- "9600,7,E,1,rtscts" ---- */

/* A number of digits only, at `*text`, with a comma or the end behind it. −1 when there is none. */
static long next_number(const char **text) {
  size_t len = strspn(*text, "0123456789");
  if (len == 0 || len > 7) return -1;
  long value = strtol(*text, NULL, 10);
  *text += len;
  return value;
}

static bool skip_comma(const char **text) {
  if (**text != ',') return false;
  (*text)++;
  return true;
}

static bool is_baud(long baud) {
  static const long known[] = {1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i] == baud) return true;
  return false;
}

static bool parse_flow(const char *text, enum sp_flow *out) {
  *out = SP_FLOW_NONE;
  if (*text == '\0') return true;
  if (strcmp(text, ",rtscts") == 0)
    *out = SP_FLOW_RTSCTS;
  else if (strcmp(text, ",xonxoff") == 0)
    *out = SP_FLOW_XONXOFF;
  return *out != SP_FLOW_NONE;
}

static bool parse_serial(const char *text, struct sp_serial *out) {
  long baud = next_number(&text);
  if (!is_baud(baud) || !skip_comma(&text)) return false;
  long bits = next_number(&text);
  if ((bits != 7 && bits != 8) || !skip_comma(&text)) return false;
  char parity = *text;
  if (parity == '\0' || !strchr("NEO", parity)) return false;
  text++;
  if (!skip_comma(&text)) return false;
  long stops = next_number(&text);
  if (stops != 1 && stops != 2) return false;
  *out = (struct sp_serial){.baud = (int32_t)baud, .bits = (int8_t)bits, .parity = parity, .stops = (int8_t)stops};
  return parse_flow(text, &out->flow);
}

int sp_serial_parse(const char *text, struct sp_serial *out, struct sp_error *err) {
  struct sp_serial serial = {0};
  if (!parse_serial(text, &serial))
    return sp_fail(
        err, SP_E_INVALID, "serial",
        "\"%s\" is no serial line; write baud, bits 7 or 8, parity N, E or O, stop bits, as in 9600,8,N,1 or "
        "9600,8,N,1,rtscts",
        text);
  *out = serial;
  return 0;
}

/* ---- Addresses ---- */

static bool has_control(const char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 || *text == 0x7F) return true;
  return false;
}

static bool is_path(const char *text) {
  return text[0] == '/' && text[1] != '\0' && !has_control(text);
}

/* A path, or "vid=0c2e,pid=0b61", with a serial number where several are alike. */
static bool is_usb(const char *text) {
  struct sp_usb_match match;
  if (text[0] == '/') return is_path(text);
  return !has_control(text) && sp_usb_match_parse(text, &match);
}

static bool is_port(const char *text) {
  size_t len = strlen(text);
  if (len == 0 || len > 5 || strspn(text, "0123456789") != len) return false;
  long value = strtol(text, NULL, 10);
  return value >= 1 && value <= 65535;
}

static bool is_host(const char *host, size_t len, bool six) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_";
  if (len == 0 || host[0] == '-') return false;
  for (size_t i = 0; i < len; i++)
    if (!strchr(letters, host[i]) && !(six && (host[i] == ':' || host[i] == '%'))) return false;
  return true;
}

/* "host:9100", or "[fe80::1%eth0]:9100". */
static bool is_tcp(const char *rest) {
  const char *colon = strrchr(rest, ':');
  if (!colon || has_control(rest)) return false;
  size_t len = (size_t)(colon - rest);
  bool six = len > 2 && rest[0] == '[' && rest[len - 1] == ']';
  return is_host(six ? rest + 1 : rest, six ? len - 2 : len, six) && is_port(colon + 1);
}

int sp_link_address_check(const char *address, struct sp_error *err) {
  static const struct {
    const char *scheme;
    bool (*check)(const char *rest);
  } kinds[] = {{"tcp:", is_tcp},   {"serial:", is_path}, {"usb:", is_usb},
               {"evdev:", is_usb}, {"hidraw:", is_usb},  {"file:", is_path}};
  size_t len = strlen(address);
  bool good = false;
  for (size_t i = 0; len <= SP_LINK_ADDRESS_MAX && i < sizeof kinds / sizeof *kinds; i++) {
    size_t head = strlen(kinds[i].scheme);
    if (strncmp(address, kinds[i].scheme, head) == 0) good = kinds[i].check(address + head);
  }
  if (good) return 0;
  return sp_fail(err, SP_E_INVALID, "link",
                 "\"%s\" is no link; write tcp:host:port, serial:/path, usb:/path, evdev:/path, hidraw:/path or "
                 "file:/path; usb:, evdev: and hidraw: also take vid=0c2e,pid=0b61",
                 address);
}

/* ---- The same device? ---- */

static bool same_host(const char *one, size_t one_len, const char *other, size_t other_len) {
  static const char local[] = "localhost", loop[] = "127.0.0.1";
  if (one_len == sizeof local - 1 && strncasecmp(one, local, one_len) == 0) one = loop, one_len = sizeof loop - 1;
  if (other_len == sizeof local - 1 && strncasecmp(other, local, other_len) == 0)
    other = loop, other_len = sizeof loop - 1;
  return one_len == other_len && strncasecmp(one, other, one_len) == 0;
}

static bool same_tcp(const char *one, const char *other) {
  const char *one_port = strrchr(one, ':'), *other_port = strrchr(other, ':');
  if (!one_port || !other_port) return false;
  return strtol(one_port + 1, NULL, 10) == strtol(other_port + 1, NULL, 10) &&
         same_host(one, (size_t)(one_port - one), other, (size_t)(other_port - other));
}

static bool same_path(const char *one, const char *other) {
  char *one_real = realpath(one, NULL), *other_real = realpath(other, NULL);
  bool same = strcmp(one_real ? one_real : one, other_real ? other_real : other) == 0;
  free(one_real);
  free(other_real);
  return same;
}

bool sp_link_same(const char *one, const char *other) {
  const char *one_rest = sp_link_path(one), *other_rest = sp_link_path(other);
  struct sp_usb_match one_match, other_match;
  size_t scheme = strcspn(one, ":");
  if (scheme != strcspn(other, ":") || strncmp(one, other, scheme) != 0) return false;
  if (strncmp(one, "tcp:", 4) == 0) return same_tcp(one_rest, other_rest);
  if (one_rest[0] == '/' || other_rest[0] == '/')
    return one_rest[0] == '/' && other_rest[0] == '/' && same_path(one_rest, other_rest);
  if (!sp_usb_match_parse(one_rest, &one_match) || !sp_usb_match_parse(other_rest, &other_match)) return false;
  return one_match.serial[0] != '\0' && strcmp(one_match.serial, other_match.serial) == 0 &&
         one_match.vid == other_match.vid && one_match.pid == other_match.pid;
}
