#include "main/specs.h"
#include "base/clock.h"
#include "main/folder.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY  65534
#define POLL_MS 100

/* ---- The pack on the disk ---- */

static int write_file(const char *path, const struct sp_pack_file *file, struct sp_error *err) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) return sp_fail(err, SP_E_IO, NULL, "%s cannot be written: %s", file->path, strerror(errno));
  size_t done = 0;
  int result = 0;
  if (fchmod(fd, 0644) != 0) /* the node's umask is stricter, and somebody else reads it */
    result = sp_fail(err, SP_E_IO, NULL, "%s cannot be written: %s", file->path, strerror(errno));
  while (!result && done < file->len) {
    ssize_t put = write(fd, file->text + done, file->len - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) result = sp_fail(err, SP_E_IO, NULL, "%s cannot be written: %s", file->path, strerror(errno));
    if (put > 0) done += (size_t)put;
  }
  (void)fchmod(fd, 0644);
  if (close(fd) != 0 && !result)
    result = sp_fail(err, SP_E_IO, NULL, "%s cannot be written: %s", file->path, strerror(errno));
  return result;
}

/* Every folder on the way to `path`. */
static void make_folders(char *path, size_t from) {
  for (char *at = path + from; (at = strchr(at, '/')) != NULL; at++) {
    *at = '\0';
    if (mkdir(path, 0755) == 0) (void)chmod(path, 0755);
    *at = '/';
  }
}

static int put_files(const char *folder, const struct sp_pack_file *files, int32_t count, struct sp_error *err) {
  char path[SP_FOLDER_PATH_MAX * 2];
  int result = 0;
  for (int32_t i = 0; i < count && !result; i++) {
    if (strstr(files[i].path, "..") != NULL || files[i].path[0] == '/')
      return sp_fail(err, SP_E_INVALID, NULL, "%s is no file of a pack", files[i].path);
    int len = snprintf(path, sizeof path, "%s/%s", folder, files[i].path);
    if (len < 0 || (size_t)len >= sizeof path)
      return sp_fail(err, SP_E_LIMIT, NULL, "%s is no file of a pack", files[i].path);
    make_folders(path, strlen(folder) + 1);
    result = write_file(path, &files[i], err);
  }
  return result;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
  (void)info;
  (void)kind;
  (void)place;
  return remove(path);
}

/* ---- The child ---- */

static void limit(int what, rlim_t value) {
  const struct rlimit both = {.rlim_cur = value, .rlim_max = value};
  (void)setrlimit(what, &both);
}

/* Between fork and exec: nothing but system calls. Never returns. */
static void child(const char *folder, int output) {
  char program[] = "suanpan", command[] = "test", handler[] = "-o", plain[] = "TAP", here[] = ".";
  char language[] = "LANG=C.UTF-8", path[] = "PATH=/usr/bin:/bin";
  char *const words[] = {program, command, here, handler, plain, NULL};
  char *const environment[] = {language, path, NULL};
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  (void)setpgid(0, 0);
  int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  int nothing = open("/dev/null", O_RDWR);
  if (self < 0 || nothing < 0 || chdir(folder) != 0) _exit(126);
  if (dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) _exit(126);
  limit(RLIMIT_CPU, SP_SPECS_MS / 1000);
  limit(RLIMIT_FSIZE, 16u << 20);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, 256);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  limit(RLIMIT_AS, 512u << 20); /* a sanitizer's shadow is larger */
#endif
  if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) _exit(126);
  (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  fexecve(self, words, environment);
  _exit(127);
}

/* What it says until it ends, the deadline passes or the job is cancelled; true when it was cut short. */
static bool listen_to(int output, struct sp_loop_job *job, struct sp_buf *out) {
  const int64_t until = sp_clock_now_ms() + SP_SPECS_MS;
  for (;;) {
    char bytes[4096];
    struct pollfd waiting = {.fd = output, .events = POLLIN};
    if (sp_clock_now_ms() > until || sp_loop_job_cancelled(job)) return true;
    if (poll(&waiting, 1, POLL_MS) <= 0) continue;
    ssize_t got = read(output, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    (void)sp_buf_add(out, bytes, (size_t)got);
  }
}

static int wait_for(pid_t pid, bool cut, struct sp_error *err) {
  int status = 0;
  if (cut) (void)kill(-pid, SIGKILL);
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  (void)kill(-pid, SIGKILL); /* what it may have left behind */
  if (cut) return sp_fail(err, SP_E_STATE, "specs", "The specs of the pack did not end in time");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
  return sp_fail(err, SP_E_STATE, "specs", "The specs of the pack are red");
}

static int run(const char *folder, struct sp_loop_job *job, struct sp_buf *out, struct sp_error *err) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return sp_fail(err, SP_E_IO, NULL, "The specs cannot be run: %s", strerror(errno));
  pid_t pid = fork();
  if (pid == 0) child(folder, ends[1]);
  close(ends[1]);
  int result = 0;
  if (pid < 0) {
    result = sp_fail(err, SP_E_IO, NULL, "The specs cannot be run: %s", strerror(errno));
  } else {
    (void)setpgid(pid, pid);
    bool cut = listen_to(ends[0], job, out);
    result = wait_for(pid, cut, err);
  }
  close(ends[0]);
  return result;
}

int sp_specs_run(const struct sp_pack_file *files, int32_t count, struct sp_loop_job *job, struct sp_buf *out,
                 struct sp_error *err) {
  char folder[] = "/tmp/suanpan-specs-XXXXXX";
  if (!mkdtemp(folder)) return sp_fail(err, SP_E_IO, NULL, "The specs cannot be run: %s", strerror(errno));
  (void)chmod(folder, 0755);
  int result = put_files(folder, files, count, err);
  if (!result) result = run(folder, job, out, err);
  (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  return result;
}
