/* Inside vm/isa: stored form of single table rows, written by the encoder, read by the decoder, and
 * used by the builder as identity (equal rows are equal bytes). All integers big-endian.
 *
 *   type = kind u8 | name u16 | by kind:
 *     BOOL TIME DATE INTERVAL  nothing
 *     INT                      lo i64, hi i64
 *     DEC                      scale u8, unit u16, lo i64, hi i64
 *     PARTY                    interface u16
 *     BYTES TEXT               capacity u32
 *     TAG                      count u16, name u16 *
 *     ENUM                     count u16, (name u16, data u16) *
 *     TUPLE                    count u16, (name u16, type u16) *
 *     LIST SET                 capacity u32, item u16
 *     MAP                      capacity u32, key u16, value u16
 *     SORTED                   capacity u32, item u16, field u16, descending u8
 *     SERIES                   capacity u32, item u16, step u32 */
#ifndef WC_VM_ISA_ROWS_H
#define WC_VM_ISA_ROWS_H

#include "vm/isa/module.h"

#define WC_MODULE_SECTIONS 16u
#define WC_MODULE_HEADER   (4u + 2u + 2u + 32u + 2u) /* bytes before the first section */

void wc_row_put_type(wc_buf *buf, const wc_type *type);
void wc_row_put_number(wc_buf *buf, wc_i128 value);

#endif
