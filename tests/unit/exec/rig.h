/* A contract on the bench: a module made for one test, loaded, and run on the fake host.
 *
 * A test opens the rig, adds instructions to the body of the action `run`, closes it and runs it.
 * Every run is made several times, and the runs must agree:
 *   - by the interpreter with computed goto, by the one with `switch` and by the observed one,
 *   - on memory filled with different rubbish,
 *   - with exactly the gas that was used; with one less it must run out,
 *   - with the host failing at its k-th call, for every k: that must be trap HOST,
 *   - with a record that ends early, which must be trap HOST, and with spoilt elements.
 * So each case of test_ops tests these properties for its instruction, too. */
#ifndef WC_TESTS_UNIT_EXEC_RIG_H
#define WC_TESTS_UNIT_EXEC_RIG_H

#include "tests/support/fake_host.h"
#include "tests/support/test.h"
#include "tests/unit/exec/tables.h"
#include "vm/exec/image.h"

extern const wc_engine wc_engine_switch; /* loop.c built a second time */

#define RIG_ARENA    (2u << 20)
#define RIG_GAS      (UINT64_C(1) << 40)
#define RIG_NOW      1700000000
#define RIG_DEPLOYED 1600000000

typedef struct wc_rig {
    uint8_t *arena_memory;
    wc_arena arena;
    wc_builder *b;
    rig_types t;
    rig_fields f;
    uint16_t out;      /* register: refmut to the list of outputs */
    uint16_t out_args; /* register: refmut to the arguments of the event */
    uint16_t function; /* of `run` */
    uint16_t entry;    /* that rig_run calls */
    wc_op subject;     /* the instruction a case is about */
    bool has_subject;
    wc_image *image;   /* computed goto */
    wc_image *other;   /* switch */
    wc_image *watched; /* observed */
    wc_observer observer;
    uint64_t begun, ended, steps; /* what the observer was told */
    wc_party own, alice, bank, carol, other_instance;
    wc_fake_host host; /* the state before the run; after rig_run the state after it */
    wc_call call;
    wc_outcome outcome; /* of the last run; slices live in memory[0] */
    uint8_t *memory[2];
    wc_slice root; /* of the instance, before the run */
    uint8_t *root_memory;
    bool deploys; /* rig_run deploys, with these parties and call.args as terms */
    wc_slice parties;
    bool keeps_host;    /* do not replay with a failing host */
    wc_image *compiled; /* by rig_compiled; NULL: none */
    uint8_t *spare;     /* a third call memory, for comparing it */
} wc_rig;

/* How test_native makes the same cases run compiled: each loaded module is shown, and the object
 * that is given back runs. NULL: nothing is compiled, and each run is repeated as said above. */
typedef const wc_native_object *(*rig_compiler)(const wc_module *module, wc_slice bytes);
extern rig_compiler rig_compiled;

/* Opens a rig: tables, and the function of action `run` with the output list made. Parties: alice
 * (signatory, has signed, is principal), bank (role Bank). */
void rig_open(wc_rig *rig);

/* The same, for a case of test_ops about one instruction. */
void rig_case(wc_rig *rig, wc_op subject);

/* The same, for a test that makes its functions itself: rig_action adds the entry. */
void rig_open_tables(wc_rig *rig);
void rig_body(wc_rig *rig);

/* The record of the instance before the run, in this state: entered RIG_DEPLOYED + 5, parties alice
 * and bank, terms (77, other_instance), fields count 5, owner carol, level 9. */
void rig_set_state(wc_rig *rig, uint16_t state, wc_slice data);

/* Emits the outputs and ends the function, then builds and loads. */
void rig_close(wc_rig *rig);

/* Ends the function only; rig_load loads. */
void rig_end_body(wc_rig *rig);
void rig_load(wc_rig *rig);
void rig_drop(wc_rig *rig);

/* ---- code ---- */
#define RIG_EMIT(rig, op, ...) wc_builder_emit((rig)->b, &(wc_instr){WC_OP_##op, {__VA_ARGS__}})
uint16_t rig_int(wc_rig *rig); /* fresh registers */
uint16_t rig_wide(wc_rig *rig);
uint16_t rig_ref(wc_rig *rig, uint16_t type);
uint16_t rig_refmut(wc_rig *rig, uint16_t type);
uint16_t rig_number(wc_rig *rig, int64_t value);              /* register that holds it */
uint16_t rig_wide_number(wc_rig *rig, wc_i128 value);         /* register pair that holds it */
uint16_t rig_constant(wc_rig *rig, int64_t value);            /* number constant */
uint16_t rig_value(wc_rig *rig, uint16_t type, wc_slice abi); /* ref to a byte constant */
uint16_t rig_copy(wc_rig *rig, uint16_t type, wc_slice abi);  /* refmut to a slot that holds it */
uint16_t rig_new(wc_rig *rig, uint16_t type);                 /* refmut to a fresh slot */
uint16_t rig_party_ref(wc_rig *rig, const wc_party *party);   /* ref to a constant */
uint16_t rig_other(wc_rig *rig);         /* ref to the term that names another contract */
void rig_put(wc_rig *rig, uint16_t reg); /* adds an output */
void rig_put_flag_eqw(wc_rig *rig, uint16_t wide, wc_i128 expected); /* outputs 1 when equal */

/* ABI bytes from a pattern, in the arena: b u8, h u16, w u32, q i64, s text (const char *) without
 * length, t text with u32 length, p wc_party *. Numbers are given as int64_t or int. */
wc_slice rig_abi(wc_rig *rig, const char *pattern, ...);

/* What the host holds before the run. */
void rig_put_stored(wc_rig *rig, wc_key_part part, uint16_t field, wc_slice key, wc_slice value);

/* ---- running ---- */
void rig_run(wc_rig *rig);                                 /* entry `run`, args as in rig->call */
void rig_expect_out(const wc_rig *rig, size_t count, ...); /* int64_t each */
void rig_expect_trap(const wc_rig *rig, wc_trap trap);
void rig_expect_operands(const wc_rig *rig, uint8_t count, int64_t x, int64_t y);
void rig_expect_builtin(const wc_rig *rig, wc_builtin builtin, wc_slice args);
void rig_expect_error(const wc_rig *rig, uint16_t error, wc_slice args);

/* Outputs of the last run. */
size_t rig_outputs(const wc_rig *rig, int64_t out[RIG_OUT_MAX]);

/* Which instructions have ended how (test_ops.c). */
extern bool rig_seen_ok[256];
extern bool rig_seen_trap[256][32];
extern bool rig_seen_builtin[256][32];

#endif
