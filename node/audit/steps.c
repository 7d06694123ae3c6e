/* Telling the steps of one receipt; see steps.h. An observer of the rerun's chain. */
#include "node/audit/steps.h"

#include <stdlib.h>
#include <string.h>

#include "node/chain/inside.h"
#include "node/crypto/crypto.h"
#include "vm/base/text.h"
#include "vm/inspect.h"
#include "vm/isa/isa.h"

#define CALLS_MAX   16u /* that wait for one another */
#define VALUE_BYTES ((size_t)4 << 20)
#define ITEMS_MAX   6u

/* An instruction whose results are not there yet; words NULL: none. */
typedef struct pending {
    const uint64_t *words;
    uint16_t function;
} pending;

typedef struct under_way {
    const wc_exec *exec; /* NULL until its first instruction */
    const wc_module *module;
    const wc_query_module *known; /* NULL: no line is known */
    uint32_t depth;               /* functions under way */
    pending last[WC_CALL_DEPTH_MAX];
} under_way;

typedef struct steps {
    const wc_steps_options *options;
    wc_rerun *rerun;
    uint32_t call_count;
    under_way calls[CALLS_MAX];
    uint8_t *value; /* VALUE_BYTES */
    uint8_t memory[WC_STEPS_LINE_MAX];
} steps;

static bool is_wanted(const steps *s)
{
    return wc_rerun_receipt(s->rerun) == s->options->receipt;
}

static uint32_t depth_of(const steps *s)
{
    uint32_t depth = 0;
    for (uint32_t i = 0; i < s->call_count; i++) depth += s->calls[i].depth;
    return depth;
}

/* ---- lines -------------------------------------------------------------------------------------
 */

static wc_buf line_begin(steps *s, const char *kind)
{
    wc_buf text;
    wc_buf_init(&text, s->memory, sizeof s->memory);
    wc_buf_put_decimal(&text, depth_of(s));
    wc_buf_put_text(&text, "\t");
    wc_buf_put_text(&text, kind);
    wc_buf_put_text(&text, "\t");
    return text;
}

/* A line that is too long is cut: what was cut is covered by a hash in front of it. */
static void line_end(steps *s, wc_steps_kind kind, const wc_buf *text)
{
    size_t len = text->full ? sizeof s->memory : text->len;
    for (size_t i = 0; i < len; i++) {
        if (s->memory[i] == '\n') s->memory[i] = ' ';
    }
    s->options->line(s->options->self, kind, depth_of(s), (wc_str){(const char *)s->memory, len});
}

static void put_str(wc_buf *text, wc_str str)
{
    wc_buf_put(text, str.data, str.len);
}

static void put_short_hash(wc_buf *text, wc_slice bytes)
{
    wc_hash hash = wc_sha256_one(bytes);
    wc_buf_put_text(text, "#");
    wc_buf_put_hex(text, wc_slice_of(hash.bytes, 8));
}

static void put_wide(wc_buf *text, wc_i128 number)
{
    wc_put_scaled_wide(text, number, 0);
}

/* ---- operands ----------------------------------------------------------------------------------
 */

static uint16_t operand_at(const uint64_t *words, unsigned index)
{
    return (uint16_t)(words[index / 3] >> (32 - 16 * (index % 3)));
}

typedef struct place {
    const wc_exec *exec;
    const wc_module *module;
    uint32_t frame;
} place;

static void put_reg(wc_buf *text, uint16_t reg)
{
    wc_buf_put_text(text, "r");
    wc_buf_put_decimal(text, reg);
}

static void put_name(wc_buf *text, const wc_module *module, uint16_t string)
{
    if (string != WC_NONE) put_str(text, module->strings[string]);
}

static void put_operand(wc_buf *text, const place *at, wc_operand kind, uint16_t value)
{
    const wc_module *module = at->module;
    switch (kind) {
    case WC_OPERAND_ri:
    case WC_OPERAND_rw:
        put_reg(text, value);
        wc_buf_put_text(text, "=");
        put_wide(text, wc_inspect_number(at->exec, at->frame, value));
        return;
    case WC_OPERAND_wi:
    case WC_OPERAND_ww:
    case WC_OPERAND_wr:
    case WC_OPERAND_rr:
    case WC_OPERAND_rm:
    case WC_OPERAND_arg:
    case WC_OPERAND_res: put_reg(text, value); return;
    case WC_OPERAND_ki:
    case WC_OPERAND_kn: put_wide(text, module->numbers[value]); return;
    case WC_OPERAND_fn: put_name(text, module, module->functions[value].name); return;
    case WC_OPERAND_cu: put_name(text, module, module->currencies[value].code); return;
    case WC_OPERAND_fd: put_name(text, module, module->fields[value].name); return;
    case WC_OPERAND_ev: put_name(text, module, module->events[value].name); return;
    case WC_OPERAND_er: put_name(text, module, module->errors[value].name); return;
    case WC_OPERAND_st: put_name(text, module, module->states[value].name); return;
    case WC_OPERAND_me: put_name(text, module, module->methods[value].name); return;
    case WC_OPERAND_to:
    case WC_OPERAND_back: wc_buf_put_text(text, "@"); break;
    case WC_OPERAND_none:
    case WC_OPERAND_im:
    case WC_OPERAND_lo:
    case WC_OPERAND_hi:
    case WC_OPERAND_kb:
    case WC_OPERAND_slot:
    case WC_OPERAND_md:
    case WC_OPERAND_ca: break;
    }
    wc_buf_put_decimal(text, value);
}

static void put_instruction(wc_buf *text, const place *at, const uint64_t *words)
{
    const wc_op_info *info = wc_op_lookup((uint16_t)(words[0] >> 48));
    wc_assert(info != NULL);
    wc_buf_put_text(text, info->name);
    for (unsigned i = 0, shown = 0; i < 3u * info->words; i++) {
        wc_operand kind = (wc_operand)info->operands[i];
        if (kind == WC_OPERAND_none || kind == WC_OPERAND_hi) continue;
        wc_buf_put_text(text, shown++ == 0 ? " " : ", ");
        if (kind == WC_OPERAND_lo) { /* and `hi`, which follows it */
            uint32_t number = (uint32_t)operand_at(words, i + 1) << 16 | operand_at(words, i);
            wc_buf_put_decimal(text, (int32_t)number);
            continue;
        }
        put_operand(text, at, kind, operand_at(words, i));
    }
}

/* ---- results -----------------------------------------------------------------------------------
 */

/* "amount = 16.61 CNY": the local that has just begun to live in the register. */
static void put_local(wc_buf *text, const under_way *call, uint16_t function, uint32_t word,
                      uint16_t reg, wc_i128 number)
{
    if (call->known == NULL || call->known->debug == NULL) return;
    const wc_debug *debug = call->known->debug;
    const wc_debug_function *row = &debug->functions[function];
    for (uint32_t i = row->local_count; i > 0; i--) {
        const wc_debug_local *local = &row->locals[i - 1];
        const wc_debug_shape *shape = &debug->shapes[local->shape];
        if (local->reg != reg || local->first > word || word >= local->end) continue;
        if (shape->kind == 0) return;
        wc_buf_put_text(text, "\t");
        put_str(text, local->name);
        wc_buf_put_text(text, " = ");
        wc_put_scaled_wide(text, number, shape->scale);
        if (shape->unit.len == 0) return;
        wc_buf_put_text(text, " ");
        put_str(text, shape->unit);
        return;
    }
}

static void tell_number(steps *s, const under_way *call, const place *at, uint16_t reg)
{
    wc_inspect_frame here = wc_inspect_frame_at(at->exec, at->frame);
    wc_i128 number = wc_inspect_number(at->exec, at->frame, reg);
    wc_buf text = line_begin(s, "set");
    put_reg(&text, reg);
    wc_buf_put_text(&text, "\t");
    put_wide(&text, number);
    put_local(&text, call, here.function, here.word, reg, number);
    line_end(s, WC_STEPS_SET, &text);
}

static void tell_memory(steps *s, const place *at, uint16_t function, uint16_t reg)
{
    wc_buf value, text = line_begin(s, "set");
    uint16_t type = at->module->functions[function].regs[reg].type;
    wc_buf_init(&value, s->value, VALUE_BYTES);
    wc_status status = wc_inspect_value(at->exec, at->frame, reg, &value);
    put_reg(&text, reg);
    wc_buf_put_text(&text, "\t");
    put_short_hash(&text, wc_buf_slice(&value));
    wc_buf_put_text(&text, "\t");
    if (status != WC_OK) {
        wc_buf_put_text(&text, "in parts");
    } else if (at->module->types[type].kind != WC_TYPE_SORTED) {
        const wc_decoder decoder = {
            .module = at->module, .names = &s->options->query->names, .items_max = ITEMS_MAX};
        wc_decode_put(&text, &decoder, type, wc_buf_slice(&value));
    }
    line_end(s, WC_STEPS_SET, &text);
}

static void tell_call_results(steps *s, const under_way *call, const place *at,
                              const uint64_t *words)
{
    const wc_function *called = &at->module->functions[operand_at(words, 0)];
    uint16_t first = operand_at(words, 2);
    for (uint16_t i = 0; i < called->result_count; i++) {
        if (called->result_kinds[i] == WC_REG_I128_HIGH) continue;
        tell_number(s, call, at, (uint16_t)(first + i));
    }
}

/* What the last instruction of this function wrote: numbers in registers, and values that it wrote
 * through a reference. */
static void tell_results(steps *s, const under_way *call, const place *at, const pending *last)
{
    const wc_op_info *info = wc_op_lookup((uint16_t)(last->words[0] >> 48));
    if (last->words[0] >> 48 == WC_OP_call) {
        tell_call_results(s, call, at, last->words);
        return;
    }
    for (unsigned i = 0; i < 3u * info->words; i++) {
        uint16_t reg = operand_at(last->words, i);
        wc_operand kind = (wc_operand)info->operands[i];
        if (kind == WC_OPERAND_wi || kind == WC_OPERAND_ww) tell_number(s, call, at, reg);
        if (kind == WC_OPERAND_rm) tell_memory(s, at, last->function, reg);
    }
}

/* ---- the observer ------------------------------------------------------------------------------
 */

static void put_entry(wc_buf *text, const wc_module *module, uint16_t entry)
{
    static const char *const kinds[] = {
        [WC_ENTRY_ACTION] = "action",       [WC_ENTRY_VIEW] = "view",
        [WC_ENTRY_AFTER] = "after",         [WC_ENTRY_DUE] = "due",
        [WC_ENTRY_INVARIANT] = "invariant", [WC_ENTRY_DEPLOY] = "deploy",
        [WC_ENTRY_UPGRADE] = "upgrade"};
    if (entry == WC_NONE) {
        wc_buf_put_text(text, "deploy");
    } else if (module->entries[entry].name != WC_NONE) {
        put_name(text, module, module->entries[entry].name);
    } else {
        wc_buf_put_text(text, kinds[module->entries[entry].kind]);
    }
}

/* Its name, or that of the entry whose code it is. */
static void put_function(wc_buf *text, const under_way *call, uint16_t function)
{
    const wc_module *module = call->module;
    wc_str name = module->strings[module->functions[function].name];
    uint16_t entry = 0;
    while (entry < module->entry_count && module->entries[entry].function != function) entry++;
    if (name.len > 0 || entry == module->entry_count) {
        put_str(text, name);
    } else {
        put_entry(text, module, entry);
    }
}

static void on_begin(void *self, const wc_instance *instance, const wc_call *call, bool is_deploy)
{
    steps *s = self;
    if (!is_wanted(s)) return;
    wc_assert(s->call_count < CALLS_MAX); /* views nest WC_INSTANCE_DEPTH_MAX deep */
    const wc_module *module = wc_image_module(instance->image);
    wc_buf text = line_begin(s, "call");
    put_str(&text, module->strings[0]);
    wc_buf_put_text(&text, ".");
    put_entry(&text, module, is_deploy ? WC_NONE : call->entry);
    wc_buf_put_text(&text, "\t");
    wc_address address;
    memcpy(address.bytes, instance->id.bytes, sizeof address.bytes);
    wc_address_put(&text, &address);
    wc_buf_put_text(&text, "\tgas ");
    wc_buf_put_decimal(&text, (int64_t)call->gas_limit);
    line_end(s, WC_STEPS_CALL, &text);
    under_way *opened = &s->calls[s->call_count++];
    memset(opened, 0, sizeof *opened);
    opened->module = module;
    opened->known = wc_steps_module(s->options->query, module);
}

static void put_source(wc_buf *text, const under_way *call, const wc_step *step)
{
    const wc_debug *debug = call->known != NULL ? call->known->debug : NULL;
    const wc_debug_line *line =
        debug == NULL ? NULL : wc_debug_find(debug, step->function, step->word);
    if (line == NULL) return;
    wc_buf_put_text(text, "\t");
    put_str(text, debug->files[line->file].path);
    wc_buf_put_text(text, ":");
    wc_buf_put_decimal(text, line->line);
    wc_buf_put_text(text, ":");
    wc_buf_put_decimal(text, line->column);
}

static void on_step(void *self, const wc_step *step)
{
    steps *s = self;
    if (!is_wanted(s) || s->call_count == 0) return;
    under_way *call = &s->calls[s->call_count - 1];
    /* Due times that the ledger asks for outside a call are no part of one. */
    if (call->exec != NULL && call->exec != step->exec) return;
    uint32_t depth = wc_inspect_depth(step->exec);
    place at = {step->exec, step->module, depth - 1};
    call->exec = step->exec;
    call->depth = depth;
    pending *last = &call->last[depth - 1];
    if (step->word == 1) last->words = NULL;
    if (last->words != NULL) tell_results(s, call, &at, last);
    const wc_function *function = &step->module->functions[step->function];
    *last = (pending){&step->module->words[function->first_word + step->word], step->function};
    wc_buf text = line_begin(s, "step");
    put_str(&text, step->module->strings[0]);
    wc_buf_put_text(&text, ".");
    put_function(&text, call, step->function);
    wc_buf_put_text(&text, ":");
    wc_buf_put_decimal(&text, step->word);
    wc_buf_put_text(&text, "\t");
    put_instruction(&text, &at, last->words);
    wc_buf_put_text(&text, "\tgas ");
    wc_buf_put_decimal(&text, (int64_t)step->gas);
    put_source(&text, call, step);
    line_end(s, WC_STEPS_STEP, &text);
}

static void on_end(void *self, const wc_outcome *outcome)
{
    static const char *const kinds[] = {"done", "error ", "built-in error ", "trap ",
                                        "a view failed"};
    steps *s = self;
    if (!is_wanted(s) || s->call_count == 0) return;
    s->call_count--;
    wc_buf text = line_begin(s, "end");
    wc_buf_put_text(&text, kinds[outcome->kind]);
    if (outcome->kind != WC_OUTCOME_OK && outcome->kind != WC_OUTCOME_CALLEE) {
        wc_buf_put_decimal(&text, outcome->code);
    }
    if (outcome->kind == WC_OUTCOME_TRAP) {
        wc_buf_put_text(&text, " ");
        wc_buf_put_text(&text, wc_trap_name(outcome->code));
    }
    wc_buf_put_text(&text, "\tgas used ");
    wc_buf_put_decimal(&text, (int64_t)outcome->gas_used);
    line_end(s, WC_STEPS_END, &text);
}

static void on_event(void *self, const wc_party *emitter, uint16_t type, wc_slice data)
{
    steps *s = self;
    if (!is_wanted(s)) return;
    const wc_query *query = s->options->query;
    wc_address address, ledger = wc_address_system(WC_SYSTEM_LEDGER);
    memcpy(address.bytes, emitter->bytes, sizeof address.bytes);
    wc_buf text = line_begin(s, "event");
    put_short_hash(&text, data);
    wc_buf_put_text(&text, "\t");
    const wc_module *module = s->call_count > 0 ? s->calls[s->call_count - 1].module : NULL;
    if (wc_address_equal(&address, &ledger)) {
        wc_decode_ledger_event(&text, &query->names, &query->money, type, data);
    } else if (module != NULL) {
        const wc_decoder decoder = {
            .module = module, .names = &query->names, .items_max = ITEMS_MAX};
        wc_decode_event(&text, &decoder, type, data);
    }
    line_end(s, WC_STEPS_EVENT, &text);
}

static void on_stored(void *self, const wc_party *instance, const wc_storage_key *key,
                      const wc_slice *value)
{
    (void)instance;
    steps *s = self;
    if (!is_wanted(s) || s->call_count == 0) return;
    const wc_module *module = s->calls[s->call_count - 1].module;
    wc_buf text = line_begin(s, "store");
    for (uint16_t i = 0; i < module->field_count; i++) {
        if (module->fields[i].id == key->field) put_name(&text, module, module->fields[i].name);
    }
    wc_buf_put_text(&text, key->part == WC_KEY_HEADER ? "\thead\t" : "\t");
    wc_buf_put_hex(&text, key->key);
    wc_buf_put_text(&text, "\t");
    if (value == NULL) {
        wc_buf_put_text(&text, "removed");
    } else {
        put_short_hash(&text, *value);
        wc_buf_put_text(&text, " ");
        wc_buf_put_hex(&text, *value);
    }
    line_end(s, WC_STEPS_STORE, &text);
}

static void on_unit(void *self, bool is_undone)
{
    steps *s = self;
    s->call_count = 0;
    if (!is_wanted(s) || !is_undone) return;
    wc_buf text = line_begin(s, "undone");
    line_end(s, WC_STEPS_UNDONE, &text);
}

/* ---- running -----------------------------------------------------------------------------------
 */

wc_status wc_steps_run(wc_rerun *rerun, wc_store_problem *problem, const wc_steps_options *options,
                       const wc_sealed **sealed, bool *is_same)
{
    steps *s = calloc(1, sizeof *s);
    if (s == NULL) return WC_NO_MEMORY;
    const wc_observer observer = {.self = s,
                                  .begin = on_begin,
                                  .step = on_step,
                                  .end = on_end,
                                  .unit = on_unit,
                                  .event = on_event,
                                  .stored = on_stored};
    s->options = options;
    s->rerun = rerun;
    s->value = malloc(VALUE_BYTES);
    wc_status status = WC_NO_MEMORY;
    if (s->value != NULL) status = wc_rerun_block(rerun, problem, &observer, sealed, is_same);
    if (status == WC_OK && options->receipt >= (*sealed)->applied.receipt_count) {
        wc_chain_say(problem, "record %llu has no receipt %u; it has %u",
                     (unsigned long long)options->seq, options->receipt,
                     (*sealed)->applied.receipt_count);
        status = WC_NOT_FOUND;
    }
    free(s->value);
    free(s);
    return status;
}

/* The ledger decodes modules for itself: they are recognised by their code. */
static bool is_same_code(const wc_module *a, const wc_module *b)
{
    return a->word_count == b->word_count && a->type_count == b->type_count &&
           a->source_version == b->source_version && wc_str_equal(a->strings[0], b->strings[0]) &&
           wc_str_equal(a->strings[1], b->strings[1]) &&
           memcmp(a->words, b->words, a->word_count * sizeof a->words[0]) == 0;
}

const wc_query_module *wc_steps_module(const wc_query *query, const wc_module *module)
{
    for (uint32_t i = 0; i < query->module_count; i++) {
        if (is_same_code(query->modules[i].module, module)) return &query->modules[i];
    }
    return NULL;
}
