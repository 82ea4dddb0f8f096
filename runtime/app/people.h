/* People first: staff with a PIN, sessions of (person, till), programs with scoped tokens.
 *
 * Only the SHA-256 of a session or token is stored. A PIN is checked by scrypt on a worker; five failures lock the
 * person for 1, then 5, then 15 minutes, counted in the database, so a restart does not help. An unknown person takes
 * as long as a wrong PIN and gets the same answer.
 */
#ifndef SP_APP_PEOPLE_H
#define SP_APP_PEOPLE_H

#include "app/work.h"
#include "base/crypto.h"
#include "base/json.h"

struct sp_staff_put {
  const char *code; /* 1..20 printable characters without spaces */
  const char *name; /* 1..60 bytes */
  int role;         /* enum sp_role, or −1: leave */
  const char *pin;  /* 4 to 8 digits, or null: leave */
  int enabled;      /* 1, 0, or −1: leave */
};

/* Create or change a person. Needs admin; a manager may create and change cashiers. Journals "staff" (ids only). */
int sp_staff_put(struct sp_work *work, const struct sp_staff_put *put, struct sp_id *id);
int sp_staff_list_json(struct sp_work *work, struct sp_json_writer *w);

struct sp_login {
  const char *staff; /* code */
  const char *pin;
  const char *till; /* code; null for the office */
};

/* Check the PIN and plan a session; `token` is shown once, here. A wrong PIN is SP_E_UNAUTHENTICATED and plans the
 * failure count: commit the plan although the result is an error (`*commit_anyway`). SP_E_DENIED while locked. */
int sp_session_open(struct sp_work *work, const struct sp_login *login, char token[SP_TOKEN_TEXT], int64_t *expires_at,
                    bool *commit_anyway);
/* End the actor's own session. */
int sp_session_close(struct sp_work *work);
/* Plan the end of every session at the actor's till but those of this person; tokens of programs stay. */
void sp_session_alone(struct sp_work *work, const struct sp_id *staff);

/* Who owns this token? Fills the actor (role, staff, till, scopes). SP_E_UNAUTHENTICATED: unknown, expired, revoked, or
 * its person disabled. One indexed read. */
int sp_credential_find(struct sp_work *work, const char *token, struct sp_actor *out);

struct sp_token_put {
  const char *name;   /* what it is for */
  const char *scopes; /* space separated, each one of sp_scope_names */
  const char *till;   /* code of the till it sells at, or null */
  int64_t days;       /* life, 1..3650 */
};
/* A token for a program. Needs admin. Shown once. */
int sp_token_create(struct sp_work *work, const struct sp_token_put *put, char token[SP_TOKEN_TEXT], struct sp_id *id);
int sp_token_revoke(struct sp_work *work, const struct sp_id *id);

/* Scopes a token may carry: "sales:write", "sales:read", "products:read", "products:write", "stock:read",
 * "stock:write", "shifts:write", "reports:read", "staff:write", "import", "rules:read", "rules:write". Null-terminated.
 */
extern const char *const sp_scope_names[];
bool sp_actor_has_scope(const struct sp_actor *actor, const char *scope);

#endif
