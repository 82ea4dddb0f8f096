#include "engine/index.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a, so that a category path is hashed once and looked up at every "/". */
#define FNV_START 2166136261U
#define FNV_PRIME 16777619U

static uint32_t hash_step(uint32_t hash, char byte) {
  return (hash ^ (unsigned char)byte) * FNV_PRIME;
}

static uint32_t hash_text(char kind, const char *text) {
  uint32_t hash = hash_step(FNV_START, kind);
  for (; *text; text++)
    hash = hash_step(hash, *text);
  return hash;
}

static int by_key(const void *a, const void *b) {
  const struct sp_index_entry *x = a;
  const struct sp_index_entry *y = b;
  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  int order = strcmp(x->text, y->text);
  if (order) return order;
  return (x->campaign > y->campaign) - (x->campaign < y->campaign);
}

static bool same_key(const struct sp_index_entry *a, const struct sp_index_entry *b) {
  return a->kind == b->kind && strcmp(a->text, b->text) == 0;
}

static void insert(struct sp_index *index, const struct sp_index_slot *slot) {
  size_t at = slot->hash & index->mask;
  while (index->slots[at].text)
    at = (at + 1) & index->mask;
  index->slots[at] = *slot;
}

static int allocate(struct sp_index *index, int32_t entries, int32_t campaigns, struct sp_arena *arena) {
  size_t slots = 16;
  while (slots < (size_t)entries * 2)
    slots *= 2;
  *index = (struct sp_index){.mask = slots - 1, .words = (campaigns + 63) / 64};
  index->slots = sp_arena_array(arena, slots, sizeof *index->slots);
  index->postings = sp_arena_array(arena, (size_t)entries + 1, sizeof *index->postings);
  index->always = sp_arena_array(arena, (size_t)index->words + 1, sizeof *index->always);
  return index->slots && index->postings && index->always ? 0 : SP_E_NOMEM;
}

int sp_index_build(struct sp_index *index, struct sp_index_entry *entries, int32_t entry_count, const bool *always,
                   int32_t campaigns, struct sp_arena *arena, struct sp_error *err) {
  if (allocate(index, entry_count, campaigns, arena)) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < campaigns; i++)
    if (always[i]) index->always[i / 64] |= (uint64_t)1 << (i % 64);
  if (entry_count > 0) qsort(entries, (size_t)entry_count, sizeof *entries, by_key);
  for (int32_t first = 0, end; first < entry_count; first = end) {
    for (end = first; end < entry_count && same_key(&entries[first], &entries[end]); end++)
      index->postings[end] = entries[end].campaign;
    insert(index, &(struct sp_index_slot){.text = entries[first].text,
                                          .len = strlen(entries[first].text),
                                          .hash = hash_text(entries[first].kind, entries[first].text),
                                          .kind = entries[first].kind,
                                          .first = first,
                                          .count = end - first});
  }
  return 0;
}

static const struct sp_index_slot *find(const struct sp_index *index, char kind, const char *text, size_t len,
                                        uint32_t hash) {
  for (size_t at = hash & index->mask; index->slots[at].text; at = (at + 1) & index->mask) {
    const struct sp_index_slot *slot = &index->slots[at];
    if (slot->hash == hash && slot->kind == kind && slot->len == len && memcmp(slot->text, text, len) == 0) return slot;
  }
  return NULL;
}

bool sp_index_holds(const struct sp_index *index, const struct sp_index_slot *slot, int32_t campaign) {
  int32_t low = slot->first;
  int32_t high = slot->first + slot->count;
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    if (index->postings[middle] == campaign) return true;
    if (index->postings[middle] < campaign)
      low = middle + 1;
    else
      high = middle;
  }
  return false;
}

/* What a look-up does with what it found: set bits, or search for one campaign. */
struct target {
  uint64_t *set;
  int32_t campaign; /* when there is no set */
  bool hit;
};

static void look_up(const struct sp_index *index, char kind, const char *text, size_t len, uint32_t hash,
                    struct target *target) {
  const struct sp_index_slot *slot = find(index, kind, text, len, hash);
  if (!slot) return;
  if (!target->set) target->hit = target->hit || sp_index_holds(index, slot, target->campaign);
  for (int32_t i = slot->first; target->set && i < slot->first + slot->count; i++) {
    int32_t campaign = index->postings[i];
    target->set[campaign / 64] |= (uint64_t)1 << (campaign % 64);
  }
}

static void look_up_text(const struct sp_index *index, char kind, const char *text, struct target *target) {
  look_up(index, kind, text, strlen(text), hash_text(kind, text), target);
}

/* A category names its path from the root: every prefix that ends at a "/" is a category above it. */
static void look_up_category(const struct sp_index *index, const char *path, struct target *target) {
  uint32_t hash = hash_step(FNV_START, 'c');
  size_t len = 0;
  for (; path[len]; len++) {
    if (path[len] == '/') look_up(index, 'c', path, len, hash, target);
    hash = hash_step(hash, path[len]);
  }
  if (len > 0) look_up(index, 'c', path, len, hash, target);
}

/* A coupon is its code, or has one before its last "-" (sp_coupon_is); what is a code itself has no serial number. */
static void look_up_coupon(const struct sp_index *index, const char *coupon, struct target *target) {
  const char *dash = strrchr(coupon, '-');
  size_t len = strlen(coupon);
  uint32_t whole = hash_text('k', coupon);
  if (find(index, 'k', coupon, len, whole)) {
    look_up(index, 'k', coupon, len, whole, target);
    return;
  }
  if (!dash || !sp_coupon_is(coupon, coupon, (size_t)(dash - coupon))) return;
  uint32_t hash = hash_step(FNV_START, 'k');
  for (const char *at = coupon; at < dash; at++)
    hash = hash_step(hash, *at);
  look_up(index, 'k', coupon, (size_t)(dash - coupon), hash, target);
}

static void look_up_line(const struct sp_index *index, const struct sp_line *line, const char *last,
                         struct target *target) {
  look_up_text(index, 'p', line->code, target);
  for (int32_t t = 0; t < line->tag_count; t++)
    look_up_text(index, 't', line->tags[t], target);
  if (strcmp(line->category, last) != 0) look_up_category(index, line->category, target);
}

static void look_up_markdowns(const struct sp_index *index, const struct sp_basket *basket, struct target *target) {
  bool price = false;
  bool line = false;
  for (int32_t i = 0; i < basket->count; i++) {
    enum sp_markdown_kind kind = basket->lines[i].markdown.kind;
    price = price || kind == SP_MARKDOWN_PRICE;
    line = line || (kind != SP_MARKDOWN_NONE && kind != SP_MARKDOWN_PRICE);
  }
  if (price) look_up_text(index, 'm', "price", target);
  if (line) look_up_text(index, 'm', "line", target);
  if (basket->markdown.kind != SP_MARKDOWN_NONE) look_up_text(index, 'm', "basket", target);
}

bool sp_index_coupon(const struct sp_index *index, const char *coupon, int32_t campaign) {
  struct target target = {.campaign = campaign};
  look_up_coupon(index, coupon, &target);
  return target.hit;
}

void sp_index_find(const struct sp_index *index, const struct sp_basket *basket, uint64_t *set) {
  struct target target = {.set = set};
  const char *last = "";
  if (index->words > 0) memcpy(set, index->always, (size_t)index->words * sizeof *set);
  for (int32_t i = 0; i < basket->count; i++) {
    look_up_line(index, &basket->lines[i], last, &target);
    last = basket->lines[i].category;
  }
  for (int32_t i = 0; i < basket->coupon_count; i++)
    look_up_coupon(index, basket->coupons[i], &target);
  look_up_markdowns(index, basket, &target);
  if (basket->member.level && basket->member.level[0]) look_up_text(index, 'l', basket->member.level, &target);
}
