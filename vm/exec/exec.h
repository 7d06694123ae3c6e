/* The state of one running call, as the parts of the machine share it, and how a call fails.
 *
 * An instruction that needs more than a few lines is a function
 *     bool wc_op_NAME(wc_exec *exec, const wc_cell *pc, wc_slot *r)
 * called by its handler with exec->gas current. It answers false after it has put a failure into
 * the outcome; nothing of the call is used then. pc is its first cell, r the register window.
 *
 * Unchecked: operands that name registers, types, constants, fields and the like were examined by
 * the verifier; lengths and tags in memory are explained in memory.h. */
#ifndef WC_VM_EXEC_EXEC_H
#define WC_VM_EXEC_EXEC_H

#include "vm/exec/abi.h"
#include "vm/exec/image.h"
#include "vm/isa/gas.h"

/* A function being run, innermost last. */
typedef struct wc_frame {
    const wc_code *code;
    const wc_cell *call; /* the `call` that entered it; NULL: the driver did */
    wc_slot *r;          /* the caller's registers and slots */
    uint8_t *slots;
} wc_frame;

/* One part of a split while it is computed (money.c). */
typedef struct wc_part {
    wc_i128 remainder; /* of the division, as a fraction with one denominator for all parts */
    int64_t amount;
    uint32_t rank; /* index of the part that stands here when parts are sorted by remainder */
} wc_part;

/* The failures that a test expects, any of them, and where it goes on then: the operands of one
 * `texpect` or of several, directly behind each other, that go to the same place. */
typedef struct wc_expectation {
    bool is_open;
    const wc_cell *first, *last; /* `texpect` cells, each WC_EXPECT_STRIDE behind the one before */
    wc_frame *frame;             /* of the function that expects; deeper ones are left */
    const wc_cell *handler;
    wc_slot *r;
    uint8_t *slots;
    uint32_t signers; /* pushed since it was opened; they end with it */
} wc_expectation;

/* From one `texpect` to the next: each ends its block, so a `block` cell stands between. */
#define WC_EXPECT_STRIDE 2

/* What a host that keeps bytes is asked with for a number by a number, and what it answers. Here,
 * because most of it stays the same from one question to the next (storage_numbers.c). */
typedef struct wc_number_question {
    wc_storage_key at; /* an element; its key is `key` */
    uint8_t key[8], value[8];
    wc_slice stored;
} wc_number_question;

struct wc_exec {
    const wc_image *image;
    const wc_module *module;
    const wc_host *host;
    wc_outcome *outcome;
    const int64_t *numbers; /* of the image */
    uint64_t gas;           /* left */
    const wc_cell *pc;      /* the instruction that runs, for reports */
    wc_frame *frame;        /* innermost */
    wc_frame *calls;        /* module's deepest chain of calls */
    wc_slot *registers;
    const wc_slot *window; /* observed build: registers of the running function */
    uint8_t *frames;       /* memory of the function that the driver runs, others behind it */
    uint8_t *slots;        /* memory of the running function; `frames` outside of calls */
    uint8_t *root[WC_ROOT_PARTS];
    uint8_t *args;             /* of the entry */
    uint8_t *result;           /* of a view */
    uint8_t *record;           /* image->map.record_size bytes */
    int64_t sys[WC_SYS_COUNT]; /* by wc_sys */
    bool state_set;            /* setst ran */
    bool amended;              /* amend ran */
    bool rebound;              /* rebind ran */
    uint8_t *scratch;          /* image->map.scratch_size bytes */
    uint8_t *second;           /* image->map.second_size bytes */
    wc_part *parts;            /* for the longest share list of the module */
    const wc_test_host *test;  /* NULL outside tests */
    wc_test_outcome *test_outcome;
    wc_expectation expected;
    bool goes_on; /* a test continues at exec->pc, where it expected a failure */
    wc_number_question question;
    wc_scalar_view *view; /* a view of numbers runs the short way (view.h); else NULL */
};

/* Runs a function of the image from its first word: parameters in exec->registers from 0 on,
 * results there, too. False: the outcome says why. */
static inline bool wc_exec_function(wc_exec *exec, uint16_t function)
{
    return exec->image->engine->run(exec, &exec->image->codes[function]);
}

/* ---- failing: all answer false ------------------------------------------------------------------
 */
bool wc_exec_trap(wc_exec *exec, wc_trap trap, uint8_t operand_count, int64_t x, int64_t y);
bool wc_exec_builtin(wc_exec *exec, wc_builtin builtin, wc_slice args); /* args: inside memory */
bool wc_exec_full(wc_exec *exec, uint32_t limit);                       /* error Full(limit) */
bool wc_exec_error(wc_exec *exec, uint16_t error, wc_slice args);       /* args: inside memory */
bool wc_exec_callee(wc_exec *exec);                                     /* a view failed */

/* For statuses of encoders and of arithmetic: RANGE, DIVZERO, INEXACT. */
bool wc_exec_status(wc_exec *exec, wc_status status, uint8_t operand_count, int64_t x, int64_t y);

/* The host answered something else than this place can use: trap HOST. */
bool wc_exec_host_stop(wc_exec *exec);

/* observe.c: the observed build of the loop is about to run *pc of this function. */
void wc_exec_observe(wc_exec *exec, const wc_code *code, const wc_cell *pc, wc_slot *r);

/* Takes gas before work is done; trap OUT_OF_GAS. */
WC_MUST_USE static inline bool wc_exec_charge(wc_exec *exec, uint64_t gas)
{
    if (WC_UNLIKELY(exec->gas < gas)) return wc_exec_trap(exec, WC_TRAP_OUT_OF_GAS, 0, 0, 0);
    exec->gas -= gas;
    return true;
}

WC_MUST_USE static inline bool wc_exec_charge_part(wc_exec *exec, wc_gas_kind kind, uint64_t count,
                                                   uint64_t bytes)
{
    return wc_exec_charge(exec, wc_gas_part(kind, count, bytes));
}

/* Function and word of exec->pc. */
uint16_t wc_exec_function_index(const wc_exec *exec);
uint32_t wc_exec_word(const wc_exec *exec);

/* The type that a ref register of the running function points to. */
const wc_type *wc_exec_pointee(const wc_exec *exec, uint16_t reg);

static inline const wc_type *wc_exec_type(const wc_exec *exec, uint16_t type)
{
    return &exec->module->types[type];
}

static inline const wc_party *wc_mem_party(const uint8_t *at)
{
    return (const wc_party *)at; /* a struct of bytes: no alignment, any bytes are one */
}

static inline wc_buf wc_exec_scratch(const wc_exec *exec)
{
    wc_buf buf;
    wc_buf_init(&buf, exec->scratch, exec->image->map.scratch_size);
    return buf;
}

/* Encodes a value into the scratch; false: trap RANGE. *bytes lives until the scratch is used
 * again.
 */
bool wc_exec_encode(wc_exec *exec, uint16_t type, const uint8_t *at, wc_slice *bytes);

/* ---- instructions that are functions ------------------------------------------------------------
 */
#define WC_OP_FUNCTION(name) bool wc_op_##name(wc_exec *exec, const wc_cell *pc, wc_slot *r)

/* arithmetic.c */
WC_OP_FUNCTION(idiv);
WC_OP_FUNCTION(mod);
WC_OP_FUNCTION(mulwi);
bool wc_op_mdr(wc_exec *exec, const wc_cell *pc, wc_slot *r, wc_round mode);
bool wc_op_mdrw(wc_exec *exec, const wc_cell *pc, wc_slot *r, wc_round mode);
bool wc_op_mr(wc_exec *exec, const wc_cell *pc, wc_slot *r, wc_round mode, int64_t n);
bool wc_op_mrw(wc_exec *exec, const wc_cell *pc, wc_slot *r, wc_round mode);

/* calendar.c */
WC_OP_FUNCTION(clocal);
WC_OP_FUNCTION(ctime);
WC_OP_FUNCTION(cdate);
WC_OP_FUNCTION(dfirst);
WC_OP_FUNCTION(dpart);

/* series.c */
WC_OP_FUNCTION(snew);
WC_OP_FUNCTION(sset);
WC_OP_FUNCTION(sidx);
WC_OP_FUNCTION(slice);
WC_OP_FUNCTION(sfill);
WC_OP_FUNCTION(sagg);
WC_OP_FUNCTION(qrange);

/* values.c */
WC_OP_FUNCTION(new);
WC_OP_FUNCTION(vset);
WC_OP_FUNCTION(copy);
WC_OP_FUNCTION(cmpb);
WC_OP_FUNCTION(pushn);
WC_OP_FUNCTION(mfind);
WC_OP_FUNCTION(mneed);
WC_OP_FUNCTION(mput);
WC_OP_FUNCTION(mdel);
WC_OP_FUNCTION(qcount);
WC_OP_FUNCTION(setst);
WC_OP_FUNCTION(setst0);
WC_OP_FUNCTION(amend);
WC_OP_FUNCTION(fail);

/* storage.c */
WC_OP_FUNCTION(kvget);
WC_OP_FUNCTION(kvneed);
WC_OP_FUNCTION(kvhas);
WC_OP_FUNCTION(kvput);
WC_OP_FUNCTION(kvdel);
WC_OP_FUNCTION(kvadd);
WC_OP_FUNCTION(setadd);
WC_OP_FUNCTION(clen);

/* storage_numbers.c */
WC_OP_FUNCTION(nneed);
WC_OP_FUNCTION(nput);
WC_OP_FUNCTION(nadd);
/* The host has answered something else than a number of the map, or than OK, to the short way of
 * the handlers (steps.inc), which has taken no gas yet. */
bool wc_op_nneed_answered(wc_exec *exec, const wc_cell *pc, wc_slot *r, wc_host_answer answer);
bool wc_op_nadd_answered(wc_exec *exec, const wc_cell *pc, wc_slot *r, wc_host_answer answer);

/* Gas of the two when they end well. A number has eight bytes. */
#define WC_GAS_NNEED (wc_gas_part(WC_GAS_PART_READ, 1, 8) + wc_gas_part(WC_GAS_PART_READ, 0, 8))
#define WC_GAS_NADD  (wc_gas_part(WC_GAS_PART_READ, 1, 16) + wc_gas_part(WC_GAS_PART_WRITE, 1, 16))

/* storage_order.c */
WC_OP_FUNCTION(sins);
WC_OP_FUNCTION(sdel);
WC_OP_FUNCTION(lget);
WC_OP_FUNCTION(lput);
WC_OP_FUNCTION(lpush);
WC_OP_FUNCTION(cload);
WC_OP_FUNCTION(cclear);

/* money.c, split.c */
WC_OP_FUNCTION(lock);
WC_OP_FUNCTION(unlock);
WC_OP_FUNCTION(unlockall);
WC_OP_FUNCTION(pay);
WC_OP_FUNCTION(split);
WC_OP_FUNCTION(clearnet);
WC_OP_FUNCTION(redeem);
WC_OP_FUNCTION(escrow);
WC_OP_FUNCTION(ownbal);
WC_OP_FUNCTION(posted);

/* outside.c */
WC_OP_FUNCTION(emit);
WC_OP_FUNCTION(view);
WC_OP_FUNCTION(send);
WC_OP_FUNCTION(signed);
WC_OP_FUNCTION(rebind);

/* test.c */
WC_OP_FUNCTION(tparty);
WC_OP_FUNCTION(tdeploy);
WC_OP_FUNCTION(tcall);
WC_OP_FUNCTION(tas);
WC_OP_FUNCTION(tasend);
WC_OP_FUNCTION(tadvance);
WC_OP_FUNCTION(tmandate);
WC_OP_FUNCTION(tmoney);
WC_OP_FUNCTION(tstate);
WC_OP_FUNCTION(tseries);

#endif
