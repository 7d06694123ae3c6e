/* The VM as the node and the test runner see it: load a verified module, run one call.
 *
 *   wc_image      a verified module translated for execution; immutable, shared between calls
 *   wc_instance   what the ledger knows of one contract instance while a call runs on it
 *   wc_call       one call: entry, arguments, principal, gas
 *   wc_outcome    result, error or trap, and the new root record
 *
 * Nothing here allocates while running: an image lives in an arena of the caller; a call runs in
 * wc_call_memory_size bytes of the caller (one block, aligned to 16), which may be reused for the next
 * call without clearing. */
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

/* The root record of an instance, canonical bytes (EM 3), written by the VM and stored by the ledger at
 * one key. Layout: version u8 = 1 | entered i64 | deployed i64 | state tag u16 | state data ABI |
 * parties: 32 each | terms ABI | root fields by ascending field id, ABI. */

typedef struct wc_instance {
    const wc_image *image;
    wc_party id;
    wc_slice root; /* canonical root record; empty at deployment */
} wc_instance;

typedef struct wc_call {
    uint16_t entry;        /* index into module entries; ACTION, VIEW, AFTER */
    wc_slice args;         /* canonical ABI encoding of the parameters; empty for AFTER */
    wc_party principal;    /* caller(); all zero in AFTER */
    bool has_principal;
    int64_t now;           /* block time, seconds */
    uint64_t gas_limit;
} wc_call;

typedef enum wc_outcome_kind {
    WC_OUTCOME_OK = 0,
    WC_OUTCOME_ERROR = 1,   /* contract error declared in the module */
    WC_OUTCOME_BUILTIN = 2, /* built-in error */
    WC_OUTCOME_TRAP = 3
} wc_outcome_kind;

typedef struct wc_outcome {
    wc_outcome_kind kind;
    uint16_t code;          /* error index, built-in number or trap number */
    uint16_t function;      /* where: function index and word of the failing instruction */
    uint32_t word;
    int64_t operands[2];    /* TRAP: up to two operand values */
    uint8_t operand_count;
    wc_slice args;          /* ERROR, BUILTIN: canonical arguments, inside the call memory */
    uint64_t gas_used;      /* <= gas_limit */
    bool root_changed;
    wc_slice root;          /* OK and root_changed: new root record, inside the call memory */
    bool entered;           /* a setst ran: timers are to be re-evaluated */
    uint16_t state;         /* state after the call */
    bool final;             /* that state is final: the ledger releases the escrow */
    bool has_due;           /* an AFTER clause of the state after the call has a due time */
    int64_t due;            /* earliest due time, seconds; ties: lowest entry index */
    uint16_t due_entry;     /* its AFTER entry */
    uint64_t prepaid;       /* gas charged for the time-outs of the entered state, inside gas_used */
    wc_slice result;        /* VIEW: canonical encoding, inside the call memory */
} wc_outcome;

/* Bytes of call memory for any entry of the image, in [1, ...]. */
size_t wc_call_memory_size(const wc_image *image);

/* Runs one call in the order of EM 5: arguments, authority, state, requires, body, ensures, invariants,
 * state entry, root. Due time-outs are the ledger's business before it calls. The host sees the
 * effects as they happen; on anything but OK the caller drops its overlay. Outcome is always filled. */
void wc_call_run(const wc_instance *instance, const wc_call *call, const wc_host *host, void *memory,
                 wc_outcome *outcome);

/* Deployment: parties (32 bytes each, in order) and canonical terms; checks roles through the host,
 * term ranges, runs DEPLOY and all invariants, enters the initial state. outcome->root is the record. */
void wc_deploy_run(const wc_instance *instance, wc_slice parties, wc_slice terms,
                   const wc_call *call, const wc_host *host, void *memory, wc_outcome *outcome);

/* Finds an entry by name; WC_NONE when there is none. Methods of interfaces are found by id. */
uint16_t wc_image_entry(const wc_image *image, wc_entry_kind kind, wc_str name);
uint16_t wc_image_method(const wc_image *image, uint32_t method_id);

/* A view of one instance for one reader: state tag, field values. Root record → parts (borrowed). */
typedef struct wc_root_parts {
    int64_t entered, deployed;
    uint16_t state;
    wc_slice state_data, parties, terms, fields;
} wc_root_parts;
WC_MUST_USE wc_status wc_root_read(const wc_module *module, wc_slice root, wc_root_parts *parts);

/* Test images: runs test number `test`; the test host supplies the operations marked X in ops.def. */
typedef struct wc_test_host wc_test_host;

#endif
