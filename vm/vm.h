/* The VM as the node and the test runner see it: load a verified module, run one call.
 *
 *   wc_image      a verified module translated for execution; immutable, shared between calls
 *   wc_instance   what the ledger knows of one contract instance while a call runs on it
 *   wc_call       one call: entry, arguments, principal, gas
 *   wc_outcome    result, error or trap, and the new root record
 *
 * Nothing here allocates while running: an image lives in an arena of the caller; a call runs in
 * wc_call_memory_size bytes of the caller (one block, aligned to 16), which may be reused for the
 * next call without clearing. */
#ifndef WC_VM_VM_H
#define WC_VM_VM_H

#include "vm/exec/host.h"
#include "vm/isa/isa.h"
#include "vm/isa/module.h"

typedef struct wc_image wc_image;

/* Decodes, verifies and translates a stored module. On failure *finding says what and where.
 * hash is kept only for schedule comparison during this call. */
WC_MUST_USE wc_status wc_image_load(wc_slice module, wc_sha256_fn hash, wc_arena *arena,
                                    wc_image **image, wc_finding *finding);
const wc_module *wc_image_module(const wc_image *image);

/* ---- observing ---------------------------------------------------------------------------------
 * An observer is told what a call does while it does it: for coverage, traces and debuggers. It can
 * change nothing: results, traps, events and gas are the same with and without one. Only an image
 * that was given an observer runs the slower build of the interpreter. */
typedef enum wc_rounding {
    WC_ROUNDING_NONE = 0, /* not a rounding, or one that traps */
    WC_ROUNDING_EXACT = 1,
    WC_ROUNDING_INEXACT = 2,
    WC_ROUNDING_TIE = 3 /* exactly half way between two results */
} wc_rounding;

struct wc_exec;
struct wc_code;
struct wc_frame;
union wc_cell;
union wc_slot;

typedef struct wc_step {
    const struct wc_exec *exec; /* the call that runs: for vm/inspect.h */
    const wc_module *module;
    uint16_t function;
    uint32_t word;        /* the instruction that is about to run */
    uint64_t gas;         /* left for this call, after what its block costs */
    uint64_t block_gas;   /* the block begins with this instruction: what it costs; else 0 */
    wc_rounding rounding; /* of an instruction of the mdr family */
    bool has_sides;       /* a comparison, and: */
    wc_i128 left, right;
} wc_step;

struct wc_instance;
struct wc_call;
struct wc_outcome;

/* Any function may be NULL. What they are given is borrowed until they return. */
typedef struct wc_observer {
    void *self;

    /* A call of an action, view, time-out or upgrade begins, or with is_deploy a deployment; entry,
     * state and who (of `by`) as far as they are known. Calls nest: a view runs inside its caller.
     */
    void (*begin)(void *self, const struct wc_instance *instance, const struct wc_call *call,
                  bool is_deploy);
    /* The principal fits number `who` of the entry's `by` list. */
    void (*authorised)(void *self, const wc_module *module, uint16_t entry, uint8_t who);
    void (*step)(void *self, const wc_step *step);
    void (*end)(void *self, const struct wc_outcome *outcome);

    /* The ledger's part. An atomic unit begins (a transaction, a time-out, a question from
     * outside); with is_undone all that was told of the unit came to nothing. */
    void (*unit)(void *self, bool is_undone);
    /* An event, postings included, as it is recorded: of an instance or of the ledger itself. */
    void (*event)(void *self, const wc_party *emitter, uint16_t type, wc_slice data);
    /* A storage key of an instance is written; value NULL: removed. */
    void (*stored)(void *self, const wc_party *instance, const wc_storage_key *key,
                   const wc_slice *value);
} wc_observer;

/* Makes an image report to the observer from now on; NO_MEMORY. */
WC_MUST_USE wc_status wc_image_observe(wc_image *image, const wc_observer *observer,
                                       wc_arena *arena);

/* ---- compiled modules ---------------------------------------------------------------------------
 * An image may run by an object that a C compiler made of its module (vm/native/native.h): faster,
 * with the same results, failures and their places, gas and effects. */
typedef struct wc_native_object wc_native_object;

/* Where objects come from; from any thread. Objects outlive every image.
 *   find    the one of this stored module, whose hash is `code`, ready to run, or NULL; the bytes
 *           are for a source that makes what it has not
 *   count   objects there are: a number that has grown means that asking again may help */
typedef struct wc_native_source {
    void *self;
    const wc_native_object *(*find)(void *self, const wc_hash *code, wc_slice module);
    uint32_t (*count)(void *self);
} wc_native_source;

/* Lets the image run by the object, which must be ready (wc_native_ready), of its module, and
 * outlive it. False, and nothing has changed: an observed image, a test image, another number of
 * functions. */
bool wc_image_attach(wc_image *image, const wc_native_object *object);

/* The root record of an instance, canonical bytes (EM 3), written by the VM and stored by the
 * ledger at one key. Layout: version u8 = 1 | entered i64 | deployed i64 | state tag u16 | state
 * data ABI | parties: 32 each | terms ABI | root fields by ascending field id, ABI. */

typedef struct wc_instance {
    const wc_image *image;
    wc_party id;
    wc_slice root;    /* canonical root record; not read at deployment */
    wc_slice parties; /* deployment only: addresses to be bound, 32 bytes each */
} wc_instance;

typedef struct wc_call {
    uint16_t entry;     /* index into module entries: an ACTION, VIEW or AFTER (asserted) */
    wc_slice args;      /* canonical ABI encoding of the parameters; empty for AFTER */
    wc_party principal; /* caller(), who signed this call or, in a sent action, the sender */
    bool has_principal; /* false: principal is all zero (AFTER, views from outside) */
    int64_t now;        /* block time, seconds */
    uint64_t gas_limit;
} wc_call;

typedef enum wc_outcome_kind {
    WC_OUTCOME_OK = 0,
    WC_OUTCOME_ERROR = 1,   /* contract error declared in the module */
    WC_OUTCOME_BUILTIN = 2, /* built-in error */
    WC_OUTCOME_TRAP = 3,
    WC_OUTCOME_CALLEE = 4 /* a view of another instance failed; the host that ran it knows how */
} wc_outcome_kind;

typedef struct wc_outcome {
    wc_outcome_kind kind;
    uint16_t code;     /* error index, built-in number or trap number; CALLEE: 0 */
    uint16_t function; /* where: function index and word of the failing instruction; WC_NONE and */
    uint32_t word;     /* 0 when the failure lies outside the code (arguments, authority, state) */
    int64_t operands[2];   /* TRAP: up to two operand values */
    uint8_t operand_count; /* in [0, 2] */
    wc_slice args;         /* ERROR, BUILTIN: canonical arguments, inside the call memory */
    uint64_t gas_used;     /* <= gas_limit; OUT_OF_GAS: the whole limit */
    /* The rest is meaningful for OK only; zero and empty otherwise. */
    bool root_changed;
    wc_slice root;      /* root_changed: new root record, inside the call memory */
    bool entered;       /* a setst ran, or this is a deployment: timers are to be re-evaluated */
    bool retimed;       /* not entered, but the due time of the state was evaluated again */
    bool rebound;       /* the record names another party in some place */
    uint16_t state;     /* state after the call */
    bool final;         /* entered, and that state is final: the ledger releases the escrow */
    bool has_due;       /* entered or retimed, and an AFTER clause of the state has a due time */
    int64_t due;        /* earliest due time, seconds; ties: lowest entry index */
    uint16_t due_entry; /* its AFTER entry, else WC_NONE */
    uint64_t prepaid;   /* gas charged for time-outs to come, inside gas_used */
    wc_slice result;    /* VIEW: canonical encoding, inside the call memory */
} wc_outcome;

/* Bytes of call memory for any entry and any test of the image, a multiple of 16, at least 16. */
size_t wc_call_memory_size(const wc_image *image);

/* Runs one call in the order of EM 5: arguments, authority, state, requires, body, ensures,
 * invariants, state entry, root. Due time-outs are the ledger's business before it calls. The host
 * sees the effects as they happen; on anything but OK the caller drops its overlay. The outcome is
 * always filled; its slices live until the memory is used again.
 *
 * Authority: `by a` (one party): a signed this call and is its principal. `by a, b`: each signed.
 * `by any(..)`: the principal is one of them. `quorum`: that, and so many different addresses of
 * them signed. `by any_party`: there is a principal. A role stands for a principal who holds it. */
void wc_call_run(const wc_instance *instance, const wc_call *call, const wc_host *host,
                 void *memory, wc_outcome *outcome);

/* A view that takes and returns numbers (int, dec, time, date) in registers, opened once on a
 * record and called many times: arguments and result pass as they are, nothing is encoded or
 * decoded again. What a call gives, how it fails and what gas it takes is what wc_call_run gives
 * for the same arguments in their encoding. */
typedef struct wc_scalar_view {
    bool (*call)(struct wc_scalar_view *view, uint64_t gas_limit, const int64_t *args,
                 int64_t *result);
    struct wc_exec *exec; /* in the call memory */
    const wc_entry *entry;
    const struct wc_code *code;
    const union wc_cell *start; /* its first instruction, behind what opens its first block */
    bool (*native)(struct wc_exec *exec, const struct wc_code *code, struct wc_frame *frame,
                   union wc_slot *r, uint8_t *slots); /* the function as machine code, or NULL */
    uint64_t entry_gas;                               /* arguments and record */
    uint64_t start_gas;                               /* the same and the first block */
    uint64_t result_gas;                              /* encoding the result */
    bool is_open; /* the entry is available in the record's state */
    /* Above this limit gas cannot run out, so nothing of it is checked; UINT64_MAX until a call has
     * gone well, and after one that has not. */
    uint64_t enough;
    uint16_t param_count;
    int64_t lo[WC_VIEW_REGISTERS_MAX], hi[WC_VIEW_REGISTERS_MAX]; /* of each parameter */
    int64_t result_lo, result_hi;
    uint64_t gas_limit; /* of the call that runs, and where its result goes */
    int64_t *into;
} wc_scalar_view;

/* call->args and call->gas_limit are not read; instance, memory and outcome must stay until the
 * last call. OUT_OF_DOMAIN: the entry is no view of numbers in registers, or it is observed. OK:
 * outcome->kind is OK, or the host's record does not decode (trap HOST). */
WC_MUST_USE wc_status wc_scalar_view_open(wc_scalar_view *view, const wc_instance *instance,
                                          const wc_call *call, const wc_host *host, void *memory,
                                          wc_outcome *outcome);

/* Calls it with param_count numbers. False: the outcome says how it failed; the view may be called
 * again. True: *result, and outcome->gas_used. */
static inline bool wc_scalar_view_call(wc_scalar_view *view, uint64_t gas_limit,
                                       const int64_t *args, int64_t *result)
{
    return view->call(view, gas_limit, args, result);
}

/* Deployment: parties from instance->parties (32 bytes each, in order; else BadArguments), terms
 * from call->args (canonical; BadArguments counts offsets behind the parties). Checks signatures
 * (every signatory; without one, any of the bound parties) and roles through the host, sets up the
 * record, runs DEPLOY entries and all invariants, enters the initial state. instance->root and
 * call->entry are not read. outcome->root is the record. Gas: DECODE_BYTE per byte of parties and
 * terms, code, prepaid time-outs, record. */
void wc_deploy_run(const wc_instance *instance, const wc_call *call, const wc_host *host,
                   void *memory, wc_outcome *outcome);

/* Upgrade: instance->image is the next version, instance->root the record that `old`, the module in
 * use, wrote; call->entry is the UPGRADE entry, call->args are empty. Requires that
 * wc_upgrade_check (vm/isa/upgrade.h) accepted the two for the record's state. outcome->root is the
 * new record, retimed is set. Gas: ROOT of the old record, code, checks, prepaid time-outs, record.
 */
void wc_upgrade_run(const wc_instance *instance, const wc_module *old, const wc_call *call,
                    const wc_host *host, void *memory, wc_outcome *outcome);

/* Which time-out of the instance's present state comes next behind another, in the order (due time,
 * AFTER entry)? Evaluates their due times again; they depend on terms, state data and the moment of
 * entry alone. outcome: has_due, due, due_entry. Requires a state; entered is not set. */
typedef struct wc_due_after {
    int64_t due;
    uint16_t entry;
} wc_due_after;

void wc_due_run(const wc_instance *instance, const wc_due_after *after, const wc_host *host,
                uint64_t gas_limit, void *memory, wc_outcome *outcome);

/* Gas that entering this state from outside prepays for its time-outs and those that they lead to:
 * the sum of repeats * gas_bound over the AFTER entries that can fire from it by time alone. */
uint64_t wc_image_prepaid(const wc_image *image, uint16_t state);

/* Finds an entry by kind and name; WC_NONE when there is none. */
uint16_t wc_image_entry(const wc_image *image, wc_entry_kind kind, wc_str name);

/* Finds the ACTION or VIEW whose interface method id this is; WC_NONE when there is none. */
uint16_t wc_image_method(const wc_image *image, uint32_t method_id);

/* The root record in parts, borrowed from root. OUT_OF_DOMAIN, TRUNCATED, TRAILING, BAD_VERSION
 * when it is not a record of this module; lengths are followed, values are not examined. */
typedef struct wc_root_parts {
    int64_t entered, deployed;
    uint16_t state;
    wc_slice state_data; /* ABI of that state's data; empty without */
    wc_slice parties;    /* 32 bytes each */
    wc_slice terms;      /* ABI of terms_type */
    wc_slice fields;     /* ABI of storage_type */
} wc_root_parts;

WC_MUST_USE wc_status wc_root_read(const wc_module *module, wc_slice root, wc_root_parts *parts);

/* ---- test images
 * --------------------------------------------------------------------------------- A test is a
 * function without parameters; instructions marked X in ops.def reach the runner through this
 * table. Anything but OK from an answer of type wc_host_answer means STOP: trap HOST.
 *
 * The runner keeps the stack of signers: push_signer makes a party sign the following calls, and
 * their principal; pop_signer drops the innermost. The contracts are numbered as the test image's
 * author (the compiler) numbers them; entries are indexes into that contract's module. */
typedef enum wc_test_money {
    WC_TEST_POSTED = 0, /* credits minus debits by pay, split and clear_net since deployment */
    WC_TEST_ESCROW = 1,
    WC_TEST_FREE = 2,
    WC_TEST_REDEEMED = 3
} wc_test_money;

typedef struct wc_test_ops {
    /* The address of test party `number`, the same each time. */
    wc_host_answer (*party)(void *self, uint16_t number, wc_party *party);

    /* parties: 32 bytes each; terms: canonical. contract may have WC_TEST_PREVIOUS set. A failure
     * goes into *outcome (kind not OK), as for call; its slices are borrowed until the runner is
     * called again. */
    wc_host_answer (*deploy)(void *self, uint16_t contract, wc_slice parties, wc_slice terms,
                             wc_party *instance, wc_outcome *outcome);

    /* Runs an action or view as one transaction. OK with result (views), or how it failed, be it in
     * the contract called or in one that it called: never CALLEE. With
     * contract WC_TEST_GIVEN nothing is called: the result is the values of the parameters of
     * property `entry`, a tuple. With entry WC_NONE the instance is upgraded to the contract's
     * version. */
    wc_host_answer (*call)(void *self, const wc_party *instance, uint16_t contract, uint16_t entry,
                           wc_slice args, wc_outcome *outcome);

    /* The contract in whose table the last error (outcome of kind ERROR) counts: the one called, or
     * one that it called. */
    uint16_t (*raiser)(void *self);

    wc_host_answer (*push_signer)(void *self, const wc_party *party);
    wc_host_answer (*pop_signer)(void *self);

    /* Moves the clock forward; time-outs that fall due run at their time. seconds >= 0. */
    wc_host_answer (*advance)(void *self, int64_t seconds);

    /* The principal lets the instance lock up to limit of its free balance. limit >= 0. */
    wc_host_answer (*mandate)(void *self, const wc_party *instance, uint16_t currency,
                              int64_t limit);

    wc_host_answer (*money)(void *self, wc_test_money what, const wc_party *instance,
                            const wc_party *party, uint16_t currency, int64_t *amount);
    wc_host_answer (*state)(void *self, const wc_party *instance, uint16_t *state);
} wc_test_ops;

/* A test runner: its table and its own state. */
typedef struct wc_test_host {
    const wc_test_ops *ops;
    void *self;
} wc_test_host;

typedef struct wc_test_outcome {
    wc_outcome own; /* of the test's code: OK, or TRAP with ASSERT, UNMET, OUT_OF_GAS, RANGE ... */
    bool call_failed;  /* own is CALLEE: a deployment or call failed that no expectation covers */
    uint16_t contract; /* call_failed: which contract, and */
    wc_outcome callee; /* how it ended; slices borrowed from the runner */
    uint16_t raiser;   /* callee of kind ERROR: see wc_test_ops */
} wc_test_outcome;

/* Runs test number `test` of a test image within gas_limit (the test's own code; calls are metered
 * by the runner). own.operands of an ASSERT are the two sides of a comparison where there was one.
 */
void wc_test_run(const wc_image *image, uint16_t test, uint64_t gas_limit, const wc_test_host *host,
                 void *memory, wc_test_outcome *outcome);

#endif
