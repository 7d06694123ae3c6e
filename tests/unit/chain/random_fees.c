/* Random letters about fees: top-ups, attestations, and proposals that change who shares the fees
 * or who makes the records. */
#include "node/ledger/incentive.h"
#include "node/ledger/natives.h"
#include "tests/unit/chain/random_blocks.h"

static uint64_t below(random_blocks *r, uint64_t bound)
{
    return wc_prng_below(r->prng, bound);
}

static bool one_in(random_blocks *r, uint64_t bound)
{
    return below(r, bound) == 0;
}

static world_actor anybody(random_blocks *r)
{
    return (world_actor)below(r, ACTOR_COUNT);
}

static wc_slice top_up(random_blocks *r)
{
    world *w = r->w;
    char reference[8] = "r0";
    reference[1] = (char)('0' + below(r, 10)); /* some come twice */
    if (one_in(r, 20)) reference[0] = '\0';
    const wc_hash *party = &w->people[anybody(r)].address;
    if (one_in(r, 10)) party = one_in(r, 2) ? &r->made[0] : &r->codes[0];
    letter l = world_letter(w, one_in(r, 8) ? anybody(r) : TREASURER);
    wc_slice args = world_abi(w, "pqs", party, (int64_t)below(r, 5000) - 50, reference);
    if (one_in(r, 20)) args.len--;
    (void)letter_native(&l, WC_NATIVE_units_issue, args);
    return letter_raw(&l);
}

/* Of the record that the epoch names, mostly. */
static wc_slice attestation(random_blocks *r)
{
    world *w = r->w;
    wc_state_key key = wc_key_epoch();
    wc_slice value;
    wc_epoch epoch = {0};
    if (wc_chain_get(w->chain, &key, &value) == WC_OK) {
        assert_status(wc_epoch_decode(&epoch, value), WC_OK);
    }
    if (one_in(r, 8)) epoch.record.bytes[below(r, 32)] ^= 1;
    if (one_in(r, 12)) epoch.seq++;
    world_actor by = one_in(r, 8) ? anybody(r) : (world_actor)(AUDITOR_1 + below(r, 2));
    letter l = world_letter(w, by);
    (void)letter_native(&l, WC_NATIVE_audit_attest,
                        world_abi(w, "qp", (int64_t)epoch.seq, &epoch.record));
    return letter_raw(&l);
}

/* ---- proposals ---------------------------------------------------------------------------------
 */

typedef struct change {
    uint16_t kind;
    wc_slice body;
} change;

/* The sequencer stays the first: another key would have to seal. */
static wc_slice validators(random_blocks *r, unsigned which)
{
    world *w = r->w;
    uint8_t bytes[256];
    wc_buf buf;
    wc_keypair second;
    world_keypair(&second, 777);
    wc_validators set = {.count = (uint16_t)(1 + which % 2)};
    set.list[0] =
        (wc_validator){.power = which == 3 ? 0 : 1 + which,
                       .operator_account = w->people[which == 2 ? GRID : OPERATOR].address};
    memcpy(set.list[0].pub, w->sequencer.public_key.bytes, 32);
    set.list[1] = (wc_validator){.power = 5, .operator_account = w->people[OPERATOR].address};
    memcpy(set.list[1].pub, second.public_key.bytes, 32);
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_validators_put(&buf, &set);
    return world_abi(w, "x", wc_buf_slice(&buf));
}

/* Few different ones, so that one is proposed, approved and run before the chain ends. */
static change some_change(random_blocks *r)
{
    static const wc_address none;
    if (one_in(r, 3)) return (change){WC_PROPOSES_VALIDATORS, validators(r, (unsigned)below(r, 4))};
    const wc_address *instance = &r->incentives[below(r, r->incentive_count)];
    if (one_in(r, 10)) instance = &none;
    if (one_in(r, 12)) instance = &r->made[0];
    wc_slice body = world_abi(r->w, "p", instance);
    if (one_in(r, 30)) body.len--;
    return (change){WC_PROPOSES_INCENTIVE, body};
}

static wc_slice about_change(random_blocks *r)
{
    static const wc_native_method methods[] = {WC_NATIVE_proposal_approve,
                                               WC_NATIVE_proposal_approve, WC_NATIVE_proposal_run,
                                               WC_NATIVE_proposal_run, WC_NATIVE_proposal_withdraw};
    change c = some_change(r);
    world_actor by = one_in(r, 20) ? anybody(r) : (world_actor)(ADMIN_1 + below(r, 3));
    letter l = world_letter(r->w, by);
    if (one_in(r, 3)) {
        uint8_t kind[2];
        wc_store_u16(kind, c.kind);
        (void)letter_native(&l, WC_NATIVE_proposal_make,
                            world_abi(r->w, "xy", wc_slice_of(kind, sizeof kind), c.body));
    } else {
        wc_hash id = wc_proposal_id(c.kind, c.body);
        wc_native_method method = methods[one_in(r, 12) ? 4 : below(r, 4)];
        (void)letter_native(&l, method, world_abi(r->w, "p", &id));
    }
    return letter_raw(&l);
}

/* All three steps under the signatures of two members, one acting after the other. */
static wc_slice whole_change(random_blocks *r)
{
    change c = some_change(r);
    uint8_t kind[2];
    wc_store_u16(kind, c.kind);
    wc_hash id = wc_proposal_id(c.kind, c.body);
    wc_slice about = world_abi(r->w, "p", &id);
    letter l = world_letter(r->w, ADMIN_2);
    (void)letter_signer(&l, one_in(r, 8) ? ADMIN_1 : ADMIN_3);
    (void)letter_native(&l, WC_NATIVE_proposal_make,
                        world_abi(r->w, "xy", wc_slice_of(kind, sizeof kind), c.body));
    uint8_t second = letter_native(&l, WC_NATIVE_proposal_approve, about);
    assert_status(wc_tx_draft_principal(&l.draft, second, 1), WC_OK);
    (void)letter_native(&l, WC_NATIVE_proposal_run, about);
    return letter_raw(&l);
}

wc_slice random_fees(random_blocks *r)
{
    uint64_t kind = below(r, r->incentive_count > 0 ? 8 : 3);
    if (kind == 0) return attestation(r);
    if (kind <= 2) return top_up(r);
    return one_in(r, 2) ? whole_change(r) : about_change(r);
}
