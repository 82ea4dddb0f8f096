/* Settings of the shop, each edited as a whole. */
#include "api/call.h"
#include "app/setting.h"

#include <string.h>

static int find(struct sp_call *call, enum sp_setting *out) {
  int setting = sp_setting_parse(call->params[0]);
  if (setting < 0) return sp_fail(call->work.err, SP_E_NOT_FOUND, "name", "There is no setting %s", call->params[0]);
  *out = (enum sp_setting)setting;
  return 0;
}

int sp_route_setting_get(struct sp_call *call) {
  enum sp_setting setting = SP_SETTING_TILL;
  int rc = find(call, &setting);
  return rc == 0 ? sp_setting_json(&call->work, setting, &call->w, &call->revision) : rc;
}

/* {"revision":3,"findings":[…]}: what a table of labels does with itself, mistakes excepted, which are refused. */
int sp_route_setting_put(struct sp_call *call) {
  enum sp_setting setting = SP_SETTING_TILL;
  int64_t expected = -1, revision = 0;
  const char *findings = NULL;
  int rc = find(call, &setting);
  if (rc == 0) rc = sp_call_if_match(call, &expected);
  if (rc == 0) rc = sp_setting_put(&call->work, setting, call->body, expected, &revision, &findings);
  if (rc != 0) return rc;
  call->revision = revision;
  call->all_tills = true;
  sp_json_open_object(&call->w);
  sp_json_put_int(&call->w, "revision", revision);
  sp_json_key(&call->w, "findings");
  sp_json_raw(&call->w, findings, strlen(findings));
  sp_json_close_object(&call->w);
  return 0;
}

/* Back to the default. */
int sp_route_setting_delete(struct sp_call *call) {
  enum sp_setting setting = SP_SETTING_TILL;
  int64_t expected = -1, revision = 0;
  int rc = find(call, &setting);
  if (rc == 0) rc = sp_call_if_match(call, &expected);
  if (rc == 0) rc = sp_setting_reset(&call->work, setting, expected, &revision);
  if (rc != 0) return rc;
  call->revision = revision;
  call->all_tills = true;
  sp_json_open_object(&call->w);
  sp_json_put_int(&call->w, "revision", revision);
  sp_json_close_object(&call->w);
  return 0;
}
