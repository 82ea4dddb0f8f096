/* Who may wait at a till before a worker has seen who it is. Tokens are compared with those that were good lately; that
 * one is good now is still for the worker to find out. */
#include "api/till_hub_parts.h"

#include "base/crypto.h"
#include <string.h>

static bool is(const char known[SP_TOKEN_TEXT], const char token[SP_TOKEN_TEXT]) {
  return known[0] != '\0' && sp_equal_secret(known, token, SP_TOKEN_TEXT);
}

static bool knows(const struct sp_till_entry *entry, const char token[SP_TOKEN_TEXT]) {
  bool found = is(entry->token, token);
  for (int i = 0; i < SP_TILL_KNOWN_MAX; i++)
    found = is(entry->tokens[i], token) || found;
  return found;
}

int sp_till_door_admit(struct sp_till_entry *entry, struct sp_call *call) {
  const struct sp_till_turn *turn = NULL;
  int strangers = 0, same = 0;
  sp_call_read_token(call);
  call->turn->stranger = !call->request->is_local && !knows(entry, call->token);
  if (!call->turn->stranger) return 0;
  STAILQ_FOREACH(turn, &entry->waiting, link) {
    if (!turn->stranger) continue;
    strangers++;
    same += strcmp(turn->call->request->peer, call->request->peer) == 0;
  }
  return strangers < SP_TILL_STRANGERS_MAX && same < SP_TILL_PEER_MAX ? 0 : SP_E_BUSY;
}

static void remember(struct sp_till_entry *entry, const char *token) {
  if (token[0] == '\0' || knows(entry, token)) return;
  memcpy(entry->tokens[entry->tokens_next], token, SP_TOKEN_TEXT);
  entry->tokens_next = (entry->tokens_next + 1) % SP_TILL_KNOWN_MAX;
}

void sp_till_door_forget(struct sp_till_entry *entry, const char *token) {
  for (int i = 0; i < SP_TILL_KNOWN_MAX; i++)
    if (strcmp(entry->tokens[i], token) == 0) entry->tokens[i][0] = '\0';
}

void sp_till_door_done(struct sp_till_entry *entry, const struct sp_call *call, const struct sp_error *error) {
  bool own = call->turn->own; /* only found after the token was */
  if (call->exchange == NULL) return;
  if (error == NULL || own)
    remember(entry, call->token);
  else if (error->code == SP_E_UNAUTHENTICATED)
    sp_till_door_forget(entry, call->token);
}
