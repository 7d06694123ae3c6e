/* cmocka with the four headers that it needs in front of it. Include this, never <cmocka.h>. */
#ifndef WC_TESTS_SUPPORT_TEST_H
#define WC_TESTS_SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vm/base/status.h"

/* Asserts a wc_status and shows both names on failure. */
#define assert_status(expression, expected)                                                        \
    assert_string_equal(wc_status_name(expression), wc_status_name(expected))

#endif
