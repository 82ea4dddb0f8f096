#include "main/ask.h"
#include "base/json.h"
#include "main/client.h"
#include "main/errand.h"
#include "main/progress.h"

#define WAIT_MS    600000 /* building 100,000 campaigns and running a thousand golden baskets takes a while */
#define STATUS_MAX (8u << 20)

int sp_ask_node(const struct sp_ask *ask, const char *target, const struct sp_buf *body, struct cJSON **out,
                struct sp_error *err) {
  struct sp_ticker ticker;
  struct sp_client_reply reply;
  const struct sp_client_request request = {
      .method = body ? "POST" : "GET",
      .target = target,
      .content_type = body ? "application/json" : NULL,
      .body = body ? body->data : NULL,
      .len = body ? body->len : 0,
      .lang = ask->lang,
      .timeout_ms = WAIT_MS,
  };
  *out = NULL;
  sp_ticker_start(&ticker, ask->lang, ask->what);
  int result = sp_client_call(ask->socket, &request, &reply, err);
  sp_ticker_end(&ticker);
  if (!result && reply.status >= 300) result = sp_client_problem(&reply, err);
  if (!result) result = sp_json_parse(sp_buf_text(&reply.body), reply.body.len, out, err);
  sp_buf_free(&reply.body);
  return result;
}

int sp_ask_job(const struct sp_ask *ask, const struct cJSON *answer, struct cJSON **out, struct sp_error *err) {
  struct sp_buf status;
  const char *id = "";
  *out = NULL;
  int result = sp_json_get_text(answer, "job", SP_REQUIRED, 36, &id, err);
  if (result) return result;
  sp_buf_init(&status, STATUS_MAX);
  result = sp_errand_wait(ask->socket, id, ask->lang, ask->what, &status, err);
  if (!result) result = sp_json_parse(sp_buf_text(&status), status.len, out, err);
  sp_buf_free(&status);
  return result;
}
