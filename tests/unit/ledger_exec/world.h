/* A small world for tests of the ledger: actors with keys, a genesis, a chain, and letters: signed
 * transactions made in a few lines.
 *
 *   world w;
 *   world_open(&w, NULL);
 *   letter l = world_letter(&w, ALICE);
 *   letter_call(&l, WC_CALL_ACTION, &vault, 0, world_abi(&w, "q", INT64_C(500)));
 *   const wc_receipt_page *page = world_send(&w, &l);
 *
 * Everything is deterministic: keys come from the actor's number, salts from a counter. */
#ifndef WC_TESTS_UNIT_LEDGER_EXEC_WORLD_H
#define WC_TESTS_UNIT_LEDGER_EXEC_WORLD_H

#include "node/chain/chain.h"
#include "node/ledger/natives.h"
#include "node/ledger/tx_draft.h"
#include "tests/support/test.h"

typedef enum world_actor {
    ADMIN_1, /* administration: two of the three */
    ADMIN_2,
    ADMIN_3,
    BANK,   /* issues CNY (2 keys, both needed) */
    BANK_2, /* issues EUR (1 key) */
    GRID,
    RETAILER,
    ALICE,
    BOB,
    CAROL,
    METER, /* a device of GRID, with the role, not registered */
    FROZEN,
    CAPPED,    /* its key may debit 1.00 CNY a day */
    NARROW,    /* its key may sign actions only */
    SPARE,     /* two keys of which one is enough; a third that is revoked */
    PAYER,     /* a plain consumer */
    TREASURER, /* issues network units */
    AUDITOR_1,
    AUDITOR_2,
    OPERATOR, /* has the role Validator; GRID's key makes the records */
    ACTOR_COUNT
} world_actor;

#define WORLD_UNITS 1u
#define WORLD_CNY   2u
#define WORLD_EUR   3u
#define WORLD_START INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define WORLD_CHAIN "test-world"
#define WORLD_KEYS  3u
#define WORLD_RICH  INT64_C(1000000000)

typedef struct world_person {
    wc_address address;
    wc_keypair keys[WORLD_KEYS];
    uint8_t key_count;
    uint8_t needed;    /* keys that sign its letters */
    uint8_t first_key; /* position and number of the first of them; 0 */
    uint64_t next_nonce;
} world_person;

typedef struct world_options {
    uint64_t gas_price;      /* 0; else every actor holds WORLD_RICH network units */
    uint64_t block_gas_max;  /* 0: the greatest */
    uint64_t timer_gas_max;  /* 0: the greatest */
    uint64_t action_gas_max; /* 0: WC_ACTION_GAS_MAX */
    uint64_t reading_quota_gas;
    uint32_t epoch_s; /* 0: a day */
    uint32_t governance_delay_s;
    uint32_t block_write_bytes_max; /* 0: the greatest */
    uint32_t block_tx_bytes_max;    /* 0: the greatest */
    uint32_t block_txs_max;         /* 0: the greatest */
    uint32_t threads;               /* 0: 1 */
    const char *folder;             /* NULL: memory */
    wc_clock clock;                 /* 0: scripted */
    uint32_t extra_accounts;        /* plain accounts behind the actors, with one key each */
} world_options;

typedef struct world {
    wc_chain *chain;
    wc_chain_report report;
    wc_keypair sequencer;
    world_person people[ACTOR_COUNT];
    int64_t now;
    uint8_t *memory; /* of arena */
    wc_arena arena;  /* letters and arguments; never rewound */
    uint8_t *genesis_memory;
    wc_slice genesis;
    uint64_t salt;
    const wc_sealed *sealed; /* newest block */
} world;

/* Makes keys, genesis and a chain; NULL: all defaults. */
void world_open(world *w, const world_options *options);
void world_close(world *w);

/* With WC_TEST_BUNDLES=FOLDER in the environment: leaves a bundle of the chain in that folder, for
 * another engine to replay (tests/reference/replay_bundles.py). world_close calls it. */
void world_leave_bundle(const world *w);

/* The genesis alone, with keys; no chain. */
void world_prepare(world *w, const world_options *options);

/* Key pair of a number, and the plain account number i of extra_accounts. */
void world_keypair(wc_keypair *pair, uint32_t number);
wc_address world_extra_address(const world *w, uint32_t i);

/* ABI bytes from a pattern: b u8, h u16 (int), w u32, q i64, p const wc_hash *, t text with u32
 * length (const char *), s str8 (const char *), x wc_slice as it is, y wc_slice with u32 length. */
wc_slice world_abi(world *w, const char *pattern, ...);

/* ---- letters --------------------------------------------------------------------------------- */
typedef struct letter {
    world *w;
    wc_tx_draft draft;
    world_actor signers[WC_TX_AUTHS_MAX];
    uint8_t signer_count;
    uint16_t mask; /* of all signers so far */
} letter;

/* A letter of this sender, with its next nonce in lane 0, valid for a day, 10^8 gas or the block's
 * gas when that is less. */
letter world_letter(world *w, world_actor sender);
uint8_t letter_signer(letter *l, world_actor actor);

/* A call signed by every signer so far; its principal is the sender. Returns its index. */
uint8_t letter_call(letter *l, wc_call_kind kind, const wc_hash *target, uint16_t method,
                    wc_slice args);
uint8_t letter_native(letter *l, wc_native_method method, wc_slice args);
/* The same with detached arguments. */
uint8_t letter_reading(letter *l, const wc_hash *target, uint16_t method, wc_slice args);
void letter_ceiling(letter *l, uint8_t call, world_actor actor, uint32_t asset, int64_t max);

/* Closes and signs with every needed key of every signer; the raw bytes live as long as the world.
 */
wc_slice letter_raw(letter *l);
wc_hash letter_id(const letter *l); /* after letter_raw */

/* ---- blocks ---------------------------------------------------------------------------------- */
/* Seals these at w->now; asserts success. Nonces of the people are read again. */
const wc_sealed *world_seal(world *w, const wc_slice *raws, size_t count);

/* Seals one letter alone and returns its receipt. */
const wc_receipt_page *world_send(world *w, letter *l);

/* Moves the clock, and seals an empty block (due time-outs run). */
const wc_sealed *world_wait(world *w, int64_t seconds);

/* Status by name, as refusals.def has it, or OK, ERROR, TRAP. */
const char *world_status_name(uint16_t status);
#define assert_receipt(page, name)                                                                 \
    assert_string_equal(world_status_name((page)->receipt.status), (name))
#define assert_done(page) assert_receipt(page, "OK")

/* Name of a failure as users see it. */
const char *world_failure(world *w, const wc_receipt_page *page);

/* Result of call `index` of a receipt that is OK. */
wc_hash world_result(const wc_receipt_page *page, uint8_t index);

/* Number of events of this ledger type in a page, and the data of the first. */
size_t world_events(const wc_receipt_page *page, uint16_t type, wc_slice *first);

int64_t world_free(world *w, world_actor actor, uint32_t asset);

/* Deposits an amount of CNY for an actor, in a block of its own. */
void world_deposit(world *w, world_actor actor, int64_t amount);

/* Deploys a module by the administration; returns its code id. */
wc_hash world_deploy(world *w, wc_slice module);

/* Creates an instance signed by the given actors; asserts success. */
wc_address world_instance(world *w, const wc_hash *code, size_t signer_count,
                          const world_actor *signers, wc_slice args);

#endif
