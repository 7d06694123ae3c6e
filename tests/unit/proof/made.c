/* The recorded chain, and facts in it. */
#include "tests/unit/proof/made.h"

#include <stdlib.h>

#include "node/proof/replayed.h"

void made_open(made *m, const char *folder)
{
    *m = (made){.maker = {.seq = 0}};
    recorded_open(&m->w, folder);
    m->memory[0] = aligned_alloc(16, WC_PROOF_MAKER_ARENA);
    m->memory[1] = malloc(WC_PROOF_FILE_MAX);
    assert_non_null(m->memory[0]);
    assert_non_null(m->memory[1]);
    wc_arena_init(&m->arena, m->memory[0], WC_PROOF_MAKER_ARENA);
    m->maker = (wc_proof_maker){.chain = m->w.chain,
                                .state = m->w.chain,
                                .seq = wc_chain_head(m->w.chain)->seq,
                                .out = &m->out,
                                .arena = &m->arena};
}

void made_close(made *m)
{
    free(m->memory[0]);
    free(m->memory[1]);
    world_close(&m->w);
}

static void fresh(made *m)
{
    wc_buf_init(&m->out, m->memory[1], WC_PROOF_FILE_MAX);
}

wc_slice made_state(made *m, const wc_state_key *key, const char *focus)
{
    fresh(m);
    assert_int_equal(wc_prove_state(&m->maker, key, wc_str_of(focus)), WC_PROVE_DONE);
    return wc_buf_slice(&m->out);
}

wc_hash made_record_hash(made *m)
{
    wc_chain_record record;
    assert_status(wc_chain_read_record(m->w.chain, m->maker.seq, &record), WC_OK);
    return record.hash;
}

/* ---- finding ---------------------------------------------------------------------------------
 */

static bool find_in_page(const wc_receipt_page *page, bool is_ledger, uint16_t type,
                         wc_event_id *id)
{
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    wc_reader reader = wc_reader_of(page->events);
    for (uint32_t i = 0; i < page->event_count; i++) {
        wc_event event;
        assert_status(wc_event_read(&reader, &event), WC_OK);
        if (wc_address_equal(&event.emitter, &ledger) != is_ledger) continue;
        if (is_ledger && event.type != type) continue;
        id->receipt = page->receipt.index;
        id->event = i;
        return true;
    }
    return false;
}

wc_event_id made_find_event(made *m, bool is_ledger, uint16_t type)
{
    for (uint64_t seq = 1; seq <= wc_chain_head(m->w.chain)->seq; seq++) {
        wc_event_id id = {.seq = seq};
        wc_receipt_page page;
        for (uint32_t i = 0; wc_chain_read_receipt(m->w.chain, seq, i, &page) == WC_OK; i++) {
            if (find_in_page(&page, is_ledger, type, &id)) return id;
        }
    }
    fail_msg("no such event");
    return (wc_event_id){0};
}

uint64_t made_find_failed(made *m, uint32_t *receipt)
{
    for (uint64_t seq = 1; seq <= wc_chain_head(m->w.chain)->seq; seq++) {
        wc_receipt_page page;
        for (uint32_t i = 0; wc_chain_read_receipt(m->w.chain, seq, i, &page) == WC_OK; i++) {
            *receipt = i;
            if (page.receipt.status == WC_RECEIPT_ERROR) return seq;
        }
    }
    fail_msg("no such receipt");
    return 0;
}

/* ---- one of each kind ------------------------------------------------------------------------
 */

static wc_prove_answer make_reading(made *m)
{
    wc_status status;
    wc_found_reading found;
    assert_int_equal(wc_prove_find_reading(m->w.chain, &status, &m->w.people[METER].address,
                                           WORLD_START + 900, 0, &found),
                     WC_PROVE_DONE);
    m->maker.seq = found.seq;
    return wc_prove_reading(&m->maker, &found);
}

static wc_prove_answer make_kind(made *m, wc_fact_kind kind)
{
    wc_event_id id;
    uint32_t receipt;
    wc_state_key key = wc_key_free(&m->w.people[ALICE].address, WORLD_CNY);
    switch (kind) {
    case WC_FACT_STATE: return wc_prove_state(&m->maker, &key, wc_str_of(""));
    case WC_FACT_RECEIPT:
        m->maker.seq = made_find_failed(m, &receipt);
        return wc_prove_receipt(&m->maker, receipt);
    case WC_FACT_EVENT:
        id = made_find_event(m, true, WC_EVENT_POSTING);
        m->maker.seq = id.seq;
        return wc_prove_event(&m->maker, id.receipt, id.event);
    case WC_FACT_TX:
        m->maker.seq = made_find_failed(m, &receipt);
        return wc_prove_tx(&m->maker, receipt);
    case WC_FACT_READINGS: return make_reading(m);
    case WC_FACT_METERED: break; /* this chain has no batches: test_batch.c */
    }
    return WC_PROVE_NOTHING;
}

wc_slice made_kind(made *m, wc_fact_kind kind)
{
    fresh(m);
    m->maker.seq = wc_chain_head(m->w.chain)->seq;
    assert_int_equal(make_kind(m, kind), WC_PROVE_DONE);
    return wc_buf_slice(&m->out);
}

wc_slice made_explained(made *m, wc_fact_kind kind)
{
    static const wc_replayed_options options = {.threads = 1};
    wc_status status;
    uint64_t stopped;
    (void)made_kind(m, kind); /* says which record it is */
    assert_int_equal(
        wc_replayed_open(&m->maker.state, &status, &stopped, m->w.chain, m->maker.seq, &options),
        WC_PROVE_DONE);
    wc_slice bytes = made_kind(m, kind);
    wc_chain_close(m->maker.state);
    m->maker.state = m->w.chain;
    return bytes;
}
