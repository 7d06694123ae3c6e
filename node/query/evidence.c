/* Evidence: who signed, who sealed, and proofs that need nothing but a record. */
#include "node/query/inclusion.h"
#include "node/query/inside.h"
#include "node/query/when.h"

#include <stdlib.h>

#define TEXT_MAX 1024u
#define VERIFIES "verifies"

/* ---- signatures --------------------------------------------------------------------------------
 */

/* The key as the account has it now; keys that were replaced are in its history. */
static bool find_key(wc_query *query, const wc_address *address, uint16_t key_id,
                     wc_public_key *pub)
{
    wc_state_key key = wc_key_account(address);
    wc_slice value;
    wc_account account;
    if (wc_chain_get(query->chain, &key, &value) == WC_OK &&
        wc_account_decode(&account, value) == WC_OK) {
        const wc_account_key *found = wc_account_key_find(&account, key_id);
        if (found != NULL) {
            memcpy(pub->bytes, found->pub, sizeof pub->bytes);
            return true;
        }
    }
    wc_key_record record;
    key = wc_key_key_history(address, key_id);
    if (wc_chain_get(query->chain, &key, &value) != WC_OK) return false;
    if (wc_key_record_decode(&record, value) != WC_OK) return false;
    memcpy(pub->bytes, record.key.pub, sizeof pub->bytes);
    return true;
}

static const char *judge(wc_query *query, const wc_visit *visit, const wc_tx_sig *sig)
{
    wc_public_key pub;
    uint8_t message[WC_SIGNED_MESSAGE_SIZE];
    if (!find_key(query, &visit->tx->auth[sig->auth].address, sig->key_id, &pub)) {
        return "key unknown";
    }
    wc_tx_signed_message(message, &visit->page->receipt.subject, sig->auth, sig->key_id,
                         sig->scheme);
    bool is_genuine = wc_verify(&pub, &sig->signature, wc_slice_of(message, sizeof message));
    return is_genuine ? VERIFIES : "DOES NOT VERIFY";
}

const char *wc_query_judge_signatures(wc_query *query, const wc_visit *visit)
{
    for (uint8_t i = 0; i < visit->tx->sig_count; i++) {
        const char *verdict = judge(query, visit, &visit->tx->sigs[i]);
        if (strcmp(verdict, VERIFIES) != 0) return verdict;
    }
    return VERIFIES;
}

static void put_signatures(wc_query *query, wc_outline *outline, const wc_visit *visit)
{
    wc_outline_open_list(outline, "signatures");
    for (uint8_t i = 0; visit->tx != NULL && i < visit->tx->sig_count; i++) {
        const wc_tx_sig *sig = &visit->tx->sigs[i];
        const wc_address *address = &visit->tx->auth[sig->auth].address;
        const char *verdict = judge(query, visit, sig);
        uint8_t memory[TEXT_MAX];
        wc_buf who;
        wc_buf_init(&who, memory, sizeof memory);
        wc_query_put_party(&who, query, address);
        wc_outline_open(outline, NULL);
        wc_outline_str(outline, "account", wc_query_text(&who));
        wc_outline_number(outline, "key", sig->key_id);
        wc_buf_init(&who, memory, sizeof memory);
        wc_buf_put_hex(&who, wc_slice_of(sig->signature.bytes, sizeof sig->signature.bytes));
        wc_outline_str(outline, "signature", wc_query_text(&who));
        wc_outline_str(outline, "verdict", wc_str_of(verdict));
        wc_outline_close(outline);
        wc_buf_init(&who, memory, sizeof memory);
        wc_query_put_party(&who, query, address);
        wc_outline_line(outline, "signature     %.*s, key %u, %02x%02x%02x%02x...: %s",
                        WC_STR_ARG(wc_query_text(&who)), sig->key_id, sig->signature.bytes[0],
                        sig->signature.bytes[1], sig->signature.bytes[2], sig->signature.bytes[3],
                        verdict);
    }
    wc_outline_close(outline);
}

/* ---- record and certificate --------------------------------------------------------------------
 */

/* Was this record made by the validators that the state names now? The record before it says. */
static bool is_of_these(wc_query *query, uint64_t seq, const wc_validators *validators)
{
    wc_chain_record before;
    wc_hash hash = wc_validators_hash(validators);
    return seq == 0 || (wc_chain_read_record(query->chain, seq - 1, &before) == WC_OK &&
                        wc_hash_equal(&before.record.next_validators_hash, &hash));
}

static const char *judge_certificate(wc_query *query, const wc_chain_record *record)
{
    if (!record->has_certificate) return "none";
    wc_state_key key = wc_key_validators();
    wc_slice value;
    const char *verdict = "DOES NOT VERIFY";
    wc_validators *validators = malloc(sizeof *validators);
    if (validators == NULL) return "out of memory";
    uint8_t message[WC_CERTIFICATE_MESSAGE_SIZE];
    const wc_certificate_sig *sig = &record->certificate.sigs[0];
    wc_hash genesis = wc_chain_genesis_hash(query->chain);
    wc_certificate_message(message, &genesis, record->certificate.incarnation, record->record.seq,
                           record->record.height, &record->hash);
    if (wc_chain_get(query->chain, &key, &value) == WC_OK &&
        wc_validators_decode(validators, value) == WC_OK && sig->key_index < validators->count) {
        wc_public_key pub;
        memcpy(pub.bytes, validators->list[sig->key_index].pub, sizeof pub.bytes);
        if (wc_verify(&pub, &sig->signature, wc_slice_of(message, sizeof message))) {
            verdict = VERIFIES;
        } else if (!is_of_these(query, record->record.seq, validators)) {
            verdict = "by an earlier key; `audit replay` verifies it";
        }
    }
    free(validators);
    return verdict;
}

static void put_record(wc_query *query, wc_outline *outline, const wc_chain_record *record)
{
    uint8_t memory[TEXT_MAX];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_put_time(&text, record->record.time_s);
    const char *verdict = judge_certificate(query, record);
    wc_outline_open(outline, "record");
    wc_outline_number(outline, "seq", (int64_t)record->record.seq);
    wc_outline_number(outline, "height", (int64_t)record->record.height);
    wc_outline_str(outline, "time", wc_query_text(&text));
    wc_outline_hash(outline, "hash", &record->hash);
    wc_outline_hash(outline, "previous", &record->record.prev_record_hash);
    wc_outline_hash(outline, "receipts_root", &record->record.receipts_root);
    wc_outline_hash(outline, "state_root", &record->record.state_root);
    wc_outline_str(outline, "certificate", wc_str_of(verdict));
    wc_outline_close(outline);
    wc_buf_put_text(&text, ", hash ");
    wc_buf_put_hex(&text, wc_slice_of(record->hash.bytes, sizeof record->hash.bytes));
    wc_outline_line(outline, "record        %llu, %.*s", (unsigned long long)record->record.seq,
                    WC_STR_ARG(wc_query_text(&text)));
    wc_outline_line(outline, "certificate   of the sequencer: %s", verdict);
}

/* ---- inclusion of the receipt ------------------------------------------------------------------
 */

static wc_hash leaf_of(const wc_receipt_page *page)
{
    wc_hash hash = wc_receipt_hash(&page->receipt);
    return wc_merkle_leaf(wc_slice_of(hash.bytes, sizeof hash.bytes));
}

static wc_status put_inclusion(wc_outline *outline, const wc_visit *visit)
{
    const wc_record *record = &visit->block->record.record;
    wc_hash *leaves = malloc(record->receipt_count * sizeof *leaves);
    if (leaves == NULL) return WC_NO_MEMORY;
    for (uint32_t i = 0; i < record->receipt_count; i++) {
        leaves[i] = leaf_of(&visit->block->receipts[i]);
    }
    wc_inclusion proof;
    wc_hash root;
    wc_inclusion_build(&proof, leaves, record->receipt_count, visit->receipt);
    bool holds = wc_inclusion_root(&proof, &leaves[visit->receipt], &root) &&
                 wc_hash_equal(&root, &record->receipts_root) &&
                 wc_receipt_page_check(visit->page) == WC_OK;
    wc_outline_open(outline, "receipt_proof");
    wc_outline_number(outline, "index", visit->receipt);
    wc_outline_number(outline, "count", record->receipt_count);
    wc_hash receipt = wc_receipt_hash(&visit->page->receipt);
    wc_outline_hash(outline, "receipt", &receipt);
    wc_outline_open_list(outline, "path");
    for (uint8_t i = 0; i < proof.depth; i++) wc_outline_hash(outline, NULL, &proof.path[i]);
    wc_outline_close(outline);
    wc_outline_bool(outline, "holds", holds);
    wc_outline_close(outline);
    wc_outline_line(outline, "receipt       %u of %u, path of %u hashes to receipts_root: %s",
                    visit->receipt, record->receipt_count, proof.depth,
                    holds ? "holds" : "DOES NOT HOLD");
    free(leaves);
    return WC_OK;
}

wc_status wc_query_evidence(wc_query *query, wc_outline *outline, const wc_visit *visit)
{
    put_signatures(query, outline, visit);
    put_record(query, outline, &visit->block->record);
    return put_inclusion(outline, visit);
}

/* ---- state -------------------------------------------------------------------------------------
 */

wc_status wc_query_state_proof(wc_query *query, wc_outline *outline, const wc_address *instance)
{
    uint64_t seq = wc_chain_head(query->chain)->seq;
    wc_state_key key = wc_key_instance(instance);
    wc_proof *proof = WC_ARENA_NEW(query->arena, wc_proof);
    wc_chain_record record;
    if (proof == NULL) return WC_NO_MEMORY;
    WC_TRY(wc_chain_prove(query->chain, seq, &key, query->arena, proof));
    WC_TRY(wc_chain_read_record(query->chain, seq, &record));
    wc_hash k = wc_tree_key(wc_state_key_slice(&key));
    bool holds = wc_proof_verify(proof, &record.record.state_root, &k) == WC_OK &&
                 proof->kind == WC_PROOF_PRESENT;
    wc_outline_open(outline, "state_proof");
    wc_outline_number(outline, "record", (int64_t)seq);
    wc_outline_hash(outline, "key", &k);
    wc_outline_hash(outline, "state_root", &record.record.state_root);
    wc_outline_number(outline, "depth", proof->depth);
    wc_outline_bool(outline, "holds", holds);
    wc_outline_close(outline);
    wc_outline_line(outline,
                    "state         of the contract at record %llu, path of %u levels to "
                    "state_root: %s",
                    (unsigned long long)seq, proof->depth, holds ? "holds" : "DOES NOT HOLD");
    return WC_OK;
}
