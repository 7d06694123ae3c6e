/* The machine and the reference interpreter side by side. */
#include "tests/fuzz/oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "compiler/interp/interp.h"
#include "tests/fuzz/oracle_args.h"
#include "tests/fuzz/oracle_world.h"
#include "tests/support/fake_host.h"
#include "tests/support/sha256.h"
#include "vm/base/codec.h"
#include "vm/vm.h"

#define COMPILE_ARENA ((size_t)96 << 20)
#define RUN_ARENA     ((size_t)192 << 20)
#define CALLS         16u
#define ACTIONS       8u
#define GAS           UINT64_C(1000000000000)
#define STEPS         2000000u
#define MONEY         1000000
#define ARGS_MAX      32768u

typedef struct pair {
    oracle *o;
    uint64_t seed;
    const wc_sema_program *program;
    const wc_sema_contract *contract;
    wc_interp *in;
    uint16_t number; /* of the instance in the interpreter */
    wc_image *image;
    void *memory;
    wc_fake_host host, before;
    wc_slice root;
    uint16_t cny; /* in the program; the module has this one currency */
    wc_party parties[3];
    bool has_ended;
} pair;

/* --- telling ---------------------------------------------------------------------------------- */

static bool differ(pair *p, const char *what, const char *where)
{
    snprintf(p->o->text, sizeof p->o->text, "%s at %s", what, where);
    return false;
}

static const char *vm_end(const pair *p, const wc_outcome *outcome, char *text, size_t size)
{
    const char *name = "ok";
    if (outcome->kind == WC_OUTCOME_TRAP) name = wc_trap_name(outcome->code);
    if (outcome->kind == WC_OUTCOME_BUILTIN) name = "built-in";
    if (outcome->kind == WC_OUTCOME_ERROR) {
        snprintf(text, size, "%.*s", WC_STR_ARG(p->contract->errors[outcome->code]->name));
        return text;
    }
    snprintf(text, size, "%s %u", name, outcome->code);
    return text;
}

static const char *interp_end(const wc_interp_outcome *outcome, char *text, size_t size)
{
    if (outcome->end == WC_INTERP_ERROR) {
        snprintf(text, size, "%.*s", WC_STR_ARG(outcome->error->name));
    } else if (outcome->end == WC_INTERP_TRAP) {
        snprintf(text, size, "%s %u", wc_trap_name(outcome->code), outcome->code);
    } else {
        static const char *const names[] = {"ok", "error", "built-in", "trap", "limit", "CLAIM"};
        snprintf(text, size, "%s %u", names[outcome->end], outcome->code);
    }
    return text;
}

/* --- comparing -------------------------------------------------------------------------------- */

static bool same_end(const pair *p, const wc_outcome *vm, const wc_interp_outcome *in)
{
    switch (in->end) {
    case WC_INTERP_OK: return vm->kind == WC_OUTCOME_OK && wc_slice_equal(vm->result, in->result);
    case WC_INTERP_ERROR:
        return vm->kind == WC_OUTCOME_ERROR && p->contract->errors[vm->code] == in->error &&
               wc_slice_equal(vm->args, in->args);
    case WC_INTERP_BUILTIN: return vm->kind == WC_OUTCOME_BUILTIN && vm->code == in->code;
    case WC_INTERP_TRAP: return vm->kind == WC_OUTCOME_TRAP && vm->code == in->code;
    case WC_INTERP_LIMIT: return true;
    case WC_INTERP_CLAIM: break;
    }
    return false;
}

void oracle_count_end(oracle_counts *counts, unsigned end)
{
    counts->calls++;
    counts->ok += end == WC_INTERP_OK;
    counts->errors += end == WC_INTERP_ERROR;
    counts->builtins += end == WC_INTERP_BUILTIN;
    counts->traps += end == WC_INTERP_TRAP;
    counts->limits += end == WC_INTERP_LIMIT;
}

static void tell_results(pair *p, const char *where, wc_slice vm, wc_slice in)
{
    wc_buf text;
    wc_buf_init(&text, p->o->text, sizeof p->o->text - 1);
    wc_buf_put_text(&text, where);
    wc_buf_put_text(&text, ": machine ");
    wc_buf_put_hex(&text, wc_slice_of(vm.data, vm.len < 400 ? vm.len : 400));
    wc_buf_put_text(&text, ", interpreter ");
    wc_buf_put_hex(&text, wc_slice_of(in.data, in.len < 400 ? in.len : 400));
    p->o->text[text.len] = '\0';
}

static bool compare_ends(pair *p, const char *where, const wc_outcome *vm,
                         const wc_interp_outcome *in)
{
    char a[128], b[128];
    oracle_count_end(&p->o->counts, in->end);
    if (same_end(p, vm, in)) return true;
    if (vm->kind == WC_OUTCOME_OK && in->end == WC_INTERP_OK) {
        tell_results(p, where, vm->result, in->result);
        return false;
    }
    snprintf(p->o->text, sizeof p->o->text, "%s: machine %s, interpreter %s (byte %u)", where,
             vm_end(p, vm, a, sizeof a), interp_end(in, b, sizeof b), in->span.start);
    return false;
}

/* The log of the host (fake_host.c): P and E and U count, S and R are the host's own business. */
static bool skip_storage(wc_reader *log, uint8_t what)
{
    uint64_t length;
    wc_slice bytes;
    for (int i = 0; i < (what == 'S' ? 2 : 1); i++) {
        if (wc_read_u64(log, &length) != WC_OK) return false;
        if (wc_read_slice(log, (size_t)length, &bytes) != WC_OK) return false;
    }
    return true;
}

static bool same_posting(const pair *p, wc_reader *log, const wc_interp_event *event)
{
    uint64_t move, currency, amount, length, function, word;
    wc_slice from, to;
    bool is_read = wc_read_u64(log, &move) == WC_OK && wc_read_slice(log, 32, &from) == WC_OK &&
                   wc_read_slice(log, 32, &to) == WC_OK && wc_read_u64(log, &currency) == WC_OK &&
                   wc_read_u64(log, &amount) == WC_OK && wc_read_u64(log, &length) == WC_OK &&
                   wc_read_u64(log, &function) == WC_OK && wc_read_u64(log, &word) == WC_OK;
    return is_read && length == 0 && event->did == WC_INTERP_POSTED && event->move == move &&
           memcmp(event->from.bytes, from.data, 32) == 0 &&
           memcmp(event->to.bytes, to.data, 32) == 0 && event->currency == p->cny &&
           event->amount == (int64_t)amount;
}

static bool same_event(const pair *p, wc_reader *log, const wc_interp_event *event)
{
    uint64_t number, length;
    wc_slice args;
    bool is_read = wc_read_u64(log, &number) == WC_OK && wc_read_u64(log, &length) == WC_OK &&
                   wc_read_slice(log, (size_t)length, &args) == WC_OK;
    return is_read && event->did == WC_INTERP_EMITTED &&
           p->contract->events[number] == event->signature && wc_slice_equal(args, event->args);
}

static bool compare_log(pair *p, const char *where)
{
    uint32_t count, at = 0;
    const wc_interp_event *events = wc_interp_events(p->in, &count);
    wc_reader log = wc_reader_of(wc_fake_log(&p->host));
    while (wc_reader_left(&log) > 0) {
        uint8_t what;
        if (wc_read_u8(&log, &what) != WC_OK) break;
        if (what == 'S' || what == 'R') {
            if (!skip_storage(&log, what)) return differ(p, "unreadable log", where);
            continue;
        }
        bool is_same = at < count;
        if (is_same && what == 'P') is_same = same_posting(p, &log, &events[at]);
        if (is_same && what == 'E') is_same = same_event(p, &log, &events[at]);
        if (is_same && what == 'U') is_same = events[at].did == WC_INTERP_RELEASED;
        if (!is_same) return differ(p, "another event or posting", where);
        at++;
    }
    return at == count || differ(p, "an event or posting more", where);
}

static bool compare_money(pair *p, const char *where)
{
    for (size_t i = 0; i < 4; i++) {
        wc_party who = i < 3 ? p->parties[i] : p->host.own;
        wc_interp_party same;
        memcpy(same.bytes, who.bytes, sizeof same.bytes);
        const wc_fake_account *account = wc_fake_account_of(&p->host, &who);
        if (account->free[0] != wc_interp_free(p->in, &same, p->cny) ||
            account->escrow[0] != wc_interp_escrow(p->in, p->number, &same, p->cny)) {
            return differ(p, "another balance", where);
        }
    }
    return true;
}

static bool compare_root(pair *p, const char *where)
{
    wc_root_parts parts;
    if (wc_root_read(wc_image_module(p->image), p->root, &parts) != WC_OK) {
        return differ(p, "unreadable record", where);
    }
    if (parts.state != wc_interp_state_of(p->in, p->number)) {
        return differ(p, "another state", where);
    }
    size_t at = 0;
    for (uint16_t i = 0; i < p->contract->field_count; i++) {
        if (wc_sema_is_collection(p->contract->fields[i].type)) continue;
        wc_slice field = wc_interp_field(p->in, p->number, i);
        bool fits = field.len <= parts.fields.len - at;
        if (!fits || memcmp(field.data, parts.fields.data + at, field.len) != 0) {
            char name[64];
            snprintf(name, sizeof name, "another value of self.%.*s",
                     WC_STR_ARG(p->contract->fields[i].name));
            return differ(p, name, where);
        }
        at += field.len;
    }
    return at == parts.fields.len || differ(p, "another record", where);
}

/* --- calling ---------------------------------------------------------------------------------- */

static void vm_call(pair *p, uint16_t entry, wc_slice args, const wc_party *principal,
                    wc_outcome *outcome)
{
    wc_instance instance = {.image = p->image, .id = p->host.own, .root = p->root};
    wc_call call = {.entry = entry,
                    .args = args,
                    .has_principal = principal != NULL,
                    .now = WC_INTERP_START_S,
                    .gas_limit = GAS};
    if (principal != NULL) call.principal = *principal;
    wc_host host = {&wc_fake_host_ops, &p->host};
    p->host.log_len = 0;
    wc_call_run(&instance, &call, &host, p->memory, outcome);
}

static bool keep_root(pair *p, const wc_outcome *outcome)
{
    if (!outcome->root_changed) return true;
    uint8_t *copy = wc_arena_alloc(&p->o->run, outcome->root.len, 1);
    if (copy == NULL) return false;
    memcpy(copy, outcome->root.data, outcome->root.len);
    p->root = wc_slice_of(copy, outcome->root.len);
    return true;
}

static bool call_view(pair *p, uint16_t number, int64_t index)
{
    const wc_sema_routine *view = p->contract->views[number];
    uint8_t bytes[8];
    wc_store_u64(bytes, (uint64_t)index);
    wc_slice args = wc_slice_of(bytes, view->param_count == 0 ? 0 : 8);
    wc_outcome vm;
    wc_interp_outcome in;
    char where[128];
    vm_call(p, (uint16_t)(p->contract->action_count + number), args, NULL, &vm);
    wc_interp_call call = {.instance = p->number, .routine = view, .args = args};
    wc_interp_call_run(p->in, &call, &in);
    snprintf(where, sizeof where, "view %.*s(%lld)", WC_STR_ARG(view->name), (long long)index);
    return compare_ends(p, where, &vm, &in);
}

static bool compare_views(pair *p)
{
    for (uint16_t i = 0; i < p->contract->view_count; i++) {
        if (!call_view(p, i, 0)) return false;
        if (p->contract->views[i]->param_count > 0 && !call_view(p, i, 1)) return false;
        if (p->contract->views[i]->param_count > 0 && !call_view(p, i, 2)) return false;
    }
    return true;
}

/* Signers of a call: some of the parties, the principal last. */
static uint16_t choose_signers(pair *p, wc_prng *prng, wc_interp_party *signers)
{
    uint16_t count = 0;
    uint64_t first = wc_prng_below(prng, 100) < 70 ? 0 : wc_prng_below(prng, 3);
    uint64_t others = wc_prng_below(prng, 100) < 60 ? 7 : wc_prng_below(prng, 8);
    for (size_t i = 0; i < p->host.account_count; i++) p->host.accounts[i].is_signer = false;
    for (uint64_t i = 0; i < 3; i++) {
        if (i == first || (others >> i & 1) == 0) continue;
        wc_fake_account_of(&p->host, &p->parties[i])->is_signer = true;
        memcpy(signers[count++].bytes, p->parties[i].bytes, 32);
    }
    wc_fake_account_of(&p->host, &p->parties[first])->is_signer = true;
    memcpy(signers[count++].bytes, p->parties[first].bytes, 32);
    return count;
}

static bool compare_after(pair *p, const wc_outcome *vm, const char *where)
{
    if (!keep_root(p, vm)) return differ(p, "out of memory", where);
    if (!compare_log(p, where) || !compare_root(p, where)) return false;
    p->has_ended = vm->final;
    return p->has_ended || (compare_money(p, where) && compare_views(p));
}

static bool call_action(pair *p, uint16_t number, wc_prng *prng)
{
    const wc_sema_routine *action = p->contract->actions[number];
    static uint8_t bytes[ARGS_MAX];
    wc_buf args;
    wc_buf_init(&args, bytes, sizeof bytes);
    for (uint16_t i = 0; i < action->param_count; i++) {
        oracle_put_value(prng, &args, action->locals[i]->type);
    }
    wc_interp_party signers[3];
    uint16_t count = choose_signers(p, prng, signers);
    for (size_t i = 0; i < p->host.account_count; i++) {
        memset(p->host.accounts[i].posted, 0, sizeof p->host.accounts[i].posted);
    }
    wc_party principal;
    memcpy(principal.bytes, signers[count - 1].bytes, 32);
    wc_fake_host_copy(&p->before, &p->host);
    wc_outcome vm;
    wc_interp_outcome in;
    vm_call(p, number, wc_buf_slice(&args), &principal, &vm);
    wc_interp_call call = {.instance = p->number,
                           .routine = action,
                           .args = wc_buf_slice(&args),
                           .signers = signers,
                           .signer_count = count};
    wc_interp_call_run(p->in, &call, &in);
    char where[128];
    snprintf(where, sizeof where, "action %.*s", WC_STR_ARG(action->name));
    bool is_same = compare_ends(p, where, &vm, &in);
    if (in.end == WC_INTERP_LIMIT) p->has_ended = true;
    if (is_same && in.end == WC_INTERP_OK) return compare_after(p, &vm, where);
    wc_fake_host_copy(&p->host, &p->before);
    return is_same;
}

/* --- one program ------------------------------------------------------------------------------ */

static bool deploy(pair *p, wc_prng *prng)
{
    static uint8_t bytes[ARGS_MAX];
    wc_buf terms;
    wc_buf_init(&terms, bytes, sizeof bytes);
    for (uint16_t i = 0; i < p->contract->term_count; i++) {
        oracle_put_value(prng, &terms, p->contract->terms[i].type);
    }
    wc_interp_party parties[3];
    uint8_t all[96];
    for (uint8_t i = 0; i < 3; i++) {
        oracle_party(i == 2 && wc_prng_below(prng, 10) == 0 ? 0 : i, p->parties[i].bytes);
        memcpy(parties[i].bytes, p->parties[i].bytes, 32);
        memcpy(all + (size_t)32 * i, p->parties[i].bytes, 32);
        wc_fake_account *account = wc_fake_account_of(&p->host, &p->parties[i]);
        account->is_signer = true;
        if (account->free[0] == 0 && !wc_interp_give(p->in, &parties[i], p->cny, MONEY)) {
            return differ(p, "out of memory", "start");
        }
        account->free[0] = MONEY;
    }
    wc_instance instance = {
        .image = p->image, .id = p->host.own, .parties = wc_slice_of(all, sizeof all)};
    wc_call call = {.args = wc_buf_slice(&terms),
                    .principal = p->parties[0],
                    .has_principal = true,
                    .now = WC_INTERP_START_S,
                    .gas_limit = GAS};
    wc_host host = {&wc_fake_host_ops, &p->host};
    wc_outcome vm;
    wc_interp_outcome in;
    wc_deploy_run(&instance, &call, &host, p->memory, &vm);
    wc_interp_deploy(p->in, p->contract, parties, wc_buf_slice(&terms), &p->number, &in);
    p->has_ended = vm.kind != WC_OUTCOME_OK;
    if (!compare_ends(p, "deployment", &vm, &in)) return false;
    return p->has_ended || (keep_root(p, &vm) && compare_root(p, "deployment"));
}

static bool run_calls(pair *p)
{
    wc_prng prng;
    wc_prng_init(&prng, p->seed ^ UINT64_C(0x5eed));
    if (!deploy(p, &prng)) return false;
    for (uint32_t step = 0; step < CALLS && !p->has_ended; step++) {
        char name[16];
        wc_prng_init(&prng, p->seed * 1000 + step);
        snprintf(name, sizeof name, "a%u", (unsigned)wc_prng_below(&prng, ACTIONS));
        if (step == CALLS - 2) snprintf(name, sizeof name, "stop");
        for (uint16_t i = 0; i < p->contract->action_count; i++) {
            if (!wc_str_equal(p->contract->actions[i]->name, wc_str_of(name))) continue;
            if (!call_action(p, i, &prng)) return false;
        }
    }
    return true;
}

static bool open_pair(pair *p, const wc_compilation *compilation)
{
    p->program = compilation->program;
    p->contract = compilation->program->contracts[0];
    wc_interp_options options = {
        .arena = &p->o->run, .program = p->program, .any_payee = true, .steps = STEPS};
    p->in = wc_interp_open(&options);
    wc_finding finding;
    if (p->in == NULL || wc_image_load(compilation->contracts[0].module, wc_test_sha256, &p->o->run,
                                       &p->image, &finding) != WC_OK) {
        return differ(p, "the module does not load", "start");
    }
    p->memory = wc_arena_alloc(&p->o->run, wc_call_memory_size(p->image), 1);
    while (!wc_str_equal(p->program->currencies[p->cny]->code, WC_STR("CNY"))) p->cny++;
    wc_interp_party own = wc_interp_party_of(p->in, 0);
    wc_party id;
    memcpy(id.bytes, own.bytes, sizeof id.bytes);
    wc_fake_host_init(&p->host, &id);
    wc_fake_host_init(&p->before, &id);
    return p->memory != NULL;
}

static oracle_verdict refused(oracle *o, const wc_compilation *compilation)
{
    const wc_diag *diag = compilation->diags.first;
    while (diag != NULL && diag->severity != WC_SEVERITY_ERROR) diag = diag->next;
    o->error_at = diag == NULL ? 0 : diag->span.start;
    snprintf(o->error, sizeof o->error, "%.*s", diag == NULL ? 0 : (int)diag->message.len,
             diag == NULL ? "" : diag->message.data);
    return ORACLE_REFUSED;
}

/* One contract: the machine alone, with a host of a test. */
static bool run_alone(oracle *o, const wc_compilation *compilation, uint64_t seed)
{
    static pair p; /* 40 KiB of accounts: too much for a stack frame */
    p = (pair){.o = o, .seed = seed};
    oracle_people(NULL, 0, NULL);
    bool is_same = open_pair(&p, compilation) && run_calls(&p);
    wc_fake_host_drop(&p.host);
    wc_fake_host_drop(&p.before);
    return is_same;
}

static const wc_sema_routine *stop_of(const wc_sema_contract *contract)
{
    for (uint16_t i = 0; i < contract->action_count; i++) {
        if (wc_str_equal(contract->actions[i]->name, WC_STR("stop"))) return contract->actions[i];
    }
    return NULL;
}

/* What the calls of both sides need: one contract, or one that refers to a second and the second;
 * each binds three parties; amounts are in CNY. */
static const char *unfit(const wc_compilation *compilation)
{
    const wc_sema_program *program = compilation->program;
    bool has_cny = false;
    if (compilation->contract_count < 1 || compilation->contract_count > 2) {
        return "a program for both sides has one or two contracts";
    }
    for (uint32_t i = 0; i < program->currency_count; i++) {
        has_cny = has_cny || wc_str_equal(program->currencies[i]->code, WC_STR("CNY"));
    }
    if (!has_cny) return "a program for both sides uses std.energy, for CNY";
    for (uint16_t i = 0; i < compilation->contract_count; i++) {
        const wc_sema_contract *contract = program->contracts[i];
        if (contract->party_count != 3) return "each contract binds three parties";
        bool may_refer = i == 0 && compilation->contract_count == 2;
        for (uint16_t k = 0; k < contract->term_count; k++) {
            bool refers = contract->terms[k].type->kind == WC_SEMA_CONTRACT_REF;
            if (refers && !may_refer) return "only the first of two contracts refers to the other";
        }
        if (stop_of(contract) == NULL) return "each contract has an action `stop`, which ends it";
    }
    return NULL;
}

/* The program of the next version, after the first contract of this one; NULL when it does not
 * compile. */
static const wc_compilation *compile_next(oracle *o, const wc_compile_options *wanted,
                                          const wc_compilation *compilation, wc_str text)
{
    wc_compile_options options = *wanted;
    wc_compilation *next = NULL;
    wc_module *before;
    wc_finding finding = {.function = WC_NONE};
    size_t bad;
    wc_status status = wc_module_decode(compilation->contracts[0].module, &o->arena, &before, &bad);
    if (status == WC_OK) status = wc_module_verify(before, wc_test_sha256, &o->arena, &finding);
    wc_assert(status == WC_OK);
    options.previous = before;
    status = wc_compile(&options, WC_STR("next.clause"), text, &next);
    wc_assert(status == WC_OK);
    o->is_error_in_next = next->has_failed;
    if (next->has_failed) (void)refused(o, next);
    return next->has_failed ? NULL : next;
}

oracle_verdict oracle_run(oracle *o, wc_str program, wc_str next_program, uint64_t seed)
{
    static const wc_str roles[] = {
#define WC_ROLE(number, name, clause, text) {clause, sizeof(clause) - 1},
#include "node/ledger/roles.def"
#undef WC_ROLE
    };
    wc_arena_rewind(&o->arena, 0);
    wc_arena_rewind(&o->run, 0);
    wc_compilation *compilation = NULL;
    wc_compile_options options = {.arena = &o->arena,
                                  .hash = wc_test_sha256,
                                  .roles = roles,
                                  .role_count = WC_ARRAY_LEN(roles)};
    wc_status status = wc_compile(&options, WC_STR("generated.clause"), program, &compilation);
    wc_assert(status == WC_OK);
    o->is_error_in_next = false;
    if (compilation->has_failed) return refused(o, compilation);
    const char *why = unfit(compilation);
    if (why != NULL) {
        snprintf(o->error, sizeof o->error, "%s", why);
        return ORACLE_REFUSED;
    }
    bool is_world = compilation->contract_count > 1;
    const wc_compilation *next = NULL;
    if (is_world && next_program.len > 0) {
        next = compile_next(o, &options, compilation, next_program);
        if (next == NULL) return ORACLE_REFUSED;
    }
    bool is_same =
        is_world ? oracle_world_run(o, compilation, next, seed) : run_alone(o, compilation, seed);
    o->counts.programs++;
    o->counts.worlds += is_world;
    return is_same ? ORACLE_AGREE : ORACLE_DIFFER;
}

static void make_arena(wc_arena *arena, size_t size)
{
    void *memory = aligned_alloc(16, size);
    if (memory == NULL) abort();
    wc_arena_init(arena, memory, size);
}

void oracle_open(oracle *o)
{
    *o = (oracle){.error_at = 0};
    make_arena(&o->arena, COMPILE_ARENA);
    make_arena(&o->run, RUN_ARENA);
}

void oracle_close(oracle *o)
{
    free(o->arena.base);
    free(o->run.base);
}
