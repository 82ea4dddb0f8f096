/* The configuration of a device: what every class has, strictly. */
#include "devices/driver/driver.h"

#include <cjson/cJSON.h>
#include <string.h>

#define MEMBERS_MAX 32

static bool is_id(const char *id) {
  size_t len = strlen(id);
  return len > 0 && len <= SP_DEVICE_ID_MAX &&
         strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == len;
}

static int check_members(const struct sp_device_driver *driver, const struct cJSON *json, struct sp_error *err) {
  const char *names[MEMBERS_MAX + 1] = {"class", "link", "serial", "grab"};
  size_t count = 4;
  for (const char *const *name = driver->members; name && *name && count < MEMBERS_MAX; name++)
    names[count++] = *name;
  return sp_json_only(json, names, err);
}

/* What only one kind of link has is refused on the others: it would be a misunderstanding. */
static int parse_link(const struct cJSON *json, struct sp_link_config *out, struct sp_error *err) {
  const char *address = NULL;
  const char *serial = NULL;
  bool grab = true;
  int rc = sp_json_get_text(json, "link", SP_REQUIRED, SP_LINK_ADDRESS_MAX, &address, err);
  if (!rc) rc = sp_link_address_check(address, err);
  if (!rc) rc = sp_json_get_text(json, "serial", SP_OPTIONAL, 63, &serial, err);
  if (!rc) rc = sp_json_get_bool(json, "grab", SP_OPTIONAL, &grab, err);
  if (rc || !address) return rc;
  memcpy(out->address, address, strlen(address) + 1);
  out->serial = (struct sp_serial){.baud = 9600, .bits = 8, .parity = 'N', .stops = 1};
  out->no_grab = !grab;
  if (serial && strncmp(address, "serial:", 7) != 0)
    return sp_fail(err, SP_E_INVALID, "serial", "Only a serial link has line settings");
  if (sp_json_member(json, "grab") && strncmp(address, "evdev:", 6) != 0)
    return sp_fail(err, SP_E_INVALID, "grab", "Only an evdev link can be grabbed");
  return serial ? sp_serial_parse(serial, &out->serial, err) : 0;
}

static int parse_class(const struct cJSON *json, enum sp_device_class *out, struct sp_error *err) {
  const char *name = "";
  int rc = sp_json_get_text(json, "class", SP_REQUIRED, 31, &name, err);
  if (rc) return rc;
  int class = sp_device_class_parse(name);
  if (class < 0)
    return sp_fail(err, SP_E_INVALID, "class", "\"%s\" is no class of device: printer, scanner, scale or display",
                   name);
  *out = (enum sp_device_class) class;
  return 0;
}

int sp_device_config_parse(const struct sp_device_driver *driver, const char *id, const struct cJSON *json,
                           struct sp_device_config *out, struct sp_error *err) {
  *out = (struct sp_device_config){.json = json};
  if (!is_id(id))
    return sp_fail(err, SP_E_INVALID, "id", "A device's id has 1 to %d letters, digits, points, - and _",
                   SP_DEVICE_ID_MAX);
  memcpy(out->id, id, strlen(id) + 1);
  if (!cJSON_IsObject(json)) return sp_fail(err, SP_E_INVALID, "", "A device's configuration is a JSON object");
  int rc = parse_class(json, &out->class, err);
  if (rc) return rc;
  if (!driver) driver = sp_device_driver(out->class);
  if (!driver || driver->class != out->class)
    return sp_fail(err, SP_E_UNSUPPORTED, "class", "This program has no driver of class %s",
                   sp_device_class_name(out->class));
  rc = check_members(driver, json, err);
  if (!rc) rc = parse_link(json, &out->link, err);
  if (!rc) rc = driver->check(out, err);
  return rc;
}

int sp_device_config_check(const char *id, const struct cJSON *json, struct sp_error *err) {
  struct sp_device_config config;
  return sp_device_config_parse(NULL, id, json, &config, err);
}
