/* The end of a failed assertion. A handler that returns is treated like none: nothing may go on
 * after a broken invariant. */
#include "vm/base/base.h"

static wc_assert_handler handler_installed;

void wc_assert_set_handler(wc_assert_handler handler)
{
    handler_installed = handler;
}

WC_NORETURN void wc_assert_failed(const char *condition, const char *file, int line)
{
    if (handler_installed != NULL) handler_installed(condition, file, line);
    __builtin_trap(); /* stops at once and needs no library; a debugger shows the frame above */
}
