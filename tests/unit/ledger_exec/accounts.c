/* Letters about accounts and the chain's rules. */
#include "tests/unit/ledger_exec/accounts.h"

#include <stdlib.h>

wc_account_key fresh_key(const wc_keypair *pair, uint16_t key_id)
{
    wc_account_key key = {.key_id = key_id,
                          .scheme = WC_SCHEME_ED25519,
                          .weight = 1,
                          .scope = WC_SCOPE_ALL,
                          .to_h = WC_HEIGHT_NONE,
                          .revoked_h = WC_HEIGHT_NONE};
    memcpy(key.pub, pair->public_key.bytes, sizeof key.pub);
    return key;
}

static wc_slice bytes_of(world *w, const wc_buf *buf)
{
    wc_assert(!buf->full);
    uint8_t *copy = wc_arena_alloc(&w->arena, buf->len, 1);
    memcpy(copy, buf->data, buf->len);
    return wc_slice_of(copy, buf->len);
}

wc_slice key_args(world *w, world_actor account, int old, const wc_account_key *key,
                  const wc_keypair *pair)
{
    const wc_address *address = &w->people[account].address;
    wc_hash genesis = wc_chain_genesis_hash(w->chain);
    wc_hash message = wc_possession_hash(&genesis, address, key->key_id, key->pub);
    wc_signature proof = wc_sign(pair, wc_slice_of(message.bytes, sizeof message.bytes));
    uint8_t memory[32 + 2 + WC_ACCOUNT_KEY_SIZE + 64];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_buf_put(&buf, address->bytes, sizeof address->bytes);
    if (old >= 0) wc_buf_put_u16(&buf, (uint16_t)old);
    wc_account_key_put(&buf, key);
    wc_buf_put(&buf, proof.bytes, sizeof proof.bytes);
    return bytes_of(w, &buf);
}

const wc_receipt_page *native_sent(world *w, world_actor first, world_actor second,
                                   wc_native_method method, wc_slice args)
{
    letter l = world_letter(w, first);
    if (second != ACTOR_COUNT) (void)letter_signer(&l, second);
    (void)letter_native(&l, method, args);
    return world_send(w, &l);
}

const wc_receipt_page *key_added(world *w, world_actor actor, uint16_t key_id)
{
    const wc_keypair *pair = &w->people[actor].keys[key_id];
    wc_account_key key = fresh_key(pair, key_id);
    return native_sent(w, actor, ACTOR_COUNT, WC_NATIVE_key_add,
                       key_args(w, actor, -1, &key, pair));
}

wc_account account_now(world *w, world_actor actor)
{
    wc_state_key key = wc_key_account(&w->people[actor].address);
    wc_slice value;
    wc_account account;
    assert_status(wc_chain_get(w->chain, &key, &value), WC_OK);
    assert_status(wc_account_decode(&account, value), WC_OK);
    return account;
}

static int by_address(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(wc_address));
}

wc_slice guardian_args(world *w, world_actor account, uint8_t threshold, uint32_t delay_s,
                       const world_actor *guardians, uint8_t count)
{
    wc_address list[WC_ACCOUNT_GUARDIANS_MAX];
    for (uint8_t i = 0; i < count; i++) list[i] = w->people[guardians[i]].address;
    qsort(list, count, sizeof list[0], by_address);
    uint8_t memory[32 + 6 + sizeof list];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_buf_put(&buf, w->people[account].address.bytes, 32);
    wc_buf_put_u8(&buf, threshold);
    wc_buf_put_u32(&buf, delay_s);
    wc_buf_put_u8(&buf, count);
    wc_buf_put(&buf, list, count * sizeof list[0]);
    return bytes_of(w, &buf);
}

void guardians_named(world *w)
{
    static const world_actor names[3] = {BOB, CAROL, GRID};
    assert_done(native_sent(w, ALICE, ACTOR_COUNT, WC_NATIVE_guardians_set,
                            guardian_args(w, ALICE, 2, 86400, names, 3)));
}

wc_slice proposal_args(world *w, uint16_t kind, wc_slice body)
{
    return world_abi(w, "hy", (int)kind, body);
}

wc_slice params_with_price(world *w, uint64_t gas_price)
{
    wc_params params = *wc_chain_params(w->chain);
    params.gas_price = gas_price;
    uint8_t memory[WC_PARAMS_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_params_put(&buf, &params);
    return bytes_of(w, &buf);
}
