/* Who asks, and may they? A session or token in Authorization, or a session in a page's cookie. */
#include "api/call.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define COOKIE   "suanpan"
#define PRACTICE "suanpan_training" /* of training: the two sessions of a page never meet */

/* ---- Cookies (RFC 6265 §4.2.1): "a=1; suanpan=TOKEN" ---- */

/* Is there one of that name? `out` stays empty when it is as long as no token. */
static bool cookie_read(const char *header, const char *name, char out[SP_TOKEN_TEXT]) {
  const size_t start = strlen(name) + 1;
  bool there = false;
  while (header != NULL && *header != '\0') {
    header += strspn(header, " \t;");
    size_t len = strcspn(header, ";");
    bool named = len >= start && strncmp(header, name, start - 1) == 0 && header[start - 1] == '=';
    if (named && len == start + SP_TOKEN_TEXT - 1) {
      memcpy(out, header + start, SP_TOKEN_TEXT - 1);
      out[SP_TOKEN_TEXT - 1] = '\0';
      return true;
    }
    there = there || named;
    header += len;
  }
  return there;
}

void sp_call_set_cookie(struct sp_call *call, const char *token) {
  bool training = call->options->training;
  (void)snprintf(call->cookie, sizeof call->cookie, "%s=%s; Path=%s; HttpOnly; SameSite=Strict%s%s",
                 training ? PRACTICE : COOKIE, token, training ? SP_API_TRAINING : "/",
                 call->request->is_tls ? "; Secure" : "", token[0] == '\0' ? "; Max-Age=0" : "");
}

/* A page of somebody else's may make a browser send our cookie; it cannot hide where the request comes from: browsers
 * write Sec-Fetch-Site and Origin themselves. Programs that send neither have no cookie jar to steal from. */
int sp_call_same_origin(struct sp_call *call) {
  const char *site = sp_http_header(call->request, "Sec-Fetch-Site");
  const char *origin = sp_http_header(call->request, "Origin");
  const char *host = sp_http_header(call->request, "Host");
  bool good = site == NULL || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
  if (good && origin != NULL) {
    const char *theirs = strstr(origin, "://");
    good = theirs != NULL && host != NULL && strcasecmp(theirs + 3, host) == 0;
  }
  if (good) return 0;
  return sp_fail(call->work.err, SP_E_DENIED, "Origin", "Another site's page may not do this");
}

static bool only_reads(const struct sp_call *call) {
  return strcmp(call->request->method, "GET") == 0 || strcmp(call->request->method, "HEAD") == 0;
}

/* ---- Who ---- */

void sp_call_read_token(struct sp_call *call) {
  const char *header = sp_http_header(call->request, "Authorization");
  call->shown = header != NULL;
  if (header != NULL) {
    bool bearer = strncasecmp(header, "Bearer ", 7) == 0 && strlen(header + 7) == SP_TOKEN_TEXT - 1;
    if (bearer) memcpy(call->token, header + 7, SP_TOKEN_TEXT);
    return;
  }
  const char *name = call->options->training ? PRACTICE : COOKIE;
  call->by_cookie = cookie_read(sp_http_header(call->request, "Cookie"), name, call->token);
  call->shown = call->by_cookie;
}

static int read_token(struct sp_call *call) {
  sp_call_read_token(call);
  return call->by_cookie && !only_reads(call) ? sp_call_same_origin(call) : 0;
}

bool sp_call_is_system(const struct sp_call *call) {
  return call->exchange != NULL && call->request->is_local && !call->shown;
}

int sp_call_authenticate(struct sp_call *call) {
  struct sp_work *work = &call->work;
  int rc = call->exchange != NULL ? read_token(call) : 0; /* the hub's own calls bring theirs */
  if (sp_call_is_system(call)) {
    work->actor = (struct sp_actor){.staff = call->options->system, .role = SP_ROLE_ADMIN, .scopes = ""};
    return 0;
  }
  return rc == 0 ? sp_credential_find(work, call->token, &work->actor) : rc;
}

/* ---- What ---- */

/* Somebody is signed in at a self-checkout so that customers may use it: they get its routes and nothing else. */
static int fits_till(struct sp_call *call) {
  struct sp_work *work = &call->work;
  struct sp_rows *rows = NULL;
  if (sp_id_is_nil(&work->actor.till) || (call->route->flags & (SP_ROUTE_TILL | SP_ROUTE_SELF)) != 0) return 0;
  const struct sp_value key[] = {sp_v_id(&work->actor.till)};
  int got = sp_db_one(work->db, SP_Q_TILL_MODE, key, 1, &rows, work->err);
  if (got <= 0) return got;
  bool self = strcmp(sp_rows_text(rows, 0), "self") == 0;
  sp_rows_finish(rows);
  if (!self) return 0;
  return sp_fail(work->err, SP_E_DENIED, "till", "A session of a self-checkout may only use its till");
}

int sp_call_authorise(struct sp_call *call) {
  struct sp_work *work = &call->work;
  const struct sp_route *route = call->route;
  if (!work->actor.is_program) {
    int rc = sp_work_require(work, route->role);
    return rc == 0 ? fits_till(call) : rc;
  }
  bool may = route->scope != NULL && (route->scope[0] == '\0' || sp_actor_has_scope(&work->actor, route->scope));
  if (may) return 0;
  return sp_fail(work->err, SP_E_DENIED, NULL, "This token may not do that: it needs the scope %s",
                 route->scope != NULL ? route->scope : "of a person");
}
