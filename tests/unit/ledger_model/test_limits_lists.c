/* Every list of the ledger's formats at its limit, one below and one above.
 *
 * One below and at the limit are encoded from a struct and must decode. A struct has no room for
 * one more, so the encoding at the limit is given a count that is one higher: the decoder must
 * refuse the count itself, before it reads on. */
#include "tests/support/test.h"

#include "node/ledger/account.h"
#include "node/ledger/genesis.h"
#include "node/ledger/meter.h"
#include "node/ledger/offer.h"
#include "node/ledger/page.h"
#include "node/ledger/proof.h"
#include "node/ledger/receipt.h"
#include "node/ledger/record.h"
#include "tests/unit/ledger_model/tx_sample.h"
#include "tests/unit/ledger_model/vectors.h"

#define VALUES "values.hex"

static uint8_t below[1u << 19], full[1u << 19];

typedef struct list_case {
    const char *name; /* of the limit */
    uint32_t limit;
    unsigned width; /* bytes of the count */
    void (*put)(wc_buf *buf, uint32_t count);
    wc_status (*decode)(wc_slice bytes);
} list_case;

static wc_hash nth(uint32_t i)
{
    wc_hash hash = {{0}};
    wc_store_u32(hash.bytes, i + 1);
    return hash;
}

/* ---- accounts -------------------------------------------------------------------------------- */

static wc_account account(void)
{
    wc_account account;
    assert_status(wc_account_decode(&account, vector_bytes(VALUES, "account")), WC_OK);
    return account;
}

static void put_keys(wc_buf *buf, uint32_t count)
{
    wc_account a = account();
    a.key_count = (uint8_t)count;
    for (uint32_t i = 2; i < count; i++) {
        a.keys[i] = a.keys[1];
        a.keys[i].key_id = (uint16_t)(1000 + i);
    }
    wc_account_put(buf, &a);
}

static void put_roles(wc_buf *buf, uint32_t count)
{
    wc_account a = account();
    a.role_count = (uint8_t)count;
    for (uint32_t i = 3; i < count; i++) {
        a.roles[i] = a.roles[2];
        a.roles[i].from_h = 1000 + i;
        a.roles[i].to_h = WC_HEIGHT_NONE;
    }
    wc_account_put(buf, &a);
}

static void put_guardians(wc_buf *buf, uint32_t count)
{
    wc_account a = account();
    a.guardian_count = (uint8_t)count;
    for (uint32_t i = 0; i < count; i++) a.guardians[i] = nth(i);
    wc_account_put(buf, &a);
}

static wc_status decode_account(wc_slice bytes)
{
    wc_account decoded;
    return wc_account_decode(&decoded, bytes);
}

/* ---- administration, offers, pages ----------------------------------------------------------- */

static void put_validators(wc_buf *buf, uint32_t count)
{
    wc_validators v = {.count = (uint16_t)count};
    for (uint32_t i = 0; i < count; i++) {
        wc_store_u32(v.list[i].pub, i + 1);
        v.list[i].power = 1;
    }
    wc_validators_put(buf, &v);
}

static wc_status decode_validators(wc_slice bytes)
{
    wc_validators decoded;
    return wc_validators_decode(&decoded, bytes);
}

static void put_admins(wc_buf *buf, uint32_t count)
{
    wc_admin_rule rule = {.threshold = 1, .count = (uint8_t)count};
    for (uint32_t i = 0; i < count; i++) rule.members[i] = nth(i);
    wc_admin_rule_put(buf, &rule);
}

static wc_status decode_admins(wc_slice bytes)
{
    wc_admin_rule decoded;
    return wc_admin_rule_decode(&decoded, bytes);
}

static void put_approvers(wc_buf *buf, uint32_t count)
{
    wc_proposal proposal;
    assert_status(wc_proposal_decode(&proposal, vector_bytes(VALUES, "proposal")), WC_OK);
    proposal.approver_count = (uint8_t)count;
    for (uint32_t i = 0; i < count; i++) proposal.approvers[i] = nth(i);
    wc_proposal_put(buf, &proposal);
}

static wc_status decode_proposal(wc_slice bytes)
{
    wc_proposal decoded;
    return wc_proposal_decode(&decoded, bytes);
}

static void put_offer_parties(wc_buf *buf, uint32_t count)
{
    wc_offer offer;
    assert_status(wc_offer_decode(&offer, vector_bytes(VALUES, "offer")), WC_OK);
    uint32_t last = offer.party_count - 1u;
    offer.party_count = (uint8_t)count;
    for (uint32_t i = last + 1; i < count; i++) offer.parties[i] = offer.parties[last];
    offer.terms_hash = wc_offer_terms_hash(&offer);
    wc_offer_put(buf, &offer);
}

static wc_status decode_offer(wc_slice bytes)
{
    wc_offer decoded;
    return wc_offer_decode(&decoded, bytes);
}

static void put_page_meters(wc_buf *buf, uint32_t count)
{
    static uint8_t meters[(WC_PAGE_METERS_MAX + 1) * WC_PAGE_METER_SIZE];
    wc_page page = {.step_s = 900, .energy_max = 1, .until_s = 900, .count = (uint16_t)count};
    page.meters = wc_slice_of(meters, count * WC_PAGE_METER_SIZE);
    wc_page_put(buf, &page);
}

static wc_status decode_page(wc_slice bytes)
{
    wc_page page;
    return wc_page_decode(&page, bytes);
}

static void put_runs(wc_buf *buf, uint32_t count)
{
    static wc_reading reading;
    reading = (wc_reading){.step_s = 300, .run_count = (uint16_t)count};
    for (uint32_t i = 0; i < count; i++) {
        reading.runs[i] = (wc_reading_run){(uint16_t)i, 1, 0, nth(i), 0};
    }
    wc_reading_put(buf, &reading);
}

static wc_status decode_reading(wc_slice bytes)
{
    static wc_reading decoded;
    return wc_reading_decode(&decoded, bytes);
}

/* ---- blocks and proofs ----------------------------------------------------------------------- */

static wc_block_input input;

static void put_signers(wc_buf *buf, uint32_t count)
{
    memset(&input, 0, sizeof input);
    input.signer_count = (uint16_t)count;
    for (uint32_t i = 0; i < count; i++) input.signers[i].flag = WC_SIGNER_COMMIT;
    wc_block_input_put(buf, &input);
}

static void put_faults(wc_buf *buf, uint32_t count)
{
    memset(&input, 0, sizeof input);
    input.fault_count = (uint16_t)count;
    for (uint32_t i = 0; i < count; i++) input.faults[i].kind = WC_FAULT_DUPLICATE_VOTE;
    wc_block_input_put(buf, &input);
}

static void put_block_txs(wc_buf *buf, uint32_t count)
{
    static wc_block_tx txs[WC_BLOCK_TXS_MAX];
    memset(&input, 0, sizeof input);
    input.tx_count = count;
    input.txs = txs;
    wc_block_input_put(buf, &input);
}

static wc_status decode_block(wc_slice bytes)
{
    static uint8_t memory[WC_BLOCK_TXS_MAX * sizeof(wc_block_tx)] __attribute__((aligned(16)));
    wc_arena arena;
    size_t bad;
    wc_arena_init(&arena, memory, sizeof memory);
    return wc_block_input_decode(&input, &bad, &arena, bytes);
}

static void put_certificate(wc_buf *buf, uint32_t count)
{
    wc_certificate certificate = {.sig_count = (uint8_t)count};
    for (uint32_t i = 0; i < count; i++) certificate.sigs[i].key_index = (uint16_t)i;
    wc_certificate_put(buf, &certificate);
}

static wc_status decode_certificate(wc_slice bytes)
{
    wc_certificate decoded;
    size_t bad;
    return wc_certificate_decode(&decoded, &bad, bytes);
}

static void put_proof(wc_buf *buf, uint32_t count)
{
    static wc_proof proof;
    proof = (wc_proof){.k = nth(7), .kind = WC_PROOF_EMPTY, .depth = (uint16_t)count};
    for (uint32_t i = 0; i < count; i++) proof.siblings[i] = nth(i);
    wc_proof_put(buf, &proof);
}

static wc_status decode_proof(wc_slice bytes)
{
    static wc_proof decoded;
    size_t bad;
    return wc_proof_decode(&decoded, &bad, bytes);
}

static void put_events(wc_buf *buf, uint32_t count)
{
    wc_receipt_page page;
    size_t bad;
    static uint8_t events[WC_TX_EVENTS_MAX * 38u];
    assert_status(wc_receipt_page_decode(&page, &bad, vector_bytes("receipt.hex", "page")), WC_OK);
    page.event_count = count;
    page.events = wc_slice_of(events, count * 38u); /* emitter 32, type 2, no data */
    buf->len = 0;
    wc_receipt_page_put(buf, &page);
}

static wc_status decode_page_of_events(wc_slice bytes)
{
    wc_receipt_page decoded;
    size_t bad;
    return wc_receipt_page_decode(&decoded, &bad, bytes);
}

/* ---- transactions ---------------------------------------------------------------------------- */

static void put_auths(wc_buf *buf, uint32_t count)
{
    sample s;
    sample_load(&s);
    s.tx.auth_count = s.tx.sig_count = (uint8_t)count;
    for (uint32_t i = 0; i < count; i++) {
        s.tx.auth[i] = (wc_tx_auth){nth(i), 0};
        s.tx.sigs[i] = (wc_tx_sig){.auth = (uint8_t)i, .scheme = WC_SCHEME_ED25519};
    }
    s.calls[0].auth_mask |= (uint16_t)((1u << count) - 1u);
    wc_tx_put(buf, &s.tx);
}

/* Of one signer: as many keys as there may be signatures. */
static void put_sigs(wc_buf *buf, uint32_t count)
{
    sample s;
    sample_load(&s);
    s.tx.sig_count = (uint8_t)count;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t auth = (uint8_t)(i < s.tx.auth_count ? i : s.tx.auth_count - 1u);
        s.tx.sigs[i] =
            (wc_tx_sig){.auth = auth, .key_id = (uint16_t)i, .scheme = WC_SCHEME_ED25519};
    }
    wc_tx_put(buf, &s.tx);
}

static void put_calls(wc_buf *buf, uint32_t count)
{
    sample s;
    sample_load(&s);
    for (uint32_t i = s.tx.call_count; i < count; i++) s.calls[i] = s.calls[0];
    s.tx.call_count = (uint8_t)count;
    wc_tx_put(buf, &s.tx);
}

static void put_debits(wc_buf *buf, uint32_t count)
{
    sample s;
    sample_load(&s);
    for (uint32_t i = 0; i < count; i++) s.debits[i] = (wc_tx_debit){0, i + 1, 1};
    s.calls[0].debit_count = (uint8_t)count;
    wc_tx_put(buf, &s.tx);
}

static void put_access(wc_buf *buf, uint32_t count)
{
    static uint8_t keys[WC_TX_ACCESS_MAX * 32u];
    sample s;
    sample_load(&s);
    for (uint32_t i = 0; i < count; i++) wc_store_u32(keys + 32u * i, i + 1);
    s.tx.access = wc_slice_of(keys, 32u * count);
    s.tx.access_count = (uint16_t)count;
    wc_tx_put(buf, &s.tx);
}

static wc_status decode_tx(wc_slice bytes)
{
    wc_tx decoded;
    wc_tx_fault fault;
    wc_status status = sample_decode(&decoded, &fault, bytes);
    if (status == WC_OK) return status;
    bool is_count = fault.rule == WC_TX_RULE_AUTH_COUNT || fault.rule == WC_TX_RULE_SIG_COUNT ||
                    fault.rule == WC_TX_RULE_CALL_COUNT || fault.rule == WC_TX_RULE_DEBIT_COUNT ||
                    fault.rule == WC_TX_RULE_ACCESS_COUNT;
    if (!is_count) fail_msg("%s", wc_tx_rule_name(fault.rule));
    return WC_OUT_OF_DOMAIN;
}

/* ---- the rule -------------------------------------------------------------------------------- */

#define LIST(limit, width, put, decode)                                                            \
    {                                                                                              \
#limit, limit, width, put, decode                                                          \
    }

static const list_case lists[] = {
    LIST(WC_ACCOUNT_KEYS_MAX, 1, put_keys, decode_account),
    LIST(WC_ACCOUNT_ROLES_MAX, 1, put_roles, decode_account),
    LIST(WC_ACCOUNT_GUARDIANS_MAX, 1, put_guardians, decode_account),
    LIST(WC_VALIDATORS_MAX, 2, put_validators, decode_validators),
    LIST(WC_ADMINS_MAX, 1, put_admins, decode_admins),
    LIST(WC_ADMINS_MAX, 1, put_approvers, decode_proposal),
    LIST(WC_OFFER_PARTIES_MAX, 1, put_offer_parties, decode_offer),
    LIST(WC_PAGE_METERS_MAX, 2, put_page_meters, decode_page),
    LIST(WC_READING_SLOTS_MAX, 2, put_runs, decode_reading),
    LIST(WC_BLOCK_SIGNERS_MAX, 2, put_signers, decode_block),
    LIST(WC_BLOCK_FAULTS_MAX, 2, put_faults, decode_block),
    LIST(WC_BLOCK_TXS_MAX, 4, put_block_txs, decode_block),
    LIST(WC_CERTIFICATE_SIGS_MAX, 1, put_certificate, decode_certificate),
    LIST(WC_PROOF_DEPTH_MAX, 2, put_proof, decode_proof),
    LIST(WC_TX_AUTHS_MAX, 1, put_auths, decode_tx),
    LIST(WC_TX_SIGS_MAX, 1, put_sigs, decode_tx),
    LIST(WC_TX_CALLS_MAX, 1, put_calls, decode_tx),
    LIST(WC_TX_DEBITS_MAX, 1, put_debits, decode_tx),
    LIST(WC_TX_ACCESS_MAX, 2, put_access, decode_tx),
};

static wc_slice encoded(uint8_t *memory, size_t size, const list_case *list, uint32_t count)
{
    wc_buf buf;
    wc_buf_init(&buf, memory, size);
    list->put(&buf, count);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

static uint32_t number_at(const uint8_t *at, unsigned width)
{
    uint32_t number = 0;
    for (unsigned i = 0; i < width; i++) number = number << 8 | at[i];
    return number;
}

/* The first place where the encodings of one below and of the limit have these numbers. */
static size_t count_at(const list_case *list, wc_slice fewer, wc_slice most)
{
    for (size_t at = 0; at + list->width <= fewer.len; at++) {
        if (number_at(fewer.data + at, list->width) == list->limit - 1 &&
            number_at(most.data + at, list->width) == list->limit) {
            return at;
        }
    }
    fail_msg("%s: no count of %u bytes", list->name, list->width);
    return 0;
}

static void every_list_ends_at_its_limit(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(lists); i++) {
        const list_case *list = &lists[i];
        wc_slice fewer = encoded(below, sizeof below, list, list->limit - 1);
        wc_slice most = encoded(full, sizeof full, list, list->limit);
        wc_status at_fewer = list->decode(fewer), at_most = list->decode(most);
        uint8_t *count = full + count_at(list, fewer, most);
        for (unsigned k = 0; k < list->width; k++) {
            count[k] = (uint8_t)((list->limit + 1) >> (8 * (list->width - 1 - k)));
        }
        wc_status at_more = list->decode(most);
        if (at_fewer == WC_OK && at_most == WC_OK && at_more == WC_OUT_OF_DOMAIN) continue;
        fail_msg("%s: %s, %s, %s", list->name, wc_status_name(at_fewer), wc_status_name(at_most),
                 wc_status_name(at_more));
    }
}

/* A page of so many events is larger than a transaction may write; its count is asked here. */
static void a_receipt_page_holds_65536_events(void **state)
{
    (void)state;
    static uint8_t memory[WC_TX_EVENTS_MAX * 38u + 4096u];
    for (uint32_t count = WC_TX_EVENTS_MAX - 1; count <= WC_TX_EVENTS_MAX; count++) {
        wc_buf buf;
        wc_buf_init(&buf, memory, sizeof memory);
        put_events(&buf, count);
        assert_status(wc_buf_status(&buf), WC_OK);
        assert_status(decode_page_of_events(wc_buf_slice(&buf)), WC_OK);
        if (count < WC_TX_EVENTS_MAX) continue;
        size_t at = buf.len - (size_t)count * 38u - 4u;
        assert_int_equal(wc_load_u32(memory + at), WC_TX_EVENTS_MAX);
        wc_store_u32(memory + at, WC_TX_EVENTS_MAX + 1);
        assert_status(decode_page_of_events(wc_buf_slice(&buf)), WC_OUT_OF_DOMAIN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_list_ends_at_its_limit),
        cmocka_unit_test(a_receipt_page_holds_65536_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
