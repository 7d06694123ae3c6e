/* What two contracts did and what there is afterwards, as lines of text: once as the ledger tells
 * it, once as the interpreter does. Addresses in the interpreter are those of the ledger. */
#include <stdio.h>
#include <string.h>

#include "node/ledger/post.h"
#include "tests/fuzz/oracle_play.h"

/* --- lines ------------------------------------------------------------------------------------ */

static void put(oracle_log *l, const char *text)
{
    wc_buf_put_text(&l->buf, text);
}

static void put_str(oracle_log *l, wc_str text)
{
    wc_buf_put(&l->buf, text.data, text.len);
}

static void put_number(oracle_log *l, int64_t number)
{
    char text[32];
    snprintf(text, sizeof text, " %lld", (long long)number);
    put(l, text);
}

static void put_hex(oracle_log *l, const void *data, size_t len)
{
    put(l, " ");
    wc_buf_put_hex(&l->buf, wc_slice_of(data, len));
}

static void put_party(oracle_log *l, const void *bytes)
{
    put_hex(l, bytes, 5);
}

void oracle_clear(oracle_play *p)
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

bool oracle_is_same(oracle_play *p, const char *where)
{
    wc_slice a = wc_buf_slice(&p->ledger.buf), b = wc_buf_slice(&p->interp.buf);
    bool is_full = a.len + 64 > ORACLE_LOG_MAX || b.len + 64 > ORACLE_LOG_MAX;
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

static const wc_sema_contract *contract_of(const oracle_play *p, const wc_address *instance)
{
    for (uint16_t i = 0; i < CONTRACTS; i++) { /* the id of one that is not there yet is zero */
        if (wc_hash_equal(&p->ids[i], instance)) return p->contracts[i];
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

static void tell_event(oracle_play *p, const wc_event *event)
{
    oracle_log *l = &p->ledger;
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

void oracle_tell_events(oracle_play *p, const wc_receipt_page *page)
{
    wc_reader reader = wc_reader_of(page->events);
    for (uint32_t i = 0; i < page->event_count; i++) {
        wc_event event;
        if (wc_event_read(&reader, &event) != WC_OK) return;
        tell_event(p, &event);
    }
}

static const wc_sema_contract *contract_with(const oracle_play *p, const wc_hash *code)
{
    for (uint16_t i = 0; i < CONTRACTS; i++) {
        if (wc_hash_equal(&p->world.code_ids[i], code)) return p->program->contracts[i];
    }
    bool is_next = p->has_next && wc_hash_equal(&p->world.code_ids[CONTRACTS], code);
    return is_next ? p->next : NULL;
}

static void tell_error(oracle_play *p, wc_slice bytes)
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
void oracle_tell_end(oracle_play *p, const wc_receipt_page *page)
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
    case WC_REFUSAL_CEILING_EXCEEDED: /* of 2^63 - 1 minor units: nobody has as much */
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

void oracle_on_step(void *self, struct wc_world *world, const wc_runner_step *step)
{
    oracle_play *p = self;
    (void)world;
    if (step->kind != WC_STEP_TIMEOUT) return;
    put(&p->ledger, "time-out of");
    put_party(&p->ledger, step->page->receipt.subject.bytes);
    put(&p->ledger, " ");
    oracle_tell_end(p, step->page);
    if (step->page->receipt.status == WC_RECEIPT_OK) oracle_tell_events(p, step->page);
}

/* --- what the interpreter did ----------------------------------------------------------------- */

void oracle_interp_end(oracle_play *p, const wc_interp_outcome *outcome)
{
    oracle_log *l = &p->interp;
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

void oracle_interp_events(oracle_play *p, const wc_interp *in)
{
    static const char *const moves[] = {"lock", NULL, "pay", "redeem"};
    uint32_t count;
    const wc_interp_event *events = wc_interp_events(in, &count);
    oracle_log *l = &p->interp;
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

void oracle_on_fired(void *self, const struct wc_interp *in, uint16_t instance,
                     const wc_interp_outcome *outcome)
{
    oracle_play *p = self;
    wc_interp_party id = wc_interp_party_of(in, instance);
    p->o->counts.timeouts++;
    put(&p->interp, "time-out of");
    put_party(&p->interp, id.bytes);
    put(&p->interp, " ");
    oracle_interp_end(p, outcome);
    if (outcome->end == WC_INTERP_OK) oracle_interp_events(p, in);
}

/* --- what there is afterwards ----------------------------------------------------------------- */

wc_interp_party oracle_same_party(const wc_address *address)
{
    wc_interp_party party;
    memcpy(party.bytes, address->bytes, sizeof party.bytes);
    return party;
}

static void tell_money(oracle_play *p)
{
    uint32_t asset = wc_chain_asset(p->world.chain, WC_STR("CNY"));
    if (asset == 0) return; /* no contract moves it */
    for (uint16_t i = 0; i < PEOPLE + p->made; i++) {
        const wc_address *who = i < PEOPLE ? &p->world.addresses[i] : &p->ids[i - PEOPLE];
        wc_interp_party same = oracle_same_party(who);
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

static void tell_record(oracle_play *p, uint16_t number)
{
    const wc_sema_contract *contract = p->contracts[number];
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

static void vm_end(oracle_play *p, const wc_sema_contract *contract, const wc_outcome *outcome)
{
    oracle_log *l = &p->ledger;
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
static void tell_view(oracle_play *p, uint16_t number, const wc_sema_routine *view, wc_slice args)
{
    const wc_sema_contract *contract = p->contracts[number];
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
    oracle_interp_end(p, &in);
}

/* Views that take nothing or one whole number. */
static void tell_views(oracle_play *p, uint16_t number)
{
    const wc_sema_contract *contract = p->contracts[number];
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

bool oracle_compare(oracle_play *p, const char *where)
{
    tell_money(p);
    for (uint16_t i = 0; i < p->made && !p->is_over; i++) {
        tell_record(p, i);
        tell_views(p, i);
    }
    return oracle_is_same(p, where);
}
