/* Traces of tests. */
#include "node/runner/trace.h"

#include <stdio.h>
#include <string.h>

#include "node/query/posting.h"
#include "node/query/when.h"
#include "vm/base/text.h"

#define ITEMS_MAX 12u /* of a collection */

static void put(wc_trace *trace, const char *text)
{
    wc_buf_put_text(trace->text, text);
}

static void put_str(wc_trace *trace, wc_str text)
{
    wc_buf_put(trace->text, text.data, text.len);
}

static wc_decoder decoder_of(const wc_trace *trace, const wc_module *module)
{
    return (wc_decoder){.module = module, .names = &trace->names, .items_max = ITEMS_MAX};
}

/* ---- names -------------------------------------------------------------------------------------
 */

static const wc_trace_instance *find_instance(const wc_trace *trace, const wc_address *address)
{
    for (uint32_t i = 0; i < trace->instance_count; i++) {
        if (wc_hash_equal(&trace->instances[i].address, address)) return &trace->instances[i];
    }
    return NULL;
}

void wc_trace_deployed(wc_trace *trace, const wc_address *instance, uint16_t contract)
{
    uint32_t index = trace->instance_count;
    if (index == WC_TRACE_INSTANCES_MAX || find_instance(trace, instance) != NULL) return;
    const wc_module *module = trace->world->modules[contract];
    uint32_t same = 1;
    for (uint32_t i = 0; i < index; i++) same += trace->instances[i].module == module;
    char *label = trace->labels[index];
    size_t size = sizeof(trace->labels[index]);
    snprintf(label, size, same > 1 ? "%.*s#%u" : "%.*s", WC_STR_ARG(module->strings[0]), same);
    trace->instances[index] = (wc_trace_instance){*instance, module};
    trace->list[trace->names.count++] = (wc_name){wc_str_of(label), *instance};
    trace->instance_count++;
}

/* ---- lines -------------------------------------------------------------------------------------
 */

/* A statement of the test: its line in the source, right-aligned. */
static void open_statement(wc_trace *trace)
{
    char number[16] = "     ";
    const wc_debug_line *line =
        trace->debug == NULL ? NULL : wc_debug_find(trace->debug, trace->function, trace->word);
    if (line != NULL) snprintf(number, sizeof(number), "%5u", line->line);
    put(trace, number);
    put(trace, "  ");
}

/* Something that happened below it. */
static void open_detail(wc_trace *trace, const char *what)
{
    char head[24];
    put(trace, "         ");
    for (uint32_t i = 1; i < trace->depth; i++) put(trace, "  ");
    snprintf(head, sizeof(head), "%-8s ", what);
    put(trace, head);
}

static void put_args(wc_trace *trace, const wc_module *module, uint16_t type, wc_slice args)
{
    wc_decoder decoder = decoder_of(trace, module);
    wc_decode_put(trace->text, &decoder, type, args);
}

static void put_signers(wc_trace *trace)
{
    const wc_world *world = trace->world;
    if (world->signer_count == 0) return;
    put(trace, "as ");
    for (uint8_t i = 0; i < world->signer_count; i++) {
        if (i > 0) put(trace, ", ");
        wc_names_put(trace->text, &trace->names, &world->addresses[world->signers[i]]);
    }
    put(trace, ": ");
}

/* ---- statements of a test ----------------------------------------------------------------------
 */

void wc_trace_deploy(wc_trace *trace, uint16_t contract, wc_slice parties, wc_slice terms)
{
    const wc_module *module = trace->world->modules[contract];
    open_statement(trace);
    put(trace, "deploy ");
    put_str(trace, module->strings[0]);
    put_args(trace, module, module->parties_type, parties);
    if (module->term_count > 0) {
        put(trace, " with ");
        put_args(trace, module, module->terms_type, terms);
    }
    put(trace, "\n");
    trace->is_told = true;
}

void wc_trace_call(wc_trace *trace, const wc_address *instance, uint16_t contract, uint16_t entry,
                   wc_slice args)
{
    const wc_module *module = trace->world->modules[contract];
    const wc_entry *called = &module->entries[entry];
    open_statement(trace);
    if (called->kind == WC_ENTRY_ACTION) put_signers(trace);
    wc_names_put(trace->text, &trace->names, instance);
    put(trace, ".");
    put_str(trace, module->strings[called->name]);
    put_args(trace, module, called->args, args);
    put(trace, "\n");
    trace->is_told = true;
}

void wc_trace_advance(wc_trace *trace, int64_t to_s)
{
    open_statement(trace);
    put(trace, "advance to ");
    wc_put_time(trace->text, to_s);
    put(trace, "\n");
}

void wc_trace_mandate(wc_trace *trace, const wc_address *instance, uint32_t asset, int64_t limit)
{
    open_statement(trace);
    put_signers(trace);
    wc_names_put(trace->text, &trace->names, instance);
    put(trace, ".mandate(");
    wc_money_put(trace->text, &trace->money, asset, limit);
    put(trace, ")\n");
}

/* ---- what it did -------------------------------------------------------------------------------
 */

static void put_posting(wc_trace *trace, const wc_event *event)
{
    wc_ledger_posting posting;
    if (wc_posting_decode(&posting, event->data) != WC_OK) return;
    if (posting.cause == WC_CAUSE_FEE || posting.cause == WC_CAUSE_GENESIS) return;
    open_detail(trace, wc_posting_cause_name(posting.cause));
    wc_posting_put_text(trace->text, &trace->names, &trace->money, &posting);
    put(trace, "\n");
}

static void put_change(wc_trace *trace, const wc_event *event)
{
    wc_address address;
    uint16_t from, to;
    wc_reader reader = wc_reader_of(event->data);
    if (wc_read_bytes(&reader, address.bytes, sizeof(address.bytes)) != WC_OK ||
        wc_read_u16(&reader, &from) != WC_OK || wc_read_u16(&reader, &to) != WC_OK) {
        return;
    }
    const wc_trace_instance *instance = find_instance(trace, &address);
    if (instance == NULL || from >= instance->module->state_count ||
        to >= instance->module->state_count) {
        return;
    }
    const wc_module *module = instance->module;
    open_detail(trace, "state");
    wc_names_put(trace->text, &trace->names, &address);
    put(trace, ": ");
    put_str(trace, module->strings[module->states[from].name]);
    put(trace, " -> ");
    put_str(trace, module->strings[module->states[to].name]);
    put(trace, "\n");
}

static void put_event(wc_trace *trace, const wc_event *event)
{
    const wc_trace_instance *instance = find_instance(trace, &event->emitter);
    if (instance == NULL) return;
    wc_decoder decoder = decoder_of(trace, instance->module);
    open_detail(trace, "event");
    wc_decode_event(trace->text, &decoder, event->type, event->data);
    put(trace, "\n");
}

void wc_trace_receipt(wc_trace *trace, const wc_receipt_page *page)
{
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    wc_reader reader = wc_reader_of(page->events);
    trace->depth = 0;
    trace->is_told = false;
    for (uint32_t i = 0; i < page->event_count; i++) {
        wc_event event;
        if (wc_event_read(&reader, &event) != WC_OK) return;
        if (!wc_hash_equal(&event.emitter, &ledger)) {
            put_event(trace, &event);
        } else if (event.type == WC_EVENT_POSTING) {
            put_posting(trace, &event);
        } else if (event.type == WC_EVENT_INSTANCE_CHANGED) {
            put_change(trace, &event);
        }
    }
    if (page->receipt.status == WC_RECEIPT_OK) return;
    wc_hash code;
    const wc_module *module = NULL;
    bool has_code = wc_failure_code(page->receipt.status, page->outcome, &code);
    for (uint16_t i = 0; has_code && i < trace->world->job->contract_count; i++) {
        if (wc_hash_equal(&trace->world->code_ids[i], &code)) module = trace->world->modules[i];
    }
    wc_decoder decoder = decoder_of(trace, module);
    open_detail(trace, "FAILED");
    wc_buf failure;
    wc_buf_init(&failure, trace->failure, sizeof(trace->failure) - 1);
    wc_decode_failure(&failure, &decoder, page->receipt.status, page->outcome);
    trace->failure[failure.len < sizeof(trace->failure) ? failure.len : 0] = '\0';
    put(trace, trace->failure);
    put(trace, "; all of this call is undone\n");
}

/* ---- the observer ------------------------------------------------------------------------------
 */

/* Calls that the test has not made itself: views, sent actions, time-outs. */
static void on_begin(void *self, const wc_instance *instance, const wc_call *call, bool is_deploy)
{
    wc_trace *trace = self;
    const wc_module *module = wc_image_module(instance->image);
    bool is_told = trace->is_told;
    trace->running[trace->depth % WC_TRACE_DEPTH] = module;
    trace->depth++;
    trace->is_told = false;
    if (is_told || is_deploy) return;
    const wc_entry *entry = &module->entries[call->entry];
    wc_address address;
    memcpy(address.bytes, instance->id.bytes, sizeof(address.bytes));
    if (entry->kind == WC_ENTRY_AFTER) {
        open_detail(trace, "time-out");
        wc_names_put(trace->text, &trace->names, &address);
        put(trace, " at ");
        wc_put_time(trace->text, call->now);
    } else if (entry->kind == WC_ENTRY_UPGRADE) {
        open_detail(trace, "upgrade");
        wc_names_put(trace->text, &trace->names, &address);
    } else {
        open_detail(trace, entry->kind == WC_ENTRY_VIEW ? "view" : "sent");
        wc_names_put(trace->text, &trace->names, &address);
        put(trace, ".");
        put_str(trace, module->strings[entry->name]);
        put_args(trace, module, entry->args, call->args);
    }
    put(trace, "\n");
}

static void on_end(void *self, const wc_outcome *outcome)
{
    wc_trace *trace = self;
    if (trace->depth > 0) trace->depth--;
    if (outcome->kind == WC_OUTCOME_OK || outcome->kind == WC_OUTCOME_CALLEE) return;
    trace->failed = trace->running[trace->depth % WC_TRACE_DEPTH];
    trace->failed_function = outcome->function;
    trace->failed_word = outcome->word;
}

static void on_step(void *self, const wc_step *step)
{
    wc_trace *trace = self;
    if (!step->module->is_test_image) return;
    trace->function = step->function;
    trace->word = step->word;
    if (!step->has_sides) return;
    const wc_function *function = &step->module->functions[step->function];
    uint64_t word = step->module->words[function->first_word + step->word];
    trace->has_sides = true;
    trace->sides_function = step->function;
    trace->sides_word = step->word;
    trace->left = step->left;
    trace->right = step->right;
    trace->sides_type = function->regs[(word >> 16) & 0xffff].type;
}

void wc_trace_init(wc_trace *trace, wc_buf *text, const wc_world *world, const wc_debug *debug)
{
    memset(trace, 0, sizeof(*trace));
    trace->text = text;
    trace->world = world;
    trace->debug = debug;
    trace->observer =
        (wc_observer){.self = trace, .begin = on_begin, .step = on_step, .end = on_end};
    trace->names.list = trace->list;
}

void wc_trace_name(wc_trace *trace)
{
    const wc_world *world = trace->world;
    for (uint16_t i = 0; i < world->test->party_count; i++) {
        trace->list[i] = (wc_name){world->test->parties[i], world->addresses[i]};
    }
    trace->names.count = world->test->party_count;
    wc_world_money(world, &trace->money);
}

static void put_side(wc_buf *text, const wc_module *module, uint16_t type, wc_i128 value)
{
    int64_t narrow;
    if (type == WC_NONE || wc_i128_narrow(value, &narrow) != WC_OK) {
        wc_put_scaled_wide(text, value, type == WC_NONE ? 0 : module->types[type].scale);
        return;
    }
    wc_decoder decoder = {.module = module};
    uint8_t memory[8];
    wc_buf bytes;
    wc_buf_init(&bytes, memory, sizeof(memory));
    wc_type_kind kind = module->types[type].kind;
    if (kind == WC_TYPE_BOOL) {
        wc_buf_put_u8(&bytes, (uint8_t)narrow);
    } else if (kind == WC_TYPE_TAG) {
        wc_buf_put_u16(&bytes, (uint16_t)narrow);
    } else {
        wc_buf_put_i64(&bytes, narrow);
    }
    wc_decode_put(text, &decoder, type, wc_buf_slice(&bytes));
}

bool wc_trace_sides(const wc_trace *trace, uint16_t function, uint32_t word, wc_buf *text)
{
    bool is_near = trace->has_sides && trace->sides_function == function &&
                   trace->sides_word < word && word - trace->sides_word <= 2;
    if (!is_near) return false;
    wc_buf_put_text(text, "left is ");
    put_side(text, trace->world->image, trace->sides_type, trace->left);
    wc_buf_put_text(text, ", right is ");
    put_side(text, trace->world->image, trace->sides_type, trace->right);
    return true;
}
