/* Records found by a key of bytes: open addressing over an array that keeps the order of arrival. */
#include "app/replay_parts.h"

#include <stdlib.h>
#include <string.h>

#define KEYS_MAX ((size_t)64 << 20)
#define EMPTY    (-1)

void sp_table_init(struct sp_table *table, size_t size, int32_t max) {
  *table = (struct sp_table){.size = size, .max = max};
  sp_arena_init(&table->keys, KEYS_MAX);
}

void sp_table_free(struct sp_table *table) {
  sp_arena_free(&table->keys);
  free(table->records);
  free(table->list);
  free(table->slots);
  *table = (struct sp_table){.size = table->size};
}

/* FNV-1a. */
static uint32_t hash(const void *key, size_t len) {
  const unsigned char *byte = key;
  uint32_t value = 2166136261u;
  for (size_t i = 0; i < len; i++)
    value = (value ^ byte[i]) * 16777619u;
  return value;
}

/* The slot of a key, or the empty one where it belongs. */
static uint32_t find_slot(const struct sp_table *table, const void *key, size_t len) {
  uint32_t at = hash(key, len) & table->mask;
  while (table->slots[at] != EMPTY) {
    const struct sp_table_key *known = &table->list[table->slots[at]];
    if (known->len == len && memcmp(known->bytes, key, len) == 0) return at;
    at = (at + 1) & table->mask;
  }
  return at;
}

/* Twice the records, four times as many slots. */
static int grow(struct sp_table *table) {
  int32_t capacity = table->capacity > 0 ? 2 * table->capacity : 64;
  size_t slots = 4 * (size_t)capacity;
  char *records = realloc(table->records, (size_t)capacity * table->size);
  if (records == NULL) return SP_E_NOMEM;
  table->records = records;
  struct sp_table_key *list = realloc(table->list, (size_t)capacity * sizeof *list);
  if (list == NULL) return SP_E_NOMEM;
  table->list = list;
  int32_t *fresh = malloc(slots * sizeof *fresh);
  if (fresh == NULL) return SP_E_NOMEM;
  free(table->slots);
  table->slots = fresh;
  for (size_t i = 0; i < slots; i++)
    fresh[i] = EMPTY;
  table->mask = (uint32_t)slots - 1;
  table->capacity = capacity;
  for (int32_t i = 0; i < table->count; i++)
    fresh[find_slot(table, list[i].bytes, list[i].len)] = i;
  return 0;
}

int sp_table_at(struct sp_table *table, const void *key, size_t len, void **out) {
  *out = sp_table_look(table, key, len);
  if (*out != NULL) return 0;
  if (table->count == table->max) {
    table->left_out++;
    return 0;
  }
  if (table->count == table->capacity && grow(table) != 0) return SP_E_NOMEM;
  const void *kept = sp_arena_copy(&table->keys, key, len);
  if (kept == NULL) return SP_E_NOMEM;
  table->slots[find_slot(table, key, len)] = table->count;
  table->list[table->count] = (struct sp_table_key){.bytes = kept, .len = len};
  *out = table->records + (size_t)table->count++ * table->size;
  memset(*out, 0, table->size);
  return 0;
}

void *sp_table_get(const struct sp_table *table, int32_t i) {
  return table->records + (size_t)i * table->size;
}

void *sp_table_look(const struct sp_table *table, const void *key, size_t len) {
  if (table->count == 0) return NULL;
  int32_t at = table->slots[find_slot(table, key, len)];
  return at == EMPTY ? NULL : sp_table_get(table, at);
}
