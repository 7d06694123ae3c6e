/* Foundations that every layer shares: attributes, assertions and platform assumptions.
 *
 * wc_assert is for our own bugs only. It stays on in release builds: a ledger that has left its
 * invariants must stop, because the next thing it does may be a payment. Input is never asserted;
 * it is answered with a status, a diagnostic or a trap. */
#ifndef WC_VM_BASE_BASE_H
#define WC_VM_BASE_BASE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WC_MUST_USE            __attribute__((warn_unused_result))
#define WC_NORETURN            __attribute__((noreturn))
#define WC_ARRAY_LEN(array)    (sizeof(array) / sizeof((array)[0]))
#define WC_LIKELY(condition)   __builtin_expect(!!(condition), 1)
#define WC_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* Called once by a failed wc_assert. The program that links this library may replace the handler
 * (a node prints a fixed message and exits with code 70); without one the process aborts. */
typedef void (*wc_assert_handler)(const char *condition, const char *file, int line);

void wc_assert_set_handler(wc_assert_handler handler);
WC_NORETURN void wc_assert_failed(const char *condition, const char *file, int line);

#define wc_assert(condition)                                                                       \
    (WC_LIKELY(condition) ? (void)0 : wc_assert_failed(#condition, __FILE__, __LINE__))

_Static_assert(CHAR_BIT == 8, "bytes are octets");
_Static_assert(sizeof(int) >= 4, "int has at least 32 bits");
_Static_assert(sizeof(size_t) >= 4, "a module of 192 KiB must be addressable");

#endif
