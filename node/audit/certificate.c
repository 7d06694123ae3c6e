/* Certificates: who sealed a record, and whether the records still form one chain. */
#include "node/audit/inside.h"

static bool is_by(const wc_audit *audit, const wc_public_key *maker, const uint8_t *message)
{
    const wc_certificate *certificate = &audit->now.certificate;
    return certificate->sig_count == 1 && certificate->sigs[0].key_index == 0 &&
           wc_verify(maker, &certificate->sigs[0].signature,
                     wc_slice_of(message, WC_CERTIFICATE_MESSAGE_SIZE));
}

static bool verifies(const wc_audit *audit, uint64_t seq)
{
    const wc_certificate *certificate = &audit->now.certificate;
    uint8_t message[WC_CERTIFICATE_MESSAGE_SIZE];
    wc_certificate_message(message, &audit->report->genesis_hash, certificate->incarnation, seq,
                           audit->now.record.height, &audit->now.hash);
    /* The record of a snapshot was made before the state that it leaves. */
    if (audit->first > 0 && seq == audit->first) {
        return is_by(audit, &audit->first_maker, message);
    }
    /* Behind a destroyed payload nothing is executed: a later change of the key is not known. */
    if (!wc_hash_equal(&audit->named_validators, wc_chain_validators_hash(audit->chain))) {
        return true;
    }
    /* The sequencer has index 0; a solo chain has no witnesses whose keys could be known here. */
    return is_by(audit, wc_chain_maker(audit->chain), message);
}

/* What the record behind it, or the head behind the last one, names as its hash. False: it cannot
 * be asked. */
static bool named_hash(const wc_audit *audit, uint64_t seq, wc_hash *hash)
{
    if (seq == audit->head.seq) {
        *hash = audit->head.record_hash;
        return true;
    }
    uint8_t bytes[WC_CHAIN_RECORD_MAX];
    wc_buf buf;
    wc_chain_record next;
    wc_chain_key key = wc_chain_record_key(seq + 1);
    wc_buf_init(&buf, bytes, sizeof bytes);
    if (!wc_store_get(audit->store, NULL, WC_CF_CHAIN, wc_chain_key_slice(&key), &buf))
        return false;
    if (buf.full || wc_chain_record_decode(&next, wc_buf_slice(&buf)) != WC_OK) return false;
    *hash = next.record.prev_record_hash;
    return true;
}

static void say(wc_audit *audit, const char *stored, const char *recomputed)
{
    wc_audit_say(audit, "certificate", "");
    wc_audit_stored(audit, "%s", stored);
    wc_audit_recomputed(audit, "%s", recomputed);
}

void wc_audit_check_certificate(wc_audit *audit, uint64_t seq)
{
    wc_hash named = audit->now.hash;
    bool is_linked = !named_hash(audit, seq, &named) || wc_hash_equal(&named, &audit->now.hash);
    bool has = audit->now.has_certificate;
    bool is_genuine = has && verifies(audit, seq);
    if (seq == (audit->first == 0 ? 1 : audit->first)) audit->is_certified = has;
    audit->is_suspect = !is_linked && !is_genuine;
    if (seq == 0) {
        if (has) say(audit, "a certificate", "none: genesis is nobody's block");
        return;
    }
    audit->is_forged = false;
    if (is_genuine == audit->is_certified && is_genuine == has) {
        if (has) audit->report->certificates++;
        return;
    }
    if (has != audit->is_certified) {
        say(audit, has ? "a certificate" : "none",
            has ? "none, as for the records before it" : "one, as for the records before it");
    }
    audit->is_forged = true;
    if (is_linked) wc_audit_tell_certificate(audit);
}

void wc_audit_tell_certificate(wc_audit *audit)
{
    if (!audit->is_forged) return;
    say(audit, "a signature that does not verify", "one of the sequencer over this record");
}
