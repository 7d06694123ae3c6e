/* Text with holes. */
#include "vm/native/out.h"

#include <stdarg.h>

void wc_out(wc_buf *text, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    const char *from = format;
    for (const char *at = format; *at != 0; at++) {
        if (*at != '@' && *at != '$') continue;
        wc_buf_put(text, from, (size_t)(at - from));
        if (*at == '@') {
            wc_buf_put_decimal(text, va_arg(values, int64_t));
        } else {
            wc_buf_put_text(text, va_arg(values, const char *));
        }
        from = at + 1;
    }
    wc_buf_put_text(text, from);
    va_end(values);
}

void wc_out_lines(wc_buf *text, const char *const *lines)
{
    for (; *lines != NULL; lines++) wc_buf_put_text(text, *lines);
}
