/* What a length is the length of: sizes that gas depends on, noted beside the code (gas_derive.h).
 * An argument, a stored collection and a term have the name that the source gives them; what the
 * code makes itself is named by its text. */
#include "compiler/emit/gen.h"

#define TEXT_MAX 60u

/* The name in front of which a dot stands; the arena's, or empty when there is no memory. */
static wc_str joined(wc_gen *gen, wc_str a, const char *dot, wc_str b)
{
    wc_buf buf;
    size_t size = a.len + b.len + 2;
    char *memory = wc_gen_alloc(gen, size, 1);
    wc_buf_init(&buf, memory, size);
    wc_buf_put(&buf, a.data, a.len);
    wc_buf_put_text(&buf, dot);
    wc_buf_put(&buf, b.data, b.len);
    return (wc_str){memory, buf.len};
}

static uint16_t by_text(wc_gen *gen, wc_gas_size_kind kind, wc_span span, uint32_t capacity)
{
    const wc_source *source = wc_sources_of(gen->job->sources, span);
    wc_str text = wc_source_text(source, span);
    if (text.len == 0 || text.len > TEXT_MAX) return WC_NONE;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < ' ') return WC_NONE;
    }
    return wc_builder_size(gen->builder, (uint8_t)kind, text, capacity);
}

static uint16_t of_param(wc_gen *gen, const wc_sema_routine *routine, const wc_sema_local *local)
{
    uint32_t capacity = local->type->capacity;
    if (routine->kind != WC_ROUTINE_FUNC) {
        return wc_builder_size(gen->builder, WC_GAS_SIZE_ARGUMENT, local->name, capacity);
    }
    wc_str name = joined(gen, routine->name, ".", local->name);
    return wc_builder_size(gen->builder, WC_GAS_SIZE_PARAM, name, capacity);
}

/* Behind names of values that do not change. */
static const wc_sema_expr *origin(const wc_sema_expr *expr)
{
    while (expr->op == WC_OPER_LOCAL && expr->local->equals != NULL) {
        wc_sema_op op = expr->local->equals->op;
        if (op != WC_OPER_LOCAL && op != WC_OPER_FIELD && op != WC_OPER_TERM) break;
        expr = expr->local->equals;
    }
    return expr;
}

uint16_t wc_gen_size(wc_gen *gen, const wc_sema_expr *collection)
{
    const wc_sema_expr *expr = origin(collection);
    const wc_sema_routine *routine = gen->routine;
    uint32_t capacity = expr->type->capacity;
    if (gen->contract == NULL || capacity == 0) return WC_NONE;
    if (expr->op == WC_OPER_FIELD) {
        wc_str name = joined(gen, WC_STR("self"), ".", gen->contract->fields[expr->index].name);
        return wc_builder_size(gen->builder, WC_GAS_SIZE_FIELD, name, capacity);
    }
    if (expr->op == WC_OPER_TERM) {
        wc_str name = gen->contract->terms[expr->index].name;
        return wc_builder_size(gen->builder, WC_GAS_SIZE_TERM, name, capacity);
    }
    bool is_param = routine != NULL && expr->op == WC_OPER_LOCAL &&
                    expr->local->index < routine->param_count &&
                    routine->locals[expr->local->index] == expr->local;
    if (is_param) return of_param(gen, routine, expr->local);
    return by_text(gen, WC_GAS_SIZE_LOCAL, collection->span, capacity);
}

/* Rounds of a loop over a range: those of a collection, when it runs over all its indexes. */
static uint16_t size_of_range(wc_gen *gen, const wc_sema_stmt *stmt)
{
    const wc_sema_expr *end = stmt->b;
    while (end->op == WC_OPER_FIT) end = end->a;
    if (end->op == WC_OPER_NUMBER || gen->contract == NULL) return WC_NONE;
    bool is_whole = end->op == WC_OPER_LEN && stmt->a->op == WC_OPER_NUMBER &&
                    end->a->type->capacity == stmt->trips;
    if (is_whole) return wc_gen_size(gen, end->a);
    wc_span span = wc_span_join(stmt->a->span, stmt->b->span);
    return by_text(gen, WC_GAS_SIZE_TRIPS, span, stmt->trips);
}

void wc_gen_note_range(wc_gen *gen, const wc_loop *loop, const wc_sema_stmt *stmt)
{
    if (loop->is_open) wc_builder_note(gen->builder, loop->enter, size_of_range(gen, stmt));
}

void wc_gen_note_each(wc_gen *gen, const wc_loop *loop, const wc_sema_expr *over)
{
    if (loop->is_open) wc_builder_note(gen->builder, loop->enter, wc_gen_size(gen, over));
}

void wc_gen_note_call(wc_gen *gen, const wc_sema_expr *call)
{
    const wc_sema_routine *callee = call->routine;
    if (gen->contract == NULL || !wc_builder_is_reachable(gen->builder)) return;
    uint32_t word = wc_builder_next_word(gen->builder);
    for (uint16_t i = 0; i < call->arg_count; i++) {
        const wc_sema_local *local = callee->locals[i];
        if (local->type->capacity == 0) continue;
        uint16_t param = of_param(gen, callee, local);
        wc_builder_pass(gen->builder, word, param, wc_gen_size(gen, call->args[i]));
    }
}
