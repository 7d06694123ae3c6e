/* The course of a replay: genesis, record by record, families. */
#include "node/audit/replay.h"

#include <stdio.h>
#include <stdlib.h>

#include "node/audit/inside.h"
#include "node/snapshot/snapshot.h"

/* ---- genesis -----------------------------------------------------------------------------------
 */

static wc_status note_trust(wc_audit *audit)
{
    wc_chain_record record;
    WC_TRY(wc_chain_read_record(audit->chain, audit->first, &record));
    audit->report->first_hash = record.hash;
    audit->report->trust = audit->options->record_hash != NULL ? WC_REPLAY_GIVEN
                           : record.has_certificate            ? WC_REPLAY_CERTIFIED
                                                               : WC_REPLAY_UNVOUCHED;
    return WC_OK;
}

/* What cannot be sorted in memory goes beside the snapshot. */
static wc_status begin_with_snapshot(wc_audit *audit, wc_chain_report *report,
                                     const wc_chain_options *options, const wc_hash *genesis_hash)
{
    wc_snap *snap;
    wc_snap_trust trust = {.genesis_hash = genesis_hash,
                           .record_hash = audit->options->record_hash,
                           .is_compared = true};
    const char *folder = audit->options->snapshot;
    WC_TRY(wc_snap_open(&snap, &report->store.problem, folder, &trust));
    wc_status status = WC_NOT_FOUND;
    if (wc_snap_info_of(snap)->seq == audit->first) {
        status = wc_snap_restore(&audit->chain, report, snap, options, folder);
    } else {
        wc_chain_say(&report->store.problem,
                     "the ledger begins with record %llu, the snapshot is of record %llu",
                     (unsigned long long)audit->first,
                     (unsigned long long)wc_snap_info_of(snap)->seq);
    }
    wc_snap_close(snap);
    return status;
}

static wc_status begin_chain(wc_audit *audit, wc_slice genesis, wc_chain_report *report)
{
    wc_chain_options options = {
        .genesis = genesis, .threads = audit->options->threads, .native = audit->options->native};
    if (audit->first == 0) return wc_chain_open(&audit->chain, report, &options);
    wc_hash hash = wc_genesis_hash(genesis);
    if (audit->bundle == NULL) return begin_with_snapshot(audit, report, &options, &hash);
    wc_snap_trust trust = {.genesis_hash = &hash, .record_hash = audit->options->record_hash};
    return wc_bundle_begin(audit->bundle, audit->path, &audit->chain, report, &options, &trust);
}

/* The recomputed chain begins with the folder's genesis, or with a snapshot: what an auditor has to
 * compare with the genesis hash, or the record's, that was handed over on paper. */
static wc_status open_chain(wc_audit *audit, wc_slice genesis)
{
    wc_chain_report report = {0};
    wc_status status = begin_chain(audit, genesis, &report);
    bool is_difference = status != WC_OK && status != WC_NO_MEMORY && status != WC_NOT_SUPPORTED &&
                         audit->first == 0;
    if (is_difference) {
        wc_audit_say(audit, "genesis", "");
        wc_audit_stored(audit, "%.*s", WC_REPLAY_TEXT_MAX - 1, report.store.problem.text);
        wc_audit_recomputed(audit, "a genesis that can be applied");
        return WC_OK;
    }
    if (status != WC_OK) {
        audit->report->store.problem = report.store.problem;
        return status;
    }
    if (audit->first > 0) WC_TRY(note_trust(audit));
    audit->named_validators = *wc_chain_validators_hash(audit->chain);
    wc_slice id = wc_chain_id(audit->chain);
    wc_assert(id.len < sizeof audit->report->chain_id);
    memcpy(audit->report->chain_id, id.data, id.len);
    audit->report->genesis_hash = wc_chain_genesis_hash(audit->chain);
    return WC_OK;
}

/* Options that go with another beginning than the one that is there. */
static wc_status check_options(wc_audit *audit)
{
    wc_store_problem *problem = &audit->report->store.problem;
    const wc_replay_options *options = audit->options;
    if (audit->bundle != NULL && options->snapshot != NULL) {
        wc_chain_say(problem, "a bundle that begins with a snapshot brings it along; --snapshot is "
                              "for folders");
        return WC_NOT_FOUND;
    }
    if (audit->first > 0) return WC_OK;
    if (options->snapshot == NULL && options->record_hash == NULL) return WC_OK;
    wc_chain_say(problem,
                 "the ledger begins with its genesis and is replayed from there; --%s is for one "
                 "that does not",
                 options->snapshot != NULL ? "snapshot" : "record-hash");
    return WC_NOT_FOUND;
}

/* Does it begin with the genesis, and if not, is there what it begins with? */
static wc_status find_first(wc_audit *audit)
{
    wc_status status = WC_OK;
    if (audit->bundle != NULL) {
        audit->first = wc_bundle_first(audit->bundle);
    } else {
        status = wc_chain_read_oldest(audit->store, &audit->first);
    }
    if (status != WC_OK) {
        wc_audit_say(audit, "meta base", "");
        wc_audit_stored(audit, "bytes that do not decode");
        wc_audit_recomputed(audit, "the number of a record, or no such entry");
        return WC_OK;
    }
    audit->report->first_seq = audit->first;
    audit->report->executed_until = audit->first;
    WC_TRY(check_options(audit));
    if (audit->first == 0 || audit->bundle != NULL || audit->options->snapshot != NULL) {
        return WC_OK;
    }
    wc_chain_say(&audit->report->store.problem,
                 "the ledger begins with a snapshot of record %llu: give that one with --snapshot "
                 "DIR to replay what came behind it; records before it are in other nodes' folders",
                 (unsigned long long)audit->first);
    return WC_PRUNED;
}

static wc_status begin(wc_audit *audit)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    WC_TRY(find_first(audit));
    if (audit->has_difference) return WC_OK;
    wc_status status = wc_audit_read_genesis(audit, &bytes, &len);
    if (status == WC_NOT_FOUND) return WC_OK; /* told */
    if (status == WC_OK) status = open_chain(audit, wc_slice_of(bytes, len));
    if (status == WC_OK && !audit->has_difference) {
        status = audit->first == 0
                     ? wc_conserve_genesis(&audit->conserve, wc_slice_of(bytes, len))
                     : wc_conserve_snapshot(&audit->conserve, wc_chain_store(audit->chain));
    }
    free(bytes);
    return status;
}

void *wc_audit_take(wc_audit *audit, size_t size)
{
    void *memory = wc_pool_take(&audit->pool, size);
    if (memory == NULL) wc_store_fatal("replay", "out of memory");
    return memory;
}

/* ---- records -----------------------------------------------------------------------------------
 */

static void count_signatures(wc_audit *audit, const wc_applied *applied)
{
    for (uint32_t i = 0; i < applied->tx_count; i++) {
        if (applied->txs[i].tx != NULL) audit->report->signatures += applied->txs[i].tx->sig_count;
    }
    audit->report->transactions += applied->tx_count;
}

static wc_status execute(wc_audit *audit, uint64_t seq)
{
    const wc_sealed *sealed;
    wc_status status = wc_chain_seal_input(audit->chain, audit->input, &sealed);
    if (status == WC_NO_MEMORY || status == WC_NOT_SUPPORTED) return status;
    if (status != WC_OK) {
        wc_audit_say(audit, "block input", "");
        wc_audit_stored(audit, "a block that cannot follow (%s)", wc_status_text(status));
        wc_audit_recomputed(audit, "a block behind record %llu", (unsigned long long)(seq - 1));
        return WC_OK;
    }
    if (!sealed->applied.is_recorded) {
        wc_audit_say(audit, "record", "");
        wc_audit_stored(audit, "a record");
        wc_audit_recomputed(audit, "none: nothing happens in this block");
        return WC_OK;
    }
    wc_audit_compare_receipts(audit, seq, &sealed->applied);
    wc_audit_compare_record(audit, &sealed->applied.record);
    count_signatures(audit, &sealed->applied);
    WC_TRY(wc_conserve_add(&audit->conserve, &sealed->applied));
    audit->report->gas += sealed->applied.record.gas_used;
    audit->report->executed_until = seq;
    audit->report->state_root = sealed->applied.record.state_root;
    return WC_OK;
}

/* Behind a destroyed payload: the chain of records still holds or not. */
static void check_unexecuted(wc_audit *audit, uint64_t seq)
{
    const wc_record *record = &audit->now.record;
    (void)(wc_audit_differ_number(audit, "record", "seq", record->seq, seq) ||
           wc_audit_differ_hash(audit, "record", "genesis_hash", &record->genesis_hash,
                                &audit->report->genesis_hash) ||
           wc_audit_differ_hash(audit, "record", "prev_record_hash", &record->prev_record_hash,
                                &audit->before));
    if (!audit->has_difference) wc_audit_check_receipts(audit, seq);
    audit->report->transactions += record->tx_count;
    audit->report->gas += record->gas_used;
}

static void say_destroyed(wc_audit *audit)
{
    if (audit->options->allow_destroyed) {
        audit->is_executing = false;
        audit->report->verdict = WC_REPLAY_PARTIAL;
        return;
    }
    wc_audit_say(audit, "block input", "payload");
    wc_audit_stored(audit, "no payload: it was destroyed, or is missing");
    wc_audit_recomputed(audit, "nothing, without it");
}

static wc_status replay_block(wc_audit *audit, uint64_t seq)
{
    bool is_complete = true;
    if (!wc_audit_read_input(audit, seq, &is_complete)) return WC_OK;
    if (!is_complete && audit->is_executing) say_destroyed(audit);
    if (audit->has_difference) return WC_OK;
    if (audit->is_executing) return execute(audit, seq);
    check_unexecuted(audit, seq);
    return WC_OK;
}

/* Record 0, or that of the snapshot: it was not executed here. */
static wc_status compare_first_record(wc_audit *audit)
{
    wc_chain_record recomputed;
    WC_TRY(wc_chain_read_record(audit->chain, audit->first, &recomputed));
    wc_audit_compare_record(audit, &recomputed.record);
    audit->report->state_root = recomputed.record.state_root;
    return WC_OK;
}

static wc_status replay_record(wc_audit *audit, uint64_t seq)
{
    wc_pool_reset(&audit->pool);
    if (audit->bundle != NULL) {
        wc_audit_drop_record(audit, &audit->now);
        WC_TRY(wc_bundle_load(audit->bundle, seq + 1)); /* and the one that names its hash */
    }
    audit->report->difference.has_seq = true;
    audit->report->difference.seq = seq;
    if (!wc_audit_read_record(audit, seq, &audit->now)) return WC_OK;
    wc_audit_check_certificate(audit, seq);
    if (audit->has_difference) return WC_OK;
    WC_TRY(seq == audit->first ? compare_first_record(audit) : replay_block(audit, seq));
    wc_audit_tell_certificate(audit);
    audit->before = audit->now.hash;
    audit->named_validators = audit->now.record.next_validators_hash;
    audit->report->record_hash = audit->now.hash;
    audit->report->records++;
    return WC_OK;
}

/* The head is that of the newest block, which need not have a record. */
static void compare_head(wc_audit *audit)
{
    const wc_head *head = &audit->head;
    const wc_record *record = &audit->now.record;
    if (audit->has_difference) return;
    audit->report->difference.has_seq = false;
    if (wc_audit_differ_hash(audit, "head", "record_hash", &head->record_hash, &audit->now.hash)) {
        return;
    }
    if (head->height < record->height) {
        (void)wc_audit_differ_number(audit, "head", "height", head->height, record->height);
    } else if (head->height == record->height || head->time_s < record->time_s) {
        (void)(wc_audit_differ_number(audit, "head", "time_s", (uint64_t)head->time_s,
                                      (uint64_t)record->time_s) ||
               wc_audit_differ_number(audit, "head", "time_ns", head->time_ns, record->time_ns));
    }
}

/* Of the recomputed state, which is that of the folder when nothing differs. */
static wc_status check_conservation(wc_audit *audit)
{
    if (audit->has_difference || !audit->is_executing) return WC_OK;
    WC_TRY(wc_conserve_count(&audit->conserve, wc_chain_store(audit->chain)));
    const wc_conserve_asset *broken = wc_conserve_broken(&audit->conserve);
    if (broken == NULL) {
        audit->report->conserved = audit->conserve.count;
        return WC_OK;
    }
    char place[64];
    (void)snprintf(place, sizeof place, "conservation of asset %u", broken->asset);
    audit->report->difference.has_seq = false;
    wc_audit_say(audit, place, "balances");
    wc_audit_stored(audit, "%lld in all balances", (long long)broken->held);
    wc_audit_recomputed(audit, "%lld by the register, %lld by postings", (long long)broken->supply,
                        (long long)broken->given);
    return WC_OK;
}

static wc_status replay_all(wc_audit *audit)
{
    const wc_replay_options *options = audit->options;
    WC_TRY(begin(audit));
    if (audit->has_difference || !wc_audit_read_head(audit, &audit->head)) return WC_OK;
    audit->report->last_seq = audit->head.seq;
    for (uint64_t seq = audit->first; seq <= audit->head.seq && !audit->has_difference; seq++) {
        WC_TRY(replay_record(audit, seq));
        if (options->on_record != NULL) {
            options->on_record(options->self, seq + 1 - audit->first,
                               audit->head.seq + 1 - audit->first);
        }
    }
    compare_head(audit);
    bool has_families = audit->bundle == NULL && audit->is_executing;
    if (!audit->has_difference && has_families) wc_audit_compare_families(audit);
    return check_conservation(audit);
}

wc_status wc_audit_run(wc_replay_report *report, const wc_store *store, wc_bundle_reader *bundle,
                       const char *path, const wc_replay_options *options)
{
    wc_replay_report opened = *report; /* what is known already */
    *report = (wc_replay_report){.is_bundle = opened.is_bundle,
                                 .has_seal = opened.has_seal,
                                 .is_sealed = opened.is_sealed,
                                 .is_seal_damaged = opened.is_seal_damaged,
                                 .store = opened.store};
    wc_audit audit = {.store = store,
                      .bundle = bundle,
                      .path = path,
                      .options = options,
                      .report = report,
                      .is_executing = true};
    audit.input = malloc(sizeof *audit.input);
    wc_status status = audit.input == NULL ? WC_NO_MEMORY : replay_all(&audit);
    wc_audit_drop_record(&audit, &audit.now);
    wc_pool_reset(&audit.pool);
    free(audit.input);
    wc_chain_close(audit.chain);
    return status;
}

wc_status wc_replay(wc_replay_report *report, const wc_store *store,
                    const wc_replay_options *options)
{
    return wc_audit_run(report, store, NULL, NULL, options);
}
