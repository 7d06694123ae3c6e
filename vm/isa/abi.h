/* The ABI encoding of values, as a question to bytes: are they the one canonical encoding?
 *
 *   bool       u8 0|1                     int dec time date   i64, in the type's range
 *   tag        u16                        interval            start i64, end i64, start <= end
 *   party      32 bytes                   bytes               N bytes
 *   text       length u32, UTF-8          tuple               fields in order
 *   enum       tag u16, data              list                length u32, items
 *   set        length u32, keys           map                 length u32, (key, value)*
 *   series     start i64 (a multiple of the step), length u32, i64 values, u8 qualities
 *   sorted     none
 *
 * Big-endian. Keys ascend in the order of their key encoding, without equal ones. Qualities are
 * 0 Measured, 1 Estimated, 2 Substituted, 3 Missing; a missing interval has value 0.
 *
 * The walk keeps its own stack of WC_TYPE_NESTING_MAX places; it reads each byte a fixed number of
 * times. Execution decodes with the same rules (vm/exec); here nothing is stored. */
#ifndef WC_VM_ISA_ABI_H
#define WC_VM_ISA_ABI_H

#include "vm/isa/module.h"

/* WC_OK when bytes are exactly one canonical value of the type; else *bad is the offset of the
 * first byte that cannot be accepted. TRUNCATED, TRAILING, NOT_CANONICAL, OUT_OF_DOMAIN, TOO_LARGE,
 * BAD_UTF8. Requires computed layouts. */
WC_MUST_USE wc_status wc_abi_check(const wc_module *module, uint16_t type, wc_slice bytes,
                                   size_t *bad);

#endif
