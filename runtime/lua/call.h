/* The calls into a rule, as the port names them (ports/rule_vm.h), and the one place under which they run. */
#ifndef SP_LUA_CALL_H
#define SP_LUA_CALL_H

#include "lua/impl.h"

/* machine.c: everything that can raise runs here. `body` gets `argument` as a light userdata; what it raises becomes an
 * SP_E_RULE of `rule` with file and line. */
int sp_lua_protect(struct sp_machine *machine, lua_CFunction body, void *argument, int32_t rule, struct sp_error *err);
/* Make what a rule said fit for a sentence. */
void sp_lua_clean(char *text);

/* call.c */
int sp_lua_call_describe(struct sp_rule_vm *vm, int32_t rule, struct sp_arena *arena, struct sp_rule_info *out,
                         struct sp_error *err);
int sp_lua_call_check(struct sp_rule_vm *vm, int32_t campaign, struct sp_error *err);
int sp_lua_call_applies(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena, struct sp_rule_keys *out,
                        struct sp_error *err);
void sp_lua_call_begin(struct sp_rule_vm *vm, const struct sp_rule_view *view);
int sp_lua_call_evaluate(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena, struct sp_rule_result *out,
                         struct sp_error *err);
void sp_lua_call_end(struct sp_rule_vm *vm);
int sp_lua_call_decide(struct sp_rule_vm *vm, int32_t campaign, const struct cJSON *input,
                       const struct sp_context *context, struct sp_arena *arena, const char **json, size_t *len,
                       struct sp_error *err);

#endif
