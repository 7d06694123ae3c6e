/* Inside vm/isa: the verifier's state.
 *
 *   verify.c           order of the passes, findings
 *   verify_tables.c    what tables say about one another
 *   verify_code.c      one function: words, blocks, branches, loops, calls
 *   verify_operands.c  operand kinds, register kinds, definite assignment (verify_word.h: at once)
 *   verify_types.c     what single instructions ask of refs, constants and immediates
 *   verify_gas.c       worst-case amounts of data-dependent instructions
 *   verify_entries.c   entries against their functions and kinds
 *   verify_calls.c     memory and gas of whole calls, prepaid time-outs
 *
 * One pass over the words of each function, in number order. What is known at a word is `assigned`
 * (a bit per register), the gas of the longest path to it, and the open loops. Each branch target
 * ahead keeps the intersection of assigned over its branches, and the longest path. Nothing
 * recurses; a word is looked at once; a branch out of loops is touched once for each loop it leaves
 * (<= 16). */
#ifndef WC_VM_ISA_VERIFY_H
#define WC_VM_ISA_VERIFY_H

#include "vm/isa/isa.h"

typedef enum wc_rule {
#define WC_RULE(code, name, text, way_out) WC_RULE_##name,
#include "vm/isa/rules.def"
#undef WC_RULE
    WC_RULE_COUNT
} wc_rule;

/* What a function, with everything it calls, does. Bits of wc_summary.uses. */
enum wc_use {
    WC_USES_WRITES = 1, /* an instruction with flag W, or a refmut to the storage root */
    WC_USES_HOST = 2,   /* an instruction with flag H */
    WC_USES_SEND = 4,
    WC_USES_CALLER = 8,   /* root 5 */
    WC_USES_NOW = 16,     /* sys 0 */
    WC_USES_STORAGE = 32, /* root 1 */
    WC_USES_PARTIES = 64, /* root 2 */
    WC_USES_SELF = 128,   /* root 4 */
    WC_USES_AMENDS = 256, /* amend: the call ends with the checks of a deployment */
    WC_USES_REBINDS = 512 /* rebind: somebody has to have signed */
};

typedef struct wc_summary {
    uint32_t uses;
    uint64_t states; /* bit for each state that a setst can name */
} wc_summary;

/* A byte for each register: the bit of its kind (1 << wc_reg_kind) where something holds of it,
 * else 0. So one look tells that a register exists, has the kind that is wanted, and that it holds.
 * Sets are joined by many registers at once. */
typedef union wc_registers {
    uint8_t of[WC_REGISTERS_MAX];
    uint64_t eight[WC_REGISTERS_MAX / 8];
} wc_registers;

#define WC_MODES_MAX 9u /* rounding modes, and largest_remainder */

/* What instructions ask of number constants. */
enum wc_number_bits {
    WC_NUMBER_FITS_64 = 1,
    WC_NUMBER_POSITIVE = 2 /* and fits: in [1, 2^63) */
};

typedef struct wc_instruction {
    wc_op op;
    const wc_op_info *info;
    uint64_t words[2]; /* the second one when there are two */
} wc_instruction;

static inline uint16_t wc_operand_of(const wc_instruction *in, unsigned i)
{
    return (uint16_t)(in->words[i / 3] >> (32 - 16 * (i % 3)));
}

typedef struct wc_target wc_target;
typedef struct wc_path wc_path;
typedef struct wc_open_loop wc_open_loop;

typedef struct wc_verify {
    wc_module *module;
    wc_sha256_fn hash;
    wc_arena *arena;
    wc_finding *finding;
    wc_summary *summaries; /* one for each function */
    bool sets_bounds;      /* wc_module_bound: store bounds instead of comparing them */
    bool rows_are_checked; /* by the decoder */
    uint8_t *numbers;      /* of each number constant: WC_NUMBER_ bits */

    /* Operands of this kind are below this: rows of a table; 0x10000 for what is no row. */
    uint32_t limits[WC_OPERAND_res + 1];

    /* The function that is being verified, and where. */
    uint16_t index;
    wc_function *function;
    const uint64_t *words;
    uint32_t word;
    uint32_t width; /* words of the instruction */
    wc_summary *summary;

    /* What holds before the instruction at `word`. */
    bool is_reachable;
    wc_registers kinds;    /* of all registers of the function */
    wc_registers assigned; /* on every path to here */
    wc_registers free;     /* all but counters and limits of open loops: may be written */
    unsigned quads;        /* of 32 registers: what is used of the sets */
    uint64_t gas; /* longest path from the innermost open loop's header, else from the start */

    wc_target **targets; /* by word; [word_count] is the end of the function; NULL: none */
    wc_target *free_targets;
    wc_path *free_paths;
    wc_open_loop *loops; /* WC_LOOP_NESTING_MAX places */
    unsigned loop_count;
} wc_verify;

/* Notes the finding at the current place and returns OUT_OF_DOMAIN. */
wc_status wc_refuse(wc_verify *v, wc_rule rule);
/* The same for a row of a table. */
wc_status wc_refuse_row(wc_verify *v, wc_rule rule, uint32_t row);

/* What the verification of functions needs and all of them share. NO_MEMORY. */
WC_MUST_USE wc_status wc_prepare_functions(wc_verify *v);

WC_MUST_USE wc_status wc_verify_tables(wc_verify *v);
WC_MUST_USE wc_status wc_verify_function(wc_verify *v, uint16_t index);
WC_MUST_USE wc_status wc_verify_entries(wc_verify *v);
WC_MUST_USE wc_status wc_verify_calls(wc_verify *v);

/* Says which rule the first bad operand breaks of an instruction whose words are there. The last
 * one is bad when no other is: some operand does not fit (wc_word_fits). */
WC_MUST_USE wc_status wc_refuse_operands(wc_verify *v, const uint64_t *words,
                                         const wc_op_info *info);
/* Windows of consecutive registers: arguments and results of a call, results of ret. */
WC_MUST_USE wc_status wc_verify_call(wc_verify *v, const wc_instruction *in);
WC_MUST_USE wc_status wc_verify_ret(wc_verify *v, const wc_instruction *in);

/* Types of refs, constants, immediates; gathers what the function uses. Of the instruction at
 * v->word, whose first word is given; not for those that have registers of numbers only. */
WC_MUST_USE wc_status wc_verify_types(wc_verify *v, uint64_t word);
/* The same for an instruction on call memory, from `new` to `sagg`, none of which writes state. */
WC_MUST_USE wc_status wc_verify_memory(wc_verify *v, uint64_t word);

/* Most gas that one execution charges beside its base gas. Requires checked types. */
uint64_t wc_worst_data_gas(const wc_verify *v, const wc_instruction *in);

#endif
