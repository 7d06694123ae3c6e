/* Chain-wide state values: parameters, the administration's rule, validators, governance proposals.
 *
 *   params     v u8 | protocol u16 | schedule_hash 32 | gas_price u64 | block_gas_max u64
 *              | action_gas_max u64 | timer_gas_max u64 | block_tx_bytes_max u32
 *              | block_txs_max u32 | block_write_bytes_max u32 | tx_ttl_s_max i64
 *              | offer_ttl_s_max i64 | epoch_s u32 | governance_delay_s u32
 *              | reading_quota_gas u64
 *   admin      v u8 | threshold u8 | n u8 | addr 32 *                       ascending addresses
 *   validators v u8 | n u16 | (pub 32 | power u64 | operator 32) *          distinct pubs
 *   proposal   v u8 | status u8 | kind u16 | proposer 32 | created_s i64 | effective_s i64
 *              | body str32 | n u8 | approver 32 *                          ascending addresses
 *
 * All decoders accept exactly one encoding and consume all bytes; their errors are TRUNCATED,
 * TRAILING, BAD_VERSION, OUT_OF_DOMAIN, TOO_LARGE, NOT_CANONICAL (order) and, for parameters of
 * another protocol, NOT_SUPPORTED. */
#ifndef WC_NODE_LEDGER_PARAMS_H
#define WC_NODE_LEDGER_PARAMS_H

#include "node/ledger/ids.h"
#include "node/ledger/limits.h"
#include "vm/base/buf.h"
#include "vm/isa/module.h"

#define WC_PROTOCOL      1       /* rules of this program; another number is exit 7 */
#define WC_GAS_PER_PRICE 1000000 /* gas_price is per million gas */

#define WC_PARAMS_NAME "params"
#define WC_ADMIN_NAME  "admin"

typedef struct wc_params {
    uint16_t protocol;           /* WC_PROTOCOL */
    wc_hash schedule_hash;       /* gas schedule of the VM */
    uint64_t gas_price;          /* minor units of asset 1 per 10^6 gas; 0: free (demo); <= 2^40 */
    uint64_t block_gas_max;      /* in [1, WC_BLOCK_GAS_MAX] */
    uint64_t action_gas_max;     /* in [1, block_gas_max]: bound of one action at deployment */
    uint64_t timer_gas_max;      /* in [1, WC_TIMER_GAS_MAX]: time-outs per block */
    uint32_t block_tx_bytes_max; /* in [1, WC_BLOCK_TX_BYTES_MAX] */
    uint32_t block_txs_max;      /* in [1, WC_BLOCK_TXS_MAX] */
    uint32_t block_write_bytes_max; /* in [1, WC_BLOCK_WRITE_BYTES_MAX] */
    int64_t tx_ttl_s_max;           /* in [1, WC_TX_TTL_S_MAX] */
    int64_t offer_ttl_s_max;        /* in [1, 366 days] */
    uint32_t epoch_s;               /* in [1, 2^31): length of an incentive epoch */
    uint32_t governance_delay_s;    /* in [0, 2^31): from approval to effect */
    uint64_t reading_quota_gas;     /* per meter operator and day; 0: none */
} wc_params;

#define WC_PARAMS_SIZE 111

/* Parameters of a chain that sets no others: the ceilings of limits.h, free gas, offers for 30
 * days, epochs of a day. The tests in Clause and the demo run under them: what they accept deploys.
 */
wc_params wc_params_default(void);

/* The greatest bound with which an entry of this kind is deployed under the parameters. */
uint64_t wc_params_gas_max(const wc_params *params, wc_entry_kind kind);

void wc_params_put(wc_buf *buf, const wc_params *params);
WC_MUST_USE wc_status wc_params_decode(wc_params *params, wc_slice value);

typedef struct wc_admin_rule {
    uint8_t threshold; /* in [1, count] */
    uint8_t count;     /* in [1, WC_ADMINS_MAX] */
    wc_address members[WC_ADMINS_MAX];
} wc_admin_rule;

void wc_admin_rule_put(wc_buf *buf, const wc_admin_rule *rule);
WC_MUST_USE wc_status wc_admin_rule_decode(wc_admin_rule *rule, wc_slice value);

/* The first validator is the sequencer of a solo chain. Power 0 marks a witness: it signs
 * certificates and takes no part in consensus. */
typedef struct wc_validator {
    uint8_t pub[32];
    uint64_t power; /* in [0, 2^60) */
    wc_address operator_account;
} wc_validator;

/* Sum of all powers: what the order engine can add up. */
#define WC_VALIDATORS_POWER_MAX ((UINT64_C(1) << 60) - 1)

typedef struct wc_validators {
    uint16_t count; /* in [1, WC_VALIDATORS_MAX]; at least one has power > 0 */
    wc_validator list[WC_VALIDATORS_MAX];
} wc_validators;

void wc_validators_put(wc_buf *buf, const wc_validators *validators);
WC_MUST_USE wc_status wc_validators_decode(wc_validators *validators, wc_slice value);

/* The order engine's hash of a validator set, in both modes: Merkle root over protobuf
 * SimpleValidator{pub_key.ed25519, power}, by falling power, then by address; witnesses left out.
 */
wc_hash wc_validators_hash(const wc_validators *validators);

typedef enum wc_proposal_status {
    WC_PROPOSAL_OPEN = 0,
    WC_PROPOSAL_APPROVED = 1, /* waits for effective_s */
    WC_PROPOSAL_DONE = 2,
    WC_PROPOSAL_REJECTED = 3,
    WC_PROPOSAL_STATUS_COUNT = 4
} wc_proposal_status;

typedef struct wc_proposal {
    wc_proposal_status status;
    uint16_t kind; /* in proposals.def */
    wc_address proposer;
    int64_t created_s;
    int64_t effective_s;    /* 0 until approved */
    wc_slice body;          /* at most WC_PROPOSAL_BODY_MAX bytes; borrowed */
    uint8_t approver_count; /* in [0, WC_ADMINS_MAX] */
    wc_address approvers[WC_ADMINS_MAX];
} wc_proposal;

void wc_proposal_put(wc_buf *buf, const wc_proposal *proposal);
WC_MUST_USE wc_status wc_proposal_decode(wc_proposal *proposal, wc_slice value);

#endif
