/* Who makes records, and what shows that it changed: beside the record in which the validators
 * changed lies the proof of their entry under its root. */
#include <stdlib.h>

#include "node/chain/inside.h"

/* ---- writing --------------------------------------------------------------------------------- */

void wc_chain_put_change(wc_chain *chain, const wc_chain_change *change)
{
    wc_chain_key key = wc_chain_change_key(change->seq);
    wc_batch_put(chain->batch, WC_CF_CHAIN, wc_chain_key_slice(&key), change->proof);
}

/* The tree is that of the record by now, and the ledger's change is not yet in the store. */
wc_status wc_chain_prove_validators(wc_chain *chain, uint64_t seq, wc_slice value)
{
    wc_buf buf;
    wc_tree_version version;
    wc_proof *proof = malloc(sizeof *proof);
    if (proof == NULL) return WC_NO_MEMORY;
    wc_state_key key = wc_key_validators();
    wc_hash k = wc_tree_key(wc_state_key_slice(&key));
    (void)pthread_mutex_lock(&chain->tree_turn);
    wc_status status = wc_tree_version_at(&chain->tree, &version, seq);
    if (status == WC_OK) status = wc_proof_build(proof, &chain->tree, &version, &k, value);
    (void)pthread_mutex_unlock(&chain->tree_turn);
    if (status == WC_OK) {
        wc_buf_init(&buf, chain->scratch, WC_CHAIN_SCRATCH_BYTES);
        wc_proof_put(&buf, proof);
        wc_assert(!buf.full);
        wc_chain_change change = {.seq = seq, .proof = wc_buf_slice(&buf)};
        wc_chain_put_change(chain, &change);
    }
    free(proof);
    return status;
}

/* ---- reading --------------------------------------------------------------------------------- */

wc_status wc_chain_next_change(wc_chain *chain, uint64_t after, wc_chain_change *change)
{
    uint8_t kind = 'v';
    wc_slice key, value;
    wc_chain_key from = wc_chain_change_key(after);
    WC_TRY(wc_chain_cursor_next(&chain->records, wc_slice_of(&kind, 1), wc_chain_key_slice(&from),
                                &key, &value));
    if (key.len != from.len) return WC_CORRUPT;
    change->seq = wc_load_u64(key.data + 1);
    if (change->seq > chain->head.seq) return WC_NOT_FOUND;
    wc_pool_reset(&chain->record_pool);
    change->proof = wc_pool_copy(&chain->record_pool, value);
    if (change->proof.data == NULL) return WC_NO_MEMORY;
    return wc_chain_fetch_record(chain, change->seq, &change->record);
}

static wc_status read_maker(wc_public_key *maker, wc_slice value)
{
    wc_validators *validators = malloc(sizeof *validators);
    if (validators == NULL) return WC_NO_MEMORY;
    wc_status status = wc_validators_decode(validators, value);
    if (status == WC_OK) memcpy(maker->bytes, validators->list[0].pub, sizeof maker->bytes);
    free(validators);
    return status;
}

wc_status wc_chain_maker_of(wc_chain *chain, uint64_t seq, wc_public_key *maker)
{
    size_t bad;
    wc_chain_change change = {.seq = 0};
    wc_proof *proof = malloc(sizeof *proof);
    if (proof == NULL) return WC_NO_MEMORY;
    wc_status status = read_maker(maker, chain->genesis.validators);
    while (status == WC_OK) {
        status = wc_chain_next_change(chain, change.seq, &change);
        if (status == WC_NOT_FOUND || (status == WC_OK && change.seq >= seq)) {
            status = WC_OK;
            break;
        }
        if (status == WC_OK) status = wc_proof_decode(proof, &bad, change.proof);
        if (status == WC_OK) status = read_maker(maker, proof->value);
    }
    free(proof);
    return status;
}
