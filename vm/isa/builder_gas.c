/* Builder, sizes: what the compiler knows of lengths and rounds, for the gas forms. */
#include "vm/isa/builder_state.h"

#define NOTES_MAX (1u << 20)

uint16_t wc_builder_size(wc_builder *builder, uint8_t kind, wc_str name, uint32_t capacity)
{
    const wc_gas_size *known = (const wc_gas_size *)builder->sizes.items;
    if (name.len > WC_GAS_NAME_MAX) return WC_NONE;
    for (uint32_t i = 0; i < builder->sizes.count; i++) {
        bool is_same = known[i].kind == (wc_gas_size_kind)kind && known[i].capacity == capacity &&
                       wc_str_equal(known[i].name, name);
        if (is_same) return (uint16_t)i;
    }
    if (builder->sizes.count >= WC_GAS_SIZES_MAX / 2) return WC_NONE; /* fields need some, too */
    wc_gas_size *size =
        (wc_gas_size *)wc_builder_append(builder, &builder->sizes, WC_GAS_SIZES_MAX, sizeof *size);
    if (size == NULL) return WC_NONE;
    *size = (wc_gas_size){(wc_gas_size_kind)kind, wc_arena_str(builder->arena, name), capacity};
    if (size->name.data == NULL) return wc_builder_fail(builder, WC_NO_MEMORY);
    return (uint16_t)(builder->sizes.count - 1);
}

void wc_builder_note(wc_builder *builder, uint32_t word, uint16_t size)
{
    if (size == WC_NONE || builder->status != WC_OK) return;
    wc_gas_note *note =
        (wc_gas_note *)wc_builder_append(builder, &builder->notes, NOTES_MAX, sizeof *note);
    if (note == NULL) return;
    *note = (wc_gas_note){(uint16_t)(builder->functions.count - 1), size, word};
}

void wc_builder_pass(wc_builder *builder, uint32_t word, uint16_t param, uint16_t size)
{
    if (param == WC_NONE || size == WC_NONE || builder->status != WC_OK) return;
    wc_gas_pass *pass =
        (wc_gas_pass *)wc_builder_append(builder, &builder->passes, NOTES_MAX, sizeof *pass);
    if (pass == NULL) return;
    *pass = (wc_gas_pass){(uint16_t)(builder->functions.count - 1), param, size, word};
}

void wc_builder_shift_notes(wc_builder *builder, uint32_t distance)
{
    uint16_t function = (uint16_t)(builder->functions.count - 1);
    wc_gas_note *notes = (wc_gas_note *)builder->notes.items;
    for (uint32_t i = builder->notes.count; i > 0 && notes[i - 1].function == function; i--) {
        notes[i - 1].word += distance;
    }
    wc_gas_pass *passes = (wc_gas_pass *)builder->passes.items;
    for (uint32_t i = builder->passes.count; i > 0 && passes[i - 1].function == function; i--) {
        passes[i - 1].word += distance;
    }
}

uint32_t wc_builder_next_word(const wc_builder *builder)
{
    uint32_t word = wc_builder_word(builder);
    return word == 0 ? 1 : word; /* a function begins with a block word */
}

wc_gas_notes wc_builder_gas_notes(const wc_builder *builder)
{
    return (wc_gas_notes){.size_count = (uint16_t)builder->sizes.count,
                          .sizes = (wc_gas_size *)builder->sizes.items,
                          .note_count = builder->notes.count,
                          .pass_count = builder->passes.count,
                          .notes = (const wc_gas_note *)builder->notes.items,
                          .passes = (const wc_gas_pass *)builder->passes.items};
}
