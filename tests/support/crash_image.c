#include "tests/support/crash_image.h"
#include <stdlib.h>
#include <string.h>

uint64_t crash_random(uint64_t *state) {
  uint64_t x = *state;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  *state = x;
  return x * 0x2545F4914F6CDD1DULL;
}

static bool bytes_grow(struct crash_bytes *bytes, size_t len) {
  if (len <= bytes->cap) return true;
  size_t cap = bytes->cap ? bytes->cap : 4096;
  while (cap < len)
    cap *= 2;
  unsigned char *data = realloc(bytes->data, cap);
  if (!data) return false;
  bytes->data = data;
  bytes->cap = cap;
  return true;
}

/* A hole before `offset` reads as zeros, as in a sparse file. */
static bool bytes_put(struct crash_bytes *bytes, const void *data, size_t len, size_t offset) {
  if (!bytes_grow(bytes, offset + len)) return false;
  if (offset > bytes->len) memset(bytes->data + bytes->len, 0, offset - bytes->len);
  if (len > 0) memcpy(bytes->data + offset, data, len);
  if (offset + len > bytes->len) bytes->len = offset + len;
  return true;
}

static bool bytes_resize(struct crash_bytes *bytes, size_t len) {
  if (len > bytes->len) return bytes_put(bytes, NULL, 0, len);
  bytes->len = len;
  return true;
}

static bool bytes_copy(struct crash_bytes *to, const struct crash_bytes *from) {
  to->len = 0;
  return bytes_put(to, from->data, from->len, 0);
}

static struct crash_change *change_add(struct crash_image *image) {
  if (image->count == image->cap) {
    size_t cap = image->cap ? image->cap * 2 : 64;
    struct crash_change *changes = realloc(image->changes, cap * sizeof *changes);
    if (!changes) return NULL;
    image->changes = changes;
    image->cap = cap;
  }
  return &image->changes[image->count];
}

static void changes_forget(struct crash_image *image) {
  image->count = 0;
  image->written.len = 0;
}

bool crash_image_set(struct crash_image *image, const void *bytes, size_t len) {
  changes_forget(image);
  image->current.len = 0;
  return bytes_put(&image->current, bytes, len, 0) && bytes_copy(&image->durable, &image->current);
}

bool crash_image_write(struct crash_image *image, const void *bytes, size_t len, size_t offset) {
  struct crash_change *change = change_add(image);
  if (!change) return false;
  *change = (struct crash_change){.offset = offset, .len = len, .at = image->written.len};
  if (!bytes_put(&image->written, bytes, len, image->written.len)) return false;
  image->count++;
  return bytes_put(&image->current, bytes, len, offset);
}

bool crash_image_truncate(struct crash_image *image, size_t len) {
  struct crash_change *change = change_add(image);
  if (!change) return false;
  *change = (struct crash_change){.offset = len, .truncates = true};
  image->count++;
  return bytes_resize(&image->current, len);
}

bool crash_image_sync(struct crash_image *image) {
  bool ok = true;
  for (size_t i = 0; i < image->count && ok; i++) {
    const struct crash_change *change = &image->changes[i];
    ok = change->truncates ? bytes_resize(&image->durable, change->offset)
                           : bytes_put(&image->durable, image->written.data + change->at, change->len, change->offset);
  }
  changes_forget(image);
  return ok;
}

/* Keep each sector of a write with `odds` of 8. */
static bool write_tear(struct crash_image *image, const struct crash_change *change, uint64_t odds, uint64_t *random) {
  const unsigned char *data = image->written.data + change->at;
  bool ok = true;
  for (size_t done = 0; done < change->len && ok;) {
    size_t part = CRASH_SECTOR - (change->offset + done) % CRASH_SECTOR;
    if (part > change->len - done) part = change->len - done;
    if (crash_random(random) % 8 < odds) ok = bytes_put(&image->durable, data + done, part, change->offset + done);
    done += part;
  }
  return ok;
}

bool crash_image_sync_failed(struct crash_image *image, uint64_t *random) {
  static const uint64_t odds_of[] = {0, 1, 4, 7, 8};
  uint64_t odds = odds_of[crash_random(random) % 5];
  bool ok = true;
  for (size_t i = 0; i < image->count && ok; i++) {
    const struct crash_change *change = &image->changes[i];
    if (!change->truncates)
      ok = write_tear(image, change, odds, random);
    else if (crash_random(random) % 8 < odds)
      ok = bytes_resize(&image->durable, change->offset);
  }
  changes_forget(image);
  /* The length may be there before the bytes are. */
  if (ok && crash_random(random) % 4 == 0 && image->durable.len < image->current.len)
    ok = bytes_resize(&image->durable, image->current.len);
  return ok;
}

bool crash_image_cut(struct crash_image *image, uint64_t *random) {
  return crash_image_sync_failed(image, random) && bytes_copy(&image->current, &image->durable);
}

void crash_image_clear(struct crash_image *image) {
  changes_forget(image);
  image->current.len = 0;
  image->durable.len = 0;
}

void crash_image_free(struct crash_image *image) {
  free(image->current.data);
  free(image->durable.data);
  free(image->written.data);
  free(image->changes);
  *image = (struct crash_image){0};
}
