/* The trial: opening as a node does, SEAL included, and comparing every key with a memory store
 * that wrote the same blocks. */
#include "tests/unit/store/damage.h"

#include <stdio.h>
#include <stdlib.h>

static wc_seal seal_of(uint64_t seq)
{
    wc_seal seal = {seq, seq, block_hash(seq)};
    return seal;
}

/* What a ledger does before it lets a database be opened for writing. */
static wc_status admit(void *self, const wc_store *probe, wc_store_problem *problem)
{
    const wc_trial *trial = (const wc_trial *)self;
    uint64_t seq = newest_block(probe);
    wc_seal sealed = seal_of(trial->sealed);
    wc_seal database = seal_of(seq);
    wc_hash previous = block_hash(seq - 1);
    wc_seal_step step;
    wc_status status = wc_seal_decide(&step, &sealed, &database, &previous);
    if (status != WC_OK) wc_store_say(problem, "SEAL", NULL, NULL, NULL);
    return status;
}

/* Every key of the expected store is found by a look-up of its own, not only by a walk; a neighbour
 * of each key is found absent. */
static bool has_all_keys(const wc_store *store, uint64_t seq)
{
    wc_store model;
    bool is_same = true;
    assert_status(wc_store_open_memory(&model), WC_OK);
    for (uint64_t i = 1; i <= seq; i++) commit_block(&model, i);
    wc_snapshot *view = wc_store_snapshot(&model);
    for (unsigned cf = 0; cf < WC_CF_COUNT; cf++) {
        wc_slice none = {NULL, 0};
        wc_slice key;
        wc_slice value;
        wc_store_iter iter = wc_store_iter_range(&model, view, (wc_cf)cf, none, none);
        while (wc_store_iter_next(&iter, &key, &value)) {
            uint8_t found[64];
            uint8_t neighbour[65];
            wc_buf buf;
            wc_buf_init(&buf, found, sizeof found);
            is_same = is_same && wc_store_get(store, NULL, (wc_cf)cf, key, &buf) &&
                      wc_slice_equal(wc_buf_slice(&buf), value);
            memcpy(neighbour, key.data, key.len);
            neighbour[key.len] = 0;
            is_same = is_same &&
                      !wc_store_has(store, NULL, (wc_cf)cf, wc_slice_of(neighbour, key.len + 1));
        }
        wc_store_iter_close(&iter);
    }
    wc_store_release(&model, view);
    wc_store_close(&model);
    return is_same;
}

static wc_outcome judge_content(const wc_trial *trial, const wc_store *store)
{
    wc_store_totals totals;
    wc_store_problem problem;
    wc_status status = wc_store_verify(store, &totals, &problem);
    if (status != WC_OK) return problem.text[0] != '\0' ? OUTCOME_REFUSED : OUTCOME_OTHER;

    uint64_t seq = newest_block(store);
    wc_hash found = content_hash(store);
    wc_hash expected = expected_content(seq);
    bool is_exact = wc_hash_equal(&found, &expected) && has_all_keys(store, seq);
    if (seq == trial->count && is_exact) return OUTCOME_IDENTICAL;
    bool is_reported = test_report.wal_dropped_bytes > 0 && test_report.wal_file[0] != '\0';
    if (seq + 1 == trial->count && is_exact && seq >= trial->sealed) {
        return is_reported ? OUTCOME_SHORTER : OUTCOME_OTHER;
    }
    (void)fprintf(stderr, "seq %u, exact %d", (unsigned)seq, is_exact);
    return OUTCOME_OTHER;
}

wc_outcome judge_opening(const wc_trial *trial)
{
    wc_trial self = *trial;
    wc_store store;
    wc_store_options options = {false, trial->is_read_only, 1 << 20, 1 << 20, admit, &self};
    wc_status status = wc_store_open(&store, &test_report, trial->folder, &options);
    if (status != WC_OK && test_report.problem.text[0] == '\0') return OUTCOME_OTHER;
    if (status == WC_BEHIND_SEAL) return OUTCOME_BEHIND;
    if (status != WC_OK) return OUTCOME_REFUSED;
    if (trial->has_clean_tail && test_report.wal_dropped_bytes != 0) return OUTCOME_OTHER;
    wc_outcome outcome = judge_content(trial, &store);
    wc_store_close(&store);
    return outcome;
}

static int judge_in_child(const void *trial)
{
    return (int)judge_opening((const wc_trial *)trial);
}

wc_outcome try_to_open(const wc_trial *trial)
{
    int code = run_child(judge_in_child, trial);
    switch (code) {
    case OUTCOME_IDENTICAL:
    case OUTCOME_REFUSED:
    case OUTCOME_BEHIND:
    case OUTCOME_SHORTER: return (wc_outcome)code;
    case OUTCOME_STOPPED:
        if (strstr(child_stderr, "wattclause: storage failure: ") != NULL) return OUTCOME_STOPPED;
        break;
    default: break;
    }
    (void)fprintf(stderr, "child ended with %d: %s\n", code, child_stderr);
    return OUTCOME_OTHER;
}

typedef struct wc_chain_wish {
    const char *folder;
    uint64_t count;
    bool is_flushed;
} wc_chain_wish;

static int make_wished(const void *argument)
{
    const wc_chain_wish *wish = (const wc_chain_wish *)argument;
    make_chain(wish->folder, wish->count, wish->is_flushed);
    return 0;
}

void make_chain_in_child(const char *folder, uint64_t count, bool is_flushed)
{
    wc_chain_wish wish = {folder, count, is_flushed};
    assert_int_equal(run_child(make_wished, &wish), 0);
}
