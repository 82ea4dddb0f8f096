#include "app/shelf.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define WAYS  8 /* slots a key may be in */
#define TEXTS 7 /* of a product, its tags not counted */

struct item {
  int64_t revision;
  struct sp_found found; /* its pointers are not used: the texts stand in `bytes`, one after the other */
  uint16_t key_len;
  uint16_t len;
  char kind;
  char bytes[]; /* key, then texts */
};

/* The hash beside the pointer: looking through the ways touches two lines of memory, not eight items. */
struct slot {
  uint64_t hash;
  struct item *item; /* or null */
};

struct sp_shelf {
  pthread_mutex_t lock;
  uint32_t next; /* the way that is replaced when all are taken */
  struct slot slots[SP_SHELF_SLOTS];
};

int sp_shelf_new(struct sp_shelf **out) {
  struct sp_shelf *shelf = calloc(1, sizeof *shelf);
  if (shelf == NULL) return SP_E_NOMEM;
  if (pthread_mutex_init(&shelf->lock, NULL) != 0) {
    free(shelf);
    return SP_E_NOMEM;
  }
  *out = shelf;
  return 0;
}

void sp_shelf_free(struct sp_shelf *shelf) {
  if (shelf == NULL) return;
  for (int i = 0; i < SP_SHELF_SLOTS; i++)
    free(shelf->slots[i].item);
  pthread_mutex_destroy(&shelf->lock);
  free(shelf);
}

static uint64_t hash_key(const struct sp_shelf_key *key) {
  const unsigned char *bytes = key->bytes;
  uint64_t hash = (14695981039346656037ULL ^ (unsigned char)key->kind) * 1099511628211ULL;
  for (size_t i = 0; i < key->len; i++)
    hash = (hash ^ bytes[i]) * 1099511628211ULL;
  return hash ^ hash >> 32;
}

static bool is_key(const struct slot *slot, const struct sp_shelf_key *key, uint64_t hash) {
  const struct item *item = slot->item;
  return slot->hash == hash && item != NULL && item->kind == key->kind && item->key_len == key->len &&
         memcmp(item->bytes, key->bytes, key->len) == 0;
}

static struct slot *ways_of(struct sp_shelf *shelf, uint64_t hash) {
  return &shelf->slots[hash % (SP_SHELF_SLOTS / WAYS) * WAYS];
}

/* ---- Out ---- */

/* Pointers into the copy of the texts, in the order in which `pack` wrote them. */
static int unpack(struct sp_found *found, const char *texts, struct sp_arena *arena) {
  const char **fields[TEXTS] = {&found->code, &found->name,     &found->name_en, &found->variant,
                                &found->unit, &found->category, &found->pack};
  for (int i = 0; i < TEXTS; i++) {
    *fields[i] = texts;
    texts += strlen(texts) + 1;
  }
  found->tags = NULL;
  if (found->tag_count == 0) return 1;
  const char **tags = sp_arena_array(arena, (size_t)found->tag_count, sizeof *tags);
  if (tags == NULL) return SP_E_NOMEM;
  for (int32_t i = 0; i < found->tag_count; i++) {
    tags[i] = texts;
    texts += strlen(texts) + 1;
  }
  found->tags = tags;
  return 1;
}

int sp_shelf_get(struct sp_shelf *shelf, const struct sp_shelf_key *key, int64_t revision, struct sp_arena *arena,
                 struct sp_found *out) {
  uint64_t hash = hash_key(key);
  char *texts = NULL;
  bool found = false;
  pthread_mutex_lock(&shelf->lock);
  const struct slot *ways = ways_of(shelf, hash);
  for (int i = 0; i < WAYS && !found; i++) {
    const struct item *item = ways[i].item;
    found = is_key(&ways[i], key, hash) && item->revision == revision;
    if (!found) continue;
    texts = sp_arena_copy(arena, item->bytes + item->key_len, item->len);
    *out = item->found;
  }
  pthread_mutex_unlock(&shelf->lock);
  if (!found) return 0;
  return texts != NULL ? unpack(out, texts, arena) : SP_E_NOMEM;
}

/* ---- In ---- */

struct packer {
  char bytes[SP_SHELF_BYTES];
  size_t len;
  bool full;
};

static void add(struct packer *packer, const char *text) {
  size_t len = strlen(text) + 1;
  if (len > sizeof packer->bytes - packer->len) {
    packer->full = true;
    return;
  }
  memcpy(packer->bytes + packer->len, text, len);
  packer->len += len;
}

static void pack(struct packer *packer, const struct sp_found *found) {
  add(packer, found->code);
  add(packer, found->name);
  add(packer, found->name_en);
  add(packer, found->variant);
  add(packer, found->unit);
  add(packer, found->category);
  add(packer, found->pack);
  for (int32_t i = 0; i < found->tag_count; i++)
    add(packer, found->tags[i]);
}

/* Where the item goes: over an older copy of itself, into a free way, or over one of the others in turn. */
static struct slot *place(struct sp_shelf *shelf, const struct sp_shelf_key *key, uint64_t hash) {
  struct slot *ways = ways_of(shelf, hash);
  struct slot *empty = NULL;
  for (int i = 0; i < WAYS; i++) {
    if (is_key(&ways[i], key, hash)) return &ways[i];
    if (ways[i].item == NULL) empty = &ways[i];
  }
  return empty != NULL ? empty : &ways[shelf->next++ % WAYS];
}

void sp_shelf_put(struct sp_shelf *shelf, const struct sp_shelf_key *key, int64_t revision,
                  const struct sp_found *found) {
  struct packer packer = {.len = 0};
  if (key->len > SP_SHELF_BYTES) return;
  pack(&packer, found);
  if (packer.full) return;
  struct item *item = malloc(sizeof *item + key->len + packer.len);
  if (item == NULL) return;
  *item = (struct item){.revision = revision,
                        .found = *found,
                        .key_len = (uint16_t)key->len,
                        .len = (uint16_t)packer.len,
                        .kind = key->kind};
  memcpy(item->bytes, key->bytes, key->len);
  memcpy(item->bytes + key->len, packer.bytes, packer.len);
  uint64_t hash = hash_key(key);
  pthread_mutex_lock(&shelf->lock);
  struct slot *slot = place(shelf, key, hash);
  struct item *old = slot->item;
  *slot = (struct slot){.hash = hash, .item = item};
  pthread_mutex_unlock(&shelf->lock);
  free(old);
}
