/* Values between call memory and the canonical ABI encoding (vm/isa/abi.h has the format).
 *
 * Both directions check alike: what a decoder refuses, the encoder does not produce. Bytecode may
 * store a number that its place in memory cannot hold (`stf` does not look at ranges); it is
 * stopped here, before it becomes part of a record, an event or another contract's arguments. */
#ifndef WC_VM_EXEC_ABI_H
#define WC_VM_EXEC_ABI_H

#include "vm/exec/memory.h"

/* Reads one value of the type from the reader into memory (type->size bytes, any content before).
 * On failure reader->at is the first byte of what could not be accepted: scalar, length (also one
 * that promises more than there is), tag, interval, party; the character of a text; the key that
 * does not ascend; a series' start, or the quality of the interval that is wrong. Memory is then
 * undefined. TRUNCATED, NOT_CANONICAL, OUT_OF_DOMAIN, TOO_LARGE, BAD_UTF8. */
WC_MUST_USE wc_status wc_abi_read(const wc_module *module, const wc_type *type, wc_reader *reader,
                                  uint8_t *memory);

/* The same for exactly these bytes; TRAILING. *bad is set on failure. */
WC_MUST_USE wc_status wc_abi_decode(const wc_module *module, const wc_type *type, wc_slice bytes,
                                    uint8_t *memory, size_t *bad);

/* Appends the encoding of the value. OUT_OF_DOMAIN when a number, interval or series is not one of
 * its type: the bytes appended so far are then useless. The buffer may become full as always. */
WC_MUST_USE wc_status wc_abi_write(const wc_module *module, const wc_type *type,
                                   const uint8_t *memory, wc_buf *buf);

/* Moves the reader behind one value without storing it. Lengths and tags are followed, values not
 * examined. TRUNCATED, OUT_OF_DOMAIN. */
WC_MUST_USE wc_status wc_abi_skip(const wc_module *module, const wc_type *type, wc_reader *reader);

/* ---- keys: encodings whose byte order is the order of the values
 * --------------------------------- int dec time date: i64 with the sign bit flipped; bool u8; tag
 * u16; interval: two ints; party, bytes raw; text: bytes, 00; tuple: its fields. */

/* Appends; OUT_OF_DOMAIN as wc_abi_write. Requires type->key_max != 0. */
WC_MUST_USE wc_status wc_key_write(const wc_module *module, const wc_type *type,
                                   const uint8_t *memory, wc_buf *buf);

/* Reads one key. TRUNCATED, OUT_OF_DOMAIN, TOO_LARGE, BAD_UTF8. */
WC_MUST_USE wc_status wc_key_read(const wc_module *module, const wc_type *type, wc_reader *reader,
                                  uint8_t *memory);

#endif
