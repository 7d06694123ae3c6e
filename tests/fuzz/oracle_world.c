/* Two contracts on a real ledger and in the reference interpreter, call by call.
 *
 * Both sides write what happens as lines of text: how a call or a time-out ended, with the
 * arguments of its error; its events and postings in order; states, root fields, balances and what
 * all views answer. The lines must be the same. Addresses in the interpreter are those of the
 * ledger. */
#include "tests/fuzz/oracle_world.h"

#include <stdio.h>
#include <string.h>

#include "compiler/interp/interp.h"
#include "node/ledger/post.h"
#include "node/runner/world.h"
#include "tests/fuzz/oracle_args.h"

#define CALLS     16u
#define ACTIONS   8u
#define STEPS     4000000u
#define ARGS_MAX  32768u
#define LOG_MAX   ((size_t)1 << 18)
#define CONTRACTS 2u
#define PEOPLE    3u

typedef struct log {
    wc_buf buf;
    char memory[LOG_MAX];
} log;

typedef struct play {
    oracle *o;
    uint64_t seed;
    const wc_sema_program *program;
    wc_interp *in;
    wc_runner_job job;
    wc_runner_test test;
    wc_runner_observer observer;
    wc_world world;
    uint16_t currency; /* CNY in the program */
    wc_address ids[CONTRACTS];
    uint16_t numbers[CONTRACTS]; /* in the interpreter */
    uint16_t made;               /* instances */
    uint16_t bound[PEOPLE];      /* people behind p, q, r of the first contract */
    bool is_over;                /* a limit: nothing more is compared */
    log ledger, interp;
} play;

/* --- lines ------------------------------------------------------------------------------------ */

static void put(log *l, const char *text)
{
    wc_buf_put_text(&l->buf, text);
}

static void put_str(log *l, wc_str text)
{
    wc_buf_put(&l->buf, text.data, text.len);
}

static void put_number(log *l, int64_t number)
{
    char text[32];
    snprintf(text, sizeof text, " %lld", (long long)number);
    put(l, text);
}

static void put_hex(log *l, const void *data, size_t len)
{
    put(l, " ");
    wc_buf_put_hex(&l->buf, wc_slice_of(data, len));
}

static void put_party(log *l, const void *bytes)
{
    put_hex(l, bytes, 5);
}

static void clear_logs(play *p)
{
    wc_buf_init(&p->ledger.buf, p->ledger.memory, sizeof p->ledger.memory);
    wc_buf_init(&p->interp.buf, p->interp.memory, sizeof p->interp.memory);
}

static void show(char *out, size_t size, const wc_slice *text, size_t from)
{
    size_t len = 0;
    while (from + len < text->len && text->data[from + len] != '\n' && len < 300) len++;
    snprintf(out, size, "%.*s", (int)len, (const char *)text->data + from);
}

/* Whether both wrote the same; else the first line that differs goes to o->text. */
static bool is_same(play *p, const char *where)
{
    wc_slice a = wc_buf_slice(&p->ledger.buf), b = wc_buf_slice(&p->interp.buf);
    bool is_full = a.len + 64 > LOG_MAX || b.len + 64 > LOG_MAX;
    p->is_over = p->is_over || is_full;
    if (p->is_over || wc_slice_equal(a, b)) return true;
    size_t line = 0, at = 0;
    for (; at < a.len && at < b.len && a.data[at] == b.data[at]; at++) {
        if (a.data[at] == '\n') line = at + 1;
    }
    char left[320], right[320];
    show(left, sizeof left, &a, line);
    show(right, sizeof right, &b, line);
    snprintf(p->o->text, sizeof p->o->text, "%s: ledger \"%s\", interpreter \"%s\"", where, left,
             right);
    return false;
}

/* --- what the ledger did ---------------------------------------------------------------------- */

static const wc_sema_contract *contract_of(const play *p, const wc_address *instance)
{
    for (uint16_t i = 0; i < p->made; i++) {
        if (wc_hash_equal(&p->ids[i], instance)) return p->program->contracts[i];
    }
    return NULL;
}

/* Moving back to the owner is seen in the balances, not as postings: the interpreter has one entry
 * for all of an unlock_all, and none for what a final state returns. */
static const char *move_of(wc_posting_cause cause)
{
    switch ((int)cause) {
    case WC_CAUSE_LOCK:
    case WC_CAUSE_MANDATE: return "lock";
    case WC_CAUSE_PAY:
    case WC_CAUSE_SPLIT:
    case WC_CAUSE_NETTING: return "pay";
    case WC_CAUSE_REDEEM: return "redeem";
    default: return NULL;
    }
}

static const uint8_t *owner_of(const wc_sub_account *account)
{
    return account->kind == WC_SUB_ESCROW ? account->party.bytes : account->owner.bytes;
}

static void tell_event(play *p, const wc_event *event)
{
    log *l = &p->ledger;
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    wc_ledger_posting posting;
    if (!wc_hash_equal(&event->emitter, &ledger)) {
        const wc_sema_contract *contract = contract_of(p, &event->emitter);
        put(l, "emit ");
        if (contract != NULL) put_str(l, contract->events[event->type]->name);
        put_party(l, event->emitter.bytes);
        put_hex(l, event->data.data, event->data.len);
    } else if (event->type == WC_EVENT_POSTING &&
               wc_posting_decode(&posting, event->data) == WC_OK &&
               move_of(posting.cause) != NULL) {
        put(l, move_of(posting.cause));
        put_party(l, owner_of(&posting.from));
        put_party(l, owner_of(&posting.to));
        put_number(l, posting.amount);
    } else {
        return;
    }
    put(l, "\n");
}

static void tell_events(play *p, const wc_receipt_page *page)
{
    wc_reader reader = wc_reader_of(page->events);
    for (uint32_t i = 0; i < page->event_count; i++) {
        wc_event event;
        if (wc_event_read(&reader, &event) != WC_OK) return;
        tell_event(p, &event);
    }
}

static const wc_sema_contract *contract_with(const play *p, const wc_hash *code)
{
    for (uint16_t i = 0; i < CONTRACTS; i++) {
        if (wc_hash_equal(&p->world.code_ids[i], code)) return p->program->contracts[i];
    }
    return NULL;
}

static void tell_error(play *p, wc_slice bytes)
{
    wc_error_outcome error;
    if (wc_outcome_error(&error, bytes) != WC_OK) return;
    const wc_sema_contract *contract = contract_with(p, &error.code);
    if ((error.error & WC_ERROR_BUILTIN) != 0) {
        put(&p->ledger, "built-in");
        put_number(&p->ledger, error.error & 0x7fff);
    } else if (contract != NULL) {
        put(&p->ledger, "error ");
        put_str(&p->ledger, contract->errors[error.error]->name);
        put_hex(&p->ledger, error.args.data, error.args.len);
    }
}

/* How a receipt ended, in the words of the interpreter: what the ledger refuses for want of money
 * or authority is the built-in error that an author knows. */
static void tell_end(play *p, const wc_receipt_page *page)
{
    wc_trap_outcome trap;
    switch (page->receipt.status) {
    case WC_RECEIPT_OK: put(&p->ledger, "ok"); break;
    case WC_RECEIPT_ERROR: tell_error(p, page->outcome); break;
    case WC_RECEIPT_TRAP:
        if (wc_outcome_trap(&trap, page->outcome) != WC_OK) break;
        put(&p->ledger, "trap ");
        put(&p->ledger, wc_trap_name(trap.trap));
        p->is_over = p->is_over || trap.trap == WC_TRAP_OUT_OF_GAS;
        break;
    case WC_REFUSAL_BALANCE_SHORT:
    case WC_REFUSAL_ESCROW_SHORT:
        put(&p->ledger, "built-in");
        put_number(&p->ledger, WC_BUILTIN_InsufficientEscrow);
        break;
    case WC_REFUSAL_GAS_BOUND_TOO_HIGH:
    case WC_REFUSAL_WRITE_LIMIT:
    case WC_REFUSAL_EVENT_LIMIT:
    case WC_REFUSAL_TOO_MANY: p->is_over = true; break; /* limits of a block */
    default:
        put(&p->ledger, "built-in");
        put_number(&p->ledger, WC_BUILTIN_NotAuthorised);
        break;
    }
    put(&p->ledger, "\n");
}

static void on_step(void *self, struct wc_world *world, const wc_runner_step *step)
{
    play *p = self;
    (void)world;
    if (step->kind != WC_STEP_TIMEOUT) return;
    put(&p->ledger, "time-out of");
    put_party(&p->ledger, step->page->receipt.subject.bytes);
    put(&p->ledger, " ");
    tell_end(p, step->page);
    if (step->page->receipt.status == WC_RECEIPT_OK) tell_events(p, step->page);
}

/* --- what the interpreter did ----------------------------------------------------------------- */

static void interp_end(play *p, const wc_interp_outcome *outcome)
{
    log *l = &p->interp;
    oracle_count_end(&p->o->counts, outcome->end);
    switch (outcome->end) {
    case WC_INTERP_OK: put(l, "ok"); break;
    case WC_INTERP_ERROR:
        put(l, "error ");
        put_str(l, outcome->error->name);
        put_hex(l, outcome->args.data, outcome->args.len);
        break;
    case WC_INTERP_BUILTIN:
        put(l, "built-in");
        put_number(l, outcome->code);
        break;
    case WC_INTERP_TRAP:
        put(l, "trap ");
        put(l, wc_trap_name(outcome->code));
        break;
    case WC_INTERP_LIMIT: p->is_over = true; break;
    case WC_INTERP_CLAIM: put(l, "a value outside the claimed range"); break;
    }
    put(l, "\n");
}

static void interp_events(play *p, const wc_interp *in)
{
    static const char *const moves[] = {"lock", NULL, "pay", "redeem"};
    uint32_t count;
    const wc_interp_event *events = wc_interp_events(in, &count);
    log *l = &p->interp;
    for (uint32_t i = 0; i < count; i++) {
        const wc_interp_event *event = &events[i];
        if (event->did == WC_INTERP_EMITTED) {
            wc_interp_party id = wc_interp_party_of(in, event->instance);
            put(l, "emit ");
            put_str(l, event->signature->name);
            put_party(l, id.bytes);
            put_hex(l, event->args.data, event->args.len);
        } else if (event->did == WC_INTERP_POSTED && moves[event->move] != NULL) {
            put(l, moves[event->move]);
            put_party(l, event->from.bytes);
            put_party(l, event->to.bytes);
            put_number(l, event->amount);
        } else {
            continue;
        }
        put(l, "\n");
    }
}

static void on_fired(void *self, const struct wc_interp *in, uint16_t instance,
                     const wc_interp_outcome *outcome)
{
    play *p = self;
    wc_interp_party id = wc_interp_party_of(in, instance);
    p->o->counts.timeouts++;
    put(&p->interp, "time-out of");
    put_party(&p->interp, id.bytes);
    put(&p->interp, " ");
    interp_end(p, outcome);
    if (outcome->end == WC_INTERP_OK) interp_events(p, in);
}

/* --- what there is afterwards ----------------------------------------------------------------- */

static wc_interp_party same_party(const wc_address *address)
{
    wc_interp_party party;
    memcpy(party.bytes, address->bytes, sizeof party.bytes);
    return party;
}

static void tell_money(play *p)
{
    uint32_t asset = wc_chain_asset(p->world.chain, WC_STR("CNY"));
    if (asset == 0) return; /* no contract moves it */
    for (uint16_t i = 0; i < PEOPLE + p->made; i++) {
        const wc_address *who = i < PEOPLE ? &p->world.addresses[i] : &p->ids[i - PEOPLE];
        wc_interp_party same = same_party(who);
        put(&p->ledger, "money");
        put_number(&p->ledger, wc_chain_free(p->world.chain, who, asset));
        put(&p->interp, "money");
        put_number(&p->interp, wc_interp_free(p->in, &same, p->currency));
        for (uint16_t k = 0; k < p->made; k++) {
            put_number(&p->ledger, wc_chain_escrow(p->world.chain, &p->ids[k], who, asset));
            put_number(&p->interp, wc_interp_escrow(p->in, p->numbers[k], &same, p->currency));
        }
        put(&p->ledger, "\n");
        put(&p->interp, "\n");
    }
}

static void tell_record(play *p, uint16_t number)
{
    const wc_sema_contract *contract = p->program->contracts[number];
    wc_chain_contract found;
    wc_root_parts root;
    if (wc_chain_contract_of(p->world.chain, &p->ids[number], &found) != WC_OK ||
        wc_root_read(found.module, found.entry.root, &root) != WC_OK) {
        put(&p->ledger, "no record\n");
        return;
    }
    put(&p->ledger, "state");
    put_number(&p->ledger, root.state);
    put_hex(&p->ledger, root.fields.data, root.fields.len);
    put(&p->interp, "state");
    put_number(&p->interp, wc_interp_state_of(p->in, p->numbers[number]));
    put(&p->interp, " ");
    for (uint16_t i = 0; i < contract->field_count; i++) {
        if (wc_sema_is_collection(contract->fields[i].type)) continue;
        wc_buf_put_hex(&p->interp.buf, wc_interp_field(p->in, p->numbers[number], i));
    }
    put(&p->ledger, "\n");
    put(&p->interp, "\n");
}

static void vm_end(play *p, const wc_sema_contract *contract, const wc_outcome *outcome)
{
    log *l = &p->ledger;
    switch (outcome->kind) {
    case WC_OUTCOME_OK: put(l, "ok"); break;
    case WC_OUTCOME_ERROR:
        put(l, "error ");
        put_str(l, contract->errors[outcome->code]->name);
        put_hex(l, outcome->args.data, outcome->args.len);
        break;
    case WC_OUTCOME_TRAP:
        put(l, "trap ");
        put(l, wc_trap_name(outcome->code));
        break;
    case WC_OUTCOME_BUILTIN:
        put(l, "built-in");
        put_number(l, outcome->code);
        break;
    case WC_OUTCOME_CALLEE: put(l, "callee"); break;
    }
    put(l, "\n");
}

/* The value of a view, or how it failed. A view of a peer that fails ends with its failure. */
static void tell_view(play *p, uint16_t number, const wc_sema_routine *view, wc_slice args)
{
    const wc_sema_contract *contract = p->program->contracts[number];
    wc_outcome vm;
    wc_interp_outcome in;
    wc_status status =
        wc_chain_view(p->world.chain, &p->ids[number], view->name, args, WC_RUNNER_GAS, &vm);
    wc_assert(status == WC_OK);
    wc_interp_call call = {.instance = p->numbers[number], .routine = view, .args = args};
    wc_interp_call_run(p->in, &call, &in);
    put_str(&p->ledger, view->name);
    put_str(&p->interp, view->name);
    if (vm.kind == WC_OUTCOME_CALLEE) { /* only that it failed is known here */
        put(&p->ledger, in.end == WC_INTERP_OK ? " callee\n" : " \n");
        put(&p->interp, " \n");
        return;
    }
    put_hex(&p->ledger, vm.result.data, vm.kind == WC_OUTCOME_OK ? vm.result.len : 0);
    put_hex(&p->interp, in.result.data, in.end == WC_INTERP_OK ? in.result.len : 0);
    put(&p->ledger, " ");
    put(&p->interp, " ");
    vm_end(p, contract, &vm);
    interp_end(p, &in);
}

/* Views that take nothing or one whole number. */
static void tell_views(play *p, uint16_t number)
{
    const wc_sema_contract *contract = p->program->contracts[number];
    for (uint16_t i = 0; i < contract->view_count; i++) {
        const wc_sema_routine *view = contract->views[i];
        bool takes_one = view->param_count == 1 && view->locals[0]->type->kind == WC_SEMA_INT;
        if (view->param_count > 0 && !takes_one) continue;
        for (int64_t index = 0; index < (takes_one ? 3 : 1); index++) {
            uint8_t bytes[8];
            wc_store_u64(bytes, (uint64_t)index);
            tell_view(p, number, view, wc_slice_of(bytes, takes_one ? 8 : 0));
        }
    }
}

static bool compare_all(play *p, const char *where)
{
    tell_money(p);
    for (uint16_t i = 0; i < p->made && !p->is_over; i++) {
        tell_record(p, i);
        tell_views(p, i);
    }
    return is_same(p, where);
}

/* --- deployment ------------------------------------------------------------------------------- */

static uint16_t add_signer(uint16_t *signers, uint16_t count, uint16_t party)
{
    for (uint16_t i = 0; i < count; i++) {
        if (signers[i] == party) return count;
    }
    signers[count] = party;
    return (uint16_t)(count + 1);
}

static bool deploy_on_ledger(play *p, uint16_t number, wc_slice parties_and_terms)
{
    uint16_t signers[PEOPLE], count = 0;
    wc_receipt_page page;
    const wc_sema_contract *contract = p->program->contracts[number];
    for (uint16_t i = 0; i < PEOPLE; i++) {
        count = add_signer(signers, count, p->bound[i]);
        if (contract->parties[i].role.len == 0) continue;
        wc_status granted = wc_world_grant(&p->world, p->bound[i], contract->parties[i].role);
        wc_assert(granted == WC_OK);
    }
    wc_world_call call = {.kind = WC_CALL_INSTANTIATE,
                          .target = p->world.code_ids[number],
                          .args = parties_and_terms,
                          .signers = signers,
                          .signer_count = (uint8_t)count};
    wc_status status = wc_world_send(&p->world, &call, &page);
    wc_assert(status == WC_OK);
    tell_end(p, &page);
    if (page.receipt.status != WC_RECEIPT_OK) return false;
    tell_events(p, &page);
    wc_reader reader = wc_reader_of(page.outcome);
    wc_slice id;
    bool is_read = wc_read_str32(&reader, 32, &id) == WC_OK && id.len == 32;
    wc_assert(is_read);
    memcpy(p->ids[number].bytes, id.data, id.len);
    return true;
}

static bool deploy(play *p, uint16_t number, wc_prng *prng)
{
    static uint8_t bytes[ARGS_MAX];
    const wc_sema_contract *contract = p->program->contracts[number];
    wc_interp_party parties[PEOPLE];
    wc_interp_outcome in;
    wc_buf args;
    wc_buf_init(&args, bytes, sizeof bytes);
    for (uint16_t i = 0; i < PEOPLE; i++) {
        p->bound[i] = i == 2 && wc_prng_below(prng, 10) == 0 ? 0 : i;
        parties[i] = same_party(&p->world.addresses[p->bound[i]]);
        wc_buf_put(&args, parties[i].bytes, sizeof parties[i].bytes);
    }
    size_t start = args.len;
    for (uint16_t i = 0; i < contract->term_count; i++) {
        if (contract->terms[i].type->kind == WC_SEMA_CONTRACT_REF) {
            wc_buf_put(&args, p->ids[1].bytes, sizeof p->ids[1].bytes);
        } else {
            oracle_put_value(prng, &args, contract->terms[i].type);
        }
    }
    clear_logs(p);
    bool is_there = deploy_on_ledger(p, number, wc_buf_slice(&args));
    wc_interp_party id = same_party(&p->ids[number]);
    if (is_there) wc_interp_name_next(p->in, &id);
    wc_slice terms = wc_slice_of(bytes + start, args.len - start);
    if (wc_interp_advance(p->in, 0, &in)) {
        wc_interp_deploy(p->in, contract, parties, terms, &p->numbers[number], &in);
    }
    interp_end(p, &in);
    if (!is_same(p, "deployment")) return false;
    p->is_over = p->is_over || !is_there;
    return true;
}

/* --- calls ------------------------------------------------------------------------------------ */

static uint16_t choose_signers(wc_prng *prng, uint16_t *signers)
{
    uint16_t count = 0;
    uint16_t first = (uint16_t)(wc_prng_below(prng, 100) < 70 ? 0 : wc_prng_below(prng, PEOPLE));
    uint64_t others = wc_prng_below(prng, 100) < 60 ? 7 : wc_prng_below(prng, 8);
    for (uint16_t i = 0; i < PEOPLE; i++) {
        if (i != first && (others >> i & 1) != 0) signers[count++] = i;
    }
    signers[count++] = first;
    return count;
}

static uint16_t action_entry(const wc_module *module, const wc_sema_routine *action)
{
    for (uint16_t i = 0, number = 0; i < module->entry_count; i++) {
        if (module->entries[i].kind != WC_ENTRY_ACTION) continue;
        if (wc_str_equal(module->strings[module->entries[i].name], action->name)) return number;
        number++;
    }
    return WC_NONE;
}

static bool call_action(play *p, uint16_t number, const wc_sema_routine *action, wc_prng *prng)
{
    static uint8_t bytes[ARGS_MAX];
    uint16_t signers[PEOPLE];
    wc_interp_party parties[PEOPLE];
    wc_buf args;
    wc_buf_init(&args, bytes, sizeof bytes);
    for (uint16_t i = 0; i < action->param_count; i++) {
        oracle_put_value(prng, &args, action->locals[i]->type);
    }
    uint16_t count = choose_signers(prng, signers);
    for (uint16_t i = 0; i < count; i++) parties[i] = same_party(&p->world.addresses[signers[i]]);
    clear_logs(p);
    wc_world_call on_ledger = {.kind = WC_CALL_ACTION,
                               .target = p->ids[number],
                               .method = action_entry(p->world.modules[number], action),
                               .args = wc_buf_slice(&args),
                               .signers = signers,
                               .signer_count = (uint8_t)count,
                               .has_ceilings = true};
    wc_receipt_page page;
    wc_status status = wc_world_send(&p->world, &on_ledger, &page);
    wc_assert(status == WC_OK);
    tell_end(p, &page);
    if (page.receipt.status == WC_RECEIPT_OK) tell_events(p, &page);

    wc_interp_call call = {.instance = p->numbers[number],
                           .routine = action,
                           .args = wc_buf_slice(&args),
                           .signers = parties,
                           .signer_count = count};
    wc_interp_outcome in;
    if (wc_interp_advance(p->in, 0, &in)) wc_interp_call_run(p->in, &call, &in);
    interp_end(p, &in);
    if (in.end == WC_INTERP_OK) interp_events(p, p->in);
    char where[128];
    snprintf(where, sizeof where, "%.*s.%.*s", WC_STR_ARG(p->program->contracts[number]->name),
             WC_STR_ARG(action->name));
    return compare_all(p, where);
}

static bool advance(play *p, wc_prng *prng)
{
    static const int64_t steps[] = {900, 1800, 3600, 7200, 36000, 86400};
    int64_t seconds = steps[wc_prng_below(prng, WC_ARRAY_LEN(steps))];
    clear_logs(p);
    wc_status status = wc_world_advance(&p->world, p->world.now_s + seconds);
    wc_assert(status == WC_OK);
    wc_interp_outcome in;
    if (!wc_interp_advance(p->in, seconds, &in)) interp_end(p, &in);
    char where[64];
    snprintf(where, sizeof where, "advance %lld s", (long long)seconds);
    return compare_all(p, where);
}

/* The action of that name, or of one that stands in the interface. */
static const wc_sema_routine *choose_action(const wc_sema_contract *contract, wc_prng *prng)
{
    static const char *const names[] = {"poke", "take"};
    char name[16];
    unsigned dice = (unsigned)wc_prng_below(prng, ACTIONS + 2);
    snprintf(name, sizeof name, "a%u", dice);
    if (dice >= ACTIONS) snprintf(name, sizeof name, "%s", names[dice - ACTIONS]);
    for (uint16_t i = 0; i < contract->action_count; i++) {
        if (wc_str_equal(contract->actions[i]->name, wc_str_of(name))) return contract->actions[i];
    }
    return NULL;
}

static const wc_sema_routine *stop_of(const wc_sema_contract *contract)
{
    uint16_t i = 0;
    while (!wc_str_equal(contract->actions[i]->name, WC_STR("stop"))) i++;
    return contract->actions[i];
}

static bool run_calls(play *p)
{
    wc_prng prng;
    wc_prng_init(&prng, p->seed ^ UINT64_C(0x5eed));
    for (uint16_t left = CONTRACTS; left > 0 && !p->is_over; left--) { /* the peer first */
        if (!deploy(p, (uint16_t)(left - 1), &prng)) return false;
    }
    if (p->is_over) return true;
    p->made = CONTRACTS;
    oracle_people((const uint8_t *)p->world.addresses, PEOPLE, p->ids[1].bytes);
    for (uint32_t step = 0; step < CALLS && !p->is_over; step++) {
        wc_prng_init(&prng, p->seed * 1000 + step);
        uint16_t number = wc_prng_below(&prng, 4) == 0;
        const wc_sema_contract *contract = p->program->contracts[number];
        const wc_sema_routine *action = choose_action(contract, &prng);
        if (step == CALLS - 2) action = stop_of(contract);
        if (action == NULL || wc_prng_below(&prng, 4) == 0) {
            if (!advance(p, &prng)) return false;
        } else if (!call_action(p, number, action, &prng)) {
            return false;
        }
    }
    return true;
}

/* --- one program ------------------------------------------------------------------------------ */

static wc_status open_ledger(play *p, const wc_compilation *compilation, wc_slice *modules)
{
    static const wc_str names[PEOPLE] = {{"p", 1}, {"q", 1}, {"r", 1}};
    for (uint16_t i = 0; i < CONTRACTS; i++) modules[i] = compilation->contracts[i].module;
    p->observer = (wc_runner_observer){.step = on_step, .self = p};
    p->job = (wc_runner_job){.arena = &p->o->run,
                             .contracts = modules,
                             .contract_count = CONTRACTS,
                             .observer = &p->observer};
    p->test = (wc_runner_test){.parties = names, .party_count = PEOPLE};
    return wc_world_open(&p->world, &p->job, &p->test);
}

static bool open_interpreter(play *p)
{
    wc_interp_options options = {
        .arena = &p->o->run, .program = p->program, .steps = STEPS, .fired = on_fired, .self = p};
    p->in = wc_interp_open(&options);
    if (p->in == NULL) return false;
    while (!wc_str_equal(p->program->currencies[p->currency]->code, WC_STR("CNY"))) p->currency++;
    for (uint16_t i = 0; i < PEOPLE; i++) {
        wc_interp_party party = same_party(&p->world.addresses[i]);
        wc_interp_give(p->in, &party, p->currency, WC_INTERP_MONEY);
    }
    return true;
}

bool oracle_world_run(oracle *o, const wc_compilation *compilation, uint64_t seed)
{
    static play p; /* 700 KiB */
    static wc_slice modules[CONTRACTS];
    if (p.world.chain != NULL) wc_world_close(&p.world); /* a run that an assertion ended */
    memset(&p, 0, sizeof p);
    p.o = o;
    p.seed = seed;
    p.program = compilation->program;
    wc_assert(compilation->contract_count == CONTRACTS);
    wc_status status = open_ledger(&p, compilation, modules);
    wc_assert(status == WC_OK);
    oracle_people((const uint8_t *)p.world.addresses, PEOPLE, NULL);
    bool is_same_all = open_interpreter(&p) && run_calls(&p);
    wc_world_close(&p.world);
    return is_same_all;
}
