/* What the newest input did: values, events, postings, states, balances. An observer of the runner;
 * what came before `skip` steps is followed silently, so that differences start from there. */
#include <stdio.h>
#include <string.h>

#include "node/cli/repl.h"
#include "node/query/decode.h"
#include "node/query/when.h"
#include "node/runner/world.h"
#include "vm/base/text.h"
#include "vm/isa/isa.h"

#define INSTANCES_MAX  32u
#define CURRENCIES_MAX 4u

typedef struct shown_instance {
    wc_address address;
    uint16_t contract, state;
    wc_str name;
} shown_instance;

/* Balances in minor units as they were shown last. */
typedef struct shown_money {
    int64_t free[WC_RUNNER_PARTIES_MAX][CURRENCIES_MAX];
    int64_t escrow[INSTANCES_MAX][WC_RUNNER_PARTIES_MAX][CURRENCIES_MAX];
} shown_money;

struct wc_repl_shower {
    wc_repl *repl;
    wc_buf *text;
    uint32_t skip, steps;
    wc_repl_wish wish;
    wc_runner_observer observer;
    wc_name *names; /* parties, then instances */
    wc_names all;
    wc_money_names money;
    uint32_t instance_count, deployed_count;
    shown_instance instances[INSTANCES_MAX];
    shown_money *last, *now;
    bool has_last, has_failed;
};

static void put_str(wc_buf *text, wc_str str)
{
    wc_buf_put(text, str.data, str.len);
}

static bool is_hidden(wc_str name)
{
    size_t len = sizeof(WC_REPL_HIDDEN) - 1;
    return name.len >= len && memcmp(name.data, WC_REPL_HIDDEN, len) == 0;
}

/* The network unit pays fees only, and a test has none. */
static void find_money(wc_repl_shower *s, wc_world *world)
{
    for (uint16_t c = 0; c < world->job->contract_count; c++) {
        const wc_module *module = world->modules[c];
        for (uint16_t i = 0; i < module->currency_count; i++) {
            wc_str code = module->strings[module->currencies[i].code];
            uint32_t asset = wc_chain_asset(world->chain, code), at = 0;
            while (at < s->money.count && s->money.list[at].asset != asset) at++;
            if (asset == 0 || at < s->money.count || at == CURRENCIES_MAX) continue;
            s->money.list[s->money.count++] =
                (wc_money_name){.asset = asset, .scale = module->currencies[i].minor, .code = code};
        }
    }
}

static void begin(wc_repl_shower *s, wc_world *world)
{
    if (s->all.list != NULL) return;
    for (uint16_t i = 0; i < world->test->party_count; i++) {
        s->names[i] = (wc_name){.id = world->test->parties[i], .address = world->addresses[i]};
    }
    s->all = (wc_names){.count = world->test->party_count, .list = s->names};
    find_money(s, world);
}

static void put_name(const wc_repl_shower *s, const wc_address *address)
{
    wc_names_put(s->text, &s->all, address);
}

/* ---- instances ---------------------------------------------------------------------------------
 */

static shown_instance *instance_of(wc_repl_shower *s, const wc_address *address)
{
    for (uint32_t i = 0; i < s->instance_count; i++) {
        if (wc_address_equal(&s->instances[i].address, address)) return &s->instances[i];
    }
    return NULL;
}

static wc_str state_name(const wc_world *world, const shown_instance *instance, uint16_t state)
{
    const wc_module *module = world->modules[instance->contract];
    if (state >= module->state_count) return WC_STR("?");
    return module->strings[module->states[state].name];
}

static void add_instance(wc_repl_shower *s, wc_world *world, const wc_runner_step *step)
{
    const wc_module *module = world->modules[step->contract];
    bool is_own = wc_str_equal(module->strings[0], WC_STR(WC_REPL_OWN));
    wc_str name = module->strings[0];
    if (!is_own) {
        uint32_t number = s->deployed_count++;
        bool has_name = number < s->repl->name_count && s->repl->names[number].len > 0;
        if (has_name) name = s->repl->names[number];
    }
    if (s->instance_count == INSTANCES_MAX || step->outcome->kind != WC_OUTCOME_OK) return;
    shown_instance *instance = &s->instances[s->instance_count++];
    *instance = (shown_instance){.contract = step->contract, .state = WC_NONE, .name = name};
    memcpy(instance->address.bytes, step->instance.bytes, sizeof(instance->address.bytes));
    s->names[s->all.count++] = (wc_name){.id = name, .address = instance->address};
}

/* State changes since the last look; silent: only noted. */
static void show_states(wc_repl_shower *s, wc_world *world, bool is_silent)
{
    for (uint32_t i = 0; i < s->instance_count; i++) {
        shown_instance *instance = &s->instances[i];
        wc_chain_contract contract;
        if (wc_chain_contract_of(world->chain, &instance->address, &contract) != WC_OK) continue;
        uint16_t before = instance->state, now = contract.entry.state;
        instance->state = now;
        bool is_own = wc_str_equal(instance->name, WC_STR(WC_REPL_OWN));
        if (is_silent || before == now || is_own) continue;
        wc_buf_put_text(s->text, "  ");
        put_str(s->text, instance->name);
        wc_buf_put_text(s->text, "  ");
        if (before != WC_NONE) {
            put_str(s->text, state_name(world, instance, before));
            wc_buf_put_text(s->text, " -> ");
        }
        put_str(s->text, state_name(world, instance, now));
        wc_buf_put_text(s->text, "\n");
    }
}

/* ---- money -------------------------------------------------------------------------------------
 */

static void read_money(wc_repl_shower *s, wc_world *world)
{
    for (uint16_t p = 0; p < world->test->party_count; p++) {
        for (uint32_t c = 0; c < s->money.count; c++) {
            uint32_t asset = s->money.list[c].asset;
            s->now->free[p][c] = wc_chain_free(world->chain, &world->addresses[p], asset);
            for (uint32_t i = 0; i < s->instance_count; i++) {
                s->now->escrow[i][p][c] = wc_chain_escrow(world->chain, &s->instances[i].address,
                                                          &world->addresses[p], asset);
            }
        }
    }
}

static void put_difference(const wc_repl_shower *s, uint32_t currency, int64_t difference)
{
    if (difference == 0) return;
    wc_buf_put_text(s->text, difference > 0 ? " (+" : " (");
    wc_put_scaled(s->text, difference, s->money.list[currency].scale);
    wc_buf_put_text(s->text, ")");
}

static void put_balance(const wc_repl_shower *s, wc_str where, uint32_t currency, int64_t now,
                        int64_t difference)
{
    put_str(s->text, where);
    wc_buf_put_text(s->text, " ");
    wc_money_put(s->text, &s->money, s->money.list[currency].asset, now);
    put_difference(s, currency, difference);
}

/* Balances that changed; all: also those that did not. */
static void show_money(wc_repl_shower *s, wc_world *world, bool all)
{
    for (uint16_t p = 0; p < world->test->party_count; p++) {
        bool has_line = false;
        if (is_hidden(world->test->parties[p])) continue;
        for (uint32_t c = 0; c < s->money.count; c++) {
            size_t start = s->text->len;
            int64_t free = s->now->free[p][c];
            int64_t change = s->has_last && !all ? free - s->last->free[p][c] : 0;
            wc_buf_put_text(s->text, has_line ? "" : "  ");
            if (!has_line) put_str(s->text, world->test->parties[p]);
            wc_buf_put_text(s->text, "  ");
            put_balance(s, WC_STR("free"), c, free, change);
            bool is_new = all || change != 0;
            for (uint32_t i = 0; i < s->instance_count; i++) {
                int64_t escrow = s->now->escrow[i][p][c];
                int64_t moved = s->has_last && !all ? escrow - s->last->escrow[i][p][c] : escrow;
                if (moved == 0 && (escrow == 0 || !all)) continue;
                is_new = true;
                wc_buf_put_text(s->text, "  in ");
                put_balance(s, s->instances[i].name, c, escrow, all ? 0 : moved);
            }
            if (is_new) {
                has_line = true;
            } else {
                s->text->len = start;
            }
        }
        if (has_line) wc_buf_put_text(s->text, "\n");
    }
}

static void follow_money(wc_repl_shower *s, wc_world *world, bool is_silent)
{
    read_money(s, world);
    if (!is_silent) show_money(s, world, false);
    shown_money *swap = s->last;
    s->last = s->now;
    s->now = swap;
    s->has_last = true;
}

/* ---- receipts ----------------------------------------------------------------------------------
 */

static const char *cause_name(wc_posting_cause cause)
{
    switch (cause) {
    case WC_CAUSE_LOCK: return "locked";
    case WC_CAUSE_MANDATE: return "locked under a mandate";
    case WC_CAUSE_UNLOCK: return "given back";
    case WC_CAUSE_PAY: return "paid";
    case WC_CAUSE_SPLIT: return "split";
    case WC_CAUSE_NETTING: return "netted";
    case WC_CAUSE_REDEEM: return "through the bank";
    case WC_CAUSE_CLOSE: return "given back at the end";
    case WC_CAUSE_STUCK: return "given back";
    case WC_CAUSE_TRANSFER: return "transferred";
    case WC_CAUSE_ISSUE:
    case WC_CAUSE_REWARD:
    case WC_CAUSE_GENESIS:
    case WC_CAUSE_FEE: break;
    }
    return "";
}

static void put_account(const wc_repl_shower *s, const wc_sub_account *account)
{
    bool is_escrow = account->kind == WC_SUB_ESCROW;
    put_name(s, is_escrow ? &account->party : &account->owner);
    if (!is_escrow) return;
    wc_buf_put_text(s->text, " in ");
    put_name(s, &account->owner);
}

static void show_posting(const wc_repl_shower *s, wc_slice data)
{
    wc_ledger_posting posting;
    if (wc_posting_decode(&posting, data) != WC_OK || posting.cause == WC_CAUSE_FEE) return;
    wc_buf_put_text(s->text, "  money  ");
    wc_money_put(s->text, &s->money, posting.asset, posting.amount);
    wc_buf_put_text(s->text, "  ");
    put_account(s, &posting.from);
    wc_buf_put_text(s->text, " -> ");
    put_account(s, &posting.to);
    wc_buf_put_text(s->text, "  ");
    wc_buf_put_text(s->text, cause_name(posting.cause));
    wc_buf_put_text(s->text, "\n");
}

static void show_events(wc_repl_shower *s, const wc_world *world, const wc_receipt_page *page)
{
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    wc_reader reader = wc_reader_of(page->events);
    for (uint32_t i = 0; i < page->event_count; i++) {
        wc_event event;
        if (wc_event_read(&reader, &event) != WC_OK) return;
        const shown_instance *instance = instance_of(s, &event.emitter);
        if (instance != NULL) {
            wc_decoder decoder = {
                .module = world->modules[instance->contract], .names = &s->all, .items_max = 8};
            wc_buf_put_text(s->text, "  event  ");
            wc_decode_event(s->text, &decoder, event.type, event.data);
            wc_buf_put_text(s->text, "\n");
        } else if (wc_address_equal(&event.emitter, &ledger) && event.type == WC_EVENT_POSTING) {
            show_posting(s, event.data);
        }
    }
}

/* ---- steps -------------------------------------------------------------------------------------
 */

static void show_value(wc_repl_shower *s, const wc_world *world, const wc_runner_step *step)
{
    const wc_module *module = world->modules[step->contract];
    const wc_type *args = &module->types[module->entries[step->entry].args];
    wc_decoder decoder = {.module = module, .names = &s->all};
    size_t start = s->text->len;
    bool is_state = s->repl->state_type.len > 0;
    if (is_state && step->args.len > 4) { /* the text itself, without its quotes */
        wc_buf_put_slice(s->text, wc_slice_of(step->args.data + 4, step->args.len - 4));
    } else {
        wc_decode_put(s->text, &decoder, args->fields[0].type, step->args);
    }
    const wc_type *type = &module->types[args->fields[0].type];
    bool is_quantity = type->kind == WC_TYPE_DEC;
    for (size_t column = s->text->len - start; column < 24; column++) {
        wc_buf_put_u8(s->text, ' ');
    }
    wc_buf_put_text(s->text, "  : ");
    if (is_state) {
        put_str(s->text, s->repl->state_type);
    } else if (is_quantity) {
        wc_buf_put_text(s->text, "dec<");
        wc_buf_put_decimal(s->text, type->scale);
        if (type->unit != WC_NONE) {
            wc_buf_put_text(s->text, ", ");
            put_str(s->text, module->strings[module->units[type->unit].text]);
        }
        wc_buf_put_text(s->text, ">");
    } else if (type->name != WC_NONE) {
        put_str(s->text, module->strings[type->name]);
    } else {
        static const char *const kinds[] = {
            "",      "bool", "int",   "dec",  "time", "date", "enum", "interval", "party",
            "bytes", "text", "tuple", "enum", "list", "set",  "map",  "sorted",   "series"};
        wc_buf_put_text(s->text, kinds[type->kind]);
    }
    wc_buf_put_text(s->text, "\n");
}

static void show_failure(wc_repl_shower *s, const wc_world *world, const wc_runner_step *step)
{
    wc_decoder decoder = {.module = world->modules[step->contract], .names = &s->all};
    s->has_failed = true;
    wc_buf_put_text(s->text, "refused: ");
    if (step->page != NULL) {
        wc_decode_failure(s->text, &decoder, step->page->receipt.status, step->page->outcome);
    } else {
        wc_buf_put_text(s->text, world->failure_name[0] != '\0' ? world->failure_name
                                                                : "nobody signed this call");
    }
    wc_buf_put_text(s->text, "\n");
}

static void put_gas(wc_buf *text, uint64_t gas)
{
    char digits[32];
    int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)gas);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) wc_buf_put_u8(text, ',');
        wc_buf_put_u8(text, (uint8_t)digits[i]);
    }
}

static void show_call(wc_repl_shower *s, const wc_world *world, const wc_runner_step *step)
{
    const wc_module *module = world->modules[step->contract];
    wc_address address;
    memcpy(address.bytes, step->instance.bytes, sizeof(address.bytes));
    if (step->outcome->kind != WC_OUTCOME_OK) {
        show_failure(s, world, step);
        return;
    }
    put_name(s, &address);
    if (step->kind == WC_STEP_DEPLOY) {
        wc_buf_put_text(s->text, "  a new ");
        put_str(s->text, module->strings[0]);
    } else {
        wc_buf_put_text(s->text, ".");
        put_str(s->text, module->strings[module->entries[step->entry].name]);
    }
    wc_buf_put_text(s->text, "  ok, gas ");
    put_gas(s->text, step->page->receipt.gas_used);
    wc_buf_put_text(s->text, "\n");
    show_events(s, world, step->page);
}

static void show_timeout(wc_repl_shower *s, const wc_world *world, const wc_runner_step *step)
{
    wc_buf_put_text(s->text, "by time at ");
    wc_put_time(s->text, world->now_s);
    bool is_ok = step->page->receipt.status == WC_RECEIPT_OK;
    wc_buf_put_text(s->text, is_ok ? "  gas " : "  failed, gas ");
    put_gas(s->text, step->page->receipt.gas_used);
    wc_buf_put_text(s->text, "\n");
    show_events(s, world, step->page);
}

/* ---- what is asked for at the end --------------------------------------------------------------
 */

static void show_instance(const wc_repl_shower *s, wc_world *world, const shown_instance *instance)
{
    wc_chain_contract contract;
    const wc_module *module = world->modules[instance->contract];
    wc_decoder decoder = {.module = module, .names = &s->all, .items_max = 8};
    if (wc_chain_contract_of(world->chain, &instance->address, &contract) != WC_OK) return;
    put_str(s->text, instance->name);
    wc_buf_put_text(s->text, " : ");
    put_str(s->text, module->strings[0]);
    wc_buf_put_text(s->text, "  ");
    put_str(s->text, state_name(world, instance, contract.entry.state));
    uint16_t data = module->states[contract.entry.state].data;
    if (data != WC_NONE) wc_decode_put(s->text, &decoder, data, contract.root.state_data);
    wc_buf_put_text(s->text, " since ");
    wc_put_time(s->text, contract.entry.entered_s);
    if (contract.entry.due_s != WC_DUE_NONE) {
        wc_buf_put_text(s->text, ", next time-out ");
        wc_put_time(s->text, contract.entry.due_s);
    }
    wc_buf_put_text(s->text, "\n  terms    ");
    wc_decode_put(s->text, &decoder, module->terms_type, contract.root.terms);
    wc_buf_put_text(s->text, "\n  storage  ");
    wc_decode_put(s->text, &decoder, module->storage_type, contract.root.fields);
    bool is_first = true;
    for (uint16_t i = 0; i < module->field_count; i++) {
        if (module->fields[i].root != WC_NONE) continue;
        wc_buf_put_text(s->text, is_first ? "\n  beside   " : ", ");
        is_first = false;
        put_str(s->text, module->strings[module->fields[i].name]);
    }
    wc_buf_put_text(s->text, "\n");
}

static void show_end(wc_repl_shower *s, wc_world *world)
{
    switch (s->wish) {
    case WC_REPL_STEPS: return;
    case WC_REPL_STATE:
        for (uint32_t i = 0; i < s->instance_count; i++) {
            bool is_own = wc_str_equal(s->instances[i].name, WC_STR(WC_REPL_OWN));
            if (!is_own) show_instance(s, world, &s->instances[i]);
        }
        if (s->instance_count <= 1) wc_buf_put_text(s->text, "there is no contract yet\n");
        return;
    case WC_REPL_MONEY:
        read_money(s, world);
        show_money(s, world, true);
        if (s->money.count == 0) wc_buf_put_text(s->text, "no contract here moves money\n");
        return;
    case WC_REPL_TIME:
        wc_put_time(s->text, world->now_s);
        wc_buf_put_text(s->text, "\n");
        return;
    case WC_REPL_GAS:
        put_gas(s->text, world->gas);
        wc_buf_put_text(s->text, " gas in ");
        wc_buf_put_decimal(s->text, world->calls);
        wc_buf_put_text(s->text, " transactions, those that set the session up included\n");
        return;
    }
}

static bool is_own_step(const wc_world *world, const wc_runner_step *step)
{
    return step->contract != WC_NONE &&
           wc_str_equal(world->modules[step->contract]->strings[0], WC_STR(WC_REPL_OWN));
}

static void step(void *self, wc_world *world, const wc_runner_step *step)
{
    wc_repl_shower *s = self;
    begin(s, world);
    if (step->kind == WC_STEP_DEPLOY) add_instance(s, world, step);
    if (step->kind == WC_STEP_END) {
        show_end(s, world);
        return;
    }
    if (is_own_step(world, step)) {
        if (step->kind == WC_STEP_VIEW) show_value(s, world, step);
        return;
    }
    bool is_silent = s->steps++ < s->skip || s->wish != WC_REPL_STEPS;
    bool has_receipt = step->kind == WC_STEP_DEPLOY || step->kind == WC_STEP_ACTION;
    if (!is_silent && has_receipt) show_call(s, world, step);
    if (!is_silent && step->kind == WC_STEP_TIMEOUT) show_timeout(s, world, step);
    bool fails = !is_silent && step->kind == WC_STEP_VIEW && step->outcome->kind != WC_OUTCOME_OK;
    if (fails) show_failure(s, world, step);
    if (step->kind == WC_STEP_VIEW) return;
    show_states(s, world, is_silent);
    follow_money(s, world, is_silent);
}

wc_repl_shower *wc_repl_shower_new(wc_repl *repl, wc_buf *text, uint32_t skip, wc_repl_wish wish)
{
    wc_repl_shower *s = WC_ARENA_NEW(repl->arena, wc_repl_shower);
    if (s == NULL) return NULL;
    *s = (wc_repl_shower){.repl = repl, .text = text, .skip = skip, .wish = wish};
    s->observer = (wc_runner_observer){.step = step, .self = s};
    s->names = WC_ARENA_ARRAY(repl->arena, wc_name, WC_RUNNER_PARTIES_MAX + INSTANCES_MAX);
    s->last = WC_ARENA_NEW(repl->arena, shown_money);
    s->now = WC_ARENA_NEW(repl->arena, shown_money);
    return s->names == NULL || s->last == NULL || s->now == NULL ? NULL : s;
}

const wc_runner_observer *wc_repl_shower_observer(const wc_repl_shower *shower)
{
    return &shower->observer;
}

uint32_t wc_repl_shower_steps(const wc_repl_shower *shower)
{
    return shower->steps;
}

bool wc_repl_shower_failed(const wc_repl_shower *shower)
{
    return shower->has_failed;
}
