/* Inside vm/isa: the text form of a module, shared by disassemble.c and asm*.c.
 *
 * One row of a table or one instruction in each line; words are separated by spaces; `#` begins a
 * comment. `-` stands for "none". A string is an identifier or "quoted" with \" and \\. Types are
 * called t0, t1, ...; a row of another table by its name where the name is an identifier that no
 * earlier row has, else %index. Tables come in the order of the module's sections.
 *
 *   module NAME PATH
 *   schedule HEX
 *   version N
 *   string S
 *   unit S
 *   currency S MINOR
 *   type tN NAME bool | time | date | interval | party %INTERFACE | bytes N | text N
 *   type tN NAME int LO HI | dec SCALE UNIT LO HI
 *   type tN NAME tag S* | tuple (S tN)* | enum (S tN)*
 *   type tN NAME list N tN | set N tN | map N tN tN | sorted N tN FIELD asc|desc
 *   type tN NAME series N tN STEP
 *   number N
 *   bytes tN HEX
 *   calendar ZONE VERSION OFFSET (AT OFFSET)*
 *   interface S
 *   method action|view S ID tN tN
 *   party S ROLE signatory|- visible|-
 *   parties tN
 *   term amendable|- %CONST
 *   terms tN
 *   field S ID tN SINCE %ROOT %CONST
 *   storage tN
 *   state S tN initial|- final|-
 *   states tN
 *   error S tN
 *   event S tN
 *   function S
 *       reg KIND tN
 *       slot tN
 *       params N
 *       result KIND
 *       (instructions and labels)
 *   end
 *   entry KIND S FUNCTION ARGS RESULT BY QUORUM STATES STATES INVARIANTS REPEATS GAS WHO*
 *   tests
 *   test S FUNCTION
 *
 * An instruction is its name and its operands: rN for registers, numbers, names of rows; `lo hi` is
 * one signed number. A branch goes to a label, which stands as `label:` on a line of its own; `=N`
 * is a word index as it is. `word HEX` is a word that is not an instruction of this form. */
#ifndef WC_VM_ISA_TEXT_FORM_H
#define WC_VM_ISA_TEXT_FORM_H

#include "vm/base/text.h"
#include "vm/isa/debug.h"
#include "vm/isa/isa.h"

/* Names in text, by number; the first of type_kinds stands for number 1. */
extern const char *const wc_text_type_kinds[17];
extern const char *const wc_text_reg_kinds[5];
extern const char *const wc_text_entry_kinds[7]; /* from 1 */
extern const char *const wc_text_by_kinds[5];

/* High bits of the bytes that are in [first, last], where all are below 0x80. */
static inline uint64_t wc_bytes_in_range(uint64_t bytes, uint8_t first, uint8_t last)
{
    return (bytes + WC_EACH_BYTE(0x80u - first)) & ~(bytes + WC_EACH_BYTE(0x7fu - last));
}

/* Whether eight bytes are letters, digits and _: small letters are what they are with bit 0x20. */
static inline bool wc_are_of_identifier(uint64_t bytes)
{
    uint64_t low = bytes & ~WC_EACH_BYTE(0x80);
    uint64_t good = wc_bytes_in_range(low | WC_EACH_BYTE(0x20), 'a', 'z') |
                    wc_bytes_in_range(low, '0', '9') | wc_bytes_in_range(low, '_', '_');
    return (good & ~bytes & WC_EACH_BYTE(0x80)) == WC_EACH_BYTE(0x80);
}

/* True for a letter or _, followed by letters, digits and _. */
bool wc_is_identifier(wc_str text);

/* Name of a row of the table that an operand kind names, or of functions; WC_NONE: rows without
 * name. */
uint16_t wc_text_row_name(const wc_module *module, wc_operand kind, uint16_t row);
uint16_t wc_text_row_count(const wc_module *module, wc_operand kind);

/* The first row with this name, or WC_NONE. */
uint16_t wc_text_find_row(const wc_module *module, wc_operand kind, wc_str name);

/* Comments in front of an instruction of so many words: the place in the source that begins there,
 * and the names that registers get there or lose. */
void wc_text_places(wc_buf *text, const wc_debug *debug, uint16_t function, uint32_t word,
                    uint32_t words);

#endif
