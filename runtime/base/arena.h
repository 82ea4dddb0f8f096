/* Memory for one piece of work (a request, a plan), freed at once.
 *
 * Everything a request builds lives until its answer is sent, so a bump allocator with a bound is simpler than owners
 * for each part. Allocations are zeroed and aligned for any type.
 */
#ifndef SP_BASE_ARENA_H
#define SP_BASE_ARENA_H

#include <stddef.h>

struct sp_arena_block;
struct sp_arena {
  struct sp_arena_block *head;
  size_t used; /* bytes handed out, alignment included */
  size_t max;  /* `used` never exceeds this */
};

void sp_arena_init(struct sp_arena *arena, size_t max);
/* Zeroed memory owned by the arena, or null when the bound or the machine's memory is reached. */
void *sp_arena_alloc(struct sp_arena *arena, size_t len);
void *sp_arena_array(struct sp_arena *arena, size_t count, size_t size); /* checks count * size */
/* Copies, NUL-terminated; null in, null out. */
char *sp_arena_text(struct sp_arena *arena, const char *text);
char *sp_arena_copy(struct sp_arena *arena, const void *bytes, size_t len);
char *sp_arena_printf(struct sp_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Forget everything but keep the largest block, so that a reused arena stops allocating. */
void sp_arena_reset(struct sp_arena *arena);
void sp_arena_free(struct sp_arena *arena);

#endif
