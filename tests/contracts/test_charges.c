/* Gas of what the tests in Clause do: every deployment, action, view and time-out that they cause
 * is charged at most its form at the actual sizes, and that is at most the worst case.
 *
 * Sizes that only the code knows (what it makes itself, rounds of a range) count as full. What a
 * call that failed has written is undone, so its stored collections count as full, too. Views of
 * other instances are in neither form nor bound: their gas is taken off that of the caller.
 *
 * usage: test_charges CONTRACTS FILE.clause...   modules that a file uses are looked for in
 * CONTRACTS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "node/crypto/crypto.h"
#include "node/ledger/instance.h"
#include "node/ledger/state.h"
#include "node/runner/property.h"
#include "node/runner/world.h"
#include "tests/contracts/lengths.h"
#include "tests/contracts/sources.h"
#include "tests/support/test.h"

#define MEMORY        ((size_t)768 << 20)
#define TEXT_MAX      ((size_t)1 << 16)
#define CONTRACTS     64u
#define DEPTH         16u
#define PENDING       8192u
#define INSTANCES     256u
#define PROPERTY_RUNS 20u
#define SEED          20261130u

/* A call that has ended; its stored collections are counted when its block is sealed. */
typedef struct ended {
    uint16_t contract, entry;
    wc_party instance;
    wc_outcome_kind kind;
    uint16_t state; /* in which it ended */
    bool has_entered;
    uint64_t used; /* without views of other instances */
    uint32_t actual[WC_GAS_SIZES_MAX];
} ended;

typedef struct open_call {
    ended *call;
    uint64_t inside; /* gas of views */
} open_call;

/* What an instance held after the newest block. */
typedef struct held {
    wc_party instance;
    uint32_t lengths[UINT8_MAX + 1]; /* by storage field; the last: holders */
} held;

#define HOLDERS UINT8_MAX

typedef struct contract {
    const wc_module *module;
    wc_debug *debug;
} contract;

typedef struct totals {
    uint64_t used, by_form, by_bound;
    uint32_t calls, cut; /* cut: the form's sum exceeds the bound at the actual sizes */
    uint32_t kinds[WC_ENTRY_UPGRADE + 1];
} totals;

typedef struct gauge {
    void *memory;
    wc_arena arena;
    const char *folder;
    wc_compilation *made;
    contract contracts[CONTRACTS];
    ended *pending;
    uint32_t pending_count, open_count, instance_count;
    open_call open[DEPTH];
    held *instances;
    totals sum;
    unsigned faults;
    wc_str test;
} gauge;

/* ---- sizes ------------------------------------------------------------------------------------
 */

static held *held_of(gauge *g, const wc_party *instance)
{
    for (uint32_t i = 0; i < g->instance_count; i++) {
        if (memcmp(&g->instances[i].instance, instance, sizeof *instance) == 0) {
            return &g->instances[i];
        }
    }
    assert_true(g->instance_count < INSTANCES);
    held *made = &g->instances[g->instance_count++];
    *made = (held){.instance = *instance};
    return made;
}

static uint16_t field_of(const wc_module *m, wc_str name)
{
    for (uint16_t i = 0; i < m->field_count; i++) {
        wc_str own = m->strings[m->fields[i].name];
        bool is_it = name.len == own.len + 5 && memcmp(name.data + 5, own.data, own.len) == 0;
        if (is_it) return i;
    }
    return WC_NONE;
}

static uint32_t stored_now(wc_world *world, const wc_address *instance, uint16_t field)
{
    wc_state_key key = wc_key_field(instance, field);
    wc_field_header header;
    wc_slice value;
    if (wc_chain_get(world->chain, &key, &value) != WC_OK) return 0;
    assert_status(wc_field_header_decode(&header, value), WC_OK);
    return header.len;
}

static uint32_t holders_now(wc_world *world, const wc_address *instance)
{
    wc_chain_contract found;
    if (wc_chain_contract_of(world->chain, instance, &found) != WC_OK) return 0;
    return found.entry.holders;
}

/* The greater of what an instance held before the block and holds now. */
static uint32_t during(gauge *g, wc_world *world, const ended *call, const wc_gas_size *size)
{
    wc_address address;
    memcpy(address.bytes, call->instance.bytes, sizeof address.bytes);
    const held *before = held_of(g, &call->instance);
    bool is_field = size->kind == WC_GAS_SIZE_FIELD;
    uint16_t field = is_field ? field_of(g->contracts[call->contract].module, size->name) : HOLDERS;
    assert_true(field <= HOLDERS);
    uint32_t now = is_field ? stored_now(world, &address, field) : holders_now(world, &address);
    return now > before->lengths[field] ? now : before->lengths[field];
}

/* Notes what the instance of the call holds from now on. */
static void remember(gauge *g, wc_world *world, const ended *call)
{
    const wc_module *m = g->contracts[call->contract].module;
    wc_address address;
    memcpy(address.bytes, call->instance.bytes, sizeof address.bytes);
    held *own = held_of(g, &call->instance);
    for (uint16_t i = 0; i < m->field_count; i++) {
        assert_true(i < HOLDERS);
        own->lengths[i] = m->fields[i].root == WC_NONE ? stored_now(world, &address, i) : 0;
    }
    own->lengths[HOLDERS] = holders_now(world, &address);
}

/* ---- calls ------------------------------------------------------------------------------------
 */

static uint16_t contract_of(const gauge *g, const wc_module *module)
{
    for (uint16_t i = 0; i < g->made->contract_count; i++) {
        const wc_module *known = g->contracts[i].module;
        if (wc_str_equal(known->strings[0], module->strings[0]) &&
            wc_str_equal(known->strings[1], module->strings[1])) {
            return i;
        }
    }
    return WC_NONE;
}

/* WC_NONE: there are no checks, and so no entry. */
static uint16_t deploy_entry(const wc_module *m)
{
    for (uint16_t i = 0; i < m->entry_count; i++) {
        if (m->entries[i].kind == WC_ENTRY_DEPLOY) return i;
    }
    return WC_NONE;
}

static void on_begin(void *self, const wc_instance *instance, const wc_call *call, bool is_deploy)
{
    gauge *g = self;
    assert_true(g->open_count < DEPTH && g->pending_count < PENDING);
    ended *made = &g->pending[g->pending_count++];
    uint16_t number = contract_of(g, wc_image_module(instance->image));
    assert_int_not_equal(number, WC_NONE);
    const contract *c = &g->contracts[number];
    made->contract = number;
    made->entry = is_deploy ? deploy_entry(c->module) : call->entry;
    made->instance = instance->id;
    for (uint16_t i = 0; i < c->debug->size_count; i++) made->actual[i] = UINT32_MAX;
    wc_slice terms = call->args;
    if (!is_deploy) {
        wc_root_parts parts;
        assert_status(wc_root_read(c->module, instance->root, &parts), WC_OK);
        terms = parts.terms;
    }
    lengths_in(c->module, c->debug, WC_GAS_SIZE_TERM, c->module->terms_type, terms, made->actual);
    if (!is_deploy && c->module->entries[made->entry].kind != WC_ENTRY_AFTER) {
        uint16_t args = c->module->entries[made->entry].args;
        lengths_in(c->module, c->debug, WC_GAS_SIZE_ARGUMENT, args, call->args, made->actual);
    }
    g->open[g->open_count++] = (open_call){.call = made};
}

static void on_end(void *self, const wc_outcome *outcome)
{
    gauge *g = self;
    assert_true(g->open_count > 0);
    open_call *ending = &g->open[--g->open_count];
    assert_true(outcome->gas_used >= ending->inside);
    ending->call->used = outcome->gas_used - ending->inside;
    ending->call->kind = outcome->kind;
    ending->call->state = outcome->state;
    ending->call->has_entered = outcome->entered;
    if (g->open_count > 0) g->open[g->open_count - 1].inside += outcome->gas_used;
}

static void tell(const gauge *g, const ended *call, uint64_t by_size, uint64_t sum, uint64_t full)
{
    const contract *c = &g->contracts[call->contract];
    const wc_entry *entry = &c->module->entries[call->entry];
    wc_str name = entry->name != WC_NONE ? c->module->strings[entry->name] : WC_STR("");
    char *text = calloc(TEXT_MAX, 1);
    wc_buf buf;
    assert_non_null(text);
    wc_buf_init(&buf, text, TEXT_MAX - 1);
    wc_gas_form_text(&buf, &c->debug->forms[call->entry], c->debug->sizes);
    print_error("%.*s: %.*s entry %u %.*s: used %llu, by size %llu (sum %llu), full %llu, worst "
                "case %llu\n  %s\n",
                WC_STR_ARG(g->test), WC_STR_ARG(c->module->strings[0]), call->entry,
                WC_STR_ARG(name), (unsigned long long)call->used, (unsigned long long)by_size,
                (unsigned long long)sum, (unsigned long long)full,
                (unsigned long long)entry->gas_bound, text);
    for (uint16_t i = 0; i < c->debug->size_count; i++) {
        if (call->actual[i] == UINT32_MAX) continue;
        print_error("  n(%.*s) = %u of %u\n", WC_STR_ARG(c->debug->sizes[i].name), call->actual[i],
                    c->debug->sizes[i].capacity);
    }
    free(text);
}

/* 1 when the call has entered the state "-> Closed". */
static bool enters(const wc_module *m, const ended *call, wc_str name)
{
    wc_str own = m->strings[m->states[call->state].name];
    return call->has_entered && name.len == own.len + 3 &&
           memcmp(name.data + 3, own.data, own.len) == 0;
}

static void check(gauge *g, wc_world *world, ended *call)
{
    if (call->entry == WC_NONE) return; /* a deployment without checks of its own has no form */
    const contract *c = &g->contracts[call->contract];
    const wc_entry *entry = &c->module->entries[call->entry];
    bool is_done = call->kind == WC_OUTCOME_OK && world != NULL && world->chain != NULL;
    for (uint16_t i = 0; i < c->debug->size_count && is_done; i++) {
        const wc_gas_size *size = &c->debug->sizes[i];
        if (size->kind == WC_GAS_SIZE_ENTERED)
            call->actual[i] = enters(c->module, call, size->name);
        bool is_state = size->kind == WC_GAS_SIZE_FIELD || size->kind == WC_GAS_SIZE_HOLDERS;
        if (is_state) call->actual[i] = during(g, world, call, size);
    }
    const wc_gas_form *form = &c->debug->forms[call->entry];
    uint64_t bound = entry->gas_bound;
    uint64_t by_size = wc_gas_form_at(form, c->debug->sizes, call->actual, bound);
    uint64_t sum = wc_gas_form_at(form, c->debug->sizes, call->actual, UINT64_MAX);
    uint64_t full = wc_gas_form_at(form, c->debug->sizes, NULL, UINT64_MAX);
    bool is_right = call->used <= by_size && by_size <= bound && full >= bound;
    if (!is_right) {
        tell(g, call, by_size, sum, full);
        g->faults++;
    }
    g->sum.used += call->used;
    g->sum.by_form += by_size;
    g->sum.by_bound += bound;
    g->sum.calls++;
    g->sum.cut += sum > bound;
    g->sum.kinds[entry->kind]++;
}

static void on_step(void *self, wc_world *world, const wc_runner_step *step)
{
    gauge *g = self;
    (void)step;
    assert_int_equal(g->open_count, 0);
    for (uint32_t i = 0; i < g->pending_count; i++) check(g, world, &g->pending[i]);
    for (uint32_t i = 0; i < g->pending_count; i++) remember(g, world, &g->pending[i]);
    g->pending_count = 0;
}

/* ---- tests ------------------------------------------------------------------------------------
 */

static void load_contract(gauge *g, uint16_t number)
{
    const wc_compiled_contract *made = &g->made->contracts[number];
    contract *c = &g->contracts[number];
    wc_finding finding = {.function = WC_NONE};
    wc_module *module;
    size_t bad = 0;
    assert_status(wc_module_decode(made->module, &g->arena, &module, &bad), WC_OK);
    assert_status(wc_module_verify(module, wc_sha256, &g->arena, &finding), WC_OK);
    wc_slice part =
        wc_slice_of(made->file.data + made->module.len, made->file.len - made->module.len);
    assert_status(wc_debug_decode(part, &g->arena, &c->debug, &bad), WC_OK);
    assert_int_equal(c->debug->form_count, module->entry_count);
    c->module = module;
}

static void play_test(gauge *g, const wc_runner_job *job, const wc_compiled_test *test)
{
    wc_runner_test one = {
        .number = test->number, .parties = test->parties, .party_count = test->party_count};
    wc_runner_result result;
    wc_property_result found;
    size_t mark = wc_arena_mark(&g->arena);
    g->test = test->title;
    g->instance_count = g->pending_count = g->open_count = 0;
    if (test->param_count > 0) {
        assert_status(wc_property_run(job, &one, SEED, PROPERTY_RUNS, &found), WC_OK);
        result = found.last;
    } else {
        assert_status(wc_runner_run(job, &one, &result), WC_OK);
    }
    if (!result.has_passed) {
        print_error("%.*s: %s\n", WC_STR_ARG(test->title), result.text);
        g->faults++;
    }
    wc_arena_rewind(&g->arena, mark);
}

static void run_file(gauge *g, const char *path)
{
    wc_arena_init(&g->arena, g->memory, MEMORY);
    wc_sources_finder finder = {.arena = &g->arena, .folder = g->folder};
    g->made = sources_compile(&finder, path);
    assert_true(g->made->contract_count <= CONTRACTS);
    wc_slice *modules = WC_ARENA_ARRAY(&g->arena, wc_slice, (size_t)g->made->contract_count + 1);
    assert_non_null(modules);
    for (uint16_t i = 0; i < g->made->contract_count; i++) {
        modules[i] = g->made->contracts[i].module;
        load_contract(g, i);
    }
    wc_observer watcher = {.self = g, .begin = on_begin, .end = on_end};
    wc_runner_observer observer = {.step = on_step, .self = g};
    wc_runner_job job = {.arena = &g->arena,
                         .image = g->made->test_image,
                         .contracts = modules,
                         .contract_count = g->made->contract_count,
                         .observer = &observer,
                         .watcher = &watcher};
    for (uint32_t i = 0; i < g->made->test_count; i++) play_test(g, &job, &g->made->tests[i]);
}

static int file_count;
static char **file_names; /* the folder of contracts, then sources */

static void what_is_charged_stays_under_form_and_worst_case(void **state)
{
    (void)state;
    gauge *g = calloc(1, sizeof *g);
    assert_non_null(g);
    g->memory = aligned_alloc(16, MEMORY);
    g->pending = calloc(PENDING, sizeof *g->pending);
    g->instances = calloc(INSTANCES, sizeof *g->instances);
    assert_true(g->memory != NULL && g->pending != NULL && g->instances != NULL);
    assert_status(wc_crypto_start(), WC_OK);
    g->folder = file_names[0];
    for (int i = 1; i < file_count; i++) run_file(g, file_names[i]);
    const totals *sum = &g->sum;
    print_message("%u calls (%u deployments, %u actions, %u views, %u time-outs), %u faults\n"
                  "used %llu, by size %llu, worst cases %llu; %u forms cut at the worst case\n",
                  sum->calls, sum->kinds[WC_ENTRY_DEPLOY], sum->kinds[WC_ENTRY_ACTION],
                  sum->kinds[WC_ENTRY_VIEW], sum->kinds[WC_ENTRY_AFTER], g->faults,
                  (unsigned long long)sum->used, (unsigned long long)sum->by_form,
                  (unsigned long long)sum->by_bound, sum->cut);
    assert_int_equal(g->faults, 0);
    assert_int_equal(sum->cut, 0);
    for (unsigned kind = WC_ENTRY_ACTION; kind <= WC_ENTRY_AFTER; kind++) {
        assert_true(sum->kinds[kind] > 0);
    }
    assert_true(sum->kinds[WC_ENTRY_DEPLOY] > 0 && sum->by_form < sum->by_bound);
    free(g->instances);
    free(g->pending);
    free(g->memory);
    free(g);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_charged_stays_under_form_and_worst_case),
    };
    if (argc < 3) return EXIT_FAILURE;
    file_count = argc - 1;
    file_names = argv + 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
