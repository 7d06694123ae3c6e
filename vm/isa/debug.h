/* The debug part of a .wcb file: from bytecode words back to source lines.
 *
 *   file = module bytes ‖ debug part (may be missing)
 *   debug = "WCD" 00 | format u16 | SHA-256 of the module bytes 32 | file count u16 | file* |
 *           shape count u16 | shape* | function count u16 | function* | size count u16 | size* |
 *           form count u16 | form*
 *   file = path str16 | SHA-256 of the source 32
 *   shape = kind u8 | scale u8 | text str8 | unit str8 | name count u16 | name str8 *
 *   function = line count u16 | line* | local count u16 | local*
 *                                            one for each function of the module, in order
 *   line = word u16 | file u16 | line u32 | column u16 | end line u32 | end column u16
 *   local = name str8 | shape u16 | register u16 | first word u16 | end word u16
 *   size = kind u8 | name str8 | capacity u32
 *   form = term count u8 | (factor u64 | degree u8 | size u16 * degree)*
 *
 * Big-endian, one canonical encoding. Lines of a function ascend strictly by word; a line holds for
 * its word and those after it up to the next line. Lines and columns count from 1, columns in
 * characters; the end is exclusive and not before the start.
 *
 * A local is a name of the source that a register holds while the instruction about to run lies in
 * [first, end); locals of a function ascend by first word. A shape says how the register's number
 * reads: a register knows no scale, unit or names. Shape kind 0 is a value in memory, whose type
 * the register has in the module. So names cost the module, which is hashed, nothing.
 *
 * Sizes and forms say what a call of each
 * entry costs by actual sizes (gas_form.h): one form for each entry of the module, in order, or
 * none at all (a test image). It is not hashed with the code: it
 * explains, it decides nothing. */
#ifndef WC_VM_ISA_DEBUG_H
#define WC_VM_ISA_DEBUG_H

#include "vm/isa/gas_form.h"
#include "vm/isa/module.h"

#define WC_DEBUG_FORMAT      3
#define WC_DEBUG_SIZE_MAX    (4u * 1024u * 1024u)
#define WC_DEBUG_FILES_MAX   256u
#define WC_DEBUG_PATH_MAX    1024u
#define WC_DEBUG_SHAPES_MAX  1024u
#define WC_DEBUG_LOCALS_MAX  16384u /* of all functions together */
#define WC_DEBUG_NAME_MAX    64u    /* bytes of a local's name, and of a name of a shape */
#define WC_DEBUG_SHAPE_NAMES 256u   /* of one shape */

typedef struct wc_debug_file {
    wc_str path; /* as the author wrote it, relative */
    wc_hash source;
} wc_debug_file;

typedef struct wc_debug_line {
    uint16_t word; /* index in the function */
    uint16_t file; /* index */
    uint32_t line; /* >= 1 */
    uint16_t column;
    uint32_t end_line;
    uint16_t end_column;
} wc_debug_line;

/* How a number in a register reads; kind 0: not a number, see the register's type. */
typedef struct wc_debug_shape {
    uint8_t kind;  /* 0, or BOOL .. TAG of wc_type_kind */
    uint8_t scale; /* DEC: in [0, 18]; else 0 */
    wc_str text;   /* the type as messages show it: "dec<3, kWh>" */
    wc_str unit;   /* DEC: "CNY/kWh", empty for a plain number; else empty */
    uint16_t name_count;
    wc_str *names; /* TAG: of the values 0, 1, ...; else none */
} wc_debug_shape;

typedef struct wc_debug_local {
    wc_str name;
    uint16_t shape; /* index */
    uint16_t reg;   /* in [0, 256); of a wide number the first of two */
    uint16_t first, end;
} wc_debug_local;

typedef struct wc_debug_function {
    uint32_t count; /* in [0, 65535] */
    wc_debug_line *lines;
    uint32_t local_count; /* in [0, WC_DEBUG_LOCALS_MAX] */
    wc_debug_local *locals;
} wc_debug_function;

typedef struct wc_debug {
    wc_hash module; /* SHA-256 of the module bytes it belongs to */
    uint16_t file_count;
    wc_debug_file *files;
    uint16_t shape_count;
    wc_debug_shape *shapes;
    uint16_t function_count;
    wc_debug_function *functions;
    uint16_t size_count;
    wc_gas_size *sizes;
    uint16_t form_count; /* entries of the module, or 0 */
    wc_gas_form *forms;
} wc_debug;

/* Decodes a debug part; paths borrow from bytes, tables come from the arena. Errors as
 * wc_module_decode; *bad is the offset of the first byte that could not be accepted. */
WC_MUST_USE wc_status wc_debug_decode(wc_slice bytes, wc_arena *arena, wc_debug **debug,
                                      size_t *bad);

/* Appends the canonical encoding; the caller checks the buffer. */
void wc_debug_encode(const wc_debug *debug, wc_buf *buf);

/* Whether it can belong to the module: a row for each of its functions, lines and locals inside
 * them, each local's register there and of the kind that its shape says. Its hash is for whoever
 * has the bytes. What is not examined decides nothing: names and texts. */
bool wc_debug_fits(const wc_debug *debug, const wc_module *module);

/* The text of a module (isa.h) with places and names as comments. debug fits the module, or is
 * NULL.
 */
void wc_debug_disassemble(const wc_module *module, const wc_debug *debug, wc_buf *text);

/* The line that holds for a word of a function, or NULL when there is none. */
const wc_debug_line *wc_debug_find(const wc_debug *debug, uint16_t function, uint32_t word);

#endif
