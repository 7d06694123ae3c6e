/* See calls.h. Values have the form of node/abi/abi.h, so that the schemas of `abi --schema`
 * describe them. */
#include "node/cli/calls.h"

#include "node/abi/abi.h"
#include "node/runner/world.h"
#include "vm/isa/isa.h"

static const char *outcome_name(const wc_outcome *outcome)
{
    switch (outcome->kind) {
    case WC_OUTCOME_OK: return "ok";
    case WC_OUTCOME_ERROR: return "error";
    case WC_OUTCOME_BUILTIN: return "builtin_error";
    case WC_OUTCOME_TRAP: return "trap";
    case WC_OUTCOME_CALLEE: return "error_of_another_contract";
    }
    return "";
}

static void put_tuple(wc_json *json, const char *name, const wc_module *module, uint16_t tuple,
                      wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    wc_status status = wc_abi_put_fields(json, name, module, tuple, &reader);
    wc_assert(status == WC_OK || json->buf->full); /* the machine encoded them */
}

static void put_events(wc_json *json, const wc_world *world, const wc_runner_step *step)
{
    const wc_module *module = world->modules[step->contract];
    wc_reader reader = wc_reader_of(step->page->events);
    wc_json_open_line(json, "events", '[');
    for (uint32_t i = 0; i < step->page->event_count; i++) {
        wc_event event;
        if (wc_event_read(&reader, &event) != WC_OK) break;
        bool is_own = memcmp(event.emitter.bytes, step->instance.bytes, 32) == 0;
        if (!is_own || event.type >= module->event_count) continue;
        wc_json_open_line(json, NULL, '{');
        wc_json_add_str(json, "event", module->strings[module->events[event.type].name]);
        put_tuple(json, "members", module, module->events[event.type].args, event.data);
        wc_json_close(json);
    }
    wc_json_close(json);
}

static void put_result(wc_json *json, const wc_world *world, const wc_runner_step *step)
{
    const wc_module *module = world->modules[step->contract];
    const wc_outcome *outcome = step->outcome;
    if (outcome->kind == WC_OUTCOME_ERROR) {
        const wc_signature_decl *error = &module->errors[outcome->code];
        wc_json_add_str(json, "error", module->strings[error->name]);
        put_tuple(json, "members", module, error->args, outcome->args);
    } else if (outcome->kind == WC_OUTCOME_BUILTIN) {
        wc_json_add_text(json, "error", wc_builtin_name(outcome->code));
    } else if (outcome->kind == WC_OUTCOME_TRAP) {
        wc_json_add_text(json, "trap", wc_trap_name(outcome->code));
    } else if (step->kind == WC_STEP_VIEW && outcome->kind == WC_OUTCOME_OK) {
        wc_reader reader = wc_reader_of(outcome->result);
        wc_status status =
            wc_abi_put_value(json, "result", module, module->entries[step->entry].result, &reader);
        wc_assert(status == WC_OK || json->buf->full);
    } else if (step->page != NULL && outcome->kind == WC_OUTCOME_OK) {
        put_events(json, world, step);
    }
}

static void step(void *self, wc_world *world, const wc_runner_step *step)
{
    wc_cli_calls *calls = self;
    if (step->contract == WC_NONE) return; /* no call */
    const wc_module *module = world->modules[step->contract];
    wc_json json = wc_json_to(&calls->text);
    if (calls->text.len > 0) wc_buf_put_text(&calls->text, ",\n  ");
    wc_json_open_line(&json, NULL, '{');
    wc_json_add_str(&json, "contract", module->strings[0]);
    uint16_t tuple = module->terms_type;
    if (step->kind == WC_STEP_DEPLOY) {
        wc_json_add_text(&json, "deploy", "terms");
    } else {
        const wc_entry *entry = &module->entries[step->entry];
        wc_json_add_str(&json, step->kind == WC_STEP_VIEW ? "view" : "action",
                        module->strings[entry->name]);
        tuple = entry->args;
    }
    put_tuple(&json, "arguments", module, tuple, step->args);
    wc_json_add_text(&json, "outcome", outcome_name(step->outcome));
    put_result(&json, world, step);
    wc_json_close(&json);
    if (calls->text.len > 0 && calls->text.data[calls->text.len - 1] == '\n') calls->text.len--;
}

void wc_cli_calls_begin(wc_cli_calls *calls, void *memory, size_t size)
{
    wc_buf_init(&calls->text, memory, size);
    calls->observer = (wc_runner_observer){.step = step, .self = calls};
}
