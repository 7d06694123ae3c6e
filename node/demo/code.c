/* The shelf of contract modules. */
#include "node/demo/code.h"

#include "node/ledger/ids.h"
#include "vm/isa/isa.h"

#define CREATE_GAS_BASE 20000000u /* terms, invariants, state entry, signatures: ample */

static const struct {
    const char *name, *path;
} rows[] = {

#define WC_CONTRACT(identifier, name, path) {name, path},
#include "node/demo/contracts.def"
#undef WC_CONTRACT
};

void wc_shelf_init(wc_shelf *shelf)
{
    *shelf = (wc_shelf){0};
    for (uint32_t i = 0; i < WC_CONTRACT_COUNT; i++) {
        shelf->codes[i].name = rows[i].name;
        shelf->codes[i].path = rows[i].path;
    }
}

wc_status wc_shelf_put(wc_shelf *shelf, wc_contract_id contract, wc_slice bytes, wc_arena *arena)
{
    wc_code *code = &shelf->codes[contract];
    wc_module *module = NULL;
    size_t bad = 0;
    WC_TRY(wc_module_decode(bytes, arena, &module, &bad));
    if (!wc_str_equal(module->strings[0], wc_str_of(code->name))) return WC_DIFFERS;
    wc_finding finding;
    WC_TRY(wc_module_verify(module, wc_sha256, arena, &finding));
    code->create_gas = CREATE_GAS_BASE;
    for (uint16_t i = 0; i < module->state_count; i++) {
        if (module->states[i].initial) code->create_gas += module->states[i].prepaid;
    }
    for (uint16_t i = 0; i < module->entry_count; i++) {
        wc_entry_kind kind = module->entries[i].kind;
        bool runs = kind == WC_ENTRY_DEPLOY || kind == WC_ENTRY_INVARIANT || kind == WC_ENTRY_DUE;
        if (runs) code->create_gas += module->entries[i].gas_bound;
    }
    code->bytes = bytes;
    code->module = module;
    code->id = wc_code_id(bytes);
    return WC_OK;
}

uint16_t wc_code_action(const wc_code *code, const char *name, uint16_t *args_type)
{
    uint16_t number = 0;
    for (uint16_t i = 0; i < code->module->entry_count; i++) {
        const wc_entry *entry = &code->module->entries[i];
        if (entry->kind != WC_ENTRY_ACTION) continue;
        if (wc_str_equal(code->module->strings[entry->name], wc_str_of(name))) {
            *args_type = entry->args;
            return number;
        }
        number++;
    }
    return WC_NONE;
}
