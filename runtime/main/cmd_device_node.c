/* suanpan device list, add, remove: thin over the running node's routes. */
#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "main/client.h"
#include "main/cmd_device.h"
#include "main/device_node.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int sp_command_device_ask(const struct sp_args *args, const char *method, const char *target, const char *json,
                          struct cJSON **out, struct sp_error *err) {
  struct sp_config config;
  struct sp_client_reply reply = {0};
  char socket[SP_FOLDER_PATH_MAX + 64], key[SP_ID_TEXT];
  struct sp_id id = {{0}};
  *out = NULL;
  if (sp_command_config(args, true, &config)) return sp_fail(err, SP_E_STATE, NULL, "The configuration is not good");
  sp_command_socket(&config, socket);
  sp_config_free(&config);
  int rc = sp_id_new(sp_clock_now_ms(), &id);
  if (rc) return sp_fail(err, rc, NULL, "The kernel gives no random numbers");
  sp_id_format(&id, key);
  const struct sp_client_request request = {.method = method,
                                            .target = target,
                                            .content_type = json ? "application/json" : NULL,
                                            .body = json,
                                            .len = json ? strlen(json) : 0,
                                            .key = strcmp(method, "POST") == 0 ? key : NULL,
                                            .lang = args->lang};
  rc = sp_client_call(socket, &request, &reply, err);
  if (!rc && reply.status >= 400) rc = sp_client_problem(&reply, err);
  if (!rc && reply.body.len > 0) rc = sp_json_parse(reply.body.data, reply.body.len, out, err);
  sp_buf_free(&reply.body);
  return rc;
}

int sp_command_device_path(const char *id, const char *tail, char out[SP_DEVICE_PATH_MAX], struct sp_error *err) {
  size_t len = strlen(id);
  if (len == 0 || len > 31 || strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") != len)
    return sp_fail(err, SP_E_INVALID, "id", "A device's id has 1 to %d letters, digits, points, - and _", 31);
  snprintf(out, SP_DEVICE_PATH_MAX, "/v1/devices/%s%s", id, tail);
  return 0;
}

/* ---- List ---- */

static const char *text_of(const struct cJSON *object, const char *name, const char *otherwise) {
  const struct cJSON *member = object ? sp_json_member(object, name) : NULL;
  return member && cJSON_IsString(member) ? member->valuestring : otherwise;
}

static void show_device(const struct cJSON *device, enum sp_lang lang) {
  const struct cJSON *live = sp_json_member(device, "live"), *config = sp_json_member(device, "config");
  const struct cJSON *faults = cJSON_IsObject(live) ? sp_json_member(live, "faults") : NULL, *fault = NULL;
  const char *link = text_of(config, "link", text_of(live, "link", ""));
  printf("%-16s %-6s %-8s %-9s %s", text_of(device, "id", "?"), text_of(device, "till", "-"),
         text_of(device, "class", "?"), text_of(live, "state", sp_tr(lang, "unknown")), link);
  if (cJSON_IsArray(faults)) {
    cJSON_ArrayForEach(fault, faults) {
      if (cJSON_IsString(fault)) printf(" %s", fault->valuestring);
    }
  }
  const char *detail = text_of(live, "detail", "");
  printf("%s%s\n", *detail ? "  " : "", detail);
}

int sp_command_device_list(const struct sp_args *args) {
  static const char *const allowed[] = {NULL};
  struct sp_error error = {.lang = args->lang};
  struct cJSON *answer = NULL;
  const struct cJSON *device = NULL;
  int rc = sp_command_device_options(args, allowed, &error);
  if (!rc && !sp_command_device_words(args, 0, 0))
    rc = sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan device list");
  if (!rc) rc = sp_command_device_ask(args, "GET", "/v1/devices", NULL, &answer, &error);
  if (rc) return sp_command_device_complain(args, &error);
  cJSON_ArrayForEach(device, answer) {
    show_device(device, args->lang);
  }
  if (cJSON_GetArraySize(answer) == 0) puts(sp_tr(args->lang, "There are no devices."));
  sp_json_free(answer);
  return SP_EXIT_GOOD;
}

/* ---- Add and remove ---- */

/* The configuration with its till. */
static int with_till(const char *json, const char *till, char **out, struct sp_error *err) {
  struct cJSON *tree = NULL;
  int rc = sp_json_parse(json, strlen(json), &tree, err);
  if (!rc && !cJSON_IsObject(tree)) rc = sp_fail(err, SP_E_INVALID, NULL, "A device's configuration is a JSON object");
  if (!rc && till) {
    cJSON_DeleteItemFromObjectCaseSensitive(tree, "till");
    if (!cJSON_AddStringToObject(tree, "till", till)) rc = sp_error_nomem(err, __func__);
  }
  *out = rc ? NULL : cJSON_PrintUnformatted(tree);
  if (!rc && !*out) rc = sp_error_nomem(err, __func__);
  sp_json_free(tree);
  return rc;
}

int sp_command_device_add(const struct sp_args *args) {
  static const char *const allowed[] = {" --till ", NULL};
  struct sp_error error = {.lang = args->lang};
  char path[SP_DEVICE_PATH_MAX], *json = NULL;
  struct cJSON *answer = NULL;
  int rc = sp_command_device_options(args, allowed, &error);
  if (!rc && !sp_command_device_words(args, 2, 2))
    rc = sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan device add ID JSON");
  if (!rc) rc = sp_command_device_path(args->words[1], "", path, &error);
  if (!rc) rc = with_till(args->words[2], sp_args_given(args, "--till"), &json, &error);
  if (!rc) rc = sp_command_device_ask(args, "PUT", path, json, &answer, &error);
  if (!rc) printf(sp_tr(args->lang, "%s is configured.\n"), args->words[1]);
  free(json);
  sp_json_free(answer);
  return rc ? sp_command_device_complain(args, &error) : SP_EXIT_GOOD;
}

int sp_command_device_remove(const struct sp_args *args) {
  static const char *const allowed[] = {NULL};
  struct sp_error error = {.lang = args->lang};
  char path[SP_DEVICE_PATH_MAX];
  struct cJSON *answer = NULL;
  int rc = sp_command_device_options(args, allowed, &error);
  if (!rc && !sp_command_device_words(args, 1, 1))
    rc = sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan device remove ID");
  if (!rc) rc = sp_command_device_path(args->words[1], "", path, &error);
  if (!rc) rc = sp_command_device_ask(args, "DELETE", path, NULL, &answer, &error);
  if (!rc) printf(sp_tr(args->lang, "%s is removed.\n"), args->words[1]);
  sp_json_free(answer);
  return rc ? sp_command_device_complain(args, &error) : SP_EXIT_GOOD;
}
