/* Registers and frame slots by type, taken and given back in stack order; places in the source. */
#include "compiler/emit/gen.h"

uint32_t wc_gen_mark(const wc_gen *gen)
{
    return gen->taken_count;
}

void wc_gen_release(wc_gen *gen, uint32_t mark)
{
    wc_assert(mark <= gen->taken_count);
    while (gen->taken_count > mark) {
        gen->pool[gen->taken[--gen->taken_count]].is_free = true;
    }
    wc_gen_names_end(gen);
}

void wc_gen_too_large(wc_gen *gen, const char *what)
{
    if (gen->is_over_limit) return;
    gen->is_over_limit = true;
    wc_diag *diag =
        wc_diag_report(gen->job->diags, WC_E0920, gen->routine_span,
                       "`{}` is too large for the machine: {}", gen->routine_name, what);
    wc_diag_add_note(gen->job->diags, diag, "move a part of it into a `func`");
}

/* Takes a free pool entry of this type, or makes one. */
static uint16_t take(wc_gen *gen, bool is_slot, wc_reg_kind kind, uint16_t type)
{
    uint32_t i = 0;
    while (i < gen->pool_count) {
        const wc_gen_pool_entry *entry = &gen->pool[i];
        if (entry->is_free && !entry->is_box && entry->is_slot == is_slot && entry->kind == kind &&
            entry->type == type) {
            break;
        }
        i++;
    }
    if (i == gen->pool_count) {
        uint32_t width = is_slot ? 0 : kind == WC_REG_I128 ? 2 : 1;
        if (gen->register_count + width > WC_REGISTERS_MAX || i == WC_GEN_POOL_MAX) {
            wc_gen_too_large(gen, "a statement or block needs more than 256 registers");
            return 0;
        }
        gen->register_count += width;
        gen->pool[i] = (wc_gen_pool_entry){
            .is_slot = is_slot,
            .kind = (uint8_t)kind,
            .type = type,
            .number = is_slot ? wc_builder_slot(gen->builder, type)
                              : wc_builder_reg(gen->builder, kind, type),
        };
        gen->pool_count++;
    }
    gen->pool[i].is_free = false;
    gen->taken[gen->taken_count++] = (uint16_t)i;
    return gen->pool[i].number;
}

uint16_t wc_gen_reg(wc_gen *gen, wc_reg_kind kind, uint16_t type)
{
    return take(gen, false, kind, type);
}

uint16_t wc_gen_i64(wc_gen *gen)
{
    return take(gen, false, WC_REG_I64, WC_NONE);
}

uint16_t wc_gen_i128(wc_gen *gen)
{
    return take(gen, false, WC_REG_I128, WC_NONE);
}

uint16_t wc_gen_slot(wc_gen *gen, uint16_t type)
{
    return take(gen, true, WC_REG_I64, type);
}

uint16_t wc_gen_new(wc_gen *gen, uint16_t type)
{
    uint16_t ref = wc_gen_reg(gen, WC_REG_REFMUT, type);
    GEN(gen, new, ref, wc_gen_slot(gen, type));
    return ref;
}

bool wc_gen_can_hoist(const wc_gen *gen)
{
    return gen->loop.is_there && gen->hoisted_count < WC_GEN_HOISTED_MAX &&
           gen->register_count < WC_GEN_REGISTERS && gen->pool_count < WC_GEN_POOL_MAX;
}

uint16_t wc_gen_box(wc_gen *gen, uint16_t type)
{
    uint32_t i = 0;
    while (i < gen->pool_count &&
           !(gen->pool[i].is_box && gen->pool[i].is_free && gen->pool[i].type == type)) {
        i++;
    }
    if (i == gen->pool_count) {
        if (!wc_gen_can_hoist(gen)) return wc_gen_new(gen, type);
        uint16_t slot = wc_builder_slot(gen->builder, type);
        uint16_t reg = wc_builder_reg(gen->builder, WC_REG_REFMUT, type);
        gen->register_count++;
        gen->hoisted[gen->hoisted_count++] =
            (wc_gen_hoisted){.is_box = true, .reg = reg, .slot = slot};
        gen->pool[gen->pool_count++] =
            (wc_gen_pool_entry){.is_box = true, .kind = WC_REG_REFMUT, .type = type, .number = reg};
    }
    gen->pool[i].is_free = false;
    gen->taken[gen->taken_count++] = (uint16_t)i;
    return gen->pool[i].number;
}

/* Debug file of a source file, made when the first word needs it. */
static uint16_t debug_file(wc_gen *gen, const wc_source *source)
{
    uint16_t *file = &gen->file_map[source->file];
    if (*file == WC_NONE) {
        *file = wc_builder_file(gen->builder, source->name, gen->job->source_hashes[source->file]);
    }
    return *file;
}

void wc_gen_at(wc_gen *gen, wc_span span)
{
    const wc_source *source = wc_sources_of(gen->job->sources, span);
    if (source->has_origin && !source->is_library) {
        span = wc_sources_origin(gen->job->sources, span);
        source = wc_sources_of(gen->job->sources, span);
    }
    wc_place start = wc_source_place(source, span.start);
    wc_place end = wc_source_place(source, span.end);
    wc_builder_at(gen->builder,
                  &(wc_debug_line){
                      .file = debug_file(gen, source),
                      .line = start.line,
                      .column = (uint16_t)(start.column > UINT16_MAX ? UINT16_MAX : start.column),
                      .end_line = end.line,
                      .end_column = (uint16_t)(end.column > UINT16_MAX ? UINT16_MAX : end.column),
                  });
}

void wc_gen_open(wc_gen *gen, wc_str name, const wc_sema_routine *routine, uint16_t local_count)
{
    gen->routine = routine;
    gen->pool_count = 0;
    gen->taken_count = 0;
    gen->named_count = 0;
    gen->register_count = 0;
    gen->hoisted_count = 0;
    gen->loop.is_there = false;
    gen->place = NULL;
    gen->can_write = false;
    gen->homes = wc_gen_alloc(gen, local_count, sizeof(wc_gen_home));
    wc_gen_stop_if_failed(gen);
    (void)wc_builder_function(gen->builder, name);
    for (uint32_t i = 0; i < gen->func_count; i++) gen->windows[i] = WC_NONE;
}

void wc_gen_close(wc_gen *gen)
{
    wc_instr made[WC_GEN_HOISTED_MAX];
    for (uint32_t i = 0; i < gen->hoisted_count; i++) {
        const wc_gen_hoisted *hoisted = &gen->hoisted[i];
        made[i] = hoisted->is_box ? (wc_instr){WC_OP_new, {hoisted->reg, hoisted->slot}}
                                  : wc_gen_load_number(gen, hoisted->reg, hoisted->value);
    }
    wc_builder_prologue(gen->builder, made, gen->hoisted_count);
    wc_builder_end(gen->builder);
}
