/* What an import remembers of a file while it reads it. */
#include "app/import_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK ((size_t)1 << 20)

struct sp_row_seen {
  uint64_t hash; /* 0: free */
  int64_t row;
};

/* FNV-1a, then mixed so that its low bits serve as an index. Two texts of a file share all 64 bits about never. */
static uint64_t hash_of(const char *text) {
  uint64_t hash = 14695981039346656037ULL;
  for (; *text != '\0'; text++)
    hash = (hash ^ (unsigned char)*text) * 1099511628211ULL;
  hash ^= hash >> 29;
  hash *= 0xBF58476D1CE4E5B9ULL;
  hash ^= hash >> 32;
  return hash != 0 ? hash : 1;
}

static struct sp_row_seen *slot(struct sp_row_seen *entries, size_t room, uint64_t hash) {
  size_t at = (size_t)hash & (room - 1);
  while (entries[at].hash != 0 && entries[at].hash != hash)
    at = (at + 1) & (room - 1);
  return &entries[at];
}

static int grow(struct sp_row_set *set) {
  size_t room = set->room == 0 ? 1024 : 2 * set->room;
  struct sp_row_seen *entries = calloc(room, sizeof *entries);
  if (entries == NULL) return SP_E_NOMEM;
  for (size_t i = 0; i < set->room; i++) {
    if (set->entries[i].hash != 0) *slot(entries, room, set->entries[i].hash) = set->entries[i];
  }
  free(set->entries);
  set->entries = entries;
  set->room = room;
  return 0;
}

int sp_row_set_add(struct sp_row_set *set, const char *text, int64_t row, int64_t *first) {
  if (4 * (set->count + 1) > 3 * set->room && grow(set) != 0) return SP_E_NOMEM;
  struct sp_row_seen *seen = slot(set->entries, set->room, hash_of(text));
  if (seen->hash != 0) {
    *first = seen->row;
    return 0;
  }
  *seen = (struct sp_row_seen){.hash = hash_of(text), .row = row};
  set->count++;
  return 1;
}

bool sp_row_set_has(const struct sp_row_set *set, const char *text) {
  return set->room > 0 && slot(set->entries, set->room, hash_of(text))->hash != 0;
}

void sp_row_set_free(struct sp_row_set *set) {
  free(set->entries);
  *set = (struct sp_row_set){.room = 0};
}

int sp_row_bits_set(struct sp_row_bits *bits, int64_t row) {
  size_t at = (size_t)row / 8;
  if (at >= bits->room) {
    size_t room = 2 * at + 64;
    uint8_t *bytes = realloc(bits->bytes, room);
    if (bytes == NULL) return SP_E_NOMEM;
    memset(bytes + bits->room, 0, room - bits->room);
    bits->bytes = bytes;
    bits->room = room;
  }
  bits->bytes[at] = (uint8_t)(bits->bytes[at] | 1U << (row % 8));
  return 0;
}

bool sp_row_bits_get(const struct sp_row_bits *bits, int64_t row) {
  size_t at = (size_t)row / 8;
  return at < bits->room && (bits->bytes[at] >> (row % 8) & 1) != 0;
}

int sp_decimal_hint(const char *cell) {
  const char *comma = strrchr(cell, ',');
  const char *point = strrchr(cell, '.');
  if (comma != NULL && point != NULL) return comma > point ? 1 : -1;
  const char *last = comma != NULL ? comma : point;
  if (last == NULL) return 0;
  if (strspn(last + 1, "0123456789") == 3 || strchr(cell, *last) != last) return 0; /* may mark thousands */
  return comma != NULL ? 1 : -1;
}

static int digest_chunks(int fd, uint8_t *chunk, uint8_t out[SP_HASH_LEN], struct sp_error *err) {
  for (;;) {
    size_t len = 0;
    while (len < CHUNK) {
      ssize_t got = read(fd, chunk + len, CHUNK - len);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return sp_fail(err, SP_E_IO, NULL, "The file cannot be read (%s)", strerror(errno));
      if (got == 0) break;
      len += (size_t)got;
    }
    if (len == 0) return 0;
    const struct sp_slice parts[] = {{out, SP_HASH_LEN}, {chunk, len}};
    int rc = sp_hash(parts, 2, out);
    if (rc != 0) return sp_fail(err, rc, NULL, "The file cannot be hashed");
  }
}

int sp_file_digest(const char *path, uint8_t out[SP_HASH_LEN], struct sp_error *err) {
  memset(out, 0, SP_HASH_LEN);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return sp_fail(err, SP_E_IO, NULL, "The file cannot be read (%s)", strerror(errno));
  uint8_t *chunk = malloc(CHUNK);
  int rc = chunk != NULL ? digest_chunks(fd, chunk, out, err) : sp_error_nomem(err, __func__);
  free(chunk);
  close(fd);
  return rc;
}
