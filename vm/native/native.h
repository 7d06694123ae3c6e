/* The native tier: a verified module as C text, and running what a C compiler has made of it.
 *
 * The text is the interpreter itself with its operands filled in: each instruction is the body of
 * its handler (vm/exec/handlers.inc, handlers_values.inc, steps.inc) over cells that are constants,
 * so that the C compiler folds the operands away. Registers are locals, blocks are labels, gas is a
 * local that is written back around calls. An instruction that is a function is that function of
 * the machine, reached through a table: nothing of what it does is written twice, and a compiled
 * object has no undefined symbols. The text holds numbers and names of ours only, nothing that a
 * module calls itself.
 *
 * Results, traps and their places, gas, events, postings and writes are those of the interpreter.
 * A module that the tier declines runs there. */
#ifndef WC_VM_NATIVE_NATIVE_H
#define WC_VM_NATIVE_NATIVE_H

#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/vm.h"

/* What is declined. gcc takes about 1 ms a word, and several times that in long functions: anybody
 * may deploy a module, so the worst one is bounded, too. Each function of a chain of calls has a
 * frame on the C stack, of at most WC_NATIVE_FRAME_MAX bytes (the compiler is told). */
#define WC_NATIVE_WORDS_MAX          16384u /* of a module */
#define WC_NATIVE_FUNCTION_WORDS_MAX 4096u
#define WC_NATIVE_DEPTH_MAX          16u
#define WC_NATIVE_FRAME_MAX          4096 /* bytes; a plain number: compile.c writes it */

/* Bytes of text. */
#define WC_NATIVE_BEGIN_MAX ((size_t)256 << 10) /* of what wc_native_begin writes */
#define WC_NATIVE_TEXT_MAX  ((size_t)8 << 20)   /* of that and one module */

/* An object shows each of its modules as wc_native_object WC_NATIVE_SYMBOL with the module's
 * number. */
#define WC_NATIVE_MAGIC  "wcnative"
#define WC_NATIVE_SYMBOL "wattclause_native_"

/* The part of the text that is the same for every module. Its hash, which stands in every object,
 * names all that text and program must agree on: instructions, layouts, order of the table. */
void wc_native_begin(wc_buf *text);

typedef struct wc_native_name {
    uint32_t number; /* of the module in its text */
    wc_hash module;  /* code hash */
    wc_hash emitter; /* hash of what wc_native_begin wrote */
} wc_native_name;

/* Appends a verified module. TOO_LARGE: beyond a limit above; NOT_SUPPORTED: a test image, whose
 * expected failures leave functions half-way; NO_MEMORY; NO_SPACE. */
WC_MUST_USE wc_status wc_native_add(const wc_module *module, const wc_native_name *name,
                                    wc_arena *arena, wc_buf *text);

/* Whether an object that was loaded was made for this program and module, and is ready then. */
bool wc_native_ready(const wc_native_object *object, const wc_native_name *name);

/* What an object says of itself: its module's code hash, the C compiler's version. */
wc_hash wc_native_module_of(const wc_native_object *object);
const char *wc_native_compiler_of(const wc_native_object *object);

#endif
