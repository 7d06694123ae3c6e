/* Inside vm/isa: the verifier's state.
 *
 *   verify.c           order of the passes, findings
 *   verify_tables.c    what tables say about one another
 *   verify_code.c      one function: its words
 *   verify_flow.c      blocks, branches, loops, calls, the longest path
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

/* A byte for each register of the function, 0 behind the last one. The low half has the bits of its
 * kind when it may be read: it was written on every path to here. The high half has them when it
 * may be written: it is no counter or limit of an open loop. So one look tells that a register
 * exists, has the kind that is wanted, and that it holds. The second half of a pair has no bits: it
 * is what the first one is. Many registers are joined at once. */
typedef union wc_registers {
    uint8_t of[WC_REGISTERS_MAX];
    uint64_t eight[WC_REGISTERS_MAX / 8];
} wc_registers;

enum wc_register_bits {
    WC_HOLDS_I64 = 1,
    WC_HOLDS_I128 = 2,
    WC_HOLDS_REF = 4, /* or refmut */
    WC_HOLDS_REFMUT = 8,
    WC_READABLE = 15, /* any of the low half */
    WC_WRITABLE_SHIFT = 4
};

/* The bits of a kind of register. */
static inline uint8_t wc_bits_of_kind(uint8_t kind)
{
    static const uint8_t bits[] = {
        [WC_REG_I64] = WC_HOLDS_I64,
        [WC_REG_I128] = WC_HOLDS_I128,
        [WC_REG_I128_HIGH] = 0,
        [WC_REG_REF] = WC_HOLDS_REF,
        [WC_REG_REFMUT] = WC_HOLDS_REF | WC_HOLDS_REFMUT,
    };
    return bits[kind];
}

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
    wc_summary *summaries;  /* one for each function */
    bool sets_bounds;       /* wc_module_bound: store bounds instead of comparing them */
    bool rows_are_checked;  /* by the decoder */
    uint8_t *numbers;       /* of each number constant: WC_NUMBER_ bits */
    uint16_t root_types[4]; /* of the parts of an instance's memory that are tuples */

    /* Operands of this kind are below this: rows of a table; 0x10000 for what is no row. */
    uint32_t limits[WC_OPERAND_res + 1];

    /* The function that is being verified, and where. */
    uint16_t index;
    wc_function *function;
    const uint64_t *words;
    uint32_t word;
    wc_summary *summary;

    /* What holds before the instruction at `word`. */
    bool is_reachable;
    wc_registers registers;
    unsigned eights;  /* what is used of them */
    uint64_t gas;     /* longest path from the innermost open loop's header, else from the start */
    bool has_ended;   /* some path has, outside loops; */
    uint64_t end_gas; /* the longest */

    wc_target **targets; /* by word; [word_count]: the end, from inside loops; NULL: none */
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

/* Memory of the paths of functions of up to `longest` words. NO_MEMORY. */
WC_MUST_USE wc_status wc_prepare_flow(wc_verify *v, uint32_t longest);

/* Control, at v->word. A block is entered by the paths to it; a branch adds the current path to
 * those of a word ahead. */
WC_MUST_USE wc_status wc_enter_block(wc_verify *v);
WC_MUST_USE wc_status wc_branch(wc_verify *v, uint16_t word);
/* lenter, whose words are given by the first one and by the constant that the second one names. */
WC_MUST_USE wc_status wc_enter_loop(wc_verify *v, uint64_t word, uint16_t trips_row);
WC_MUST_USE wc_status wc_close_loop(wc_verify *v, uint64_t word);
WC_MUST_USE wc_status wc_enter_call(wc_verify *v, const wc_instruction *in);
/* The path ends here: with ret, with fail, or because a test fails. */
WC_MUST_USE wc_status wc_end_path(wc_verify *v);
/* Gas of the longest path through the function, when all of its words are verified. */
uint64_t wc_longest_path(wc_verify *v);

static inline bool wc_is_block(const wc_verify *v, uint32_t word)
{
    return v->words[word] >> 48 == WC_OP_block;
}

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
