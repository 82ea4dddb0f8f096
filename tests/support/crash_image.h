/* The bytes of one file: what a reader sees, what is surely on the disk, and the changes between them, in order. */
#ifndef SP_TESTS_SUPPORT_CRASH_IMAGE_H
#define SP_TESTS_SUPPORT_CRASH_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRASH_SECTOR 512

struct crash_bytes {
  unsigned char *data;
  size_t len, cap;
};

struct crash_change {
  size_t offset; /* where a write goes, or the new length */
  size_t len;    /* of a write */
  size_t at;     /* its bytes, in `written` */
  bool truncates;
};

struct crash_image {
  struct crash_bytes current, durable, written;
  struct crash_change *changes;
  size_t count, cap;
};

/* A small deterministic generator (xorshift64*). */
uint64_t crash_random(uint64_t *state);

/* All return false when memory ran out. */
bool crash_image_set(struct crash_image *image, const void *bytes, size_t len);
bool crash_image_write(struct crash_image *image, const void *bytes, size_t len, size_t offset);
bool crash_image_truncate(struct crash_image *image, size_t len);
/* Everything changed so far is on the disk. */
bool crash_image_sync(struct crash_image *image);
/* A random part of what changed reaches the disk and the rest never will; readers still see all of it. */
bool crash_image_sync_failed(struct crash_image *image, uint64_t *random);
/* The power goes: a random part of what changed is on the disk, and that is what readers will see. */
bool crash_image_cut(struct crash_image *image, uint64_t *random);
/* Empty, but the memory stays. */
void crash_image_clear(struct crash_image *image);
void crash_image_free(struct crash_image *image);

#endif
