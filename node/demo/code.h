/* The contracts' modules, decoded once, so that clients encode arguments and read events by name.
 *
 * Where the bytes come from is the caller's matter: the program compiles the standard contracts
 * that it carries, a test may bring others. */
#ifndef WC_NODE_DEMO_CODE_H
#define WC_NODE_DEMO_CODE_H

#include "node/crypto/crypto.h"
#include "vm/isa/module.h"

typedef enum wc_contract_id {
#define WC_CONTRACT(identifier, name, path) WC_CONTRACT_##identifier,
#include "node/demo/contracts.def"
#undef WC_CONTRACT
    WC_CONTRACT_COUNT
} wc_contract_id;

typedef struct wc_code {
    const char *name; /* "SpotMarket" */
    const char *path; /* "spot.spot" */
    wc_slice bytes;   /* module bytes, borrowed */
    wc_module *module;
    wc_hash id;
    uint64_t
        create_gas; /* that creating an instance needs at most, time-outs in advance included */
} wc_code;

typedef struct wc_shelf {
    wc_code codes[WC_CONTRACT_COUNT];
} wc_shelf;

/* Names and paths, without modules. */
void wc_shelf_init(wc_shelf *shelf);

/* Decodes and verifies the bytes of one contract; the arena and the bytes outlive the shelf.
 * Errors: those of wc_module_decode and _verify; DIFFERS - the module holds another contract. */
WC_MUST_USE wc_status wc_shelf_put(wc_shelf *shelf, wc_contract_id contract, wc_slice bytes,
                                   wc_arena *arena);

/* Number of an action in call order, with its argument type; WC_NONE: there is none. */
uint16_t wc_code_action(const wc_code *code, const char *name, uint16_t *args_type);

#endif
