#include "api/till_turn.h"

#include <string.h>

int sp_route_session_open(struct sp_call *call) {
  static const char *const known[] = {"staff", "pin", "till", "cookie", NULL};
  struct sp_error *err = call->work.err;
  struct sp_login login = {.staff = NULL};
  char token[SP_TOKEN_TEXT];
  int64_t expires_at = 0;
  bool cookie = false;
  int rc = sp_json_only(call->body, known, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "staff", SP_REQUIRED, 20, &login.staff, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "pin", SP_REQUIRED, 8, &login.pin, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "till", SP_OPTIONAL, 40, &login.till, err);
  if (rc == 0) rc = sp_json_get_bool(call->body, "cookie", SP_OPTIONAL, &cookie, err);
  if (rc == 0 && cookie) rc = sp_call_same_origin(call);
  if (rc == 0) rc = sp_session_open(&call->work, &login, token, &expires_at, &call->commit_anyway);
  if (rc != 0) return rc;
  if (cookie) sp_call_set_cookie(call, token);
  call->status = 201;
  sp_json_open_object(&call->w);
  sp_json_put_text(&call->w, "token", token);
  sp_json_put_time(&call->w, "expires_at", expires_at);
  sp_json_close_object(&call->w);
  return 0;
}

int sp_route_session_get(struct sp_call *call) {
  const struct sp_actor *actor = &call->work.actor;
  struct sp_json_writer *w = &call->w;
  sp_json_open_object(w);
  sp_json_put_id(w, "staff", actor->staff.bytes);
  sp_json_put_text(w, "role", sp_role_name(actor->role));
  sp_json_put_bool(w, "program", actor->is_program);
  sp_json_put_text(w, "scopes", actor->scopes);
  if (!sp_id_is_nil(&actor->till)) sp_json_put_id(w, "till", actor->till.bytes);
  sp_json_close_object(w);
  return 0;
}

static int nothing(struct sp_call *call) {
  sp_json_open_object(&call->w);
  sp_json_close_object(&call->w);
  return 0;
}

static int signed_out(struct sp_call *call) {
  if (call->token[0] != '\0') sp_till_hub_sign_out(sp_api_till_hub(call->api), call->token);
  return 0;
}

int sp_route_session_close(struct sp_call *call) {
  call->after = signed_out;
  if (call->by_cookie) sp_call_set_cookie(call, "");
  int rc = sp_session_close(&call->work);
  return rc == 0 ? nothing(call) : rc;
}

int sp_route_staff_list(struct sp_call *call) {
  return sp_staff_list_json(&call->work, &call->w);
}

int sp_route_staff_put(struct sp_call *call) {
  static const char *const known[] = {"code", "name", "role", "pin", "enabled", NULL};
  struct sp_error *err = call->work.err;
  struct sp_staff_put put = {.role = -1, .enabled = -1};
  const char *role = NULL, *code = NULL, *name = NULL;
  bool enabled = true;
  struct sp_id id;
  int rc = sp_json_only(call->body, known, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "code", SP_REQUIRED, 20, &code, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "name", SP_OPTIONAL, 60, &name, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "role", SP_OPTIONAL, 20, &role, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "pin", SP_OPTIONAL, 8, &put.pin, err);
  if (rc == 0) rc = sp_json_get_bool(call->body, "enabled", SP_OPTIONAL, &enabled, err);
  if (rc != 0) return rc;
  put.code = sp_arena_text(&call->task.arena, code);
  put.name = sp_arena_text(&call->task.arena, name);
  put.role = role != NULL ? sp_role_parse(role) : -1;
  if (role != NULL && put.role < 0) return sp_fail(err, SP_E_INVALID, "role", "There is no role %s", role);
  if (sp_json_member(call->body, "enabled") != NULL) put.enabled = enabled ? 1 : 0;
  rc = sp_staff_put(&call->work, &put, &id);
  if (rc != 0) return rc;
  call->status = 201;
  sp_json_open_object(&call->w);
  sp_json_put_id(&call->w, "id", id.bytes);
  sp_json_put_text(&call->w, "code", put.code);
  sp_json_close_object(&call->w);
  return 0;
}

int sp_route_token_create(struct sp_call *call) {
  static const char *const known[] = {"name", "scopes", "till", "days", NULL};
  struct sp_error *err = call->work.err;
  struct sp_token_put put = {.days = 365};
  const char *name = NULL, *scopes = NULL;
  char token[SP_TOKEN_TEXT];
  struct sp_id id;
  int rc = sp_json_only(call->body, known, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "name", SP_REQUIRED, 60, &name, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "scopes", SP_REQUIRED, 300, &scopes, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "till", SP_OPTIONAL, 40, &put.till, err);
  if (rc == 0) rc = sp_json_get_int(call->body, "days", SP_OPTIONAL, 1, 3650, &put.days, err);
  if (rc != 0) return rc;
  put.name = sp_arena_text(&call->task.arena, name);
  put.scopes = sp_arena_text(&call->task.arena, scopes);
  rc = sp_token_create(&call->work, &put, token, &id);
  if (rc != 0) return rc;
  call->status = 201;
  sp_json_open_object(&call->w);
  sp_json_put_id(&call->w, "id", id.bytes);
  sp_json_put_text(&call->w, "token", token);
  sp_json_close_object(&call->w);
  return 0;
}

int sp_route_token_revoke(struct sp_call *call) {
  struct sp_id id;
  int rc = sp_call_id(call, 0, &id);
  if (rc == 0) rc = sp_token_revoke(&call->work, &id);
  return rc == 0 ? nothing(call) : rc;
}
