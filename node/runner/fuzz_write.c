/* A play as the body of a test of Clause. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "node/runner/fuzz_play.h"
#include "vm/base/text.h"

static void put(wc_fuzz *fuzz, const char *text)
{
    wc_buf_put_text(fuzz->text, text);
}

static void put_str(wc_fuzz *fuzz, wc_str text)
{
    wc_buf_put(fuzz->text, text.data, text.len);
}

/* Parties and instances, as the test calls them. */
static wc_names names_of(wc_fuzz *fuzz)
{
    for (uint16_t i = 0; i < fuzz->party_count; i++) {
        fuzz->names[i] = (wc_name){fuzz->party_names[i], fuzz->parties[i]};
    }
    for (uint32_t i = 0; i < fuzz->instance_count; i++) {
        wc_name *name = &fuzz->names[fuzz->party_count + i];
        snprintf(fuzz->labels[i], sizeof(fuzz->labels[i]), "c%u", (unsigned)(i + 1));
        name->id = wc_str_of(fuzz->labels[i]);
        memcpy(name->address.bytes, fuzz->instances[i].id.bytes, sizeof(name->address.bytes));
    }
    return (wc_names){.count = fuzz->party_count + fuzz->instance_count, .list = fuzz->names};
}

/* A test's parties get their addresses in the order in which it names them: so all are named. */
void wc_fuzz_write_begin(wc_fuzz *fuzz)
{
    char size[16];
    if (fuzz->text == NULL) return;
    snprintf(size, sizeof(size), "%u", fuzz->party_count);
    put(fuzz, "    let parties : list<party, ");
    put(fuzz, size);
    put(fuzz, "> = [");
    for (uint16_t i = 0; i < fuzz->party_count; i++) {
        if (i > 0) put(fuzz, ", ");
        put_str(fuzz, fuzz->party_names[i]);
    }
    put(fuzz, "];\n    assert parties.len() == ");
    put(fuzz, size);
    put(fuzz, ";\n");
}

static void put_fields(wc_fuzz *fuzz, const wc_module *module, uint16_t tuple, wc_slice bytes,
                       bool *has_before)
{
    wc_names names = names_of(fuzz);
    wc_literal literal = {.module = module, .names = &names};
    wc_reader reader = wc_reader_of(bytes);
    const wc_type *type = &module->types[tuple];
    for (uint16_t i = 0; i < type->count; i++) {
        if (*has_before) put(fuzz, ", ");
        *has_before = true;
        put_str(fuzz, module->strings[type->fields[i].name]);
        put(fuzz, ": ");
        wc_literal_put(fuzz->text, &literal, type->fields[i].type, &reader);
    }
}

void wc_fuzz_write_deploy(wc_fuzz *fuzz, uint16_t contract, wc_slice parties, wc_slice terms)
{
    const wc_module *module = wc_image_module(fuzz->images[contract]);
    wc_names names;
    bool has_before = false;
    char name[24];
    if (fuzz->text == NULL) return;
    names = names_of(fuzz);
    snprintf(name, sizeof(name), "    let c%u = ", fuzz->instance_count + 1);
    put(fuzz, name);
    put_str(fuzz, module->strings[0]);
    put(fuzz, ".deploy(");
    for (uint16_t i = 0; i < module->party_count; i++) {
        wc_address address;
        memcpy(address.bytes, parties.data + 32 * (size_t)i, sizeof(address.bytes));
        if (i > 0) put(fuzz, ", ");
        has_before = true;
        put_str(fuzz, module->strings[module->parties[i].name]);
        put(fuzz, ": ");
        wc_names_put(fuzz->text, &names, &address);
    }
    put_fields(fuzz, module, module->terms_type, terms, &has_before);
    put(fuzz, ");\n");
}

/* The name by which a test expects this failure. */
static void put_failure(wc_fuzz *fuzz, const wc_outcome *outcome)
{
    const wc_module *module;
    switch (outcome->kind) {
    case WC_OUTCOME_ERROR:
        module = fuzz->world->modules[fuzz->world->raiser];
        put_str(fuzz, module->strings[module->errors[outcome->code].name]);
        return;
    case WC_OUTCOME_BUILTIN: put(fuzz, wc_builtin_name(outcome->code)); return;
    case WC_OUTCOME_TRAP: put(fuzz, wc_trap_name(outcome->code)); return;
    case WC_OUTCOME_CALLEE:
    case WC_OUTCOME_OK: break;
    }
}

/* The call that shows the finding stands bare, so that the test fails with it. */
void wc_fuzz_write_call(wc_fuzz *fuzz, const wc_fuzz_instance *to, uint16_t entry, wc_slice args,
                        const wc_outcome *outcome)
{
    const wc_module *module = wc_image_module(fuzz->images[to->contract]);
    const wc_world *world = fuzz->world;
    if (fuzz->text == NULL) return;
    bool is_expected = outcome->kind != WC_OUTCOME_OK && !fuzz->has_found;
    char name[24];
    put(fuzz, "    ");
    if (is_expected) {
        put(fuzz, "expect fail ");
        put_failure(fuzz, outcome);
        put(fuzz, " { ");
    }
    for (uint8_t i = 0; i < world->signer_count; i++) {
        put(fuzz, "as ");
        put_str(fuzz, fuzz->party_names[world->signers[i]]);
        put(fuzz, " { ");
    }
    snprintf(name, sizeof(name), "c%u.", (unsigned)(to - fuzz->instances) + 1);
    put(fuzz, name);
    put_str(fuzz, module->strings[module->entries[entry].name]);
    put(fuzz, "(");
    bool has_before = false;
    put_fields(fuzz, module, module->entries[entry].args, args, &has_before);
    put(fuzz, ");");
    for (uint8_t i = 0; i < world->signer_count; i++) put(fuzz, " }");
    put(fuzz, is_expected ? " }\n" : "\n");
}

void wc_fuzz_write_advance(wc_fuzz *fuzz, int64_t seconds)
{
    char line[48];
    if (fuzz->text == NULL) return;
    snprintf(line, sizeof(line), "    advance %lld s;\n", (long long)seconds);
    put(fuzz, line);
}

void wc_fuzz_write_claim(wc_fuzz *fuzz, const char *format, ...)
{
    char line[512];
    va_list args;
    if (fuzz->text == NULL) return;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    put(fuzz, line);
    put(fuzz, "\n");
}
