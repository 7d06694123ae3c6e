/* Names and sentences of the status codes, from status.def. */
#include "vm/base/status.h"

const char *wc_status_name(wc_status status)
{
    switch (status) {
#define WC_STATUS(number, name, text)                                                              \
    case WC_##name:                                                                                \
        return #name;
#include "vm/base/status.def"
#undef WC_STATUS
    }
    return "UNKNOWN";
}

const char *wc_status_text(wc_status status)
{
    switch (status) {
#define WC_STATUS(number, name, text)                                                              \
    case WC_##name:                                                                                \
        return text;
#include "vm/base/status.def"
#undef WC_STATUS
    }
    return "this status number is not known";
}
