/* cmocka with what it wants before it, and the groups of this program. */
#ifndef SP_TESTS_VM_CHECK_H
#define SP_TESTS_VM_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Each runs one group and returns how many of its tests failed. */
int vm_key_tests(void);
int vm_line_tests(void);
int vm_report_tests(void);
int vm_printer_tests(void);

#endif
