/* Small blocks for a machine: tables, closures, handles and short texts come and go a hundred times in one evaluation,
 * and a list of free blocks by size gives them out faster than malloc does (about a tenth of an evaluation's time).
 *
 * Blocks of up to SP_POOL_BLOCK_MAX bytes are cut from chunks that go back only with the pool; larger ones are
 * malloc's. Who frees a block says how large it was asked for, as Lua does. Not shared between threads.
 */
#ifndef SP_LUA_POOL_H
#define SP_LUA_POOL_H

#include <stddef.h>

#define SP_POOL_STEP      16
#define SP_POOL_BLOCK_MAX 192

struct sp_pool_chunk;

/* All zero is empty. */
struct sp_pool {
  void *free[SP_POOL_BLOCK_MAX / SP_POOL_STEP]; /* by size; each holds the next */
  struct sp_pool_chunk *chunks;
  char *at; /* the rest of the newest chunk */
  size_t left;
};

/* As realloc, but told the old size; `size` is not 0. Null when memory is not to be had: the old block stays. Aligned
 * for any type. */
void *sp_pool_resize(struct sp_pool *pool, void *ptr, size_t old_size, size_t size);
void sp_pool_give(struct sp_pool *pool, void *ptr, size_t size); /* null is allowed */
void sp_pool_free(struct sp_pool *pool);

#endif
