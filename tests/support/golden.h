/* Golden files: text that a test expects, stored beside it and compared byte by byte.
 *
 * WATTCLAUSE_GOLDEN=rewrite writes the actual text into the file instead of comparing; the change
 * is then reviewed as a diff. */
#ifndef WC_TESTS_SUPPORT_GOLDEN_H
#define WC_TESTS_SUPPORT_GOLDEN_H

#include "vm/base/slice.h"

/* Fails the running cmocka test when actual differs from the file at path (absolute, or relative to
 * the test's source folder), naming the first line that differs. A missing file fails, too. */
void wc_golden_check(const char *path, wc_slice actual);

/* Reads a whole file into memory from malloc, with a NUL behind it that len does not count. Fails
 * the running test when it cannot be read. The caller frees (uint8_t *)data. */
wc_slice wc_test_read_file(const char *path);

#endif
