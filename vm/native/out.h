/* Text with holes, for formats of our own: `@` is a number (int64_t), `$` a text (const char *). */
#ifndef WC_VM_NATIVE_OUT_H
#define WC_VM_NATIVE_OUT_H

#include "vm/base/buf.h"

void wc_out(wc_buf *text, const char *format, ...);
void wc_out_lines(wc_buf *text, const char *const *lines); /* up to a NULL */

#endif
