/* See incentive.h. */
#include "tests/unit/ledger_exec/incentive.h"

#include <stdio.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "node/ledger/post.h"

#define SOURCE WC_TEST_DATA "/../../contracts/incentive/incentive.clause"
#define ARENA  ((size_t)64 << 20)

static const char bad_source[] =
    "module bad;\n"
    "type Count = int<0..1_000_000_000_000>;\n"
    "type Units = int<0..9_000_000_000_000_000_000>;\n"
    "record Credit { account : party; produced : Count; metered : Count; audited : Count; }\n"
    "record Payment { account : party; amount : Units; }\n"
    "error NoIdea(pool : int);\n"
    "contract Bad {\n"
    "  parties { a : party; }\n  signatory a;\n"
    "  terms { stranger : party; how : int; }\n"
    "  states { Open initial; Done final; }\n"
    "  action end() by a when Open -> Done { goto Done(); }\n"
    "  view shares(pool : Units, credits : list<Credit, 256>) -> list<Payment, 257> {\n"
    "    var payments : list<Payment, 257> = [];\n"
    "    require how != 3 : NoIdea(pool);\n"
    "    let place : int = how == 4 ? 255 : 0;\n"
    "    let who : party = how == 0 ? stranger : credits[place].account;\n"
    "    let more : int = how == 1 ? -1 : how == 2 ? 1 : 0;\n"
    "    let most : Units = 9_000_000_000_000_000_000;\n"
    "    if how == 5 { payments.push(Payment(account: who, amount: most)); }\n"
    "    if how == 5 { payments.push(Payment(account: who, amount: most)); }\n"
    "    if how == 6 { payments.push(Payment(account: who, amount: 0)); }\n"
    "    payments.push(Payment(account: who, amount: pool + more));\n"
    "    return payments;\n"
    "  }\n"
    "}\n";

static wc_slice compiled(world *w, const char *name, wc_str text)
{
    uint8_t *memory = aligned_alloc(16, ARENA);
    assert_non_null(memory);
    wc_arena arena;
    wc_arena_init(&arena, memory, ARENA);
    wc_compile_options options = {.arena = &arena, .hash = wc_sha256, .no_tests = true};
    wc_compilation *compilation;
    assert_status(wc_compile(&options, wc_str_of(name), text, &compilation), WC_OK);
    if (compilation->has_failed) fail_msg("%.*s", WC_STR_ARG(compilation->diags.first->message));
    wc_slice kept = world_abi(w, "x", compilation->contracts[0].module);
    free(memory);
    return kept;
}

static wc_str source_text(world *w)
{
    FILE *file = fopen(SOURCE, "rb");
    size_t size = 64u * 1024u;
    char *text = wc_arena_alloc(&w->arena, size, 1);
    assert_true(file != NULL && text != NULL);
    size_t len = fread(text, 1, size - 1, file);
    assert_true(len > 0 && len < size - 1);
    text[len] = '\0';
    (void)fclose(file);
    return (wc_str){text, len};
}

static wc_hash deployed(world *w, wc_slice module)
{
    wc_state_key key;
    wc_hash code = wc_code_id(module);
    wc_slice value;
    key = wc_key_module(&code);
    return wc_chain_get(w->chain, &key, &value) == WC_OK ? code : world_deploy(w, module);
}

wc_address incentive_open(world *w, int64_t producers, int64_t meters, int64_t auditors)
{
    wc_hash code = deployed(w, compiled(w, "incentive.clause", source_text(w)));
    world_actor signer = TREASURER;
    return world_instance(
        w, &code, 1, &signer,
        world_abi(w, "pqqq", &w->people[TREASURER].address, producers, meters, auditors));
}

wc_address incentive_open_bad(world *w, bad_incentive how)
{
    static const wc_address stranger = {{7, 7, 7}};
    wc_hash code = deployed(w, compiled(w, "bad.clause", wc_str_of(bad_source)));
    world_actor signer = ALICE;
    return world_instance(w, &code, 1, &signer,
                          world_abi(w, "ppq", &w->people[ALICE].address, &stranger, (int64_t)how));
}

const wc_receipt_page *governed(world *w, uint16_t kind, wc_slice body)
{
    wc_hash id = wc_proposal_id(kind, body);
    wc_slice about = world_abi(w, "p", &id);
    assert_done(native_sent(w, ADMIN_1, ACTOR_COUNT, WC_NATIVE_proposal_make,
                            proposal_args(w, kind, body)));
    assert_done(native_sent(w, ADMIN_2, ACTOR_COUNT, WC_NATIVE_proposal_approve, about));
    return native_sent(w, ADMIN_1, ACTOR_COUNT, WC_NATIVE_proposal_run, about);
}

wc_epoch epoch_now(world *w)
{
    wc_state_key key = wc_key_epoch();
    wc_slice value;
    wc_epoch epoch = {0};
    assert_status(wc_chain_get(w->chain, &key, &value), WC_OK);
    assert_status(wc_epoch_decode(&epoch, value), WC_OK);
    return epoch;
}

wc_credit credit_now(world *w, const wc_address *account)
{
    wc_state_key key = wc_key_epoch_credit(epoch_now(w).number, account);
    wc_slice value;
    wc_credit credit = {{0}};
    if (wc_chain_get(w->chain, &key, &value) != WC_OK) return credit;
    assert_status(wc_credit_decode(&credit, value), WC_OK);
    return credit;
}

int64_t fees_now(world *w)
{
    wc_address fees = wc_address_system(WC_SYSTEM_FEES);
    return wc_chain_free(w->chain, &fees, WORLD_UNITS);
}

static const wc_receipt_page *epoch_page(const world *w)
{
    const wc_applied *applied = &w->sealed->applied;
    if (applied->receipt_count == 0) return NULL;
    const wc_receipt_page *page = &applied->receipts[applied->receipt_count - 1];
    return page->receipt.kind == WC_RECEIPT_SYSTEM ? page : NULL;
}

/* A view of nobody's: an action of a contract that does not exist costs its gas and changes
 * nothing else. */
const wc_receipt_page *record_made(world *w)
{
    static const wc_address nowhere = {{1, 2, 3}};
    letter l = world_letter(w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, &nowhere, 0, wc_slice_of(NULL, 0));
    assert_receipt(world_send(w, &l), "TARGET_UNKNOWN");
    return epoch_page(w);
}

const wc_receipt_page *attested(world *w, world_actor auditor)
{
    wc_epoch epoch = epoch_now(w);
    return native_sent(w, auditor, ACTOR_COUNT, WC_NATIVE_audit_attest,
                       world_abi(w, "qp", (int64_t)epoch.seq, &epoch.record));
}

int64_t rewards_of(const wc_receipt_page *page, size_t *count)
{
    wc_reader reader = wc_reader_of(page->events);
    wc_address fees = wc_address_system(WC_SYSTEM_FEES);
    int64_t sum = 0;
    *count = 0;
    for (uint32_t i = 0; i < page->event_count; i++) {
        wc_event event;
        wc_ledger_posting posting;
        assert_status(wc_event_read(&reader, &event), WC_OK);
        if (event.type != WC_EVENT_POSTING) continue;
        assert_status(wc_posting_decode(&posting, event.data), WC_OK);
        assert_int_equal(posting.cause, WC_CAUSE_REWARD);
        assert_int_equal(posting.asset, WORLD_UNITS);
        assert_true(wc_address_equal(&posting.from.owner, &fees));
        sum += posting.amount;
        (*count)++;
    }
    return sum;
}
