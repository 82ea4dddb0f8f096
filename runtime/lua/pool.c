#include "lua/pool.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES 32768

struct sp_pool_chunk {
  struct sp_pool_chunk *next;
  _Alignas(SP_POOL_STEP) char bytes[CHUNK_BYTES];
};

/* 1 to 16 bytes are of class 0, and so on. */
static size_t class_of(size_t size) {
  return (size - 1) / SP_POOL_STEP;
}

static void *cut(struct sp_pool *pool, size_t size) {
  if (pool->left < size) { /* what is left of the old chunk is less than one block */
    struct sp_pool_chunk *chunk = malloc(sizeof *chunk);
    if (!chunk) return NULL;
    chunk->next = pool->chunks;
    pool->chunks = chunk;
    pool->at = chunk->bytes;
    pool->left = sizeof chunk->bytes;
  }
  void *block = pool->at;
  pool->at += size;
  pool->left -= size;
  return block;
}

static void *take(struct sp_pool *pool, size_t size) {
  if (size > SP_POOL_BLOCK_MAX) return malloc(size);
  size_t class = class_of(size);
  void *block = pool->free[class];
  if (!block) return cut(pool, (class + 1) * SP_POOL_STEP);
  memcpy(&pool->free[class], block, sizeof(void *));
  return block;
}

void sp_pool_give(struct sp_pool *pool, void *ptr, size_t size) {
  if (!ptr) return;
  if (size > SP_POOL_BLOCK_MAX || size == 0) {
    free(ptr);
    return;
  }
  void **list = &pool->free[class_of(size)];
  memcpy(ptr, list, sizeof(void *));
  *list = ptr;
}

void *sp_pool_resize(struct sp_pool *pool, void *ptr, size_t old_size, size_t size) {
  if (!ptr) return take(pool, size);
  bool old_small = old_size <= SP_POOL_BLOCK_MAX;
  bool small = size <= SP_POOL_BLOCK_MAX;
  if (!old_small && !small) return realloc(ptr, size);
  if (old_small && small && class_of(old_size) == class_of(size)) return ptr;
  void *block = take(pool, size);
  if (!block) return NULL;
  memcpy(block, ptr, old_size < size ? old_size : size);
  sp_pool_give(pool, ptr, old_size);
  return block;
}

void sp_pool_free(struct sp_pool *pool) {
  while (pool->chunks) {
    struct sp_pool_chunk *next = pool->chunks->next;
    free(pool->chunks);
    pool->chunks = next;
  }
  *pool = (struct sp_pool){0};
}
