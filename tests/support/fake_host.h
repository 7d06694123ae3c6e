/* A host in memory for tests of the VM: storage, balances, signers, roles, events, sends.
 * Everything it is asked to do that changes something is written to a log, in order, so that two
 * runs can be compared by their logs.
 *
 * Money: lock needs the owner's signature (or the instance itself), as for an unlimited allowance.
 * Fixed sizes; a test that exceeds one fails an assertion. */
#ifndef WC_TESTS_SUPPORT_FAKE_HOST_H
#define WC_TESTS_SUPPORT_FAKE_HOST_H

#include "vm/exec/host.h"

#define WC_FAKE_KEYS_MAX    512u
#define WC_FAKE_PARTIES_MAX 64u
#define WC_FAKE_ASSETS_MAX  4u
#define WC_FAKE_LOG_MAX     (1u << 16)

typedef struct wc_fake_entry {
    uint8_t key[3 + 72]; /* part, field, element key: in byte order */
    size_t key_len;
    uint8_t *value; /* from malloc */
    size_t value_len;
} wc_fake_entry;

typedef struct wc_fake_account {
    wc_party party;
    int64_t free[WC_FAKE_ASSETS_MAX];
    int64_t escrow[WC_FAKE_ASSETS_MAX];
    int64_t posted[WC_FAKE_ASSETS_MAX];
    int64_t redeemed[WC_FAKE_ASSETS_MAX];
    bool is_signer;
    const char *role; /* NULL: none */
} wc_fake_account;

typedef struct wc_fake_host {
    wc_party own;           /* the running instance */
    wc_fake_entry *entries; /* sorted */
    size_t entry_count;
    wc_fake_account accounts[WC_FAKE_PARTIES_MAX]; /* sorted by party */
    size_t account_count;
    uint32_t holders_max; /* lock answers LIMIT beyond */
    uint32_t events_max, sends_max;
    uint32_t events, sends;
    uint64_t calls_left; /* then everything answers STOP */
    bool refuses_bank;   /* redeem answers REFUSED */

    /* What `view` answers; the default is ABSENT. Bytes are copied into the result. */
    wc_host_answer view_answer;
    wc_slice view_result;
    uint64_t view_gas; /* taken, as far as there is */

    uint8_t *log;
    size_t log_len;
} wc_fake_host;

extern const wc_host_ops wc_fake_host_ops;

/* Starts empty; free() everything with wc_fake_host_drop. */
void wc_fake_host_init(wc_fake_host *host, const wc_party *own);
void wc_fake_host_drop(wc_fake_host *host);

/* Copies state, not the log. */
void wc_fake_host_copy(wc_fake_host *to, const wc_fake_host *from);

/* The account of a party, made when needed. */
wc_fake_account *wc_fake_account_of(wc_fake_host *host, const wc_party *party);

/* A party whose 32 bytes all are `byte`. */
wc_party wc_fake_party(uint8_t byte);

/* Sum of free and escrow of everybody, and of what was redeemed. */
int64_t wc_fake_total(const wc_fake_host *host, uint16_t currency);

static inline wc_slice wc_fake_log(const wc_fake_host *host)
{
    return wc_slice_of(host->log, host->log_len);
}

#endif
