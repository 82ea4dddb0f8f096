/* Which addresses are one device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/link/link.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void addresses(void **state) {
  (void)state;
  static const struct {
    const char *one, *other;
    bool same;
  } cases[] = {
      {"tcp:192.168.8.50:9100", "tcp:192.168.8.50:9100", true},
      {"tcp:192.168.8.50:9100", "tcp:192.168.8.50:9101", false},
      {"tcp:192.168.8.50:9100", "tcp:192.168.8.5:9100", false},
      {"tcp:Printer.shop:9100", "tcp:printer.SHOP:09100", true},
      {"tcp:localhost:9100", "tcp:127.0.0.1:9100", true},
      {"tcp:localhost:9100", "tcp:localhosts:9100", false},
      {"tcp:[fe80::1]:9100", "tcp:[fe80::1]:9100", true},
      {"serial:/dev/ttyNONE0", "serial:/dev/ttyNONE0", true},
      {"serial:/dev/ttyNONE0", "serial:/dev/ttyNONE1", false},
      {"serial:/dev/ttyNONE0", "usb:/dev/ttyNONE0", false},
      {"usb:vid=04b8,pid=0e28", "usb:vid=04b8,pid=0e28", false}, /* two alike */
      {"usb:vid=04b8,pid=0e28,serial=X1", "usb:serial=X1,pid=0e28,vid=04b8", true},
      {"usb:vid=04b8,pid=0e28,serial=X1", "usb:vid=04b8,pid=0e28,serial=X2", false},
      {"evdev:vid=0c2e,pid=0b61", "evdev:/dev/input/event3", false},
      {"hidraw:/dev/hidraw3", "hidraw:/dev/hidraw3", true},
      {"file:/tmp/paper", "file:/tmp/paper", true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (sp_link_same(cases[i].one, cases[i].other) != cases[i].same) fail_msg("%s, %s", cases[i].one, cases[i].other);
    if (sp_link_same(cases[i].other, cases[i].one) != cases[i].same) fail_msg("%s, %s", cases[i].other, cases[i].one);
  }
}

/* /dev/serial/by-id/… is a link to what /dev/ttyUSB0 is. */
static void names_of_one_file(void **state) {
  (void)state;
  char folder[] = "/tmp/sp-same-XXXXXX", file[64], name[64], one[80], other[80];
  assert_non_null(mkdtemp(folder));
  snprintf(file, sizeof file, "%s/ttyUSB0", folder);
  snprintf(name, sizeof name, "%s/by-id", folder);
  FILE *made = fopen(file, "w");
  assert_non_null(made);
  fclose(made);
  assert_int_equal(symlink("ttyUSB0", name), 0);
  snprintf(one, sizeof one, "serial:%s", file);
  snprintf(other, sizeof other, "serial:%s", name);
  assert_true(sp_link_same(one, other));
  unlink(name);
  assert_false(sp_link_same(one, other));
  unlink(file);
  rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(addresses), cmocka_unit_test(names_of_one_file)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
