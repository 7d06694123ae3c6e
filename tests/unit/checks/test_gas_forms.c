/* Gas by size: what a call is charged never exceeds its form at the actual sizes, and that never
 * the entry's bound. Random contracts with loops over arguments, storage and locals, run on the
 * machine with random sizes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fake_host.h"
#include "tests/support/prng.h"
#include "tests/support/sha256.h"
#include "tests/unit/checks/play.h"
#include "vm/isa/debug.h"
#include "vm/isa/isa.h"
#include "vm/vm.h"

#define PROGRAMS 80u
#define CALLS    12u
#define TEXT_MAX 16384u
#define ARENA    ((size_t)64 << 20)
#define GAS      (UINT64_C(1) << 40)

/* ---- contracts by chance ---- */

typedef struct maker {
    wc_prng *prng;
    wc_buf out;
    unsigned depth, serial;
} maker;

static unsigned below(maker *m, unsigned bound)
{
    return (unsigned)wc_prng_below(m->prng, bound);
}

/* Appends the text with the number in place of each '@'. */
static void put(maker *m, const char *text, unsigned number)
{
    for (; *text != '\0'; text++) {
        if (*text == '@') {
            wc_buf_put_decimal(&m->out, number);
        } else {
            wc_buf_put(&m->out, text, 1);
        }
    }
}

static void statements(maker *m, unsigned count);

static void block(maker *m)
{
    m->depth++;
    wc_buf_put_text(&m->out, " {\n");
    statements(m, 1 + below(m, 3));
    wc_buf_put_text(&m->out, "}\n");
    m->depth--;
}

static void loop(maker *m)
{
    static const char *const heads[] = {"for x@ in xs",
                                        "for (i@, x@) in ys",
                                        "for (k@, v@) in self.m",
                                        "for i@ in 0 .. xs.len()",
                                        "for i@ in 0 .. min(n, 5)",
                                        "for i@ in 0 .. 3",
                                        "for e@ in made"};
    put(m, heads[below(m, WC_ARRAY_LEN(heads))], m->serial++); /* numbered: no shadowing */
    block(m);
}

static void statement(maker *m)
{
    unsigned what = below(m, 11);
    unsigned number = m->serial++;
    if (what < 3 && m->depth < 3) {
        loop(m);
    } else if (what == 3 && m->depth < 3) {
        put(m, "if mod(self.n, @ + 2) == 1", number);
        block(m);
        if (below(m, 2) == 0) {
            wc_buf_put_text(&m->out, "else");
            block(m);
        }
    } else if (what == 4 && m->depth > 0 && m->depth < 3) {
        put(m, "if self.n > @ { return; }\n", 50 * number);
    } else if (what == 5) {
        put(m, "self.n = mod(self.n + total(ys, @), 1_000);\n", number);
    } else if (what == 6) {
        put(m, "self.n = mod(self.n + sum(x in xs : x * @), 1_000);\n", number);
    } else if (what == 7) {
        put(m, "emit Did(self.n + @, made);\n", number);
    } else if (what == 8 && m->depth == 0) {
        put(m, "if made.len() < 4 { made.push(mod(self.n, @ + 1)); }\n", number);
    } else {
        put(m, "self.n = mod(self.n * 3 + @, 1_000);\n", number);
    }
}

static void statements(maker *m, unsigned count)
{
    for (unsigned i = 0; i < count; i++) statement(m);
}

static const char head[] =
    "module demo;\n"
    "event Did(n : int, made : list<int, 4>);\n"
    "func total(zs : list<int<0..9>, 8>, by : int) -> int {\n"
    "  var t : int = 0; for z in zs { if z > 4 { t += z * by; } } return t;\n}\n"
    "contract C {\n  parties { a : party; }\n  states { Open initial; Closed final; }\n"
    "  storage { n : int; m : map<int<0..99>, int, 32>; }\n"
    "  action fill(xs : list<int<0..9>, 16>, ys : list<int<0..9>, 8>, n : int<0..12>) by a when "
    "Open\n"
    "  { for (i, x) in xs { if self.m.len() < 30 { self.m[mod(n * 7 + i, 100)] = x; } } self.n += "
    "ys.len(); }\n"
    "  action wipe(xs : list<int<0..9>, 16>, ys : list<int<0..9>, 8>, n : int<0..12>) by a when "
    "Open\n"
    "  { self.m.clear(); self.n += n + xs.len() + ys.len(); }\n"
    "  action close() by a when Open -> Closed { goto Closed(); }\n"
    "  action run(xs : list<int<0..9>, 16>, ys : list<int<0..9>, 8>, n : int<0..12>) by a when "
    "Open\n"
    "  {\n  var made : list<int, 4> = [1];\n";

static void make_contract(maker *m, char *text)
{
    wc_buf_init(&m->out, text, TEXT_MAX - 1);
    m->depth = 0;
    m->serial = 1;
    wc_buf_put_text(&m->out, head);
    statements(m, 2 + below(m, 4));
    wc_buf_put_text(&m->out, "self.n += n + xs.len() + ys.len() + made.len();\n  }\n}\n");
    assert_status(wc_buf_status(&m->out), WC_OK);
    text[m->out.len] = 0;
}

/* ---- the machine ---- */

typedef struct machine {
    wc_arena arena;
    void *memory;
    const wc_module *module;
    wc_debug *debug;
    wc_image *image;
    wc_fake_host host;
    wc_party own, alice;
    wc_slice root;
    uint8_t *call_memory;
} machine;

static void load(machine *m, const wc_compiled_contract *contract)
{
    wc_finding finding = {.function = WC_NONE};
    size_t bad = 0;
    wc_arena_init(&m->arena, m->memory, ARENA);
    assert_status(wc_image_load(contract->module, wc_test_sha256, &m->arena, &m->image, &finding),
                  WC_OK);
    m->module = wc_image_module(m->image);
    wc_slice part = wc_slice_of(contract->file.data + contract->module.len,
                                contract->file.len - contract->module.len);
    assert_status(wc_debug_decode(part, &m->arena, &m->debug, &bad), WC_OK);
    assert_int_equal(m->debug->form_count, m->module->entry_count);
    m->own = wc_fake_party(0x77);
    m->alice = wc_fake_party(0x0a);
    wc_fake_host_init(&m->host, &m->own);
    wc_fake_account_of(&m->host, &m->alice)->is_signer = true;
    m->call_memory = wc_arena_alloc(&m->arena, wc_call_memory_size(m->image), 1);
    assert_non_null(m->call_memory);
}

static void keep_root(machine *m, wc_slice root)
{
    uint8_t *copy = wc_arena_alloc(&m->arena, root.len, 1);
    assert_non_null(copy);
    memcpy(copy, root.data, root.len);
    m->root = wc_slice_of(copy, root.len);
}

static void run(machine *m, uint16_t entry, wc_slice args, wc_outcome *outcome)
{
    wc_call call = {.entry = entry,
                    .args = args,
                    .principal = m->alice,
                    .has_principal = true,
                    .now = 1700000000,
                    .gas_limit = GAS};
    wc_instance instance = {m->image, m->own, m->root,
                            wc_slice_of(m->alice.bytes, sizeof(m->alice.bytes))};
    wc_host host = {&wc_fake_host_ops, &m->host};
    m->host.log_len = 0;
    m->host.events = 0;
    m->host.events_max = 500;
    if (entry == WC_NONE) {
        wc_deploy_run(&instance, &call, &host, m->call_memory, outcome);
    } else {
        wc_call_run(&instance, &call, &host, m->call_memory, outcome);
    }
}

/* Elements of the only stored collection: everything but its header. */
static uint32_t stored(const machine *m)
{
    return m->host.entry_count == 0 ? 0 : (uint32_t)m->host.entry_count - 1;
}

typedef struct sizes {
    uint32_t xs, ys, stored, holders;
} sizes;

static uint32_t size_by_name(const wc_gas_size *size, const sizes *actual)
{
    if (wc_str_equal(size->name, WC_STR("xs"))) return actual->xs;
    if (wc_str_equal(size->name, WC_STR("ys"))) return actual->ys;
    if (wc_str_equal(size->name, WC_STR("self.m"))) return actual->stored;
    if (size->kind == WC_GAS_SIZE_HOLDERS) return actual->holders;
    return UINT32_MAX; /* locals and rounds: not known from outside */
}

typedef struct tally {
    uint64_t used, by_form, by_bound;
    uint32_t calls;
} tally;

static void check_call(machine *m, uint16_t entry, const sizes *before, uint64_t used, tally *sum,
                       const char *text)
{
    uint32_t actual[WC_GAS_SIZES_MAX];
    sizes now = *before;
    uint32_t after = stored(m);
    if (after > now.stored) now.stored = after;
    for (uint16_t i = 0; i < m->debug->size_count; i++) {
        actual[i] = size_by_name(&m->debug->sizes[i], &now);
    }
    uint64_t bound = m->module->entries[entry].gas_bound;
    const wc_gas_form *form = &m->debug->forms[entry];
    uint64_t by_size = wc_gas_form_at(form, m->debug->sizes, actual, bound);
    uint64_t full = wc_gas_form_at(form, m->debug->sizes, NULL, UINT64_MAX);
    if (used > by_size || full < bound) {
        char shown[1024];
        wc_buf buf;
        wc_buf_init(&buf, shown, sizeof(shown) - 1);
        wc_gas_form_text(&buf, form, m->debug->sizes);
        shown[buf.len] = 0;
        print_error("%s\n%s\nused %llu, by size %llu, full %llu, bound %llu; xs %u ys %u m %u\n",
                    text, shown, (unsigned long long)used, (unsigned long long)by_size,
                    (unsigned long long)full, (unsigned long long)bound, now.xs, now.ys,
                    now.stored);
    }
    assert_true(used <= by_size);
    assert_true(by_size <= bound);
    assert_true(full >= bound); /* the form forgets no path that the verifier has seen */
    sum->used += used;
    sum->by_form += by_size;
    sum->by_bound += bound;
    sum->calls++;
}

static wc_slice arguments(wc_prng *prng, uint8_t *bytes, size_t size, sizes *actual)
{
    wc_buf buf;
    wc_buf_init(&buf, bytes, size);
    actual->xs = (uint32_t)wc_prng_below(prng, 17);
    actual->ys = (uint32_t)wc_prng_below(prng, 9);
    wc_buf_put_u32(&buf, actual->xs);
    for (uint32_t i = 0; i < actual->xs; i++)
        wc_buf_put_i64(&buf, (int64_t)wc_prng_below(prng, 10));
    wc_buf_put_u32(&buf, actual->ys);
    for (uint32_t i = 0; i < actual->ys; i++)
        wc_buf_put_i64(&buf, (int64_t)wc_prng_below(prng, 10));
    wc_buf_put_i64(&buf, (int64_t)wc_prng_below(prng, 13));
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

static void play_contract(machine *m, wc_prng *prng, const char *text, tally *sum)
{
    static const char *const names[] = {"run", "fill", "run", "wipe"};
    wc_outcome outcome;
    run(m, WC_NONE, wc_slice_of(NULL, 0), &outcome);
    assert_int_equal(outcome.kind, WC_OUTCOME_OK);
    keep_root(m, outcome.root);
    for (unsigned i = 0; i < CALLS; i++) {
        uint8_t bytes[512];
        sizes actual = {.stored = stored(m)};
        wc_slice args = arguments(prng, bytes, sizeof(bytes), &actual);
        const char *name = names[wc_prng_below(prng, i % 5 == 4 ? 4 : 3)];
        uint16_t entry = wc_image_entry(m->image, WC_ENTRY_ACTION, wc_str_of(name));
        assert_int_not_equal(entry, WC_NONE);
        run(m, entry, args, &outcome);
        check_call(m, entry, &actual, outcome.gas_used, sum, text);
        if (outcome.kind != WC_OUTCOME_OK) continue; /* a trap: what was charged counts, too */
        if (outcome.root_changed) keep_root(m, outcome.root);
    }
}

static void gas_stays_under_the_form_and_the_form_under_the_bound(void **state)
{
    (void)state;
    wc_prng prng;
    play p;
    wc_prng_start(&prng, 20261130);
    play_open(&p);
    machine m = {.memory = aligned_alloc(16, ARENA)};
    char *text = malloc(TEXT_MAX);
    assert_true(m.memory != NULL && text != NULL);
    tally sum = {0};
    maker made = {.prng = &prng};
    unsigned played = 0;
    for (unsigned i = 0; i < PROGRAMS; i++) {
        make_contract(&made, text);
        play_compile(&p, text, false);
        if (p.compilation->has_failed) print_error("%s", play_report(&p));
        assert_false(p.compilation->has_failed);
        load(&m, &p.compilation->contracts[0]);
        play_contract(&m, &prng, text, &sum);
        wc_fake_host_drop(&m.host);
        played++;
    }
    print_message("%u contracts, %u calls: used %llu, by size %llu, bounds %llu\n", played,
                  sum.calls, (unsigned long long)sum.used, (unsigned long long)sum.by_form,
                  (unsigned long long)sum.by_bound);
    assert_true(sum.by_form < sum.by_bound); /* sizes tell more than capacities */
    free(m.memory);
    free(text);
    play_close(&p);
}

/* Numbers of a loop are put in front of the routine, which moves its words: the sizes of its loops
 * must move with them. */
static const char hoisting[] =
    "module demo;\ncontract C {\n  parties { a : party; }\n"
    "  states { Open initial; Closed final; }\n  storage { n : int; }\n"
    "  action run(xs : list<int<0..9>, 16>, ys : list<int<0..9>, 8>) by a when Open\n"
    "  { for i in 0 .. xs.len() { for y in ys { self.n = mod(self.n * 100003 + y, 1_000); } } }\n"
    "  action close() by a when Open -> Closed { goto Closed(); }\n}\n";

static void loops_keep_their_sizes_behind_a_prologue(void **state)
{
    (void)state;
    play p;
    play_open(&p);
    machine m = {.memory = aligned_alloc(16, ARENA)};
    assert_non_null(m.memory);
    play_compile(&p, hoisting, false);
    assert_false(p.compilation->has_failed);
    load(&m, &p.compilation->contracts[0]);
    uint16_t entry = wc_image_entry(m.image, WC_ENTRY_ACTION, WC_STR("run"));
    char shown[1024];
    wc_buf buf;
    wc_buf_init(&buf, shown, sizeof(shown) - 1);
    wc_gas_form_text(&buf, &m.debug->forms[entry], m.debug->sizes);
    shown[buf.len] = 0;
    assert_non_null(strstr(shown, "n(xs)\xc2\xb7n(ys)"));
    wc_fake_host_drop(&m.host);
    free(m.memory);
    play_close(&p);
}

/* ---- modules that lie ---- */

static const char every_kind[] =
    "module demo;\nuse std.energy;\ncontract C {\n  parties { a, b : party; }\n"
    "  terms { share : dec<4>; }\n  states { Open initial; Closed final; }\n"
    "  storage { n : int<0..100>; }\n  invariant small : self.n < 90;\n"
    "  action add(x : int<0..9>) by a when Open { self.n += x; }\n"
    "  action divide(x : Yuan) by a when Open { split(a, x, half_even) { b : share; a : rest; } }\n"
    "  view count() -> int { return self.n; }\n"
    "  after deployed + 24 h when Open -> Closed { goto Closed(); }\n}\n";

static const char *verify_with(play *p, uint16_t entry, int64_t change)
{
    wc_finding finding = {.function = WC_NONE};
    wc_module *module;
    size_t bad = 0;
    size_t mark = wc_arena_mark(&p->arena);
    wc_slice bytes = p->compilation->contracts[0].module;
    assert_status(wc_module_decode(bytes, &p->arena, &module, &bad), WC_OK);
    module->entries[entry].gas_bound += (uint64_t)change;
    wc_status status = wc_module_verify(module, wc_test_sha256, &p->arena, &finding);
    const char *code = status == WC_OK ? "" : finding.code;
    wc_arena_rewind(&p->arena, mark);
    return code;
}

static void a_bound_that_lies_is_refused_in_every_kind_of_entry(void **state)
{
    (void)state;
    play p;
    wc_module *module;
    size_t bad = 0;
    unsigned kinds = 0;
    play_open(&p);
    play_compile(&p, every_kind, false);
    if (p.compilation->has_failed) print_error("%s", play_report(&p));
    assert_false(p.compilation->has_failed);
    wc_slice bytes = p.compilation->contracts[0].module;
    assert_status(wc_module_decode(bytes, &p.arena, &module, &bad), WC_OK);
    for (uint16_t i = 0; i < module->entry_count; i++) {
        kinds |= 1u << module->entries[i].kind;
        assert_string_equal(verify_with(&p, i, 0), "");
        assert_string_equal(verify_with(&p, i, -1), "V0703");
        assert_string_equal(verify_with(&p, i, 1), "V0703");
    }
    unsigned all = 0; /* upgrades are no entries of a first version */
    for (unsigned kind = WC_ENTRY_ACTION; kind < WC_ENTRY_UPGRADE; kind++) all |= 1u << kind;
    assert_int_equal(kinds & all, all);
    play_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bound_that_lies_is_refused_in_every_kind_of_entry),
        cmocka_unit_test(loops_keep_their_sizes_behind_a_prologue),
        cmocka_unit_test(gas_stays_under_the_form_and_the_form_under_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
