#include "base/arena.h"
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sp_arena_block {
  struct sp_arena_block *next; /* older */
  size_t size;
  size_t used;
  alignas(max_align_t) unsigned char bytes[];
};

enum { ALIGN = alignof(max_align_t), FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 18 };

void sp_arena_init(struct sp_arena *arena, size_t max) {
  *arena = (struct sp_arena){.max = max};
}

/* Each block doubles the last; none is larger than what may still be handed out, unless the caller asks for it. */
static struct sp_arena_block *block_add(struct sp_arena *arena, size_t need) {
  size_t size = arena->head ? arena->head->size * 2 : FIRST_BLOCK;
  if (size > LARGEST_BLOCK) size = LARGEST_BLOCK;
  if (size > arena->max - arena->used) size = arena->max - arena->used;
  if (size < need) size = need;
  struct sp_arena_block *block = malloc(sizeof *block + size);
  if (!block) return NULL;
  block->next = arena->head;
  block->size = size;
  block->used = 0;
  arena->head = block;
  return block;
}

void *sp_arena_alloc(struct sp_arena *arena, size_t len) {
  if (len > arena->max || arena->max - arena->used < len) return NULL;
  size_t need = len ? (len + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
  if (need < len || need > arena->max - arena->used) return NULL;
  struct sp_arena_block *block = arena->head;
  if (!block || need > block->size - block->used) block = block_add(arena, need);
  if (!block) return NULL;
  void *at = block->bytes + block->used;
  block->used += need;
  arena->used += need;
  return memset(at, 0, need);
}

void *sp_arena_array(struct sp_arena *arena, size_t count, size_t size) {
  if (size > 0 && count > SIZE_MAX / size) return NULL;
  return sp_arena_alloc(arena, count * size);
}

char *sp_arena_copy(struct sp_arena *arena, const void *bytes, size_t len) {
  if (!bytes || len == SIZE_MAX) return NULL;
  char *copy = sp_arena_alloc(arena, len + 1);
  if (copy && len > 0) memcpy(copy, bytes, len);
  return copy;
}

char *sp_arena_text(struct sp_arena *arena, const char *text) {
  return text ? sp_arena_copy(arena, text, strlen(text)) : NULL;
}

char *sp_arena_printf(struct sp_arena *arena, const char *format, ...) {
  char *text = NULL;
  va_list args;
  va_list again;
  va_start(args, format);
  va_copy(again, args);
  int len = vsnprintf(NULL, 0, format, args);
  if (len >= 0) text = sp_arena_alloc(arena, (size_t)len + 1);
  if (text) (void)vsnprintf(text, (size_t)len + 1, format, again);
  va_end(again);
  va_end(args);
  return text;
}

void sp_arena_reset(struct sp_arena *arena) {
  struct sp_arena_block *largest = arena->head;
  for (struct sp_arena_block *block = arena->head; block; block = block->next) {
    if (block->size > largest->size) largest = block;
  }
  struct sp_arena_block *next = NULL;
  for (struct sp_arena_block *block = arena->head; block; block = next) {
    next = block->next;
    if (block != largest) free(block);
  }
  arena->head = largest;
  arena->used = 0;
  if (!largest) return;
  largest->next = NULL;
  largest->used = 0;
}

void sp_arena_free(struct sp_arena *arena) {
  struct sp_arena_block *next = NULL;
  for (struct sp_arena_block *block = arena->head; block; block = next) {
    next = block->next;
    free(block);
  }
  *arena = (struct sp_arena){.max = arena->max};
}
