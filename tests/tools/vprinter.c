/* The virtual printer behind a TCP port, and our codes as bytes, for tests in other languages: see README.md. */
#include "base/error.h"
#include "devices/codec/escpos_ask.h"
#include "devices/sim/control.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX (64u << 20)
#define LINE_MAX   4096
#define INPUT_MAX  65536
#define TICK_MS    10

struct server {
  struct sp_vprinter *printer;
  bool timed; /* it has a speed, so time has to pass */
  int listener, client;
  unsigned char bytes[INPUT_MAX]; /* from the client, not accepted by the printer yet */
  size_t held;
  char line[LINE_MAX]; /* the beginning of a control line */
  size_t line_len;
};

static int die(const char *what) {
  fprintf(stderr, "vprinter: %s: %s\n", what, strerror(errno));
  return 1;
}

/* ---- The wire ---- */

static bool listen_on(struct server *server, const char *address, int port) {
  struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  socklen_t len = sizeof where;
  int on = 1;
  server->listener = socket(AF_INET, SOCK_STREAM, 0);
  if (server->listener < 0 || inet_pton(AF_INET, address, &where.sin_addr) != 1) return false;
  (void)setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(server->listener, (struct sockaddr *)&where, sizeof where) || listen(server->listener, 4)) return false;
  if (getsockname(server->listener, (struct sockaddr *)&where, &len)) return false;
  printf("port %d\n", ntohs(where.sin_port));
  return fflush(stdout) == 0;
}

static void hang_up(struct server *server) {
  if (server->client >= 0) (void)close(server->client);
  server->client = -1;
  server->held = 0;
}

/* Give the printer what it takes, the client what the printer says. */
static void exchange(struct server *server) {
  struct sp_buf *replies = sp_vprinter_replies(server->printer);
  size_t taken = sp_vprinter_feed(server->printer, server->bytes, server->held);
  server->held -= taken;
  memmove(server->bytes, server->bytes + taken, server->held);
  if (replies->len == 0) return;
  if (server->client >= 0 && send(server->client, replies->data, replies->len, MSG_NOSIGNAL) < 0) hang_up(server);
  sp_buf_reset(replies);
}

static void hear_client(struct server *server) {
  ssize_t got = recv(server->client, server->bytes + server->held, sizeof server->bytes - server->held, 0);
  if (got > 0) server->held += (size_t)got;
  exchange(server);
  if (got <= 0) hang_up(server);
}

/* ---- The hand ---- */

static void save(const char *line, const struct sp_buf *answer) {
  char path[LINE_MAX];
  size_t len = 0;
  const char *name = sp_vcontrol_file(line, &len);
  snprintf(path, sizeof path, "%.*s", (int)len, name);
  FILE *file = fopen(path, "wb");
  bool good = file && (answer->len == 0 || fwrite(answer->data, 1, answer->len, file) == answer->len);
  if (file && fclose(file)) good = false;
  printf(good ? "ok\n" : "error: the file could not be written\n");
}

static void obey(struct server *server, const char *line) {
  struct sp_buf answer;
  size_t len = 0;
  sp_buf_init(&answer, ANSWER_MAX);
  int rc = sp_vcontrol_printer(server->printer, line, &answer);
  if (rc == 0 && sp_vcontrol_file(line, &len))
    save(line, &answer);
  else if (answer.len > 0)
    (void)fwrite(answer.data, 1, answer.len, stdout);
  else if (rc)
    printf("error: %s\n", sp_code_name(rc));
  (void)fflush(stdout);
  sp_buf_free(&answer);
  exchange(server);
}

/* False at the end of the input. */
static bool hear_hand(struct server *server) {
  char *room = server->line + server->line_len;
  ssize_t got = read(STDIN_FILENO, room, sizeof server->line - 1 - server->line_len);
  if (got <= 0) return false;
  server->line_len += (size_t)got;
  for (;;) {
    char *end = memchr(server->line, '\n', server->line_len);
    if (!end) return server->line_len < sizeof server->line - 1;
    *end = '\0';
    obey(server, server->line);
    size_t used = (size_t)(end + 1 - server->line);
    server->line_len -= used;
    memmove(server->line, server->line + used, server->line_len);
  }
}

/* One client at a time, as printers have it; a full printer is not read for. */
static int serve(struct server *server) {
  for (;;) {
    bool room = server->held < sizeof server->bytes;
    struct pollfd fds[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = server->client >= 0 ? -1 : server->listener, .events = POLLIN},
        {.fd = room ? server->client : -1, .events = POLLIN},
    };
    int ready = poll(fds, 3, server->timed || server->held > 0 ? TICK_MS : -1);
    if (ready < 0 && errno != EINTR) return die("poll");
    if (server->timed) sp_vprinter_tick(server->printer, TICK_MS);
    if (fds[0].revents && !hear_hand(server)) return 0;
    if (fds[1].revents && server->client < 0) server->client = accept(server->listener, NULL, NULL);
    if (fds[2].revents && server->client >= 0) hear_client(server);
    exchange(server);
  }
}

static int run_server(const struct sp_vprinter_options *options, int count, char **words) {
  struct server server = {.listener = -1, .client = -1};
  const char *address = count > 0 ? words[0] : "127.0.0.1";
  int port = count > 1 ? (int)strtol(words[1], NULL, 10) : 0;
  server.timed = options->speed > 0;
  if (sp_vprinter_new(options, &server.printer, NULL)) return die("options");
  int rc = listen_on(&server, address, port) ? serve(&server) : die(address);
  hang_up(&server);
  if (server.listener >= 0) (void)close(server.listener);
  sp_vprinter_free(server.printer);
  return rc;
}

/* ---- Our codes ---- */

static int encode(bool qr, const char *first, const char *second) {
  char data[INPUT_MAX];
  struct sp_buf out;
  struct sp_error err = {.lang = SP_LANG_EN};
  size_t len = fread(data, 1, sizeof data - 1, stdin);
  data[len] = '\0';
  sp_buf_init(&out, ANSWER_MAX);
  int rc = qr ? sp_escpos_qr(data, len, (int)strtol(first, NULL, 10), *second, &out, &err)
              : sp_escpos_code128(data, (int)strtol(first, NULL, 10), (int)strtol(second, NULL, 10), &out, &err);
  if (rc) fprintf(stderr, "vprinter: %s\n", err.message);
  if (!rc && fwrite(out.data, 1, out.len, stdout) != out.len) rc = die("output");
  sp_buf_free(&out);
  return rc ? 1 : 0;
}

static bool take_option(const char *name, const char *value, struct sp_vprinter_options *options, int *used) {
  long number = value ? strtol(value, NULL, 10) : 0;
  *used = 1;
  if (strcmp(name, "--single-byte") == 0) return options->single_byte = true;
  if (strcmp(name, "--no-asb") == 0) return options->no_asb = true;
  *used = 2;
  if (strcmp(name, "--width") == 0) return (options->width = (int)number) > 0;
  if (strcmp(name, "--speed") == 0) return (options->speed = (int)number) > 0;
  if (strcmp(name, "--buffer") == 0) return (options->buffer = (size_t)number) > 0;
  return false;
}

int main(int argc, char **argv) {
  struct sp_vprinter_options options = {.width = 0};
  int at = 1;
  int used = 0;
  while (at + 1 < argc && strncmp(argv[at], "--", 2) == 0 && take_option(argv[at], argv[at + 1], &options, &used))
    at += used;
  if (at < argc && strcmp(argv[at], "serve") == 0) return run_server(&options, argc - at - 1, argv + at + 1);
  if (argc == 4 && strcmp(argv[1], "qr") == 0) return encode(true, argv[2], argv[3]);
  if (argc == 4 && strcmp(argv[1], "code128") == 0) return encode(false, argv[2], argv[3]);
  fprintf(stderr, "usage: vprinter [OPTION…] serve [ADDRESS [PORT]] | qr MODULE LEVEL | code128 HEIGHT MODULE\n");
  return 2;
}
