/* A load generator: CLIENTS keep-alive connections over 127.0.0.1, one request under way on each.
 *
 *   bench_load --port N --tokens FILE --mode sale|lookup|scan --clients N --count N [--warm N] [--seconds N]
 *              [--products N] [--first N] [--lines N]
 *
 *   sale    POST /v1/sales: `--lines` items by barcode, paid in cash, each with an Idempotency-Key of its own
 *   lookup  GET /v1/lookup?code=BARCODE: what one scan asks for
 *   scan    POST /v1/baskets/ID/events: a line added to an open basket; opening one and cancelling it after ten lines
 *           is not counted
 *
 * Goods are drawn evenly from `--products` of them, beginning with product `--first`. Client i uses token i of the file
 * (one a till). After `--warm` answers, `--count` are counted, for at most
 * `--seconds`. An answer that is not 2xx ends the program.
 */
#include "tests/bench/bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_MAX  1024
#define TOKENS_MAX   64
#define TOKEN_BYTES  64
#define OUT_MAX      16384
#define IN_MAX       (1 << 18)
#define BASKET_LINES 10

enum step { STEP_ONE, STEP_OPEN, STEP_ADD, STEP_CANCEL };

struct client {
  int fd;
  const char *token;
  enum step step;
  int added;
  char basket[40];
  char out[OUT_MAX], in[IN_MAX];
  size_t out_len, out_at, in_len;
  int64_t sent_at;
};

struct load {
  int64_t port, clients, count, warm, seconds, products, first, lines;
  const char *tokens_file, *mode;
  char tokens[TOKENS_MAX][TOKEN_BYTES];
  int token_count;
  int epoll;
  uint64_t random;
  int64_t answered, started; /* answers counted so far; the moment counting began */
  bool counting;
  struct sp_bench_samples samples;
  struct client *list;
};

/* ---- Requests ---- */

static unsigned long long any_barcode(struct load *load) {
  uint64_t product = (uint64_t)load->first + sp_bench_random(&load->random) % (uint64_t)load->products;
  return 6900000000000ULL + (unsigned long long)product;
}

static void put_post(struct load *load, struct client *client, const char *path, const char *body, size_t len) {
  int head = snprintf(client->out, OUT_MAX,
                      "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                      "Content-Type: application/json\r\nIdempotency-Key: bench-%016llx\r\nContent-Length: %zu\r\n\r\n",
                      path, client->token, (unsigned long long)sp_bench_random(&load->random), len);
  if (head < 0 || (size_t)head + len >= OUT_MAX) sp_bench_fail("the request is too long");
  memcpy(client->out + head, body, len);
  client->out_len = (size_t)head + len;
}

static void put_sale(struct load *load, struct client *client) {
  char body[OUT_MAX];
  size_t len = (size_t)snprintf(body, sizeof body, "{\"items\":[");
  for (int64_t i = 0; i < load->lines && len < sizeof body - 200; i++) {
    len += (size_t)snprintf(body + len, sizeof body - len, "%s{\"barcode\":\"%llu\",\"quantity\":1000}",
                            i > 0 ? "," : "", any_barcode(load));
  }
  len += (size_t)snprintf(body + len, sizeof body - len, "],\"tenders\":[{\"method\":\"cash\",\"amount\":10000000}]}");
  put_post(load, client, "/v1/sales", body, len);
}

static void put_lookup(struct load *load, struct client *client) {
  int len = snprintf(client->out, OUT_MAX,
                     "GET /v1/lookup?code=%llu HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n\r\n",
                     any_barcode(load), client->token);
  client->out_len = (size_t)len;
}

static void put_scan(struct load *load, struct client *client) {
  char path[96], body[96];
  snprintf(path, sizeof path, client->step == STEP_OPEN ? "/v1/baskets" : "/v1/baskets/%s/events", client->basket);
  int len = snprintf(body, sizeof body, "{}");
  if (client->step == STEP_ADD)
    len = snprintf(body, sizeof body, "{\"kind\":\"add\",\"barcode\":\"%llu\"}", any_barcode(load));
  if (client->step == STEP_CANCEL) len = snprintf(body, sizeof body, "{\"kind\":\"cancel\"}");
  put_post(load, client, path, body, (size_t)len);
}

static void put_request(struct load *load, struct client *client) {
  if (strcmp(load->mode, "sale") == 0) {
    put_sale(load, client);
  } else if (strcmp(load->mode, "lookup") == 0) {
    put_lookup(load, client);
  } else {
    put_scan(load, client);
  }
  client->out_at = 0;
  client->in_len = 0;
}

/* ---- Answers ---- */

/* The length of the whole answer once its head is there, or 0. */
static size_t answer_length(struct client *client, size_t *body) {
  client->in[client->in_len] = '\0';
  const char *end = strstr(client->in, "\r\n\r\n");
  if (end == NULL) return 0;
  const char *length = strcasestr(client->in, "content-length:");
  if (length == NULL || length > end) sp_bench_fail("an answer without Content-Length: %.200s", client->in);
  *body = (size_t)(end - client->in) + 4;
  return *body + (size_t)strtoull(length + 15, NULL, 10);
}

static void next_step(struct client *client, const char *body) {
  if (client->step == STEP_OPEN) {
    const char *id = strstr(body, "\"id\":\"");
    if (id == NULL) sp_bench_fail("a basket without id: %.200s", body);
    snprintf(client->basket, sizeof client->basket, "%.36s", id + 6);
    client->step = STEP_ADD;
    client->added = 0;
  } else if (client->step == STEP_ADD && ++client->added == BASKET_LINES) {
    client->step = STEP_CANCEL;
  } else if (client->step == STEP_CANCEL) {
    client->step = STEP_OPEN;
  }
}

static void count_answer(struct load *load, const struct client *client, int64_t now) {
  if (client->step == STEP_OPEN || client->step == STEP_CANCEL) return;
  load->answered++;
  if (load->counting) {
    sp_bench_samples_add(&load->samples, now - client->sent_at);
  } else if (load->answered >= load->warm) {
    load->counting = true;
    load->answered = 0;
    load->started = now;
  }
}

/* True when the answer is complete and counted. */
static bool take_answer(struct load *load, struct client *client) {
  size_t body = 0, whole = answer_length(client, &body);
  if (whole == 0 || client->in_len < whole) return false;
  if (client->in[9] != '2') sp_bench_fail("%.*s", (int)client->in_len, client->in);
  count_answer(load, client, sp_bench_now_ns());
  next_step(client, client->in + body);
  return true;
}

/* ---- Connections ---- */

static void send_some(struct client *client) {
  while (client->out_at < client->out_len) {
    ssize_t done = send(client->fd, client->out + client->out_at, client->out_len - client->out_at, MSG_NOSIGNAL);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) sp_bench_fail("send: %s", strerror(errno)); /* requests are smaller than a socket's buffer */
    client->out_at += (size_t)done;
  }
}

static void ask(struct load *load, struct client *client) {
  put_request(load, client);
  client->sent_at = sp_bench_now_ns();
  send_some(client);
}

static void receive(struct load *load, struct client *client) {
  for (;;) {
    size_t room = IN_MAX - 1 - client->in_len;
    if (room == 0) sp_bench_fail("an answer is too long");
    ssize_t got = recv(client->fd, client->in + client->in_len, room, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got < 0) sp_bench_fail("recv: %s", strerror(errno));
    if (got == 0) sp_bench_fail("the node closed the connection");
    client->in_len += (size_t)got;
    if (!take_answer(load, client)) continue;
    if (!load->counting || load->answered < load->count) ask(load, client);
    return;
  }
}

static void dial(struct load *load, struct client *client, int i) {
  const struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)load->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int yes = 1;
  client->token = load->tokens[i % load->token_count];
  client->step = strcmp(load->mode, "scan") == 0 ? STEP_OPEN : STEP_ONE;
  client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (client->fd < 0 || connect(client->fd, (const struct sockaddr *)&address, sizeof address) != 0) {
    sp_bench_fail("connect to port %lld: %s", (long long)load->port, strerror(errno));
  }
  (void)setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  (void)fcntl(client->fd, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
  if (epoll_ctl(load->epoll, EPOLL_CTL_ADD, client->fd, &event) != 0) sp_bench_fail("epoll: %s", strerror(errno));
}

/* ---- The run ---- */

static void read_tokens(struct load *load) {
  FILE *file = load->tokens_file != NULL ? fopen(load->tokens_file, "r") : NULL;
  if (file == NULL) sp_bench_fail("--tokens names a file with a token a line");
  while (load->token_count < TOKENS_MAX && fgets(load->tokens[load->token_count], TOKEN_BYTES, file) != NULL) {
    load->tokens[load->token_count][strcspn(load->tokens[load->token_count], "\n")] = '\0';
    load->token_count++;
  }
  fclose(file);
  if (load->token_count == 0) sp_bench_fail("%s holds no token", load->tokens_file);
}

static void run(struct load *load) {
  struct epoll_event events[64];
  int64_t deadline = sp_bench_now_ns() + load->seconds * 1000000000LL;
  for (int64_t i = 0; i < load->clients; i++)
    dial(load, &load->list[i], (int)i);
  load->counting = load->warm == 0;
  load->started = sp_bench_now_ns();
  for (int64_t i = 0; i < load->clients; i++)
    ask(load, &load->list[i]);
  while (!load->counting || load->answered < load->count) {
    int ready = epoll_wait(load->epoll, events, 64, 1000);
    if (ready < 0 && errno != EINTR) sp_bench_fail("epoll: %s", strerror(errno));
    for (int i = 0; i < ready; i++)
      receive(load, events[i].data.ptr);
    if (sp_bench_now_ns() > deadline) break;
  }
  if (!load->counting) sp_bench_fail("not even the %lld answers of the warm-up came", (long long)load->warm);
  sp_bench_print(&load->samples, load->answered, sp_bench_now_ns() - load->started, "");
  for (int64_t i = 0; i < load->clients; i++)
    close(load->list[i].fd);
}

int main(int argc, char **argv) {
  struct load load = {.clients = 1, .count = 1000, .seconds = 60, .products = 1000, .lines = 10, .mode = "sale"};
  const struct sp_bench_option options[] = {
      {"port", &load.port, NULL, 65535},
      {"tokens", NULL, &load.tokens_file, 0},
      {"mode", NULL, &load.mode, 0},
      {"clients", &load.clients, NULL, CLIENTS_MAX},
      {"count", &load.count, NULL, 100000000},
      {"warm", &load.warm, NULL, 10000000},
      {"seconds", &load.seconds, NULL, 3600},
      {"products", &load.products, NULL, 5000000},
      {"lines", &load.lines, NULL, 100},
      {"first", &load.first, NULL, 5000000},
      {NULL, NULL, NULL, 0},
  };
  if (!sp_bench_options(argc, argv, options)) return 2;
  if (load.clients < 1 || load.products < 1 || load.lines < 1) sp_bench_fail("counts begin at 1");
  load.random = (uint64_t)sp_bench_now_ns() | 1; /* two runs against one node must not share keys */
  load.epoll = epoll_create1(EPOLL_CLOEXEC);
  load.list = calloc((size_t)load.clients, sizeof *load.list);
  if (load.epoll < 0 || load.list == NULL || !sp_bench_samples_new(&load.samples, (size_t)load.count)) {
    sp_bench_fail("out of memory");
  }
  read_tokens(&load);
  run(&load);
  free(load.list);
  sp_bench_samples_free(&load.samples);
  return 0;
}
