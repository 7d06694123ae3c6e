/* Accounts: weighted keys, roles, guardians; nonce lanes; key history and daily key spending.
 *
 *   account     v | kind u8 | status u8 | threshold u16 | n_key u8 | key* | n_role u8
 *               | (role u16 | from_h u64 | to_h u64 | by 32)* | enc_pub 32 | n_guardian u8 | addr*
 *               | guardian_threshold u8 | recovery_delay_s u32 | owner 32
 *   key         key_id u16 | scheme u8 | pub 32 | weight u16 | scope u32 | from_h u64 | to_h u64
 *               | revoked_h u64 | cap_asset u32 | cap i64
 *   key history v | key | replaced_h u64
 *   nonce       v | base u64 | bitmap 32                      strict lanes: bitmap all zero
 *   key spend   v | amount i64
 *
 * Keys ascend by key_id, roles by (role, from_h), guardians by address. Accounts are read as of the
 * start of the block (D3). Decoders: one encoding, all bytes; errors as in params.h. */
#ifndef WC_NODE_LEDGER_ACCOUNT_H
#define WC_NODE_LEDGER_ACCOUNT_H

#include "node/ledger/ids.h"
#include "node/ledger/limits.h"
#include "vm/base/buf.h"
#include "vm/base/codec.h"

#define WC_HEIGHT_NONE UINT64_MAX /* to_h, revoked_h: no end */

typedef enum wc_account_kind {
    WC_ACCOUNT_PARTY = 1, /* person or company */
    WC_ACCOUNT_DEVICE = 2 /* meter or other device; owner names its operator */
} wc_account_kind;

typedef enum wc_account_status {
    WC_ACCOUNT_ACTIVE = 1,
    WC_ACCOUNT_FROZEN = 2, /* by order of the regulator or administration */
    WC_ACCOUNT_CLOSED = 3
} wc_account_status;

/* What a key may sign: bit i of scope allows calls of wc_call_kind i. */
#define WC_SCOPE_ALL      UINT32_C(0x1f)
#define WC_SCOPE_OF(kind) (UINT32_C(1) << (unsigned)(kind))

/* "action", "deploy", "create", "native", "readings"; NULL for other numbers. The word's bit, 0: it
 * is none of them. */
const char *wc_scope_name(unsigned kind);
uint32_t wc_scope_find(wc_str name);

typedef struct wc_account_key {
    uint16_t key_id; /* never used twice in an account */
    uint8_t scheme;  /* WC_SCHEME_ED25519 */
    uint8_t pub[32];
    uint16_t weight;    /* >= 1 */
    uint32_t scope;     /* in [1, WC_SCOPE_ALL] */
    uint64_t from_h;    /* valid at heights in [from_h, to_h) and before revoked_h */
    uint64_t to_h;      /* > from_h; WC_HEIGHT_NONE: no end */
    uint64_t revoked_h; /* WC_HEIGHT_NONE: not revoked */
    uint32_t cap_asset; /* 0: no daily limit, then cap is 0 */
    int64_t cap;        /* minor units per UTC day, >= 0 */
} wc_account_key;

#define WC_ACCOUNT_KEY_SIZE 77

typedef struct wc_account_role {
    uint16_t role;   /* in roles.def */
    uint64_t from_h; /* held at heights in [from_h, to_h) */
    uint64_t to_h;
    wc_address by; /* who granted it; zero: genesis */
} wc_account_role;

typedef struct wc_account {
    wc_account_kind kind;
    wc_account_status status;
    uint16_t threshold; /* in [1, sum of key weights] */
    uint8_t key_count;  /* in [1, WC_ACCOUNT_KEYS_MAX] */
    wc_account_key keys[WC_ACCOUNT_KEYS_MAX];
    uint8_t role_count; /* in [0, WC_ACCOUNT_ROLES_MAX] */
    wc_account_role roles[WC_ACCOUNT_ROLES_MAX];
    uint8_t enc_pub[32];    /* key for sealed payloads; zero: none */
    uint8_t guardian_count; /* in [0, WC_ACCOUNT_GUARDIANS_MAX] */
    wc_address guardians[WC_ACCOUNT_GUARDIANS_MAX];
    uint8_t guardian_threshold; /* in [1, guardian_count], 0 without guardians */
    uint32_t recovery_delay_s;
    wc_address owner; /* DEVICE: its operator, not zero; PARTY: zero */
} wc_account;

#define WC_ACCOUNT_SIZE_MAX                                                                        \
    (77u + WC_ACCOUNT_KEYS_MAX * WC_ACCOUNT_KEY_SIZE + WC_ACCOUNT_ROLES_MAX * 50u +                \
     WC_ACCOUNT_GUARDIANS_MAX * 32u)

void wc_account_put(wc_buf *buf, const wc_account *account);
WC_MUST_USE wc_status wc_account_decode(wc_account *account, wc_slice value);

void wc_account_key_put(wc_buf *buf, const wc_account_key *key);
WC_MUST_USE wc_status wc_account_key_read(wc_reader *reader, wc_account_key *key);

/* The key of this number; NULL when the account has none. */
const wc_account_key *wc_account_key_find(const wc_account *account, uint16_t key_id);

/* True when the key may sign in a block of this height. */
bool wc_account_key_is_valid(const wc_account_key *key, uint64_t height);

/* True when the account holds the role at this height. */
bool wc_account_has_role(const wc_account *account, uint16_t role, uint64_t height);

/* A key that was revoked or replaced. */
typedef struct wc_key_record {
    wc_account_key key;
    uint64_t replaced_h;
} wc_key_record;

void wc_key_record_put(wc_buf *buf, const wc_key_record *record);
WC_MUST_USE wc_status wc_key_record_decode(wc_key_record *record, wc_slice value);

/* State of a nonce lane; an absent entry is base 0 without bits. Strict lane: base is the next
 * nonce. Window lane: bit i of the bitmap (bit 7 of byte 0 is i = 0) says that nonce base + i is
 * used; bit 0 is never set, because base moves on. */
typedef struct wc_nonce {
    uint64_t base;
    uint8_t bitmap[WC_LANE_WINDOW / 8];
} wc_nonce;

#define WC_NONCE_SIZE 41

typedef enum wc_nonce_answer {
    WC_NONCE_FREE = 0,
    WC_NONCE_USED = 1,
    WC_NONCE_GAP = 2,   /* strict lane: an earlier one is missing */
    WC_NONCE_BEYOND = 3 /* window lane: >= base + WC_LANE_WINDOW */
} wc_nonce_answer;

void wc_nonce_put(wc_buf *buf, const wc_nonce *nonce);
WC_MUST_USE wc_status wc_nonce_decode(wc_nonce *nonce, uint16_t lane, wc_slice value);
wc_nonce_answer wc_nonce_check(const wc_nonce *nonce, uint16_t lane, uint64_t value);

/* Marks value as used and moves base on. Requires: wc_nonce_check said FREE; value < UINT64_MAX. */
void wc_nonce_use(wc_nonce *nonce, uint16_t lane, uint64_t value);

#endif
