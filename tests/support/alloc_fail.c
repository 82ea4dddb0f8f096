#include "tests/support/alloc_fail.h"
#include <cjson/cJSON.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* malloc takes no context, so this cannot live anywhere else. */
static atomic_long left;       /* allocations until the failing one; 0: not armed */
static atomic_bool forever_on; /* stay failed */
static atomic_bool reached;
static sqlite3_mem_methods sqlite_own; /* written once, before threads */

void *__real_malloc(size_t len);
void *__real_calloc(size_t count, size_t len);
void *__real_realloc(void *old, size_t len);
void *__wrap_malloc(size_t len);
void *__wrap_calloc(size_t count, size_t len);
void *__wrap_realloc(void *old, size_t len);
char *__wrap_strdup(const char *text);

static bool fails(void) {
  long now = atomic_load(&left);
  while (now > 1)
    if (atomic_compare_exchange_weak(&left, &now, now - 1)) return false;
  if (now == 0) return false;
  if (!atomic_load(&forever_on)) atomic_store(&left, 0);
  atomic_store(&reached, true);
  return true;
}

void *__wrap_malloc(size_t len) {
  return fails() ? NULL : __real_malloc(len);
}

void *__wrap_calloc(size_t count, size_t len) {
  return fails() ? NULL : __real_calloc(count, len);
}

void *__wrap_realloc(void *old, size_t len) {
  return fails() ? NULL : __real_realloc(old, len);
}

char *__wrap_strdup(const char *text) {
  size_t len = strlen(text) + 1;
  char *copy = __wrap_malloc(len);
  return copy ? memcpy(copy, text, len) : NULL;
}

static void *sqlite_malloc(int len) {
  return fails() ? NULL : sqlite_own.xMalloc(len);
}

static void *sqlite_realloc(void *old, int len) {
  return fails() ? NULL : sqlite_own.xRealloc(old, len);
}

bool sp_alloc_fail_init(void) {
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_own) != SQLITE_OK) return false;
  sqlite3_mem_methods ours = sqlite_own;
  ours.xMalloc = sqlite_malloc;
  ours.xRealloc = sqlite_realloc;
  if (sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) != SQLITE_OK) return false;
  /* cJSON lives in a shared library, out of the linker's reach. */
  cJSON_Hooks hooks = {.malloc_fn = __wrap_malloc, .free_fn = free};
  cJSON_InitHooks(&hooks);
  return true;
}

void sp_alloc_fail_at(long nth, bool forever) {
  atomic_store(&reached, false);
  atomic_store(&forever_on, forever);
  atomic_store(&left, nth);
}

bool sp_alloc_fail_stop(void) {
  atomic_store(&left, 0);
  return atomic_load(&reached);
}
