/* One link, one device: what would make a second connection to a printer, a line or a scanner is refused. */
#include "api/device_link.h"
#include "app/device.h"

#include <cjson/cJSON.h>
#include <string.h>

static bool is_same(const struct sp_call *call, const char *one, const char *other) {
  return call->options->devices->same_link(one, other);
}

static bool has_link(const struct sp_call *call, const struct sp_device_row *row, const char *link) {
  struct cJSON *tree = NULL;
  if (sp_json_parse(row->config, strlen(row->config), &tree, NULL) != 0) return false;
  const struct cJSON *member = sp_json_member(tree, "link");
  bool same = cJSON_IsString(member) && is_same(call, link, member->valuestring);
  sp_json_free(tree);
  return same;
}

static int check_devices(struct sp_call *call, const struct sp_link_use *use) {
  struct sp_device_row *rows = NULL;
  int32_t count = 0;
  int rc = sp_device_rows(&call->work, &rows, &count);
  if (rc != 0) return rc;
  for (int32_t i = 0; i < count; i++) {
    const struct sp_device_row *row = &rows[i];
    bool itself = use->device != NULL && strcmp(row->id, use->device) == 0;
    /* A till's printer gives way to a printer that stands at it. */
    bool stands = use->device == NULL && strcmp(row->class, "printer") == 0 && strcmp(row->till, use->till) == 0;
    if (itself || stands || !has_link(call, row, use->link)) continue;
    return sp_fail(call->work.err, SP_E_EXISTS, use->field,
                   "Device %s has this link already, and a link has one device", row->id);
  }
  return 0;
}

static int check_tills(struct sp_call *call, const struct sp_link_use *use) {
  struct sp_till_printer *list = NULL;
  int32_t count = 0;
  int rc = sp_device_till_printers(&call->work, use->device, &list, &count);
  if (rc != 0) return rc;
  for (int32_t i = 0; i < count; i++) {
    bool gives_way = use->printer && strcmp(list[i].till, use->till) == 0;
    if (gives_way || !is_same(call, use->link, list[i].printer)) continue;
    return sp_fail(call->work.err, SP_E_EXISTS, use->field, "The printer of till %s has this link already",
                   list[i].till);
  }
  return 0;
}

int sp_call_link_free(struct sp_call *call, const struct sp_link_use *use) {
  const struct sp_api_devices *devices = call->options->devices;
  const char *shared = call->options->printer;
  if (devices == NULL || devices->same_link == NULL || use->link == NULL) return 0;
  int rc = check_devices(call, use);
  if (rc == 0 && use->device != NULL) rc = check_tills(call, use);
  if (rc != 0 || shared == NULL || shared[0] == '\0') return rc;
  bool named = use->device == NULL && strcmp(use->link, shared) == 0; /* a till may name the node's own */
  if (named || !is_same(call, use->link, shared)) return 0;
  return sp_fail(call->work.err, SP_E_EXISTS, use->field, "The node's own printer has this link already");
}
