/* Every limit of the ledger, by name. A limit that governance may lower stands in the parameters
 * (params.h) and is checked against its ceiling here when parameters are decoded; the others are
 * part of the format. Limits of modules and of call memory are in vm/isa/module.h. */
#ifndef WC_NODE_LEDGER_LIMITS_H
#define WC_NODE_LEDGER_LIMITS_H

/* Transactions (tx.h). */
#define WC_TX_SIZE_MAX   262144u /* bytes, signatures and payloads included */
#define WC_TX_AUTHS_MAX  16u
#define WC_TX_SIGS_MAX   16u
#define WC_TX_CALLS_MAX  64u
#define WC_TX_DEBITS_MAX 64u     /* ceilings per call */
#define WC_TX_ACCESS_MAX 4096u   /* prefetch hints */
#define WC_TX_TTL_S_MAX  2592000 /* ceiling of params.tx_ttl_s_max: 30 days */
#define WC_CHAIN_ID_MAX  50u     /* bytes; the order engine's own maximum */

/* Blocks (record.h). */
#define WC_BLOCK_TXS_MAX      10000u
#define WC_BLOCK_TX_BYTES_MAX 4194304u /* sum of raw transaction sizes */
#define WC_BLOCK_WRITE_BYTES_MAX                                                                   \
    33554432u /* keys and values written; the crossing transaction fails */
#define WC_BLOCK_GAS_MAX        1000000000u /* ceiling of params.block_gas_max */
#define WC_BLOCK_SIGNERS_MAX    100u
#define WC_BLOCK_FAULTS_MAX     32u /* misbehaviour entries */
#define WC_TIMER_GAS_MAX        100000000u
#define WC_ACTION_GAS_MAX       100000000u /* of one action, where the chain sets no other */
#define WC_TIMER_TRIES_MAX      3u         /* failed attempts before an instance is stuck */
#define WC_TIMER_RETRY_S        3600       /* seconds until a failed time-out is tried again */
#define WC_IDLE_S_MAX           604800     /* at start, clock ahead of the last block: 7 days */
#define WC_CERTIFICATE_SIGS_MAX 16u

/* Nonces: lanes [0, 8) are strict, lanes [8, 16) have a window (D4). */
#define WC_LANES_MAX         16u
#define WC_LANE_WINDOW_FIRST 8u
#define WC_LANE_WINDOW       256u

/* Accounts (account.h). */
#define WC_ACCOUNT_KEYS_MAX      16u
#define WC_ACCOUNT_ROLES_MAX     32u
#define WC_ACCOUNT_GUARDIANS_MAX 16u
#define WC_RECOVERY_DELAY_S_MIN  86400u /* so that the account can object */
#define WC_ACCOUNT_WEIGHT_MAX    65535u /* sum of key weights, so that a threshold is a u16 */

/* State entries (state.h). */
#define WC_ELEMENT_KEY_MAX 72u /* collection key of a contract (64) and arrival number (8) */
#define WC_STATE_KEY_MAX                                                                           \
    112u /* space, instance, field, element key: 1 + 32 + 2 + 72, rounded up                       \
          */
#define WC_STATE_VALUE_MAX    262144u
#define WC_PROPOSAL_BODY_MAX  4096u /* more than any kind of proposal needs */
#define WC_STATE_NAME_MAX     32u
#define WC_ESCROW_MAX         1024u /* holders times assets of one instance */
#define WC_INSTANCE_DEPTH_MAX 8u

/* Offers (offer.h). */
#define WC_OFFER_PARTIES_MAX 32u
#define WC_OFFER_TERMS_MAX   65536u /* bytes of encoded terms */

/* Readings (meter.h). */
#define WC_READING_SLOTS_MAX 288u /* five-minute slots of a UTC day */
#define WC_METER_SERIAL_MAX  32u
#define WC_METER_POINT_MAX   48u
#define WC_PAGE_METERS_MAX   500u    /* whose readings one batch holds */
#define WC_READING_BACK_S    3888000 /* oldest interval that a batch may report: 45 days */
#define WC_READING_LATE_S    86400   /* behind the end of an interval: flagged as late */

/* Receipts (receipt.h). */
#define WC_EVENT_DATA_MAX     65536u
#define WC_TX_EVENTS_MAX      65536u
#define WC_OUTCOME_DETAIL_MAX 65536u

/* Genesis (genesis.h). */
#define WC_GENESIS_SIZE_MAX     536870912u
#define WC_GENESIS_ACCOUNTS_MAX 2097152u
#define WC_GENESIS_BALANCES_MAX 4194304u
#define WC_GENESIS_MODULES_MAX  256u
#define WC_ASSETS_MAX           256u /* in genesis */
#define WC_ASSET_CODE_MAX       16u
#define WC_ASSET_SCALE_MAX      18u
#define WC_VALIDATORS_MAX       100u
#define WC_ADMINS_MAX           16u

/* Overlay (overlay.h). What one transaction may touch, whatever its gas: with these the memory of
 * an overlay is a constant, and running out of it is the same failure on every machine. */
#define WC_TX_WRITE_KEYS_MAX    65536u
#define WC_TX_WRITE_BYTES_MAX   16777216u
#define WC_BLOCK_WRITE_KEYS_MAX 524288u

/* State tree (tree.h). */
#define WC_TREE_VERSIONS   16u /* records whose roots can be proved (D17) */
#define WC_PROOF_DEPTH_MAX 256u

#endif
