/* The tests that need a kernel with devices. Started as root in a virtual machine by run.mjs, never elsewhere: it makes
 * keyboards, printers and scanners of its own. */
#include "tests/vm/check.h"
#include <stdio.h>

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  int failed = vm_key_tests();
  failed += vm_report_tests();
  failed += vm_line_tests();
  failed += vm_printer_tests();
  return failed == 0 ? 0 : 1;
}
