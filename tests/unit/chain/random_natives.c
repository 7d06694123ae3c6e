/* Random native calls, readings and upgrades, and letters that are unusual: other lanes, too little
 * gas, more signers than needed. */
#include "node/ledger/meter.h"
#include "node/ledger/offer.h"
#include "tests/unit/chain/random_blocks.h"

#define I(x) INT64_C(x)

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

static const wc_hash *somebody(random_blocks *r)
{
    return &r->w->people[anybody(r)].address;
}

/* ---- administration ----------------------------------------------------------------------------
 */

static letter of_administration(random_blocks *r)
{
    letter l = world_letter(r->w, ADMIN_1);
    if (!one_in(r, 8)) (void)letter_signer(&l, ADMIN_2);
    return l;
}

static wc_slice role(random_blocks *r)
{
    world *w = r->w;
    uint64_t height = wc_chain_head(w->chain)->height;
    uint8_t bytes[8 * 2];
    wc_store_u64(bytes, height - 1 + below(r, 5));
    wc_store_u64(bytes + 8, height + below(r, 12));
    letter l = of_administration(r);
    const wc_hash *who = one_in(r, 12) ? &r->made[0] : somebody(r);
    uint16_t number = (uint16_t)below(r, 18);
    uint8_t tail[2];
    wc_store_u16(tail, number);
    wc_slice args = world_abi(w, "px", who, wc_slice_of(tail, sizeof tail));
    bool is_grant = !one_in(r, 3);
    if (is_grant) args = world_abi(w, "xx", args, wc_slice_of(bytes, sizeof bytes));
    if (one_in(r, 15)) args.len--;
    (void)letter_native(&l, is_grant ? WC_NATIVE_role_grant : WC_NATIVE_role_revoke, args);
    return letter_raw(&l);
}

static wc_slice account(random_blocks *r)
{
    world *w = r->w;
    uint8_t bytes[WC_ACCOUNT_SIZE_MAX];
    wc_keypair pair;
    world_keypair(&pair, (uint32_t)(5000 + below(r, 1000)));
    wc_account made = {.kind = one_in(r, 3) ? WC_ACCOUNT_DEVICE : WC_ACCOUNT_PARTY,
                       .status = one_in(r, 10) ? WC_ACCOUNT_FROZEN : WC_ACCOUNT_ACTIVE,
                       .threshold = (uint16_t)(1 + one_in(r, 10)),
                       .key_count = 1,
                       .role_count = 1};
    made.keys[0] = (wc_account_key){.scheme = 1,
                                    .weight = 1,
                                    .scope = WC_SCOPE_ALL,
                                    .to_h = WC_HEIGHT_NONE,
                                    .revoked_h = one_in(r, 10) ? 7 : WC_HEIGHT_NONE};
    memcpy(made.keys[0].pub, pair.public_key.bytes, sizeof made.keys[0].pub);
    if (one_in(r, 6)) memset(made.keys[0].pub, (int)below(r, 256), sizeof made.keys[0].pub);
    made.roles[0] = (wc_account_role){.role = (uint16_t)(1 + below(r, 16)), .to_h = 1000};
    if (made.kind == WC_ACCOUNT_DEVICE) made.owner = one_in(r, 4) ? r->codes[0] : *somebody(r);
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_account_put(&buf, &made);
    letter l = of_administration(r);
    (void)letter_native(&l, WC_NATIVE_account_create, world_abi(w, "x", wc_buf_slice(&buf)));
    return letter_raw(&l);
}

/* ---- offers ------------------------------------------------------------------------------------
 */

static wc_slice proposal(random_blocks *r)
{
    world *w = r->w;
    static const wc_hash nobody;
    world_actor by = (world_actor)(ALICE + below(r, 3));
    letter l = world_letter(w, by);
    uint8_t tail[3][2];
    const wc_hash *parties[2] = {&w->people[by].address, somebody(r)};
    for (int i = 0; i < 2; i++) wc_store_u16(tail[i], 0);
    if (one_in(r, 4)) { /* open to holders of a role */
        parties[1] = &nobody;
        wc_store_u16(tail[1], (uint16_t)below(r, 18));
    }
    if (one_in(r, 20)) wc_store_u16(tail[0], 5);
    wc_slice terms = one_in(r, 12) ? world_abi(w, "b", 1u) : world_abi(w, "");
    bool counters = r->offer_count > 0 && one_in(r, 4);
    const wc_hash *counter_of = counters ? &r->offers[below(r, r->offer_count)] : &nobody;
    wc_slice args = world_abi(
        w, "pbpxpxqpy", one_in(r, 15) ? somebody(r) : &r->codes[below(r, 3)], 2u, parties[0],
        wc_slice_of(tail[0], 2), parties[1], wc_slice_of(tail[1], 2),
        w->now + (one_in(r, 12) ? -1 : (int64_t)below(r, 9000)) + (one_in(r, 25) ? I(40000000) : 0),
        counter_of, terms);
    (void)letter_native(&l, WC_NATIVE_offer_propose, args);
    return letter_raw(&l);
}

static wc_slice answer(random_blocks *r)
{
    world *w = r->w;
    size_t index = below(r, r->offer_count);
    wc_state_key key = wc_key_offer(&r->offers[index]);
    wc_slice value;
    wc_offer offer = {.status = WC_OFFER_OPEN};
    if (wc_chain_get(w->chain, &key, &value) == WC_OK) {
        assert_status(wc_offer_decode(&offer, value), WC_OK);
    }
    if (one_in(r, 12)) offer.terms_hash.bytes[0] ^= 1;
    letter l = world_letter(w, one_in(r, 4) ? anybody(r) : (world_actor)(ALICE + below(r, 3)));
    if (one_in(r, 5)) {
        (void)letter_native(&l, WC_NATIVE_offer_decline, world_abi(w, "p", &r->offers[index]));
    } else {
        (void)letter_native(&l, WC_NATIVE_offer_accept,
                            world_abi(w, "pp", &r->offers[index], &offer.terms_hash));
    }
    return letter_raw(&l);
}

/* ---- meters ------------------------------------------------------------------------------------
 */

static wc_slice registration(random_blocks *r)
{
    static const uint32_t steps[] = {300, 900, 3600};
    world *w = r->w;
    uint8_t bytes[WC_METER_SIZE_MAX];
    wc_meter meter = {.status = one_in(r, 12) ? WC_METER_REMOVED : WC_METER_ACTIVE,
                      .operator_account = w->people[one_in(r, 8) ? ALICE : GRID].address,
                      .customer = one_in(r, 10) ? r->codes[0] : *somebody(r),
                      .serial = wc_slice_of("SN-7", 4),
                      .point = wc_slice_of("CP-7", 4),
                      .channels = 1,
                      .accuracy_class = 10,
                      .step_s = steps[below(r, 8) == 0 ? below(r, 3) : 1],
                      .valid_from_s = w->now - 90000,
                      .valid_to_s = w->now + (int64_t)below(r, 40000) - 2000};
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_meter_put(&buf, &meter);
    letter l = world_letter(w, one_in(r, 8) ? ALICE : GRID);
    const wc_hash *which = one_in(r, 8) ? somebody(r) : &w->people[METER].address;
    (void)letter_native(&l, WC_NATIVE_meter_register,
                        world_abi(w, "px", which, wc_buf_slice(&buf)));
    return letter_raw(&l);
}

/* One to three calls, of which some carry the same reading to another contract. */
static wc_slice readings(random_blocks *r)
{
    world *w = r->w;
    letter l = world_letter(w, one_in(r, 10) ? ALICE : METER);
    int64_t at = w->now - w->now % 900 - 900 * (int64_t)below(r, 12);
    if (one_in(r, 10)) at += (int64_t)below(r, 4000) - 1000;
    int64_t version = one_in(r, 4) ? (int64_t)below(r, 3) : 0;
    if (one_in(r, 30)) version = 70000;
    int64_t value = (int64_t)below(r, 90);
    size_t calls = 1 + below(r, 3);
    for (size_t i = 0; i < calls; i++) {
        const wc_hash *target = &r->made[one_in(r, 3) ? below(r, r->made_count) : 0];
        if (one_in(r, 8)) value++;
        if (one_in(r, 8)) at -= 900;
        (void)letter_reading(&l, target, VAULT_METERED, world_abi(w, "qqq", at, version, value));
    }
    return letter_raw(&l);
}

/* ---- contracts ---------------------------------------------------------------------------------
 */

static wc_slice upgrade(random_blocks *r)
{
    world *w = r->w;
    letter l = world_letter(w, ALICE);
    if (!one_in(r, 4)) (void)letter_signer(&l, BOB);
    const wc_hash *target = one_in(r, 8) ? somebody(r) : &r->made[below(r, r->made_count)];
    const wc_hash *code = one_in(r, 8) ? somebody(r) : &r->codes[below(r, 3)];
    if (r->next_code_count > 0 && !one_in(r, 3)) {
        target = &r->upgradable;
        code = &r->next_codes[below(r, r->next_code_count)];
    }
    (void)letter_native(&l, WC_NATIVE_contract_upgrade, world_abi(w, "pp", target, code));
    return letter_raw(&l);
}

/* A letter that differs from what its sender is used to. */
static wc_slice unusual(random_blocks *r)
{
    world *w = r->w;
    letter l = world_letter(w, anybody(r));
    if (one_in(r, 3)) (void)letter_signer(&l, anybody(r));
    wc_tx *tx = &l.draft.tx;
    switch (below(r, 7)) {
    case 0:
        tx->lane = (uint16_t)(WC_LANE_WINDOW_FIRST + below(r, 8));
        tx->nonce = below(r, one_in(r, 6) ? 600 : 4);
        break;
    case 1: tx->nonce += below(r, 3) - 1; break;
    case 2: tx->gas_limit = 20000 + below(r, 200000); break;
    case 3: tx->expiry_time_s = w->now + (int64_t)below(r, 4000000) - 5; break;
    case 4: tx->valid_from_height = wc_chain_head(w->chain)->height + below(r, 3); break;
    case 5: tx->max_fee = below(r, 2000); break;
    default: tx->payer = (uint8_t)below(r, tx->auth_count); break;
    }
    size_t calls = 1 + below(r, 3);
    for (size_t i = 0; i < calls; i++) {
        uint16_t action = (uint16_t)below(r, VAULT_PASS_ON + 3);
        wc_slice args = world_abi(w, "q", (int64_t)below(r, 60));
        if (one_in(r, 4)) args.len = below(r, args.len + 1);
        uint8_t call =
            letter_call(&l, WC_CALL_ACTION, &r->made[below(r, r->made_count)], action, args);
        letter_ceiling(&l, call, l.signers[0], WORLD_CNY, 1 + (int64_t)below(r, 300));
    }
    return letter_raw(&l);
}

wc_slice random_native(random_blocks *r)
{
    if (r->extra != NULL && one_in(r, 2)) return r->extra(r->extra_self, r);
    switch (below(r, 16)) {
    case 0:
    case 1: return role(r);
    case 2: return account(r);
    case 3:
    case 4: return proposal(r);
    case 5:
    case 6:
    case 7: return r->offer_count > 0 ? answer(r) : proposal(r);
    case 8: return registration(r);
    case 9:
    case 10:
    case 11: return readings(r);
    case 12: return upgrade(r);
    default: return unusual(r);
    }
}
