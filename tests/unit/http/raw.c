/* A table of raw requests over a real socket, each with the status it must get, whole, cut in two at every byte, and
 * byte by byte; and what a refusal must look like. */
#include "rig.h"

#define HOST "Host: till\r\n"

struct attempt {
  const char *name;
  const char *bytes;
  size_t len;
  int status; /* of the first answer */
};

/* Good requests end their connection themselves, so that a test never waits. */
#define BYE HOST "Connection: close\r\n"

static const struct attempt attempts[] = {
    /* Taken */
    {"plain GET", RAW("GET / HTTP/1.1\r\n" BYE "\r\n"), 200},
    {"GET with an empty body", RAW("GET / HTTP/1.1\r\n" BYE "Content-Length: 0\r\n\r\n"), 200},
    {"POST with a length", RAW("POST /a HTTP/1.1\r\n" BYE "Content-Length: 3\r\n\r\nabc"), 200},
    {"POST without a length has no body", RAW("POST /a HTTP/1.1\r\n" BYE "\r\n"), 200},
    {"POST in chunks", RAW("POST /a HTTP/1.1\r\n" BYE "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), 200},
    {"chunked in capitals", RAW("POST /a HTTP/1.1\r\n" BYE "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n"), 200},
    {"chunk size in hex",
     RAW("POST /a HTTP/1.1\r\n" BYE "Transfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n"), 200},
    {"one empty line before", RAW("\r\nGET / HTTP/1.1\r\n" BYE "\r\n"), 200},
    {"HTTP/1.0 without a host", RAW("GET / HTTP/1.0\r\n\r\n"), 200},
    {"host with a port", RAW("GET / HTTP/1.1\r\nHost: till:8080\r\nConnection: close\r\n\r\n"), 200},
    {"host in brackets", RAW("GET / HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n"), 200},
    {"path with an escape", RAW("GET /a%20b HTTP/1.1\r\n" BYE "\r\n"), 200},
    {"path in UTF-8 escapes", RAW("GET /%E5%95%86%E5%93%81 HTTP/1.1\r\n" BYE "\r\n"), 200},
    {"query with escapes", RAW("GET /?q=%E5%95%86&b=a+b&c HTTP/1.1\r\n" BYE "\r\n"), 200},
    {"blanks around a value", RAW("GET / HTTP/1.1\r\nHost: \t till \t\r\nConnection: close\r\n\r\n"), 200},
    {"an empty value", RAW("GET / HTTP/1.1\r\n" BYE "X-Empty:\r\n\r\n"), 200},
    {"OPTIONS", RAW("OPTIONS /x HTTP/1.1\r\n" BYE "\r\n"), 200},
    {"DELETE without a body", RAW("DELETE /x HTTP/1.1\r\n" BYE "\r\n"), 200},
    {"leading zeros of a length", RAW("POST / HTTP/1.1\r\n" BYE "Content-Length: 003\r\n\r\nabc"), 200},
    {"double encoding is decoded once", RAW("GET /%252e%252e/x HTTP/1.1\r\n" BYE "\r\n"), 200},

    /* Lines */
    {"bare LF everywhere", RAW("GET / HTTP/1.1\nHost: till\n\n"), 400},
    {"bare LF in the request line", RAW("GET / HTTP/1.1\n" HOST "\r\n"), 400},
    {"bare LF between fields", RAW("GET / HTTP/1.1\r\nHost: till\nX: y\r\n\r\n"), 400},
    {"bare LF at the end", RAW("GET / HTTP/1.1\r\n" HOST "\n"), 400},
    {"bare CR in a value", RAW("GET / HTTP/1.1\r\n" HOST "X: a\rTransfer-Encoding: chunked\r\n\r\n"), 400},
    {"bare CR in the request line", RAW("GET /\r HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"CR CR LF", RAW("GET / HTTP/1.1\r\r\n" HOST "\r\n"), 400},
    {"NUL in a value", RAW("GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n"), 400},
    {"NUL in a name", RAW("GET / HTTP/1.1\r\n" HOST "X\0: a\r\n\r\n"), 400},
    {"NUL in the target", RAW("GET /a\0b HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"escape byte in a value", RAW("GET / HTTP/1.1\r\n" HOST "X: \033[31m\r\n\r\n"), 400},
    {"DEL in a value", RAW("GET / HTTP/1.1\r\n" HOST "X: \177\r\n\r\n"), 400},
    {"folded field", RAW("GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n"), 400},
    {"fold that hides a length", RAW("POST / HTTP/1.1\r\n" HOST "X: a\r\n Content-Length: 3\r\n\r\nabc"), 400},
    {"fold with a tab", RAW("GET / HTTP/1.1\r\n" HOST "X: a\r\n\tb\r\n\r\n"), 400},
    {"blank before the first field", RAW("GET / HTTP/1.1\r\n X: a\r\n" HOST "\r\n"), 400},
    {"two empty lines before", RAW("\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"TLS hello on a plain port", RAW("\026\003\001\002\000\001\000\001\374\003\003\n"), 400},

    /* Names */
    {"blank before the colon", RAW("GET / HTTP/1.1\r\nHost : till\r\n\r\n"), 400},
    {"tab before the colon", RAW("POST / HTTP/1.1\r\n" HOST "Content-Length\t: 3\r\n\r\nabc"), 400},
    {"no colon", RAW("GET / HTTP/1.1\r\n" HOST "Nonsense\r\n\r\n"), 400},
    {"empty name", RAW("GET / HTTP/1.1\r\n" HOST ": x\r\n\r\n"), 400},
    {"bracket in a name", RAW("GET / HTTP/1.1\r\n" HOST "X[a]: x\r\n\r\n"), 400},
    {"byte above ASCII in a name", RAW("GET / HTTP/1.1\r\n" HOST "X\303\244: x\r\n\r\n"), 400},

    /* Request line */
    {"HTTP/0.9", RAW("GET /\r\n\r\n"), 400},
    {"no version", RAW("GET / \r\n" HOST "\r\n"), 400},
    {"HTTP/2.0", RAW("GET / HTTP/2.0\r\n" HOST "\r\n"), 505},
    {"HTTP/2 preface", RAW("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505},
    {"HTTP/1.2", RAW("GET / HTTP/1.2\r\n" HOST "\r\n"), 505},
    {"HTTP/3.1", RAW("GET / HTTP/3.1\r\n" HOST "\r\n"), 505},
    {"HTTP/11.1", RAW("GET / HTTP/11.1\r\n" HOST "\r\n"), 400},
    {"http in small letters", RAW("GET / http/1.1\r\n" HOST "\r\n"), 400},
    {"two blanks before the target", RAW("GET  / HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"two blanks before the version", RAW("GET /  HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"tabs for blanks", RAW("GET\t/\tHTTP/1.1\r\n" HOST "\r\n"), 400},
    {"blank in the target", RAW("GET /a b HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"blank before the method", RAW(" GET / HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"TRACE", RAW("TRACE / HTTP/1.1\r\n" HOST "\r\n"), 405},
    {"CONNECT", RAW("CONNECT till:80 HTTP/1.1\r\n" HOST "\r\n"), 405},
    {"method in small letters", RAW("get / HTTP/1.1\r\n" HOST "\r\n"), 501},
    {"method nobody knows", RAW("BREW / HTTP/1.1\r\n" HOST "\r\n"), 501},
    {"method of WebDAV", RAW("PROPFIND / HTTP/1.1\r\n" HOST "\r\n"), 501},
    {"method that is no token", RAW("G(T / HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"absolute-form", RAW("GET http://till/ HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"asterisk-form", RAW("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"target without a slash", RAW("GET a HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"fragment", RAW("GET /a#b HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"bytes above ASCII in the target", RAW("GET /\345\225\206 HTTP/1.1\r\n" HOST "\r\n"), 400},

    /* Path and query */
    {"cut escape", RAW("GET /a% HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"cut escape with one digit", RAW("GET /a%2 HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"escape without digits", RAW("GET /a%zz HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"NUL as an escape", RAW("GET /a%00b HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"line break as an escape", RAW("GET /a%0d%0aSet-Cookie:x HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"slash as an escape", RAW("GET /a%2fb HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"backslash", RAW("GET /a\\b HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"backslash as an escape", RAW("GET /a%5cb HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"dot segments", RAW("GET /a/../b HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"dot segments as escapes", RAW("GET /%2e%2e/etc/passwd HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"single dot", RAW("GET /./a HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"overlong dot", RAW("GET /%c0%ae%c0%ae/a HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"invalid UTF-8", RAW("GET /%ff HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"NUL in the query", RAW("GET /?a=%00 HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"cut escape in the query", RAW("GET /?a=%4 HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"escape across parameters", RAW("GET /?a=%4&1=b HTTP/1.1\r\n" HOST "\r\n"), 400},

    /* Host */
    {"no host", RAW("GET / HTTP/1.1\r\n\r\n"), 400},
    {"empty host", RAW("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400},
    {"two hosts", RAW("GET / HTTP/1.1\r\n" HOST HOST "\r\n"), 400},
    {"two different hosts", RAW("GET / HTTP/1.1\r\n" HOST "host: other\r\n\r\n"), 400},
    {"list of hosts", RAW("GET / HTTP/1.1\r\nHost: till, other\r\n\r\n"), 400},
    {"user in the host", RAW("GET / HTTP/1.1\r\nHost: me@till\r\n\r\n"), 400},
    {"path in the host", RAW("GET / HTTP/1.1\r\nHost: till/x\r\n\r\n"), 400},
    {"two hosts on 1.0", RAW("GET / HTTP/1.0\r\n" HOST HOST "\r\n"), 400},
    {"a host that is not ours", RAW("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 421},
    {"a host that begins like ours", RAW("GET / HTTP/1.1\r\nHost: till.evil\r\n\r\n"), 421},

    /* Framing */
    {"length and chunked",
     RAW("POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400},
    {"chunked and length",
     RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"), 400},
    {"two lengths that differ", RAW("POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
     400},
    {"two equal lengths", RAW("POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\ncontent-length: 3\r\n\r\nabc"), 400},
    {"list of lengths", RAW("POST / HTTP/1.1\r\n" HOST "Content-Length: 3, 3\r\n\r\nabc"), 400},
    {"signed length", RAW("POST / HTTP/1.1\r\n" HOST "Content-Length: +3\r\n\r\nabc"), 400},
    {"negative length", RAW("POST / HTTP/1.1\r\n" HOST "Content-Length: -3\r\n\r\nabc"), 400},
    {"length in hex", RAW("POST / HTTP/1.1\r\n" HOST "Content-Length: 0x3\r\n\r\nabc"), 400},
    {"empty length", RAW("POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n"), 400},
    {"length with a blank inside", RAW("POST / HTTP/1.1\r\n" HOST "Content-Length: 1 1\r\n\r\nabc"), 400},
    {"length that overflows", RAW("POST / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551619\r\n\r\nabc"), 413},
    {"length above the limit", RAW("POST / HTTP/1.1\r\n" HOST "Content-Length: 1048577\r\n\r\n"), 413},
    {"gzip, chunked", RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501},
    {"chunked, identity", RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, identity\r\n\r\n"), 501},
    {"xchunked", RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 501},
    {"identity", RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n"), 501},
    {"chunked with a vertical tab", RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n"),
     400},
    {"two codings", RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
     400},
    {"two codings, one odd",
     RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n"), 400},
    {"chunked on 1.0", RAW("POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400},
    {"POST on 1.0 without a length", RAW("POST / HTTP/1.0\r\n" HOST "\r\n"), 411},
    {"GET with a body", RAW("GET / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"), 400},
    {"GET in chunks", RAW("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400},
    {"DELETE with a body", RAW("DELETE / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"), 400},
    {"HEAD with a body", RAW("HEAD / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"), 400},

    /* Chunks */
    {"chunk size that is none",
     RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"), 400},
    {"negative chunk size", RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n"),
     400},
    {"chunk size with 0x", RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n"),
     400},
    {"chunk size that overflows",
     RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n10000000000000003\r\nabc"), 400},
    {"chunk size with a blank",
     RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n"), 400},
    {"chunk larger than the limit", RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nFFFFFF\r\nabc"),
     413},
    {"chunk longer than it says",
     RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n"), 400},
    {"empty chunk size", RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n"), 400},
    {"chunk with a bare LF", RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n"),
     400},
    {"chunk data with a bare LF",
     RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\n0\r\n\r\n"), 400},
    {"chunk extension", RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n"),
     400},
    {"chunk extension without a value",
     RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3;a\r\nabc\r\n0\r\n\r\n"), 400},
    {"chunk extension of nothing",
     RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3;\r\nabc\r\n0\r\n\r\n"), 400},
    {"trailer", RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n"), 400},
    {"trailer that smuggles",
     RAW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 9\r\n\r\n"), 400},

    /* Other policy */
    {"two content types", RAW("POST / HTTP/1.1\r\n" HOST "Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n"), 400},
    {"two authorizations", RAW("GET / HTTP/1.1\r\n" HOST "Authorization: a\r\nauthorization: b\r\n\r\n"), 400},
    {"two cookies", RAW("GET / HTTP/1.1\r\n" HOST "Cookie: a=1\r\nCookie: b=2\r\n\r\n"), 400},
    {"two idempotency keys", RAW("POST / HTTP/1.1\r\n" HOST "Idempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n"), 400},
    {"upgrade to websocket", RAW("GET / HTTP/1.1\r\n" HOST "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"), 400},
    {"upgrade to h2c",
     RAW("GET / HTTP/1.1\r\n" HOST "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n"),
     400},
    {"an expectation nobody meets", RAW("POST / HTTP/1.1\r\n" HOST "Expect: gold\r\nContent-Length: 1\r\n\r\na"), 417},
};

static const char *const hosts[] = {"till", "[::1]", NULL};

static int start(void **state) {
  static struct rig rig;
  rig_prepare(&rig);
  rig.options.hosts = hosts;
  rig_start(&rig);
  *state = &rig;
  return 0;
}

static int stop(void **state) {
  rig_stop(*state);
  return 0;
}

/* How an attempt is cut into sends. */
enum { WHOLE = -1, BYTES = -2 };

static void send_cut(int fd, const struct attempt *attempt, int cut) {
  size_t len = attempt->len;
  if (cut == WHOLE) {
    (void)client_send(fd, attempt->bytes, len);
  } else if (cut == BYTES) {
    for (size_t i = 0; i < len; i++)
      if (!client_send(fd, attempt->bytes + i, 1)) return;
  } else {
    (void)client_send(fd, attempt->bytes, (size_t)cut);
    (void)usleep(200); /* so that the parts arrive as two */
    (void)client_send(fd, attempt->bytes + cut, len - (size_t)cut);
  }
}

static void check(const struct rig *rig, const struct attempt *attempt, int cut) {
  int fd = client_open(rig);
  send_cut(fd, attempt, cut);
  struct answer answer = client_read_all(fd);
  bool right = answer_status(&answer) == attempt->status && answer.closed;
  if (right && attempt->status >= 400 && strncmp(attempt->bytes, "HEAD", 4) != 0)
    right = strstr(answer.bytes, "application/problem+json") && strstr(answer.bytes, "Connection: close") &&
            strstr(answer.bytes, "\"type\":\"/problems/") && strstr(answer.bytes, "\"request_id\":");
  const char *second = strstr(answer.bytes + (answer.len > 0), "HTTP/1.1 ");
  if (!right || second)
    print_error("%s (cut %d): wanted %d, got:\n%s\n", attempt->name, cut, attempt->status, answer.bytes);
  assert_true(right);
  assert_null(second); /* nothing behind a refusal is taken for a request */
  free(answer.bytes);
  assert_int_equal(close(fd), 0);
}

static void whole(void **state) {
  assert_true(sizeof attempts / sizeof attempts[0] >= 70);
  for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++)
    check(*state, &attempts[i], WHOLE);
}

static void byte_by_byte(void **state) {
  for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++)
    check(*state, &attempts[i], BYTES);
}

static void cut_everywhere(void **state) {
  for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++)
    for (size_t cut = 1; cut < attempts[i].len && attempts[i].len <= 80; cut++)
      check(*state, &attempts[i], (int)cut);
}

/* A refused request followed by a good one in the same bytes: only the refusal is answered. */
static void nothing_after_a_refusal(void **state) {
  static const char text[] = "GET / HTTP/1.1\r\n" HOST "X : y\r\n\r\nGET /stolen HTTP/1.1\r\n" HOST "\r\n";
  struct attempt attempt = {"refusal, then a request", RAW(text), 400};
  check(*state, &attempt, WHOLE);
}

static char *repeated(const char *before, char fill, size_t count, const char *after, size_t *len) {
  size_t head = strlen(before);
  size_t tail = strlen(after);
  char *text = malloc(head + count + tail + 1);
  assert_non_null(text);
  memcpy(text, before, head);
  memset(text + head, fill, count);
  memcpy(text + head + count, after, tail + 1);
  *len = head + count + tail;
  return text;
}

static void check_long(const struct rig *rig, const char *before, size_t count, const char *after, int status) {
  size_t len = 0;
  char *text = repeated(before, 'a', count, after, &len);
  struct attempt attempt = {"long", text, len, status};
  check(rig, &attempt, WHOLE);
  free(text);
}

static void bounds(void **state) {
  static const char end[] = " HTTP/1.1\r\n" BYE "\r\n";
  check_long(*state, "GET /", 4095, end, 200);
  check_long(*state, "GET /", 4096, end, 414);
  check_long(*state, "GET /", 100000, end, 414);
  check_long(*state, "GET /", 100000, "", 414); /* no end at all */
  check_long(*state, "GET / HTTP/1.1\r\n" BYE "X: ", 8192 - 3, "\r\n\r\n", 200);
  check_long(*state, "GET / HTTP/1.1\r\n" BYE "X: ", 8192 - 2, "\r\n\r\n", 431);
  check_long(*state, "GET / HTTP/1.1\r\n" BYE "X: ", 200000, "", 431);
  struct sp_buf head;
  for (int count = 62; count <= 63; count++) { /* beside Host and Connection */
    sp_buf_init(&head, 1 << 20);
    (void)sp_buf_puts(&head, "GET / HTTP/1.1\r\n" BYE);
    for (int i = 0; i < count; i++)
      (void)sp_buf_printf(&head, "X-%d: y\r\n", i);
    (void)sp_buf_puts(&head, "\r\n");
    struct attempt attempt = {"many fields", head.data, head.len, count == 62 ? 200 : 431};
    check(*state, &attempt, WHOLE);
    sp_buf_free(&head);
  }
  sp_buf_init(&head, 1 << 20);
  (void)sp_buf_puts(&head, "GET / HTTP/1.1\r\n" BYE);
  for (int i = 0; i < 5; i++)
    (void)sp_buf_printf(&head, "X-%d: %04000d\r\n", i, 0);
  (void)sp_buf_puts(&head, "\r\n");
  struct attempt attempt = {"a head of 20 KiB", head.data, head.len, 431};
  check(*state, &attempt, WHOLE);
  sp_buf_free(&head);
}

static void body_bounds(void **state) {
  size_t len = 0;
  char *text = repeated("POST / HTTP/1.1\r\n" BYE "Content-Length: 1000000\r\n\r\n", 'b', 1000000, "", &len);
  struct attempt attempt = {"a large body", text, len, 200};
  check(*state, &attempt, WHOLE);
  free(text);
  struct sp_buf chunks;
  sp_buf_init(&chunks, 4 << 20);
  (void)sp_buf_puts(&chunks, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 300; i++) {
    (void)sp_buf_puts(&chunks, "1000\r\n");
    (void)sp_buf_printf(&chunks, "%04096d\r\n", i);
  }
  (void)sp_buf_puts(&chunks, "0\r\n\r\n");
  attempt = (struct attempt){"chunks above the limit", chunks.data, chunks.len, 413};
  check(*state, &attempt, WHOLE);
  sp_buf_free(&chunks);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whole),          cmocka_unit_test(byte_by_byte),
      cmocka_unit_test(cut_everywhere), cmocka_unit_test(nothing_after_a_refusal),
      cmocka_unit_test(bounds),         cmocka_unit_test(body_bounds),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
