/* The ABI encoding of values, as a question to bytes: are they the one canonical encoding of a
 * type?
 *
 * Big-endian. bool u8 0|1; int dec time date i64; tag u16; interval start i64, end i64; party 32
 * bytes; bytes N; text u32 length, bytes; tuple: fields; enum u16 tag, data; list u32 length,
 * items; sorted: none; set u32 length, keys ascending; map u32 length, (key value)* ascending keys;
 * series start i64 (a multiple of the step), length u32, i64 values, u8 qualities (0 Measured, 1
 * Estimated, 2 Substituted, 3 Missing: value 0). Keys ascend in the order of their key encoding,
 * without equal ones.
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
