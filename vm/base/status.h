/* Status codes: failures of the environment or of bytes from outside.
 *
 * A status says what happened; the caller knows where and adds it in its message. Every fallible
 * function is WC_MUST_USE and leaves its outputs untouched unless it returns WC_OK. */
#ifndef WC_VM_BASE_STATUS_H
#define WC_VM_BASE_STATUS_H

#include "vm/base/base.h"

typedef enum wc_status {
#define WC_STATUS(number, name, text) WC_##name = (number),
#include "vm/base/status.def"
#undef WC_STATUS
} wc_status;

/* Returns the code's name ("TRUNCATED"); never NULL, "UNKNOWN" for a number not in the table. */
const char *wc_status_name(wc_status status);

/* Returns the sentence of status.def; never NULL. */
const char *wc_status_text(wc_status status);

/* The only control-flow macro of the code base: hands a failure to the caller unchanged. */
#define WC_TRY(expression)                                                                         \
    do {                                                                                           \
        wc_status wc_try_status_ = (expression);                                                   \
        if (WC_UNLIKELY(wc_try_status_ != WC_OK)) return wc_try_status_;                           \
    } while (0)

#endif
