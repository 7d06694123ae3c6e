/* The mix of transactions, and what is learned from their receipts. */
#include "tests/unit/chain/random_blocks.h"

#define I(x) INT64_C(x)

static uint64_t below(random_blocks *r, uint64_t bound)
{
    return wc_prng_below(r->prng, bound);
}

static world_actor somebody(random_blocks *r)
{
    static const world_actor people[] = {ALICE, BOB, CAROL, RETAILER, GRID, PAYER};
    return people[below(r, WC_ARRAY_LEN(people))];
}

static const wc_address *instance(random_blocks *r, size_t *index)
{
    *index = below(r, r->made_count);
    return &r->made[*index];
}

void random_begin(random_blocks *r, world *w, wc_prng *prng)
{
    *r = (random_blocks){.w = w, .prng = prng};
    vault_options vault = {.name = "Vault", .signatories = 1};
    vault_options tower = {.name = "Tower", .has_peer = true, .signatories = 2};
    r->codes[0] = world_deploy(w, vault_module(w, &vault));
    r->codes[1] = world_deploy(w, vault_module(w, &tower));
    r->codes[2] = world_deploy(w, clock_module(w, CLOCK_REPEAT, NULL));
    world_actor signer = ALICE;
    r->made[0] =
        world_instance(w, &r->codes[0], 1, &signer,
                       world_abi(w, "pp", &w->people[ALICE].address, &w->people[BOB].address));
    r->made_count = 1;
    world_deposit(w, ALICE, 100000);
    world_deposit(w, BOB, 100000);
}

/* ---- transactions ---------------------------------------------------------------------------- */

static wc_slice deposit(random_blocks *r)
{
    world *w = r->w;
    char entry[16] = "e0";
    entry[1] = (char)('0' + below(r, 10)); /* some entries come twice */
    entry[2] = (char)('0' + below(r, 10));
    letter l = world_letter(w, BANK);
    (void)letter_native(&l, WC_NATIVE_deposit,
                        world_abi(w, "wpqssw", WORLD_CNY, &w->people[somebody(r)].address,
                                  (int64_t)below(r, 5000) - 10, "random", entry, UINT32_C(1)));
    return letter_raw(&l);
}

static wc_slice money_args(random_blocks *r, uint16_t action, int64_t amount)
{
    world *w = r->w;
    wc_hash to = w->people[somebody(r)].address;
    size_t index;
    if (below(r, 4) == 0) to = *instance(r, &index);
    switch ((vault_action)action) {
    case VAULT_PAY: return world_abi(w, "pq", &to, amount);
    case VAULT_LOCK: return world_abi(w, "pq", &to, amount);
    case VAULT_REACH: return world_abi(w, "pq", &to, amount);
    case VAULT_VOUCH:
    case VAULT_PASS_ON: return world_abi(w, "p", &to);
    case VAULT_REDEEM: return world_abi(w, "ppq", &to, &to, amount);
    case VAULT_PUT: return world_abi(w, "qq", (int64_t)below(r, 70), amount);
    case VAULT_METERED: return world_abi(w, "qqq", amount, amount, amount);
    case VAULT_FUND:
    case VAULT_WITHDRAW:
    case VAULT_EARN:
    case VAULT_NOTE:
    case VAULT_SEND:
    case VAULT_ADD:
    case VAULT_SPIN:
    case VAULT_BURST:
    case VAULT_TWICE:
    case VAULT_SHOUT: return world_abi(w, "q", amount);
    case VAULT_FAIL:
    case VAULT_TRAP:
    case VAULT_READ:
    case VAULT_CLOSE:
    case VAULT_STAFF: break;
    }
    return wc_slice_of(NULL, 0);
}

/* One to four calls of random actions, each with a ceiling that mostly suffices. */
static wc_slice actions(random_blocks *r)
{
    world *w = r->w;
    world_actor sender = below(r, 8) == 0 ? BANK : somebody(r);
    letter l = world_letter(w, sender);
    size_t calls = 1 + below(r, 4);
    for (size_t i = 0; i < calls; i++) {
        size_t index;
        const wc_address *target = instance(r, &index);
        int64_t amount = (int64_t)below(r, below(r, 3) == 0 ? 20000 : 300) - (below(r, 40) == 0);
        uint16_t action = (uint16_t)below(r, VAULT_PASS_ON + 1);
        if (action == VAULT_CLOSE && below(r, 6) != 0) action = VAULT_FUND;
        wc_slice args = money_args(r, action, amount);
        if (r->kinds[index] == 1) {
            action = (uint16_t)below(r, 3);
            args = action == 0 ? world_abi(w, "q", amount) : wc_slice_of(NULL, 0);
        }
        uint8_t call = letter_call(&l, WC_CALL_ACTION, target, action, args);
        letter_ceiling(&l, call, sender, WORLD_CNY, 1 + (int64_t)below(r, 20000));
    }
    return letter_raw(&l);
}

static wc_slice instantiation(random_blocks *r)
{
    world *w = r->w;
    world_actor a = somebody(r), b = somebody(r);
    letter l = world_letter(w, a);
    if (b != a && below(r, 3) != 0) (void)letter_signer(&l, b);
    size_t kind = below(r, 3), index;
    wc_slice args = world_abi(w, "pp", &w->people[a].address, &w->people[b].address);
    if (kind == 1) args = world_abi(w, "xp", args, instance(r, &index));
    if (kind == 2) args = world_abi(w, "xq", args, (int64_t)below(r, 4000));
    (void)letter_call(&l, WC_CALL_INSTANTIATE, &r->codes[kind], 0, args);
    return letter_raw(&l);
}

static wc_slice mandate(random_blocks *r)
{
    world *w = r->w;
    size_t index;
    const wc_address *target = instance(r, &index);
    letter l = world_letter(w, somebody(r));
    if (below(r, 4) == 0) {
        (void)letter_native(&l, WC_NATIVE_mandate_revoke, world_abi(w, "pw", target, WORLD_CNY));
    } else {
        (void)letter_native(&l, WC_NATIVE_mandate_grant,
                            world_abi(w, "pwqqwq", target, WORLD_CNY, I(3000), I(900),
                                      UINT32_C(600), w->now + 5000));
    }
    return letter_raw(&l);
}

static wc_slice damaged(random_blocks *r, wc_slice raw)
{
    uint8_t *copy = wc_arena_alloc(&r->w->arena, raw.len, 1);
    assert_non_null(copy);
    memcpy(copy, raw.data, raw.len);
    copy[below(r, raw.len)] ^= (uint8_t)(1u << below(r, 8));
    return wc_slice_of(copy, below(r, 4) == 0 ? below(r, raw.len) : raw.len);
}

size_t random_txs(random_blocks *r, wc_slice txs[RANDOM_TXS_MAX])
{
    size_t count = below(r, RANDOM_TXS_MAX + 1);
    for (size_t i = 0; i < count; i++) {
        uint64_t kind = below(r, 30);
        if (kind < 2) txs[i] = deposit(r);
        if (kind >= 2 && kind < 5) txs[i] = instantiation(r);
        if (kind == 5) txs[i] = mandate(r);
        if (kind >= 6 && kind < 18) txs[i] = actions(r);
        if (kind >= 18) txs[i] = random_native(r);
        if (below(r, 15) == 0) txs[i] = damaged(r, txs[i]);
        if (i > 0 && below(r, 25) == 0) txs[i] = txs[i - 1];
    }
    return count;
}

/* ---- receipts -------------------------------------------------------------------------------- */

static void learn_instance(random_blocks *r, wc_slice data)
{
    if (r->made_count == WC_ARRAY_LEN(r->made)) return;
    memcpy(r->made[r->made_count].bytes, data.data, 32);
    r->kinds[r->made_count++] = memcmp(data.data + 32, r->codes[2].bytes, 32) == 0;
}

static void learn_offer(random_blocks *r, wc_slice data)
{
    size_t at = r->offer_count % WC_ARRAY_LEN(r->offers);
    if (r->offer_count < WC_ARRAY_LEN(r->offers)) r->offer_count++;
    memcpy(r->offers[at].bytes, data.data, 32);
}

void random_learn(random_blocks *r, const wc_sealed *sealed)
{
    for (uint32_t i = 0; i < sealed->applied.receipt_count; i++) {
        const wc_receipt_page *page = &sealed->applied.receipts[i];
        uint16_t status = page->receipt.status;
        r->ok += status == WC_RECEIPT_OK;
        r->refused += status >= WC_REFUSAL_REJECTED_FIRST && status < WC_REFUSAL_FAILED_FIRST;
        r->failed += status == WC_RECEIPT_ERROR || status == WC_RECEIPT_TRAP ||
                     status >= WC_REFUSAL_FAILED_FIRST;
        wc_slice data;
        if (world_events(page, WC_EVENT_INSTANCE_CREATED, &data) > 0) learn_instance(r, data);
        if (world_events(page, WC_EVENT_OFFER_CHANGED, &data) > 0) learn_offer(r, data);
    }
}
