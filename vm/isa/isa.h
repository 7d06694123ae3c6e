/* Instruction set: opcodes, operand kinds, tables and the verifier's report.
 *
 * A stored instruction is one 64-bit word {op:16 a:16 b:16 c:16}, or two: the second has op `ext`
 * and the operands d, e, f. Everything about an instruction comes from ops.def. */
#ifndef WC_VM_ISA_ISA_H
#define WC_VM_ISA_ISA_H

#include "vm/base/hash.h"
#include "vm/isa/module.h"

#define WC_ISA_VERSION   1
#define WC_MODULE_FORMAT 1

/* Contract of a `tcall` that calls none: the runner answers with a property's values (vm/vm.h). */
#define WC_TEST_GIVEN 0xffffu

/* `texpect`, instead of a contract: whose failure is expected. */
#define WC_TEST_BUILTIN 0xffffu /* anybody's built-in error */
#define WC_TEST_TRAP    0xfffeu /* anybody's trap */
#define WC_TEST_OWN     0xfffdu /* an error of the test image: of a function that the test calls */

/* Test images: this bit in the contract number of `tdeploy` means the version before that contract;
 * `tcall` of entry WC_NONE upgrades the instance to the contract's version. */
#define WC_TEST_PREVIOUS 0x8000u

typedef enum wc_op {
#define WC_OP(code, name, a, b, c, d, e, f, gas, flags, summary) WC_OP_##name = (code),
#include "vm/isa/ops.def"
#undef WC_OP
} wc_op;

typedef enum wc_trap {
#define WC_TRAP(number, name, text, way_out) WC_TRAP_##name = (number),
#include "vm/isa/traps.def"
#undef WC_TRAP
} wc_trap;

typedef enum wc_builtin {
#define WC_BUILTIN(number, name, args, text) WC_BUILTIN_##name = (number),
#include "vm/isa/builtin_errors.def"
#undef WC_BUILTIN
} wc_builtin;

enum wc_gas_price {
#define WC_GAS(name, value, text) WC_GAS_##name = (value),
#include "vm/isa/gas.def"
#undef WC_GAS
};

typedef enum wc_operand {
    WC_OPERAND_none,
    WC_OPERAND_wi,
    WC_OPERAND_ri,
    WC_OPERAND_ww,
    WC_OPERAND_rw,
    WC_OPERAND_wr,
    WC_OPERAND_rr,
    WC_OPERAND_rm,
    WC_OPERAND_im,
    WC_OPERAND_lo,
    WC_OPERAND_hi,
    WC_OPERAND_ki,
    WC_OPERAND_kb,
    WC_OPERAND_kn,
    WC_OPERAND_to,
    WC_OPERAND_back,
    WC_OPERAND_fn,
    WC_OPERAND_slot,
    WC_OPERAND_md,
    WC_OPERAND_ca,
    WC_OPERAND_cu,
    WC_OPERAND_fd,
    WC_OPERAND_ev,
    WC_OPERAND_er,
    WC_OPERAND_st,
    WC_OPERAND_me,
    WC_OPERAND_arg,
    WC_OPERAND_res
} wc_operand;

enum wc_op_flag {
    WC_OP_TRAPS = 1,  /* T */
    WC_OP_ENDS = 2,   /* E: the next word must be a `block`, or be unreachable by falling through */
    WC_OP_DATA = 4,   /* D */
    WC_OP_WRITES = 8, /* W */
    WC_OP_HOST = 16,  /* H */
    WC_OP_TEST = 32   /* X */
};

typedef struct wc_op_info {
    const char *name; /* NULL: no such opcode */
    const char *summary;
    uint8_t operands[6]; /* wc_operand of a, b, c, d, e, f */
    uint16_t gas;
    uint8_t flags;
    uint8_t words; /* 1 or 2: 2 when any of d, e, f is used */
} wc_op_info;

/* NULL for an opcode that is not in the table. */
const wc_op_info *wc_op_lookup(uint16_t op);

static inline uint64_t wc_word(uint16_t op, uint16_t a, uint16_t b, uint16_t c)
{
    return (uint64_t)op << 48 | (uint64_t)a << 32 | (uint64_t)b << 16 | c;
}

/* Hash of opcodes, operands, base charges and gas.def: a changed price is a changed schedule. */
wc_hash wc_schedule_hash(wc_sha256_fn hash);

/* Why a module was refused: rule code "V…" with the place. */
typedef struct wc_finding {
    const char *code;  /* "V0101", stable; NULL when nothing was found */
    const char *text;  /* static sentence */
    uint16_t function; /* WC_NONE outside functions */
    uint32_t word;     /* word index in the function; row of a table when function is WC_NONE */
    size_t offset;     /* V01xx: byte offset in the module; V0201: number of the section; else 0 */
} wc_finding;

/* The finding for a module that wc_module_decode refused. */
wc_finding wc_module_finding(wc_status status, size_t offset);

/* What the author of the tool that made the module can do about a finding; NULL for an unknown
 * code. */
const char *wc_rule_way_out(const char *code);

/* The one-pass verifier (EM 11): types, registers, refs, edges, loops, assignment, call order,
 * entries, frames, gas bounds. Fills the derived members of functions; compares entry gas_bound
 * with what it derives when the module names this build's schedule. The arena holds its working
 * tables. A refused module answers OUT_OF_DOMAIN (NO_MEMORY when the arena is full) with the
 * finding of the first rule it breaks; in a finding about a table (function WC_NONE) `word` is the
 * row. */
WC_MUST_USE wc_status wc_module_verify(wc_module *module, wc_sha256_fn hash, wc_arena *arena,
                                       wc_finding *finding);

/* The same for a module as wc_module_decode has just made it, which has looked at each row by
 * itself.
 */
WC_MUST_USE wc_status wc_module_verify_decoded(wc_module *module, wc_sha256_fn hash,
                                               wc_arena *arena, wc_finding *finding);

/* Sets entry->gas_bound of every entry (and of derived function members) instead of comparing; the
 * compiler calls it before it encodes. */
WC_MUST_USE wc_status wc_module_bound(wc_module *module, wc_sha256_fn hash, wc_arena *arena,
                                      wc_finding *finding);

/* Text forms (docs/reference/bytecode.md). The text of a whole module or of one function, and back;
 * asm is for tests and the examples of V findings. Round trip: asm(dis(m)) encodes to the same
 * bytes. Errors of asm: OUT_OF_DOMAIN, TOO_LARGE, DUPLICATE, NOT_FOUND at *line (from 1),
 * NO_MEMORY. */
void wc_module_disassemble(const wc_module *module, wc_buf *text);
void wc_function_disassemble(const wc_module *module, uint16_t function, wc_buf *text);
WC_MUST_USE wc_status wc_module_assemble(wc_str text, wc_sha256_fn hash, wc_arena *arena,
                                         wc_module **module, uint32_t *line);

/* NULL for a number that is not in the table. */
const char *wc_trap_name(uint16_t trap);
const char *wc_trap_text(uint16_t trap);
const char *wc_trap_way_out(uint16_t trap);
const char *wc_builtin_name(uint16_t builtin);
const char *wc_builtin_text(uint16_t builtin);

#endif
