/* See sale.h. */
#include "tests/unit/ledger_exec/sale.h"

#include <stdio.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "vm/isa/isa.h"

#define ARENA ((size_t)64 << 20)

/* Everything but what differs between the versions: terms, storage, time, members. */
static const char frame[] =
    "module sale;\nuse std.energy;\n"
    "contract Sale {\n"
    "  parties { a, b : party; }\n"
    "  signatory a, b;\n"
    "  terms { price : int; }\n"
    "  states { Open initial; %s Done final; }\n"
    "  storage { sold : int; log : map<party, int, 8>; %s }\n"
    "  action sell(q : int) by a when Open { self.sold += q; self.log[a] += q; }\n"
    "  %s\n"
    "  action keep(amount : Yuan) by a { lock(a, amount); }\n"
    "  action close() by a -> Done { goto Done(); }\n"
    "  view logged() -> int { return self.log.get_or(a, 0); }\n"
    "  %s\n"
    "}\n";

#define HELD        "Held;"
#define END(states) " after deployed + 1000 h when " states " -> Done { goto Done(); }"
#define HOLD        "action hold() by a when Open -> Held { goto Held(); }" END("Open, Held")
#define SOLD        "view sold() -> int { return self.sold; }"
#define TWICE       "view twice() -> int { return self.twice; }"
#define AFTER(s)    " after deployed + " #s " s when Open -> Held { goto Held(); }"

static const struct source {
    const char *states, *storage, *hold, *rest;
} sources[] = {
    [SALE_1] = {HELD, "", HOLD, SOLD AFTER(100)},
    [SALE_2] = {HELD, "twice : int;", HOLD,
                SOLD TWICE AFTER(50) " upgrade 2 { self.twice = 2 * old(self.sold); }"},
    [SALE_2_WITHOUT_HELD] = {"", "", END("Open"), SOLD " upgrade 2 { }"},
    [SALE_2_WITHOUT_SOLD] = {HELD, "", HOLD, AFTER(50) " upgrade 2 { }"},
    [SALE_3] = {HELD, "twice : int;", HOLD, SOLD TWICE AFTER(50) " upgrade 3 { }"},
};

static wc_slice compiled(world *w, const char *text, const wc_module *previous)
{
    uint8_t *memory = aligned_alloc(16, ARENA);
    assert_non_null(memory);
    wc_arena arena;
    wc_arena_init(&arena, memory, ARENA);
    wc_compile_options options = {
        .arena = &arena, .hash = wc_sha256, .previous = previous, .no_tests = true};
    wc_compilation *compilation;
    assert_status(wc_compile(&options, WC_STR("sale.clause"), wc_str_of(text), &compilation),
                  WC_OK);
    if (compilation->has_failed) {
        wc_str message = compilation->diags.first->message;
        fail_msg("%.*s\n%s", WC_STR_ARG(message), text);
    }
    wc_slice module = compilation->contracts[compilation->contract_count - 1].module;
    wc_slice kept = world_abi(w, "x", module);
    free(memory);
    return kept;
}

static const wc_module *decoded(world *w, wc_slice bytes)
{
    wc_module *module;
    size_t bad;
    assert_status(wc_module_decode(bytes, &w->arena, &module, &bad), WC_OK);
    return module;
}

wc_slice sale_module(world *w, sale_version version)
{
    char text[2048];
    const struct source *s = &sources[version];
    (void)snprintf(text, sizeof text, frame, s->states, s->storage, s->hold, s->rest);
    if (version == SALE_1) return compiled(w, text, NULL);
    sale_version before = version == SALE_3 ? SALE_2 : SALE_1;
    return compiled(w, text, decoded(w, sale_module(w, before)));
}

wc_address sale_open(world *w)
{
    static const world_actor both[] = {ALICE, BOB};
    wc_hash code = world_deploy(w, sale_module(w, SALE_1));
    return world_instance(
        w, &code, 2, both,
        world_abi(w, "ppq", &w->people[ALICE].address, &w->people[BOB].address, INT64_C(7)));
}

wc_address sale_reader(world *w, const wc_address *sale)
{
    static const char text[] =
        "module reader;\n"
        "interface Sold { view sold() -> int; }\n"
        "contract Reader {\n"
        "  parties { owner : party; }\n  signatory owner;\n  terms { sale : contract_ref<Sold>; }\n"
        "  states { Open initial; Done final; }\n"
        "  action close() by owner -> Done { goto Done(); }\n"
        "  view seen() -> int { return sale.sold(); }\n"
        "}\n";
    static const world_actor owner[] = {CAROL};
    wc_hash code = world_deploy(w, compiled(w, text, NULL));
    return world_instance(w, &code, 1, owner, world_abi(w, "pp", &w->people[CAROL].address, sale));
}

const wc_receipt_page *sale_call(world *w, const wc_address *sale, uint16_t method, wc_slice args)
{
    letter l = world_letter(w, ALICE);
    uint8_t call = letter_call(&l, WC_CALL_ACTION, sale, method, args);
    if (method == SALE_KEEP) letter_ceiling(&l, call, ALICE, WORLD_CNY, 1000);
    return world_send(w, &l);
}

const wc_receipt_page *sale_upgrade(world *w, const wc_address *sale, const wc_hash *code,
                                    bool bob_signs)
{
    letter l = world_letter(w, ALICE);
    if (bob_signs) (void)letter_signer(&l, BOB);
    (void)letter_native(&l, WC_NATIVE_contract_upgrade, world_abi(w, "pp", sale, code));
    return world_send(w, &l);
}

int64_t sale_view(world *w, const wc_address *sale, const char *view)
{
    wc_outcome outcome;
    wc_slice none = wc_slice_of(NULL, 0);
    assert_status(wc_chain_view(w->chain, sale, wc_str_of(view), none, 10000000, &outcome), WC_OK);
    assert_int_equal(outcome.kind, WC_OUTCOME_OK);
    assert_int_equal(outcome.result.len, 8);
    return (int64_t)wc_load_u64(outcome.result.data);
}
