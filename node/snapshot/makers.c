/* From the genesis to whoever made the record of a snapshot: each change of the validators, in
 * order, certified by the key before it and proved under its record's root. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/ledger/params.h"
#include "node/ledger/proof.h"
#include "node/ledger/read.h"
#include "node/ledger/state.h"
#include "node/snapshot/makers.h"

typedef struct walk {
    const wc_snap_header *header;
    const wc_record *record; /* of the snapshot */
    wc_snap_makers *out;
    char *why;
    wc_validators validators; /* in force */
    wc_proof proof;
    uint64_t seq, height; /* of the change before; 0: there was none */
    int64_t time_s;
    wc_hash hash;
} walk;

static wc_status say(walk *w, wc_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static wc_status say(walk *w, wc_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(w->why, WC_SNAP_WHY_MAX, format, args);
    va_end(args);
    return status;
}

static wc_status say_change(walk *w, wc_status status, uint64_t seq, const char *what)
{
    return say(w, status, "the change of the validators in record %llu: %s",
               (unsigned long long)seq, what);
}

bool wc_snap_certifies(const wc_certificate *certificate, const wc_public_key *maker,
                       const wc_record *record, const wc_hash *record_hash)
{
    uint8_t message[WC_CERTIFICATE_MESSAGE_SIZE];
    wc_certificate_message(message, &record->genesis_hash, certificate->incarnation, record->seq,
                           record->height, record_hash);
    return certificate->sig_count == 1 && certificate->sigs[0].key_index == 0 &&
           wc_verify(maker, &certificate->sigs[0].signature, wc_slice_of(message, sizeof message));
}

static wc_public_key key_of(const wc_validators *validators)
{
    wc_public_key key;
    memcpy(key.bytes, validators->list[0].pub, sizeof key.bytes);
    return key;
}

/* Its place in the chain, as far as neighbours show it. */
static wc_status check_place(walk *w, const wc_snap_change *change, const wc_record *record)
{
    bool is_later = record->seq > w->seq && record->seq <= w->record->seq &&
                    (w->seq == 0 || record->height > w->height) && record->time_s >= w->time_s;
    if (!wc_hash_equal(&record->genesis_hash, &w->record->genesis_hash)) {
        return say_change(w, WC_CORRUPT, record->seq, "it is of another chain");
    }
    if (!is_later) return say_change(w, WC_CORRUPT, record->seq, "it does not stand in order");
    if (record->seq == w->seq + 1 && w->seq > 0 &&
        !wc_hash_equal(&record->prev_record_hash, &w->hash)) {
        return say_change(w, WC_CORRUPT, record->seq, "it does not follow the record before it");
    }
    if (record->seq != w->record->seq) return WC_OK;
    bool is_same = wc_slice_equal(change->record, w->header->record) &&
                   change->has_certificate == w->header->has_certificate;
    return is_same ? WC_OK
                   : say_change(w, WC_CORRUPT, record->seq, "it is not the snapshot's own record");
}

static wc_status check_proof(walk *w, const wc_snap_change *change, const wc_record *record)
{
    size_t bad;
    wc_state_key key = wc_key_validators();
    wc_hash k = wc_tree_key(wc_state_key_slice(&key));
    if (wc_proof_decode(&w->proof, &bad, change->proof) != WC_OK ||
        wc_proof_verify(&w->proof, &record->state_root, &k) != WC_OK ||
        w->proof.kind != WC_PROOF_PRESENT ||
        wc_validators_decode(&w->validators, w->proof.value) != WC_OK) {
        return say_change(w, WC_CORRUPT, record->seq,
                          "its proof does not hold under the root of its record");
    }
    wc_hash hash = wc_validators_hash(&w->validators);
    if (wc_hash_equal(&hash, &record->next_validators_hash)) return WC_OK;
    return say_change(w, WC_CORRUPT, record->seq, "its record names other validators");
}

static wc_status follow(walk *w, const wc_snap_change *change)
{
    wc_record record;
    size_t bad;
    if (wc_record_decode(&record, &bad, change->record) != WC_OK) {
        return say(w, WC_CORRUPT, "a change of the validators: its record does not decode");
    }
    wc_hash hash = wc_record_hash(change->record);
    WC_TRY(check_place(w, change, &record));
    wc_public_key maker = key_of(&w->validators);
    if (w->header->has_certificate) {
        if (!change->has_certificate) {
            return say_change(w, WC_BAD_SIGNATURE, record.seq, "its record has no certificate");
        }
        if (!wc_snap_certifies(&change->certificate, &maker, &record, &hash)) {
            return say_change(w, WC_BAD_SIGNATURE, record.seq,
                              "its certificate does not verify under the key before it");
        }
    }
    WC_TRY(check_proof(w, change, &record));
    if (record.seq < w->record->seq) w->out->maker = key_of(&w->validators);
    w->seq = record.seq;
    w->height = record.height;
    w->time_s = record.time_s;
    w->hash = hash;
    w->out->value = wc_value_hash(w->proof.value);
    return WC_OK;
}

static wc_status follow_all(walk *w)
{
    wc_hash hash = wc_validators_hash(&w->validators);
    wc_reader reader = wc_reader_of(w->header->changes);
    w->out->maker = key_of(&w->validators);
    for (uint16_t i = 0; i < w->header->change_count; i++) {
        wc_snap_change change;
        wc_assert(wc_snap_change_read(&reader, &change) == WC_OK); /* with the header */
        WC_TRY(follow(w, &change));
        hash = wc_validators_hash(&w->validators);
    }
    bool is_last = wc_hash_equal(&hash, &w->record->next_validators_hash);
    if (is_last && w->seq > 0 && w->record->seq == w->seq + 1) {
        is_last = wc_hash_equal(&w->record->prev_record_hash, &w->hash);
    }
    if (is_last) return WC_OK;
    return say(w, WC_CORRUPT,
               "the changes of the validators that it lists do not lead to those that record %llu "
               "names",
               (unsigned long long)w->record->seq);
}

wc_status wc_snap_follow_makers(wc_snap_makers *makers, char why[WC_SNAP_WHY_MAX],
                                const wc_snap_header *header, const wc_record *record,
                                wc_slice genesis_validators)
{
    *makers = (wc_snap_makers){0};
    why[0] = '\0';
    walk *w = calloc(1, sizeof *w);
    if (w == NULL) return WC_NO_MEMORY;
    w->header = header;
    w->record = record;
    w->out = makers;
    w->why = why;
    w->time_s = INT64_MIN;
    makers->value = wc_value_hash(genesis_validators);
    wc_status status = wc_validators_decode(&w->validators, genesis_validators);
    status = status == WC_OK ? follow_all(w)
                             : say(w, WC_CORRUPT, "the validators of the genesis do not decode");
    free(w);
    return status;
}
