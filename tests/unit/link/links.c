/* Links over libuv against pseudo-terminals, a listening socket and a file. */
#include "devices/link/hotplug.h"
#include "devices/link/link.h"
#include "devices/link/serial.h"
#include "devices/link/tcp.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>
#include <uv.h>

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>

#include <stdint.h>

#include <cmocka.h>

struct seen {
  uv_loop_t *loop;
  struct sp_link *link;
  int ups, downs, drains;
  uint8_t bytes[65536];
  size_t len;
  struct sp_error why;
  bool close_on_bytes, close_on_down, close_on_up;
};

static void end(struct seen *seen) {
  sp_link_close(seen->link);
  seen->link = NULL;
}

static void on_up(void *ctx) {
  struct seen *seen = ctx;
  seen->ups++;
  if (seen->close_on_up) end(seen);
}

static void on_down(void *ctx, const struct sp_error *why) {
  struct seen *seen = ctx;
  seen->downs++;
  seen->why = *why;
  if (seen->close_on_down) end(seen);
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t len, int64_t now_us) {
  struct seen *seen = ctx;
  assert_true(now_us > 0);
  assert_true(len <= sizeof seen->bytes - seen->len);
  memcpy(seen->bytes + seen->len, bytes, len);
  seen->len += len;
  if (seen->close_on_bytes) end(seen);
}

static void on_drained(void *ctx) {
  struct seen *seen = ctx;
  seen->drains++;
}

static uv_loop_t *loop_new(void) {
  uv_loop_t *loop = malloc(sizeof *loop);
  assert_non_null(loop);
  assert_int_equal(uv_loop_init(loop), 0);
  return loop;
}

static void open_config(struct seen *seen, uv_loop_t *loop, const struct sp_link_config *config) {
  struct sp_error error = {.lang = SP_LANG_EN};
  const struct sp_link_events events = {on_up, on_down, on_bytes, on_drained, seen};
  struct sp_link_maker maker = sp_links_on(loop);
  seen->loop = loop;
  if (sp_link_open(&maker, config, &events, &seen->link, &error) != 0) fail_msg("%s", error.message);
  assert_int_equal(seen->ups + seen->downs, 0);
}

static void open_link(struct seen *seen, uv_loop_t *loop, const char *address) {
  struct sp_link_config config = {.serial = {.baud = 9600, .bits = 8, .parity = 'N', .stops = 1}};
  snprintf(config.address, sizeof config.address, "%s", address);
  open_config(seen, loop, &config);
}

/* Turn the loop until `*what` reaches `least`, or two seconds have passed. */
static void turn(uv_loop_t *loop, const int *what, int least) {
  for (int i = 0; i < 2000 && *what < least; i++) {
    uv_run(loop, UV_RUN_NOWAIT);
    usleep(1000);
  }
  assert_true(*what >= least);
}

static void turn_bytes(struct seen *seen, size_t least) {
  for (int i = 0; i < 2000 && seen->len < least; i++) {
    uv_run(seen->loop, UV_RUN_NOWAIT);
    usleep(1000);
  }
  assert_true(seen->len >= least);
}

static void loop_end(uv_loop_t *loop) {
  uv_run(loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(loop), 0);
  free(loop);
}

/* ---- Serial ---- */

static int pty_new(char path[64]) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  assert_true(master >= 0);
  assert_int_equal(grantpt(master), 0);
  assert_int_equal(unlockpt(master), 0);
  assert_int_equal(ptsname_r(master, path, 64), 0);
  return master;
}

static void serial_carries_bytes_both_ways(void **state) {
  (void)state;
  struct seen *seen = calloc(1, sizeof *seen);
  char path[64], address[80], heard[8] = "";
  int master = pty_new(path);
  uv_loop_t *loop = loop_new();
  snprintf(address, sizeof address, "serial:%s", path);
  open_link(seen, loop, address);
  turn(loop, &seen->ups, 1);
  assert_int_equal(write(master,
                         "\x02"
                         "00.652\r",
                         8),
                   8);
  turn_bytes(seen, 8);
  assert_memory_equal(seen->bytes,
                      "\x02"
                      "00.652\r",
                      8); /* a carriage return stays one */
  assert_int_equal(sp_link_write(seen->link, "W", 1, &(struct sp_error){0}), 0);
  turn(loop, &seen->drains, 1);
  assert_int_equal(read(master, heard, sizeof heard), 1);
  assert_string_equal(heard, "W");
  struct sp_error error = {.lang = SP_LANG_EN};
  assert_int_equal(sp_link_control(seen->link, SP_LINK_DTR, 0, &error), 0); /* a pty has none: no error */
  end(seen);
  loop_end(loop);
  close(master);
  free(seen);
}

/* It keeps none of these settings, and the C library calls that invalid where nothing else changes. */
static void a_pty_takes_any_settings_again_and_again(void **state) {
  (void)state;
  static const char *const settings[] = {"9600,8,N,1", "9600,7,E,1", "9600,7,E,1", "9600,7,O,1", "9600,7,O,1"};
  char path[64];
  int master = pty_new(path);
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    struct seen *seen = calloc(1, sizeof *seen);
    struct sp_error error = {.lang = SP_LANG_EN};
    struct sp_link_config config = {.no_grab = false};
    uv_loop_t *loop = loop_new();
    snprintf(config.address, sizeof config.address, "serial:%s", path);
    assert_int_equal(sp_serial_parse(settings[i], &config.serial, &error), 0);
    open_config(seen, loop, &config);
    turn(loop, &seen->ups, 1);
    end(seen);
    loop_end(loop);
    free(seen);
  }
  close(master);
}

static void serial_that_hangs_up_is_down_once(void **state) {
  (void)state;
  struct seen *seen = calloc(1, sizeof *seen);
  char path[64], address[80];
  int master = pty_new(path);
  uv_loop_t *loop = loop_new();
  snprintf(address, sizeof address, "serial:%s", path);
  open_link(seen, loop, address);
  turn(loop, &seen->ups, 1);
  close(master);
  turn(loop, &seen->downs, 1);
  assert_int_equal(seen->why.code, SP_E_IO);
  struct sp_error error = {.lang = SP_LANG_EN};
  assert_int_equal(sp_link_write(seen->link, "W", 1, &error), SP_E_STATE);
  uv_run(loop, UV_RUN_NOWAIT);
  assert_int_equal(seen->downs, 1);
  end(seen);
  loop_end(loop);
  free(seen);
}

static void what_is_not_there_is_down(void **state) {
  (void)state;
  static const char *const addresses[] = {"serial:/dev/no-such-line",  "usb:/dev/usb/lp99",
                                          "evdev:/dev/input/event999", "hidraw:/dev/hidraw999",
                                          "evdev:vid=fffe,pid=fffe",   "file:/no/such/folder/x"};
  for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
    struct seen *seen = calloc(1, sizeof *seen);
    uv_loop_t *loop = loop_new();
    seen->close_on_down = true;
    open_link(seen, loop, addresses[i]);
    turn(loop, &seen->downs, 1);
    assert_int_equal(seen->why.code, SP_E_NOT_FOUND);
    assert_string_equal(seen->why.field, "link");
    loop_end(loop);
    free(seen);
  }
}

/* Nobody writes into a file of the machine, or reads one, by calling it a port. */
static void a_file_is_no_device(void **state) {
  (void)state;
  static const char *const schemes[] = {"serial", "usb", "evdev", "hidraw"};
  char path[] = "/tmp/suanpan-file-XXXXXX", address[64];
  struct stat node;
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
    struct seen *seen = calloc(1, sizeof *seen);
    uv_loop_t *loop = loop_new();
    seen->close_on_down = true;
    snprintf(address, sizeof address, "%s:%s", schemes[i], path);
    open_link(seen, loop, address);
    turn(loop, &seen->downs, 1);
    assert_int_equal(seen->ups, 0);
    assert_int_equal(seen->why.code, SP_E_INVALID);
    assert_non_null(strstr(seen->why.message, "is a file, not a device"));
    loop_end(loop);
    free(seen);
  }
  assert_int_equal(fstat(fd, &node), 0);
  assert_int_equal(node.st_size, 0);
  close(fd);
  unlink(path);
}

static void a_line_belongs_to_one(void **state) {
  (void)state;
  struct seen *first = calloc(1, sizeof *first), *second = calloc(1, sizeof *second);
  char path[64], address[80];
  int master = pty_new(path);
  uv_loop_t *loop = loop_new();
  snprintf(address, sizeof address, "serial:%s", path);
  open_link(first, loop, address);
  turn(loop, &first->ups, 1);
  open_link(second, loop, address);
  turn(loop, &second->downs, 1);
  assert_int_equal(second->why.code, SP_E_BUSY);
  end(first);
  end(second);
  loop_end(loop);
  close(master);
  free(first);
  free(second);
}

/* A pty takes 7E1 and keeps 8N1, so the settings are looked at before they go to the kernel. */
static void settings_become_exact_flags(void **state) {
  (void)state;
  struct sp_error error = {.lang = SP_LANG_EN};
  static const struct {
    const char *text;
    tcflag_t flags;
    speed_t speed;
  } cases[] = {
      {"9600,7,E,1", CS7 | PARENB, B9600}, {"4800,7,O,1", CS7 | PARENB | PARODD, B4800},    {"9600,8,N,1", CS8, B9600},
      {"2400,8,N,2", CS8 | CSTOPB, B2400}, {"115200,8,N,1,rtscts", CS8 | CRTSCTS, B115200},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct sp_serial serial;
    struct termios line;
    memset(&line, 0xFF, sizeof line);
    assert_int_equal(sp_serial_parse(cases[i].text, &serial, &error), 0);
    assert_int_equal(sp_serial_apply(&serial, &line, &error), 0);
    tcflag_t mask = CSIZE | PARENB | PARODD | CSTOPB | CRTSCTS;
    assert_int_equal(line.c_cflag & mask, cases[i].flags);
    assert_int_equal(line.c_cflag & (CLOCAL | CREAD), CLOCAL | CREAD);
    assert_int_equal(cfgetispeed(&line), cases[i].speed);
    assert_int_equal(line.c_lflag & (ICANON | ECHO | ISIG), 0);
  }
  struct sp_serial odd = {.baud = 12345, .bits = 8, .parity = 'N', .stops = 1};
  struct termios line = {0};
  assert_int_equal(sp_serial_apply(&odd, &line, &error), SP_E_INVALID);
  assert_string_equal(error.field, "serial");
}

/* ---- TCP ---- */

static int listen_new(int *port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
  assert_int_equal(listen(fd, 4), 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
  *port = ntohs(address.sin_port);
  return fd;
}

static void tcp_carries_bytes_and_notices_the_end(void **state) {
  (void)state;
  struct seen *seen = calloc(1, sizeof *seen);
  char address[64], heard[16] = "";
  int port = 0, server = listen_new(&port);
  uv_loop_t *loop = loop_new();
  snprintf(address, sizeof address, "tcp:localhost:%d", port);
  open_link(seen, loop, address);
  turn(loop, &seen->ups, 1);
  int peer = accept(server, NULL, NULL);
  assert_true(peer >= 0);
  assert_int_equal(sp_link_write(seen->link, "hello", 5, &(struct sp_error){0}), 0);
  turn(loop, &seen->drains, 1);
  assert_int_equal(sp_link_waiting(seen->link), 0);
  assert_int_equal(read(peer, heard, sizeof heard), 5);
  assert_int_equal(write(peer, "\x12", 1), 1);
  turn_bytes(seen, 1);
  close(peer);
  turn(loop, &seen->downs, 1);
  end(seen);
  loop_end(loop);
  close(server);
  free(seen);
}

static void tcp_refused_and_unknown_names(void **state) {
  (void)state;
  char address[64];
  int port = 0, server = listen_new(&port);
  close(server);
  for (int i = 0; i < 2; i++) {
    struct seen *seen = calloc(1, sizeof *seen);
    uv_loop_t *loop = loop_new();
    snprintf(address, sizeof address, i == 0 ? "tcp:127.0.0.1:%d" : "tcp:printer.invalid:%d", port);
    open_link(seen, loop, address);
    turn(loop, &seen->downs, 1);
    assert_int_equal(seen->ups, 0);
    end(seen);
    loop_end(loop);
    free(seen);
  }
}

static void a_link_may_be_closed_whenever(void **state) {
  (void)state;
  char address[64];
  int port = 0, server = listen_new(&port);
  snprintf(address, sizeof address, "tcp:127.0.0.1:%d", port);
  for (int when = 0; when < 3; when++) {
    struct seen *seen = calloc(1, sizeof *seen);
    uv_loop_t *loop = loop_new();
    seen->close_on_up = when == 1;
    seen->close_on_bytes = when == 2;
    open_link(seen, loop, address);
    if (when == 0) end(seen); /* while the name is looked up */
    if (when > 0) turn(loop, &seen->ups, 1);
    if (when == 2) {
      int peer = accept(server, NULL, NULL); /* the one closed on up is in the queue before it */
      int last = accept(server, NULL, NULL);
      assert_int_equal(write(last, "x", 1), 1);
      turn_bytes(seen, 1);
      close(peer);
      close(last);
    }
    loop_end(loop);
    assert_null(seen->link);
    free(seen);
  }
  close(server);
}

static void a_peer_that_takes_nothing_is_a_bound(void **state) {
  (void)state;
  struct seen *seen = calloc(1, sizeof *seen);
  char address[64];
  int port = 0, server = listen_new(&port);
  struct sp_error error = {.lang = SP_LANG_EN};
  uv_loop_t *loop = loop_new();
  snprintf(address, sizeof address, "tcp:127.0.0.1:%d", port);
  open_link(seen, loop, address);
  turn(loop, &seen->ups, 1);
  uint8_t *block = calloc(1, 65536);
  int rc = 0, taken = 0;
  for (; rc == 0 && taken < 1000; taken++)
    rc = sp_link_write(seen->link, block, 65536, &error);
  assert_int_equal(rc, SP_E_BUSY);
  assert_true(sp_link_waiting(seen->link) <= SP_LINK_OUT_MAX);
  end(seen);
  loop_end(loop);
  close(server);
  free(block);
  free(seen);
}

static void addresses(void **state) {
  (void)state;
  char host[SP_LINK_ADDRESS_MAX + 1], port[6];
  struct sp_error error = {.lang = SP_LANG_EN};
  assert_int_equal(sp_tcp_address("tcp:[::1]:9100", host, port, &error), 0);
  assert_string_equal(host, "::1");
  assert_string_equal(port, "9100");
  static const char *const bad[] = {"tcp:host",       "tcp::9100", "tcp:host:",     "tcp:host:0",
                                    "tcp:host:65536", "tcp:a:b:1", "tcp:[::1:9100", "tcp:host:9x"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(sp_tcp_address(bad[i], host, port, &error), SP_E_INVALID);
}

/* ---- Files and plugging ---- */

static void a_file_takes_what_is_printed(void **state) {
  (void)state;
  struct seen *seen = calloc(1, sizeof *seen);
  char path[] = "/tmp/sp-link-XXXXXX", address[64], content[16] = "";
  close(mkstemp(path));
  uv_loop_t *loop = loop_new();
  snprintf(address, sizeof address, "file:%s", path);
  open_link(seen, loop, address);
  turn(loop, &seen->ups, 1);
  assert_int_equal(sp_link_write(seen->link, "paper", 5, &(struct sp_error){0}), 0);
  turn(loop, &seen->drains, 1);
  end(seen);
  loop_end(loop);
  int fd = open(path, O_RDONLY);
  assert_int_equal(read(fd, content, sizeof content), 5);
  assert_string_equal(content, "paper");
  close(fd);
  unlink(path);
  free(seen);
}

static void on_plug(void *ctx) {
  ++*(int *)ctx;
}

static void on_alive(uv_timer_t *timer) {
  (void)timer;
}

/* A node that appears in /dev is told, once for many events. */
static void a_new_device_is_told(void **state) {
  (void)state;
  char path[] = "/dev/sp-test-XXXXXX";
  int told = 0;
  struct sp_error error = {.lang = SP_LANG_EN};
  struct sp_hotplug *hotplug = NULL;
  if (access("/dev", W_OK) != 0) {
    print_message("/dev cannot be written to: plugging is seen in tests/vm only\n");
    skip();
  }
  uv_loop_t *loop = loop_new();
  uv_timer_t alive; /* watching alone does not keep a loop running */
  uv_timer_init(loop, &alive);
  uv_timer_start(&alive, on_alive, 1, 1);
  assert_int_equal(sp_hotplug_new(loop, on_plug, &told, &hotplug, &error), 0);
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  turn(loop, &told, 1);
  assert_int_equal(told, 1);
  close(fd);
  unlink(path);
  sp_hotplug_close(hotplug);
  uv_close((uv_handle_t *)&alive, NULL);
  loop_end(loop);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(serial_carries_bytes_both_ways),
      cmocka_unit_test(a_pty_takes_any_settings_again_and_again),
      cmocka_unit_test(serial_that_hangs_up_is_down_once),
      cmocka_unit_test(what_is_not_there_is_down),
      cmocka_unit_test(a_file_is_no_device),
      cmocka_unit_test(a_line_belongs_to_one),
      cmocka_unit_test(settings_become_exact_flags),
      cmocka_unit_test(tcp_carries_bytes_and_notices_the_end),
      cmocka_unit_test(tcp_refused_and_unknown_names),
      cmocka_unit_test(a_link_may_be_closed_whenever),
      cmocka_unit_test(a_peer_that_takes_nothing_is_a_bound),
      cmocka_unit_test(addresses),
      cmocka_unit_test(a_file_takes_what_is_printed),
      cmocka_unit_test(a_new_device_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
