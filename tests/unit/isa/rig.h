/* What tests of vm/isa share: one arena, modules from text, a sample that has a row in every table.
 */
#ifndef WC_TESTS_UNIT_ISA_RIG_H
#define WC_TESTS_UNIT_ISA_RIG_H

#include "tests/support/prng.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"
#include "vm/isa/isa.h"

/* An empty arena; what was taken from it before is gone. */
wc_arena *rig_arena(void);

/* The text of the sample module (sample.asm): it passes the verifier and uses every section. */
const char *rig_sample(void);

/* Assembles text, or fails the test with the line that was refused. */
wc_module *rig_assemble(wc_arena *arena, const char *text);

/* Sets the bounds of a module, or fails the test with the finding. */
void rig_bound(wc_arena *arena, wc_module *module);

/* Encodes into memory of the arena. */
wc_slice rig_encode(wc_arena *arena, const wc_module *module);

/* Text of the sample with the first `from` replaced by `to`; fails when there is none. */
const char *rig_edit(wc_arena *arena, const char *text, const char *from, const char *to);

/* Bytes that can be written to, with room for `more` behind them. */
uint8_t *rig_copy(wc_arena *arena, wc_slice bytes, size_t more);

/* Offset of a section's first byte in a stored module; *length is its length. */
size_t rig_section(wc_slice bytes, uint8_t id, uint32_t *length);

/* One text behind the other. */
char *rig_join(wc_arena *arena, const char *a, const char *b);

/* Frees what wc_test_read_file has read. */
void rig_free_file(wc_slice file);

/* The finding's code, or "" when the module passes wc_module_bound. */
const char *rig_verdict(wc_arena *arena, wc_module *module);

#endif
