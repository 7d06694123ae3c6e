/* Searching for the first difference; see bisect.h. */
#include "node/audit/bisect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct search {
    wc_bisect_report *report;
    wc_store_problem *problem;
    wc_side *sides[2];
} search;

/* ---- records -----------------------------------------------------------------------------------
 */

static wc_status compare_at(search *s, uint64_t seq, bool *is_same)
{
    wc_hash hashes[2];
    for (int i = 0; i < 2; i++) {
        WC_TRY(wc_side_hash(s->sides[i], s->problem, seq, &hashes[i]));
    }
    s->report->compared++;
    *is_same = wc_hash_equal(&hashes[0], &hashes[1]);
    return WC_OK;
}

/* The records are the same up to some place and differ from there on: *first is that place, or
 * last + 1. low: the oldest that both have. */
static wc_status find_record(search *s, uint64_t low, uint64_t last, uint64_t *first)
{
    uint64_t high = last + 1;
    bool is_same;
    WC_TRY(compare_at(s, last, &is_same));
    if (is_same) {
        low = high;
    } else {
        high = last; /* it is this one, if none before */
    }
    while (low < high) { /* halves */
        uint64_t middle = low + (high - low) / 2;
        WC_TRY(compare_at(s, middle, &is_same));
        if (is_same) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *first = low;
    return WC_OK;
}

/* ---- one record --------------------------------------------------------------------------------
 */

static wc_status say(search *s, wc_bisect_verdict verdict)
{
    s->report->verdict = verdict;
    s->report->difference = s->sides[0]->report.difference;
    s->report->difference.has_seq = true;
    s->report->difference.seq = s->report->seq;
    return WC_OK;
}

/* What the order engine decided. */
static bool inputs_differ(search *s)
{
    wc_audit *audit = &s->sides[0]->audit;
    const wc_record *a = &audit->now.record, *b = &s->sides[1]->audit.now.record;
    return wc_audit_differ_number(audit, "block input", "height", a->height, b->height) ||
           wc_audit_differ_number(audit, "block input", "time_s", (uint64_t)a->time_s,
                                  (uint64_t)b->time_s) ||
           wc_audit_differ_number(audit, "block input", "time_ns", a->time_ns, b->time_ns) ||
           wc_audit_differ_bytes(audit, "block input", "proposer",
                                 wc_slice_of(a->proposer, sizeof a->proposer),
                                 wc_slice_of(b->proposer, sizeof b->proposer)) ||
           wc_audit_differ_number(audit, "block input", "tx_count", a->tx_count, b->tx_count) ||
           wc_audit_differ_hash(audit, "block input", "txs_root", &a->txs_root, &b->txs_root);
}

/* The first transaction that is not the same, when both inputs can be read. */
static void name_transaction(search *s)
{
    wc_side *a = s->sides[0], *b = s->sides[1];
    static wc_store_problem ignored;
    wc_replay_difference known = a->report.difference;
    if (strcmp(known.field, "txs_root") != 0) return;
    a->audit.has_difference = false;
    bool can = wc_side_input(a, &ignored, s->report->seq) == WC_OK &&
               wc_side_input(b, &ignored, s->report->seq) == WC_OK;
    const wc_block_input *x = a->audit.input, *y = b->audit.input;
    for (uint32_t i = 0; can && i < x->tx_count && i < y->tx_count; i++) {
        char place[64];
        (void)snprintf(place, sizeof place, "block input, transaction %u", i);
        if (wc_audit_differ_hash(&a->audit, place, "hash", &x->txs[i].raw_hash,
                                 &y->txs[i].raw_hash)) {
            return;
        }
    }
    a->report.difference = known;
}

/* Receipt pages of the record at hand; from the audit's pool. */
static wc_status read_pages(search *s, wc_side *side, wc_applied *applied)
{
    uint32_t count = side->audit.now.record.receipt_count;
    wc_receipt_page *pages = wc_pool_take(&side->audit.pool, (count + 1u) * sizeof *pages);
    if (pages == NULL) return WC_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        wc_chain_key key = wc_chain_receipt_key(s->report->seq, i);
        wc_pin pin;
        size_t bad;
        wc_slice copy = {NULL, 0};
        if (wc_store_pin(side->audit.store, NULL, WC_CF_CHAIN, wc_chain_key_slice(&key), &pin)) {
            copy = wc_pool_copy(&side->audit.pool, pin.value);
            wc_store_unpin(side->audit.store, &pin);
        }
        if (copy.data == NULL || wc_receipt_page_decode(&pages[i], &bad, copy) != WC_OK) {
            wc_chain_say(s->problem, "%s: record %llu, receipt %u is missing or does not decode",
                         side->path, (unsigned long long)s->report->seq, i);
            return WC_CORRUPT;
        }
    }
    applied->receipts = pages;
    applied->receipt_count = count;
    return WC_OK;
}

static wc_status compare_results(search *s)
{
    wc_side *a = s->sides[0], *b = s->sides[1];
    wc_applied of_b = {0};
    WC_TRY(read_pages(s, b, &of_b));
    uint32_t count = a->audit.now.record.receipt_count;
    uint32_t both = count < of_b.receipt_count ? count : of_b.receipt_count;
    uint32_t of_b_count = of_b.receipt_count;
    of_b.receipt_count = both;
    wc_audit_compare_receipts(&a->audit, s->report->seq, &of_b);
    if (a->audit.has_difference) {
        s->report->has_event =
            sscanf(a->report.difference.place, "receipt, event %u", &s->report->event) == 1;
        return say(s, WC_BISECT_RESULT);
    }
    if (wc_audit_differ_number(&a->audit, "record", "number of receipts", count, of_b_count)) {
        return say(s, WC_BISECT_RESULT);
    }
    wc_audit_compare_record(&a->audit, &b->audit.now.record);
    return say(s, WC_BISECT_RECORD);
}

static wc_status compare_record(search *s)
{
    wc_side *a = s->sides[0];
    for (int i = 0; i < 2; i++) {
        WC_TRY(wc_side_at(s->sides[i], s->problem, s->report->seq));
        s->report->hash[i] = s->sides[i]->audit.now.hash;
    }
    a->audit.has_difference = false;
    a->report.difference = (wc_replay_difference){0};
    if (inputs_differ(s)) {
        name_transaction(s);
        return say(s, WC_BISECT_INPUT);
    }
    return compare_results(s);
}

/* One begins with a snapshot, and what is asked for lies at it or before. */
static wc_status refuse(search *s, uint64_t low, bool has_common)
{
    const wc_side *later = s->sides[s->sides[0]->first == low ? 0 : 1];
    const wc_side *other = s->sides[s->sides[0]->first == low ? 1 : 0];
    if (has_common) {
        wc_chain_say(s->problem,
                     "PRUNED: the two differ in record %llu already, with which %s begins; compare "
                     "it with a bundle or a folder that begins earlier",
                     (unsigned long long)low, later->path);
    } else {
        wc_chain_say(s->problem,
                     "PRUNED: %s begins with record %llu, %s ends with record %llu: they have none "
                     "in common",
                     later->path, (unsigned long long)low, other->path,
                     (unsigned long long)other->audit.head.seq);
    }
    return WC_PRUNED;
}

wc_status wc_bisect(wc_bisect_report *report, wc_store_problem *problem, wc_side *a, wc_side *b)
{
    search s = {report, problem, {a, b}};
    *report = (wc_bisect_report){.last_seq = {a->audit.head.seq, b->audit.head.seq},
                                 .genesis = {a->genesis_hash, b->genesis_hash}};
    if (!wc_hash_equal(&a->genesis_hash, &b->genesis_hash)) {
        report->verdict = WC_BISECT_OTHER_CHAIN;
        return WC_OK;
    }
    uint64_t last =
        report->last_seq[0] < report->last_seq[1] ? report->last_seq[0] : report->last_seq[1];
    uint64_t first, low = a->first > b->first ? a->first : b->first;
    if (low > last) return refuse(&s, low, false);
    WC_TRY(find_record(&s, low, last, &first));
    if (first == low && low > 0) return refuse(&s, low, true);
    report->seq = first;
    if (first <= last) return compare_record(&s);
    report->seq = last;
    bool is_same_end = report->last_seq[0] == report->last_seq[1];
    report->verdict = is_same_end ? WC_BISECT_SAME : WC_BISECT_PREFIX;
    for (int i = 0; i < 2; i++) {
        WC_TRY(wc_side_hash(s.sides[i], problem, last, &report->hash[i]));
    }
    return WC_OK;
}
