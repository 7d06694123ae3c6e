/* See source.h. */
#include "tests/unit/ledger_exec/source.h"

#include <stdlib.h>

#include "compiler/compiler.h"
#include "vm/isa/isa.h"

#define ARENA ((size_t)64 << 20)

typedef struct workshop {
    uint8_t *memory;
    wc_arena arena;
} workshop;

static void open_workshop(workshop *shop)
{
    shop->memory = aligned_alloc(16, ARENA);
    assert_non_null(shop->memory);
    wc_arena_init(&shop->arena, shop->memory, ARENA);
}

/* What does not follow the version before compiles, too: the ledger is to refuse it. */
static wc_slice compiled(workshop *shop, const wc_module *previous, const char *text)
{
    wc_compile_options options = {.arena = &shop->arena,
                                  .hash = wc_sha256,
                                  .previous = previous,
                                  .compares = true,
                                  .no_tests = true};
    wc_compilation *made;
    assert_status(wc_compile(&options, WC_STR("test.clause"), wc_str_of(text), &made), WC_OK);
    if (made->has_failed) {
        wc_str message = made->diags.first->message;
        fail_msg("%.*s\n%s", WC_STR_ARG(message), text);
    }
    return made->contracts[made->contract_count - 1].module;
}

wc_slice source_module(world *w, const char *text)
{
    workshop shop;
    open_workshop(&shop);
    wc_slice kept = world_abi(w, "x", compiled(&shop, NULL, text));
    free(shop.memory);
    return kept;
}

static wc_module *decoded(workshop *shop, wc_slice bytes)
{
    wc_module *module;
    size_t bad;
    assert_status(wc_module_decode(bytes, &shop->arena, &module, &bad), WC_OK);
    return module;
}

wc_slice source_next(world *w, wc_slice previous, const char *text)
{
    workshop shop;
    open_workshop(&shop);
    wc_slice kept = world_abi(w, "x", compiled(&shop, decoded(&shop, previous), text));
    free(shop.memory);
    return kept;
}

/* Bounds and bytes of a module that was changed or assembled. */
static wc_slice finished(world *w, workshop *shop, wc_module *module)
{
    wc_finding finding = {.code = NULL};
    wc_status status = wc_module_bound(module, wc_sha256, &shop->arena, &finding);
    if (status != WC_OK) {
        fail_msg("%s: %s, function %u word %u", finding.code, finding.text, finding.function,
                 finding.word);
    }
    uint8_t *bytes = wc_arena_alloc(&shop->arena, WC_MODULE_SIZE_MAX, 1);
    assert_non_null(bytes);
    wc_buf buf;
    wc_buf_init(&buf, bytes, WC_MODULE_SIZE_MAX);
    wc_module_encode(module, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    wc_slice kept = world_abi(w, "x", wc_buf_slice(&buf));
    free(shop->memory);
    return kept;
}

wc_slice source_assembled(world *w, const char *text)
{
    workshop shop;
    wc_module *module;
    uint32_t line = 0;
    open_workshop(&shop);
    wc_status status = wc_module_assemble(wc_str_of(text), wc_sha256, &shop.arena, &module, &line);
    if (status != WC_OK) fail_msg("line %u: %s", line, wc_status_name(status));
    return finished(w, &shop, module);
}

static uint64_t ldi_operands(int32_t number)
{
    uint64_t low = (uint32_t)number & 0xffff, high = (uint32_t)number >> 16;
    return low << 16 | high;
}

wc_slice source_patched(world *w, const char *text, int32_t from, int32_t to)
{
    workshop shop;
    size_t found = 0;
    open_workshop(&shop);
    wc_module *module = decoded(&shop, compiled(&shop, NULL, text));
    uint64_t *words = module->words;
    for (uint32_t i = 0; i < module->word_count; i++) {
        bool is_it = words[i] >> 48 == WC_OP_ldi && (words[i] & 0xffffffff) == ldi_operands(from);
        if (is_it) words[i] = (words[i] & ~UINT64_C(0xffffffff)) | ldi_operands(to);
        found += is_it;
    }
    assert_int_equal(found, 1);
    return finished(w, &shop, module);
}

wc_address source_open(world *w, const char *text, world_actor signer, wc_slice args)
{
    wc_hash code = world_deploy(w, source_module(w, text));
    return world_instance(w, &code, 1, &signer, args);
}

const wc_receipt_page *source_call(world *w, world_actor actor, const wc_address *instance,
                                   uint16_t action, wc_slice args)
{
    letter l = world_letter(w, actor);
    (void)letter_call(&l, WC_CALL_ACTION, instance, action, args);
    return world_send(w, &l);
}
