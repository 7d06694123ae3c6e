/* The bench: building, loading, and the repetitions of every run. */
#include "tests/unit/exec/rig.h"

#include "vm/inspect.h"

#include <stdlib.h>

#include "tests/support/sha256.h"
#include "vm/base/codec.h"

rig_compiler rig_compiled;
bool rig_seen_ok[256];
bool rig_seen_trap[256][32];
bool rig_seen_builtin[256][32];

#define NAME(text) wc_builder_string(rig->b, WC_STR(text))

/* ---- bench ----------------------------------------------------------------------------------
 */

void rig_set_state(wc_rig *rig, uint16_t state, wc_slice data)
{
    wc_slice head =
        rig_abi(rig, "bqqh", 1, (int64_t)RIG_DEPLOYED + 5, (int64_t)RIG_DEPLOYED, state);
    wc_slice tail = rig_abi(rig, "ppqpqpq", &rig->alice, &rig->bank, INT64_C(77),
                            &rig->other_instance, INT64_C(5), &rig->carol, INT64_C(9));
    size_t len = head.len + data.len + tail.len;
    uint8_t *root = wc_arena_alloc(&rig->arena, len, 1);
    assert_non_null(root);
    memcpy(root, head.data, head.len);
    if (data.len != 0) memcpy(root + head.len, data.data, data.len);
    memcpy(root + head.len + data.len, tail.data, tail.len);
    rig->root = wc_slice_of(root, len);
}

/* Rigs come and go by the thousand, one at a time: the arena of the last one is kept. */
static uint8_t *spare_arena;

void rig_open_tables(wc_rig *rig)
{
    *rig = (wc_rig){.arena_memory = spare_arena != NULL ? spare_arena : malloc(RIG_ARENA)};
    spare_arena = NULL;
    assert_non_null(rig->arena_memory);
    wc_arena_init(&rig->arena, rig->arena_memory, RIG_ARENA);
    rig->b = wc_builder_new(&rig->arena, wc_test_sha256, WC_STR("Bench"), WC_STR("bench.clause"));
    assert_non_null(rig->b);
    rig_make_tables(rig->b, &rig->t, &rig->f);
    rig->own = wc_fake_party(0xee);
    rig->alice = wc_fake_party(0x0a);
    rig->bank = wc_fake_party(0x0b);
    rig->carol = wc_fake_party(0x0c);
    wc_fake_host_init(&rig->host, &rig->own);
    wc_fake_account_of(&rig->host, &rig->alice)->is_signer = true;
    wc_fake_account_of(&rig->host, &rig->bank)->role = "Bank";
    rig->call = (wc_call){
        .principal = rig->alice, .has_principal = true, .now = RIG_NOW, .gas_limit = RIG_GAS};
    rig->other_instance = wc_fake_party(0xdd);
    rig_set_state(rig, 0, wc_slice_of(NULL, 0));
}

void rig_body(wc_rig *rig)
{
    rig->function = wc_builder_function(rig->b, WC_STR("run"));
    (void)rig_ref(rig, rig->t.empty);
    wc_builder_params(rig->b);
    rig->out_args = rig_new(rig, rig->t.out_args);
    rig->out = rig_refmut(rig, rig->t.out);
    RIG_EMIT(rig, fref, rig->out, rig->out_args, 0);
}

void rig_open(wc_rig *rig)
{
    rig_open_tables(rig);
    rig_body(rig);
}

void rig_case(wc_rig *rig, wc_op subject)
{
    rig_open(rig);
    rig->subject = subject;
    rig->has_subject = true;
}

uint16_t rig_other(wc_rig *rig)
{
    uint16_t terms = rig_ref(rig, wc_builder_module(rig->b)->terms_type);
    uint16_t other = rig_ref(rig, rig->t.other);
    RIG_EMIT(rig, root, terms, 0);
    RIG_EMIT(rig, fref, other, terms, 1);
    return other;
}

void rig_end_body(wc_rig *rig)
{
    if (!wc_builder_is_reachable(rig->b)) {
        wc_builder_end(rig->b);
        return;
    }
    RIG_EMIT(rig, emit, 0, rig->out_args);
    RIG_EMIT(rig, ret, 0);
    wc_builder_end(rig->b);
}

void rig_close(wc_rig *rig)
{
    rig_end_body(rig);
    wc_entry entry = {.kind = WC_ENTRY_ACTION,
                      .name = NAME("run"),
                      .function = rig->function,
                      .args = rig->t.empty,
                      .result = WC_NONE,
                      .by = WC_BY_ANY_PARTY,
                      .leads_to = 7};
    rig->entry = wc_builder_entry(rig->b, &entry);
    rig_load(rig);
}

static void count_begin(void *self, const wc_instance *instance, const wc_call *call,
                        bool is_deploy)
{
    wc_rig *rig = self;
    assert_non_null(instance);
    assert_non_null(call);
    assert_int_equal(is_deploy, rig->deploys);
    rig->begun++;
}

/* Everything that can be looked at without the host, at every instruction of every test: registers
 * that were not written yet hold rubbish until the observed build has cleared them. */
static void look_at(const wc_step *step)
{
    static uint8_t memory[1u << 20];
    uint32_t depth = wc_inspect_depth(step->exec);
    assert_true(depth > 0);
    wc_inspect_frame innermost = wc_inspect_frame_at(step->exec, depth - 1);
    assert_int_equal(innermost.function, step->function);
    assert_int_equal(innermost.word, step->word);
    assert_int_equal(wc_inspect_gas(step->exec), step->gas);
    for (uint32_t f = 0; f < depth; f++) {
        wc_inspect_frame frame = wc_inspect_frame_at(step->exec, f);
        const wc_function *function = &step->module->functions[frame.function];
        assert_true(frame.word < function->word_count);
        for (uint16_t r = 0; r < function->reg_count; r++) {
            wc_buf buf;
            uint8_t kind = function->regs[r].kind;
            wc_buf_init(&buf, memory, sizeof memory);
            if (kind == WC_REG_I64 || kind == WC_REG_I128) {
                (void)wc_inspect_number(step->exec, f, r);
            } else if (kind != WC_REG_I128_HIGH) {
                wc_status status = wc_inspect_value(step->exec, f, r, &buf);
                assert_true(status == WC_OK || status == WC_NOT_FOUND ||
                            status == WC_OUT_OF_DOMAIN);
            }
        }
    }
    for (unsigned part = WC_INSPECT_TERMS; part <= WC_INSPECT_STATE; part++) {
        wc_buf buf;
        wc_buf_init(&buf, memory, sizeof memory);
        wc_status status = wc_inspect_record(step->exec, (wc_inspect_part)part, &buf);
        assert_true(status == WC_OK || status == WC_NOT_FOUND || status == WC_OUT_OF_DOMAIN);
    }
}

/* Each step names a word that is an instruction of the function. */
static void count_step(void *self, const wc_step *step)
{
    wc_rig *rig = self;
    const wc_function *function = &step->module->functions[step->function];
    assert_true(step->word < function->word_count);
    assert_true(step->module->words[function->first_word + step->word] >> 48 != WC_OP_ext);
    rig->steps++;
    look_at(step);
}

static void count_end(void *self, const wc_outcome *outcome)
{
    wc_rig *rig = self;
    assert_non_null(outcome);
    rig->ended++;
}

static void load_compiled(wc_rig *rig, wc_slice bytes)
{
    const wc_module *module = wc_image_module(rig->image);
    const wc_native_object *object = rig_compiled == NULL ? NULL : rig_compiled(module, bytes);
    if (object == NULL) return;
    assert_status(wc_image_translate(module, &wc_engine_loop, &rig->arena, &rig->compiled), WC_OK);
    assert_true(wc_image_attach(rig->compiled, object));
}

void rig_load(wc_rig *rig)
{
    wc_module *module;
    wc_debug *debug;
    assert_status(wc_builder_finish(rig->b, &module, &debug), WC_OK);
    wc_finding finding = {.code = NULL};
    wc_status status = wc_module_bound(module, wc_test_sha256, &rig->arena, &finding);
    if (status != WC_OK) {
        fail_msg("%s: %s, function %u word %u", finding.code, finding.text, finding.function,
                 finding.word);
    }
    uint8_t *bytes = wc_arena_alloc(&rig->arena, WC_MODULE_SIZE_MAX, 1);
    assert_non_null(bytes);
    wc_buf buf;
    wc_buf_init(&buf, bytes, WC_MODULE_SIZE_MAX);
    wc_module_encode(module, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    status = wc_image_load(wc_buf_slice(&buf), wc_test_sha256, &rig->arena, &rig->image, &finding);
    if (status != WC_OK) fail_msg("%s: %s at %zu", finding.code, finding.text, finding.offset);
    assert_status(wc_image_translate(wc_image_module(rig->image), &wc_engine_switch, &rig->arena,
                                     &rig->other),
                  WC_OK);
    assert_status(wc_image_translate(wc_image_module(rig->image), &wc_engine_loop, &rig->arena,
                                     &rig->watched),
                  WC_OK);
    rig->observer =
        (wc_observer){.self = rig, .begin = count_begin, .step = count_step, .end = count_end};
    assert_status(wc_image_observe(rig->watched, &rig->observer, &rig->arena), WC_OK);
    load_compiled(rig, wc_buf_slice(&buf));
    size_t size = wc_call_memory_size(rig->image);
    for (size_t i = 0; i < 2; i++) {
        rig->memory[i] = aligned_alloc(16, size);
        assert_non_null(rig->memory[i]);
    }
    rig->spare = aligned_alloc(16, size);
    assert_non_null(rig->spare);
}

void rig_drop(wc_rig *rig)
{
    wc_fake_host_drop(&rig->host);
    free(rig->memory[0]);
    free(rig->memory[1]);
    free(rig->spare);
    if (spare_arena != NULL) free(spare_arena);
    spare_arena = rig->arena_memory;
}

/* ---- running ------------------------------------------------------------------------------------
 */

typedef struct one_run {
    const wc_image *image;
    uint8_t *memory;
    uint8_t rubbish;
    uint64_t gas_limit;
    uint64_t host_calls;
} one_run;

/* Runs once on a copy of the host's state. */
static void run_once(const wc_rig *rig, const one_run *run, wc_fake_host *host, wc_outcome *outcome)
{
    wc_fake_host_init(host, &rig->own);
    wc_fake_host_copy(host, &rig->host);
    host->calls_left = run->host_calls;
    memset(run->memory, run->rubbish, wc_call_memory_size(run->image));
    wc_call call = rig->call;
    call.gas_limit = run->gas_limit;
    call.entry = rig->entry;
    wc_instance instance = {run->image, rig->own, rig->root, rig->parties};
    wc_host table = {&wc_fake_host_ops, host};
    if (rig->deploys) {
        wc_deploy_run(&instance, &call, &table, run->memory, outcome);
    } else {
        wc_call_run(&instance, &call, &table, run->memory, outcome);
    }
    assert_true(outcome->gas_used <= run->gas_limit);
}

static void assert_slice_equal(wc_slice a, wc_slice b)
{
    assert_int_equal(a.len, b.len);
    if (a.len != 0) assert_memory_equal(a.data, b.data, a.len);
}

static void assert_same(const wc_outcome *a, const wc_outcome *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->code, b->code);
    assert_int_equal(a->function, b->function);
    assert_int_equal(a->word, b->word);
    assert_int_equal(a->operand_count, b->operand_count);
    assert_memory_equal(a->operands, b->operands, sizeof a->operands);
    assert_slice_equal(a->args, b->args);
    assert_true(a->gas_used == b->gas_used);
    assert_int_equal(a->root_changed, b->root_changed);
    assert_slice_equal(a->root, b->root);
    assert_int_equal(a->entered, b->entered);
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->final, b->final);
    assert_int_equal(a->has_due, b->has_due);
    assert_true(a->due == b->due && a->due_entry == b->due_entry && a->prepaid == b->prepaid);
    assert_slice_equal(a->result, b->result);
}

/* The second engine, other rubbish, a limit of exactly what was used: nothing may change. */
static void check_repeats(wc_rig *rig, const wc_fake_host *host)
{
    const wc_outcome *first = &rig->outcome;
    bool out_of_gas = first->kind == WC_OUTCOME_TRAP && first->code == WC_TRAP_OUT_OF_GAS;
    const one_run runs[] = {
        {rig->other, rig->memory[1], 0x5a, rig->call.gas_limit, UINT64_MAX},
        {rig->watched, rig->memory[1], 0x77, rig->call.gas_limit, UINT64_MAX},
        {rig->image, rig->memory[1], 0xff, rig->call.gas_limit, UINT64_MAX},
        {rig->image, rig->memory[1], 0x00, first->gas_used, UINT64_MAX},
    };
    for (size_t i = 0; i < WC_ARRAY_LEN(runs); i++) {
        wc_fake_host again;
        wc_outcome outcome;
        run_once(rig, &runs[i], &again, &outcome);
        if (!out_of_gas) assert_same(first, &outcome);
        assert_slice_equal(wc_fake_log(host), wc_fake_log(&again));
        wc_fake_host_drop(&again);
    }
    assert_true(rig->begun > 0 && rig->begun == rig->ended);
}

/* One less than was used runs out, with all of it used. */
static void check_gas_cut(wc_rig *rig)
{
    if (rig->outcome.gas_used == 0) return;
    const one_run run = {rig->image, rig->memory[1], 0xa5, rig->outcome.gas_used - 1, UINT64_MAX};
    wc_fake_host host;
    wc_outcome outcome;
    run_once(rig, &run, &host, &outcome);
    wc_fake_host_drop(&host);
    assert_int_equal(outcome.kind, WC_OUTCOME_TRAP);
    assert_int_equal(outcome.code, WC_TRAP_OUT_OF_GAS);
    assert_true(outcome.gas_used == run.gas_limit);
}

static void check_host_failures(wc_rig *rig, uint64_t calls)
{
    for (uint64_t k = 0; k < calls && !rig->keeps_host; k++) {
        const one_run run = {rig->image, rig->memory[1], 0xa5, rig->call.gas_limit, k};
        wc_fake_host host;
        wc_outcome outcome;
        run_once(rig, &run, &host, &outcome);
        wc_fake_host_drop(&host);
        assert_int_equal(outcome.kind, WC_OUTCOME_TRAP);
        assert_int_equal(outcome.code, WC_TRAP_HOST);
        if (rig->has_subject && outcome.function != WC_NONE) {
            const wc_module *module = wc_image_module(rig->image);
            uint64_t word =
                module->words[module->functions[outcome.function].first_word + outcome.word];
            rig_seen_trap[(uint8_t)(word >> 48)][WC_TRAP_HOST] = true;
        }
    }
}

/* ---- what storage gives back spoilt ---------------------------------------------------------- */

/* Both dispatches with the storage as it now is; how they ended. */
static wc_outcome run_spoilt(wc_rig *rig)
{
    const one_run runs[] = {{rig->image, rig->memory[1], 0xa5, rig->call.gas_limit, UINT64_MAX},
                            {rig->other, rig->spare, 0x5a, rig->call.gas_limit, UINT64_MAX}};
    wc_fake_host hosts[2];
    wc_outcome outcomes[2];
    for (size_t i = 0; i < 2; i++) run_once(rig, &runs[i], &hosts[i], &outcomes[i]);
    assert_same(&outcomes[0], &outcomes[1]);
    assert_slice_equal(wc_fake_log(&hosts[0]), wc_fake_log(&hosts[1]));
    for (size_t i = 0; i < 2; i++) wc_fake_host_drop(&hosts[i]);
    return outcomes[0];
}

#define CUT_STEP 32u /* the cases take turns: all have records alike */

/* A record that ends early is damage, whatever the code does. */
static void check_cut_record(wc_rig *rig)
{
    static size_t turn;
    wc_slice whole = rig->root;
    for (size_t len = turn++ % CUT_STEP; len < whole.len; len += CUT_STEP) {
        rig->root = wc_slice_of(whole.data, len);
        wc_root_parts parts;
        assert_true(wc_root_read(wc_image_module(rig->image), rig->root, &parts) != WC_OK);
        wc_outcome outcome = run_spoilt(rig);
        assert_int_equal(outcome.kind, WC_OUTCOME_TRAP);
        assert_int_equal(outcome.code, WC_TRAP_HOST);
    }
    rig->root = whole;
}

/* Elements and headers that are too short, of impossible values, or under keys that are none:
 * either nothing looks at them, or that is the end, and for both dispatches the same. */
static void check_spoilt_elements(wc_rig *rig)
{
    for (size_t i = 0; i < rig->host.entry_count; i++) {
        wc_fake_entry *entry = &rig->host.entries[i], kept = *entry;
        uint8_t bytes[2048], ones[2048];
        if (entry->value_len == 0 || entry->value_len > sizeof bytes) continue;
        memcpy(bytes, entry->value, entry->value_len);
        memset(ones, 0xff, entry->value_len);
        entry->value_len--;
        (void)run_spoilt(rig);
        entry->value_len++;
        memcpy(entry->value, ones, entry->value_len);
        (void)run_spoilt(rig);
        memset(entry->value, 0, entry->value_len);
        (void)run_spoilt(rig);
        memcpy(entry->value, bytes, entry->value_len);
        if (entry->key_len > 3) entry->key_len--;
        (void)run_spoilt(rig);
        entry->key_len = kept.key_len;
    }
}

static void check_damage(wc_rig *rig)
{
    if (rig->keeps_host || rig->deploys) return;
    check_cut_record(rig);
    check_spoilt_elements(rig);
}

/* Both engines with this limit and this host: the same end at the same place, with the same gas,
 * and until then the same effects. */
static void check_pair(wc_rig *rig, uint64_t gas_limit, uint64_t host_calls)
{
    const one_run runs[] = {{rig->image, rig->spare, 0xa5, gas_limit, host_calls},
                            {rig->compiled, rig->memory[1], 0x5a, gas_limit, host_calls}};
    wc_fake_host hosts[2];
    wc_outcome outcomes[2];
    for (size_t i = 0; i < 2; i++) run_once(rig, &runs[i], &hosts[i], &outcomes[i]);
    assert_same(&outcomes[0], &outcomes[1]);
    assert_slice_equal(wc_fake_log(&hosts[0]), wc_fake_log(&hosts[1]));
    for (size_t i = 0; i < 2; i++) wc_fake_host_drop(&hosts[i]);
}

#define CUTS 100u /* gas limits below what a case uses, spread evenly */

static void check_compiled(wc_rig *rig, uint64_t host_calls)
{
    uint64_t used = rig->outcome.gas_used;
    check_pair(rig, rig->call.gas_limit, UINT64_MAX);
    check_pair(rig, used, UINT64_MAX);
    for (uint64_t gas = 0; gas < used; gas += 1 + used / CUTS) check_pair(rig, gas, UINT64_MAX);
    if (used > 0) check_pair(rig, used - 1, UINT64_MAX);
    for (uint64_t k = 0; k < host_calls && !rig->keeps_host; k++) {
        check_pair(rig, rig->call.gas_limit, k);
    }
}

/* Remembers how the case's instruction ended; a failure must be its own. */
static void note(const wc_rig *rig)
{
    if (!rig->has_subject) return;
    const wc_outcome *outcome = &rig->outcome;
    if (outcome->kind == WC_OUTCOME_OK) {
        rig_seen_ok[rig->subject] = true;
        return;
    }
    const wc_module *module = wc_image_module(rig->image);
    assert_int_not_equal(outcome->function, WC_NONE);
    const wc_function *function = &module->functions[outcome->function];
    uint64_t word = module->words[function->first_word + outcome->word];
    assert_string_equal(wc_op_lookup((uint16_t)(word >> 48))->name,
                        wc_op_lookup((uint16_t)rig->subject)->name);
    if (outcome->kind == WC_OUTCOME_TRAP) rig_seen_trap[rig->subject][outcome->code] = true;
    if (outcome->kind == WC_OUTCOME_BUILTIN) rig_seen_builtin[rig->subject][outcome->code] = true;
    if (outcome->kind == WC_OUTCOME_ERROR) rig_seen_trap[rig->subject][0] = true;
}

void rig_run(wc_rig *rig)
{
    const one_run run = {rig->image, rig->memory[0], 0xa5, rig->call.gas_limit, UINT64_MAX - 1};
    wc_fake_host host;
    run_once(rig, &run, &host, &rig->outcome);
    const wc_module *module = wc_image_module(rig->image);
    if (host.view_gas == 0 && !rig->deploys) {
        assert_true(rig->outcome.gas_used <= module->entries[rig->entry].gas_bound);
    }
    note(rig);
    uint64_t host_calls = UINT64_MAX - 1 - host.calls_left;
    if (rig_compiled != NULL) {
        if (rig->compiled != NULL) check_compiled(rig, host_calls);
    } else {
        check_repeats(rig, &host);
        check_gas_cut(rig);
        check_damage(rig);
    }
    check_host_failures(rig, host_calls);
    wc_fake_host_drop(&rig->host);
    rig->host = host;
}

size_t rig_outputs(const wc_rig *rig, int64_t out[RIG_OUT_MAX])
{
    /* The last event in the log: 'E', event 0 as i64, length as i64, list. */
    wc_slice log = wc_fake_log(&rig->host);
    size_t count = 0;
    for (size_t size = 4 + 8 * RIG_OUT_MAX + 17; size >= 21; size -= 8) {
        if (log.len < size || log.data[log.len - size] != 'E') continue;
        const uint8_t *at = log.data + log.len - size;
        if (wc_load_u64(at + 1) != 0 || wc_load_u64(at + 9) != size - 17) continue;
        count = wc_load_u32(at + 17);
        if (4 + 8 * count != size - 17) continue;
        for (size_t i = 0; i < count; i++) out[i] = (int64_t)wc_load_u64(at + 21 + 8 * i);
        return count;
    }
    fail_msg("no output event");
    return count;
}

void rig_expect_out(const wc_rig *rig, size_t count, ...)
{
    const wc_outcome *outcome = &rig->outcome;
    const char *subject = rig->has_subject ? wc_op_lookup((uint16_t)rig->subject)->name : "-";
    if (outcome->kind != WC_OUTCOME_OK) {
        fail_msg("%s: kind %d code %d at word %u", subject, outcome->kind, outcome->code,
                 outcome->word);
    }
    int64_t out[RIG_OUT_MAX];
    assert_int_equal(rig_outputs(rig, out), count);
    va_list args;
    va_start(args, count);
    for (size_t i = 0; i < count; i++) {
        int64_t expected = va_arg(args, int64_t);
        if (out[i] != expected) {
            fail_msg("%s: output %zu: %lld, expected %lld", subject, i, (long long)out[i],
                     (long long)expected);
        }
    }
    va_end(args);
}

void rig_expect_trap(const wc_rig *rig, wc_trap trap)
{
    assert_int_equal(rig->outcome.kind, WC_OUTCOME_TRAP);
    assert_string_equal(wc_trap_name(rig->outcome.code), wc_trap_name((uint16_t)trap));
    assert_int_equal(rig->outcome.root_changed, false);
}

void rig_expect_operands(const wc_rig *rig, uint8_t count, int64_t x, int64_t y)
{
    assert_int_equal(rig->outcome.operand_count, count);
    if (count > 0) assert_true(rig->outcome.operands[0] == x);
    if (count > 1) assert_true(rig->outcome.operands[1] == y);
}

void rig_expect_builtin(const wc_rig *rig, wc_builtin builtin, wc_slice args)
{
    assert_int_equal(rig->outcome.kind, WC_OUTCOME_BUILTIN);
    assert_string_equal(wc_builtin_name(rig->outcome.code), wc_builtin_name((uint16_t)builtin));
    assert_slice_equal(rig->outcome.args, args);
}

void rig_expect_error(const wc_rig *rig, uint16_t error, wc_slice args)
{
    assert_int_equal(rig->outcome.kind, WC_OUTCOME_ERROR);
    assert_int_equal(rig->outcome.code, error);
    assert_slice_equal(rig->outcome.args, args);
}
