/* A compiled source and an interpreter over it, for the tests beside this file. */
#include "tests/unit/interp/outside.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/sha256.h"
#include "tests/support/test.h"

#define COMPILE ((size_t)64 << 20)

static wc_arena make_arena(void **memory, size_t size)
{
    wc_arena arena;
    if (*memory == NULL) *memory = aligned_alloc(16, size);
    assert_non_null(*memory);
    wc_arena_init(&arena, *memory, size);
    return arena;
}

static const wc_compilation *compile(void **memory, const wc_module *previous, const char *text)
{
    wc_arena arena = make_arena(memory, COMPILE);
    wc_compilation *compilation;
    wc_compile_options options = {.arena = &arena, .hash = wc_test_sha256, .previous = previous};
    assert_status(wc_compile(&options, WC_STR("test.clause"), wc_str_of(text), &compilation),
                  WC_OK);
    if (compilation->has_failed) {
        const wc_diag *diag = compilation->diags.first;
        while (diag->severity != WC_SEVERITY_ERROR) diag = diag->next;
        fail_msg("does not compile: %.*s", WC_STR_ARG(diag->message));
    }
    return compilation;
}

static void *first_memory, *next_memory, *run_memory, *module_memory;
static const wc_compilation *first;

const wc_compilation *outside_compile(const char *text)
{
    first = compile(&first_memory, NULL, text);
    return first;
}

const wc_compilation *outside_next_version(const char *text)
{
    wc_module *module;
    size_t bad;
    wc_finding finding = {.function = WC_NONE};
    wc_arena arena = make_arena(&module_memory, COMPILE);
    assert_status(wc_module_decode(first->contracts[0].module, &arena, &module, &bad), WC_OK);
    assert_status(wc_module_verify(module, wc_test_sha256, &arena, &finding), WC_OK);
    return compile(&next_memory, module, text);
}

wc_arena *outside_arena(size_t size)
{
    static wc_arena arena;
    assert_true(size <= OUTSIDE_RUN);
    arena = make_arena(&run_memory, OUTSIDE_RUN);
    wc_arena_init(&arena, run_memory, size);
    return &arena;
}

wc_interp *outside_open(const wc_compilation *compilation)
{
    static const wc_str names[] = {{"a", 1}, {"b", 1}, {"c", 1}, {"bank", 4}};
    wc_interp_options options = {.arena = outside_arena(OUTSIDE_RUN),
                                 .program = compilation->program,
                                 .parties = names,
                                 .party_count = WC_ARRAY_LEN(names)};
    wc_interp *in = wc_interp_open(&options);
    assert_non_null(in);
    return in;
}

const wc_sema_contract *outside_contract(const wc_compilation *compilation, const char *name)
{
    const wc_sema_program *program = compilation->program;
    for (uint32_t i = 0; i < program->contract_count; i++) {
        if (wc_str_equal(program->contracts[i]->name, wc_str_of(name))) {
            return program->contracts[i];
        }
    }
    fail_msg("no contract %s", name);
    return NULL;
}

static const wc_sema_routine *routine(wc_sema_routine *const *all, uint16_t count, const char *name)
{
    for (uint16_t i = 0; i < count; i++) {
        if (wc_str_equal(all[i]->name, wc_str_of(name))) return all[i];
    }
    fail_msg("no routine %s", name);
    return NULL;
}

const wc_sema_routine *outside_action(const wc_sema_contract *contract, const char *name)
{
    return routine(contract->actions, contract->action_count, name);
}

const wc_sema_routine *outside_view(const wc_sema_contract *contract, const char *name)
{
    return routine(contract->views, contract->view_count, name);
}

uint16_t outside_deploy(wc_interp *in, const wc_sema_contract *contract, wc_slice terms)
{
    wc_interp_party parties[4];
    wc_interp_outcome outcome;
    uint16_t instance;
    for (uint16_t i = 0; i < WC_ARRAY_LEN(parties); i++) parties[i] = wc_interp_test_party(i);
    wc_interp_deploy(in, contract, parties, terms, &instance, &outcome);
    outside_assert_ok(&outcome);
    return instance;
}

wc_interp_outcome outside_call(wc_interp *in, uint16_t instance, const char *action, wc_slice args,
                               uint16_t principal)
{
    wc_interp_party signer = wc_interp_test_party(principal);
    wc_interp_outcome outcome;
    const wc_sema_contract *contract = in->world->instances[instance].contract;
    wc_interp_call call = {.instance = instance,
                           .routine = outside_action(contract, action),
                           .args = args,
                           .signers = &signer,
                           .signer_count = 1};
    wc_interp_call_run(in, &call, &outcome);
    return outcome;
}

void outside_assert_builtin(const wc_interp_outcome *outcome, uint16_t code)
{
    assert_int_equal(outcome->end, WC_INTERP_BUILTIN);
    assert_int_equal(outcome->code, code);
}

void outside_assert_trap(const wc_interp_outcome *outcome, uint16_t code)
{
    assert_int_equal(outcome->end, WC_INTERP_TRAP);
    assert_int_equal(outcome->code, code);
}

void outside_assert_ok(const wc_interp_outcome *outcome)
{
    assert_int_equal(outcome->end, WC_INTERP_OK);
}
