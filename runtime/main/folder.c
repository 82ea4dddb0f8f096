#include "main/folder.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

void sp_folder_name(const struct sp_folder *folder, const char *name, char out[SP_FOLDER_PATH_MAX + 64]) {
  snprintf(out, SP_FOLDER_PATH_MAX + 64, "%s/%s", folder->path, name);
}

static int folder_resolve(const char *path, struct sp_folder *out, struct sp_error *err) {
  char *full = realpath(path, NULL);
  struct stat info;
  if (!full)
    return sp_fail(err, errno == ENOENT ? SP_E_NOT_FOUND : SP_E_IO, "data", "There is no data folder %s", path);
  bool fits = strlen(full) < sizeof out->path;
  if (fits) snprintf(out->path, sizeof out->path, "%s", full);
  free(full);
  if (!fits) return sp_fail(err, SP_E_LIMIT, "data", "The path of the data folder is too long");
  if (stat(out->path, &info) != 0 || !S_ISDIR(info.st_mode))
    return sp_fail(err, SP_E_INVALID, "data", "%s is not a folder", path);
  return 0;
}

static void holder_read(int fd, char out[128]) {
  ssize_t len = pread(fd, out, 127, 0);
  out[len > 0 ? len : 0] = '\0';
  out[strcspn(out, "\n")] = '\0';
}

static int lock_take(struct sp_folder *folder, const char *holder, struct sp_error *err) {
  char name[SP_FOLDER_PATH_MAX + 64];
  sp_folder_name(folder, "lock", name);
  int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return sp_fail(err, SP_E_IO, "data", "%s cannot be written: %s", name, strerror(errno));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    char who[128];
    bool held = errno == EWOULDBLOCK;
    holder_read(fd, who);
    close(fd);
    if (!held) return sp_fail(err, SP_E_IO, "data", "%s cannot be locked: %s", name, strerror(errno));
    return sp_fail(err, SP_E_BUSY, "data", "The data folder %s is held by %s", folder->path,
                   who[0] != '\0' ? who : "another process");
  }
  char text[128];
  int len = snprintf(text, sizeof text, "%s (process %ld)\n", holder, (long)getpid());
  if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len) {
    close(fd);
    return sp_fail(err, SP_E_IO, "data", "%s cannot be written: %s", name, strerror(errno));
  }
  folder->lock = fd;
  return 0;
}

int sp_folder_open_existing(const char *path, const char *holder, struct sp_folder *out, struct sp_error *err) {
  *out = (struct sp_folder){.lock = -1};
  int result = folder_resolve(path, out, err);
  return result ? result : lock_take(out, holder, err);
}

int sp_folder_open(const char *path, const char *holder, struct sp_folder *out, struct sp_error *err) {
  *out = (struct sp_folder){.lock = -1};
  if (mkdir(path, 0700) != 0 && errno != EEXIST)
    return sp_fail(err, SP_E_IO, "data", "The data folder %s cannot be made: %s", path, strerror(errno));
  return sp_folder_open_existing(path, holder, out, err);
}

void sp_folder_close(struct sp_folder *folder) {
  if (folder->lock < 0) return;
  /* The lock goes with the descriptor; a name left in the file is only read while somebody holds it. */
  close(folder->lock);
  folder->lock = -1;
}

int sp_folder_scratch(const struct sp_folder *folder, char out[SP_FOLDER_PATH_MAX + 64], struct sp_error *err) {
  sp_folder_name(folder, "tmp", out);
  if (mkdir(out, 0700) != 0 && errno != EEXIST)
    return sp_fail(err, SP_E_IO, "data", "The folder %s cannot be made: %s", out, strerror(errno));
  DIR *dir = opendir(out);
  if (!dir) return sp_fail(err, SP_E_IO, "data", "The folder %s cannot be read: %s", out, strerror(errno));
  /* cppcheck-suppress readdirCalled ; one thread reads this stream, and readdir_r is deprecated */
  for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
    if (entry->d_name[0] != '.') unlinkat(dirfd(dir), entry->d_name, 0);
  closedir(dir);
  return 0;
}
