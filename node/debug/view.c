/* See view.h. */
#include "node/debug/view.h"

#include <string.h>

#include "node/crypto/crypto.h"

/* ---- frames ------------------------------------------------------------------------------------
 */

/* A name may stand for several registers one after another, or for two of nested blocks: the one
 * that began last is meant. */
static bool is_hidden(const wc_debug_function *row, uint32_t index, uint32_t word)
{
    const wc_debug_local *local = &row->locals[index];
    for (uint32_t i = index + 1; i < row->local_count; i++) {
        const wc_debug_local *later = &row->locals[i];
        bool is_live = later->first <= word && word < later->end;
        if (is_live && wc_str_equal(later->name, local->name)) return true;
    }
    return false;
}

static wc_status take_locals(const wc_exec *exec, uint32_t index, const wc_dbg_unit *unit,
                             wc_arena *arena, wc_dbg_frame *frame)
{
    if (unit->debug == NULL) return WC_OK;
    const wc_debug_function *row = &unit->debug->functions[frame->function];
    frame->locals = WC_ARENA_ARRAY(arena, wc_dbg_named, row->local_count);
    if (frame->locals == NULL) return WC_NO_MEMORY;
    for (uint32_t i = 0; i < row->local_count; i++) {
        const wc_debug_local *local = &row->locals[i];
        bool is_live = local->first <= frame->word && frame->word < local->end;
        if (!is_live || is_hidden(row, i, frame->word)) continue;
        wc_dbg_named *named = &frame->locals[frame->local_count++];
        named->name = local->name;
        WC_TRY(wc_dbg_read_local(exec, index, unit, local, arena, &named->value));
    }
    return WC_OK;
}

static wc_status take_frames(const wc_dbg_record *record, wc_arena *arena, wc_dbg_view *view)
{
    for (uint32_t i = 0; i < record->running_count; i++) {
        view->frame_count += record->running[i].depth;
    }
    view->frames = WC_ARENA_ARRAY(arena, wc_dbg_frame, view->frame_count);
    if (view->frames == NULL) return WC_NO_MEMORY;
    uint32_t at = view->frame_count;
    for (uint32_t i = 0; i < record->running_count; i++) {
        const wc_dbg_running *running = &record->running[i];
        uint16_t unit = record->calls[running->call].unit;
        for (uint32_t k = 0; k < running->depth; k++) {
            wc_inspect_frame place = wc_inspect_frame_at(running->exec, k);
            wc_dbg_frame *frame = &view->frames[--at];
            *frame = (wc_dbg_frame){
                .call = running->call,
                .unit = unit,
                .function = place.function,
                .word = place.word,
                .row = wc_dbg_row_of(record->program, unit, place.function, place.word)};
            WC_TRY(take_locals(running->exec, k, &record->program->units[unit], arena, frame));
        }
    }
    return WC_OK;
}

/* ---- calls -------------------------------------------------------------------------------------
 */

typedef struct taking {
    const wc_exec *exec;
    const wc_module *module;
    wc_arena *arena;
} taking;

static wc_status take_part(const taking *t, wc_inspect_part part, uint16_t type,
                           wc_dbg_value *value)
{
    size_t size;
    wc_buf buf;
    *value = (wc_dbg_value){.module = t->module, .type = type};
    if (type == WC_NONE) return WC_OK;
    uint8_t *memory = wc_arena_ahead(t->arena, &size);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&buf, memory, size);
    return wc_dbg_take(t->arena, &buf, wc_inspect_record(t->exec, part, &buf), value);
}

static wc_status take_args(const taking *t, uint16_t type, wc_dbg_value *value)
{
    size_t size;
    wc_buf buf;
    *value = (wc_dbg_value){.module = t->module, .type = type};
    if (type == WC_NONE) return WC_OK;
    uint8_t *memory = wc_arena_ahead(t->arena, &size);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&buf, memory, size);
    return wc_dbg_take(t->arena, &buf, wc_inspect_args(t->exec, type, &buf), value);
}

static wc_status take_collection(const taking *t, uint16_t field, wc_dbg_value *value)
{
    size_t size;
    wc_buf buf;
    *value = (wc_dbg_value){.module = t->module, .type = t->module->fields[field].type};
    uint8_t *memory = wc_arena_ahead(t->arena, &size);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&buf, memory, size);
    wc_status status = wc_inspect_collection(t->exec, field, &buf);
    if (status == WC_CORRUPT || status == WC_TOO_LARGE) return WC_CORRUPT;
    return wc_dbg_take(t->arena, &buf, status, value);
}

static wc_status take_fields(const taking *t, wc_dbg_inside *inside)
{
    wc_dbg_value root;
    uint8_t name[80];
    wc_buf dropped;
    const wc_module *module = t->module;
    WC_TRY(take_part(t, WC_INSPECT_STORAGE, module->storage_type, &root));
    inside->fields = WC_ARENA_ARRAY(t->arena, wc_dbg_named, module->field_count);
    if (inside->fields == NULL) return WC_NO_MEMORY;
    inside->field_count = module->field_count;
    for (uint16_t i = 0; i < module->field_count; i++) {
        wc_dbg_named *field = &inside->fields[i];
        field->name = module->strings[module->fields[i].name];
        if (module->fields[i].root == WC_NONE) {
            WC_TRY(take_collection(t, i, &field->value));
        } else if (root.known == WC_DBG_SET) {
            wc_buf_init(&dropped, name, sizeof(name));
            wc_dbg_part(&root, module->fields[i].root, NULL, &dropped, &field->value);
        } else {
            field->value = (wc_dbg_value){
                .known = root.known, .module = module, .type = module->fields[i].type};
        }
    }
    return WC_OK;
}

static bool has_args(wc_dbg_call_kind kind)
{
    return kind == WC_DBG_ACTION || kind == WC_DBG_VIEW;
}

static wc_status take_calls(const wc_dbg_record *record, wc_arena *arena, wc_dbg_view *view)
{
    view->call_count = record->running_count;
    view->calls = WC_ARENA_ARRAY(arena, wc_dbg_inside, view->call_count);
    if (view->calls == NULL) return WC_NO_MEMORY;
    for (uint32_t i = 0; i < view->call_count; i++) {
        const wc_dbg_running *running = &record->running[i];
        const wc_dbg_call *call = &record->calls[running->call];
        const wc_module *module = record->program->units[call->unit].module;
        wc_dbg_inside *inside = &view->calls[i];
        *inside = (wc_dbg_inside){.call = running->call, .gas_left = running->gas};
        const taking t = {running->exec, module, arena};
        if (call->kind == WC_DBG_TEST || running->exec == NULL) continue;
        uint16_t args = has_args(call->kind) ? module->entries[call->entry].args : WC_NONE;
        WC_TRY(take_args(&t, args, &inside->args));
        WC_TRY(take_part(&t, WC_INSPECT_TERMS, module->terms_type, &inside->terms));
        WC_TRY(take_part(&t, WC_INSPECT_PARTIES, module->parties_type, &inside->parties));
        WC_TRY(take_part(&t, WC_INSPECT_STATE, module->state_type, &inside->state));
        WC_TRY(take_fields(&t, inside));
    }
    return WC_OK;
}

/* ---- the hash ----------------------------------------------------------------------------------
 */

static void put_value(wc_buf *buf, const wc_dbg_value *value)
{
    wc_buf_put_u8(buf, (uint8_t)value->known);
    wc_buf_put_str32(buf, value->bytes);
}

static void put_register(wc_buf *buf, const wc_exec *exec, uint32_t frame, uint16_t reg,
                         uint8_t kind)
{
    if (kind == WC_REG_I64 || kind == WC_REG_I128) {
        wc_i128 number = wc_inspect_number(exec, frame, reg);
        wc_buf_put_u64(buf, number.lo);
        wc_buf_put_i64(buf, number.hi);
    } else if (kind != WC_REG_I128_HIGH) {
        size_t at = buf->len;
        wc_buf_put_u8(buf, 0);
        wc_status status = wc_inspect_value(exec, frame, reg, buf);
        if (!buf->full) buf->data[at] = status == WC_OK ? 1 : status == WC_NOT_FOUND ? 2 : 3;
    }
}

static void put_running(wc_buf *buf, const wc_dbg_record *record, const wc_dbg_running *running,
                        const wc_dbg_inside *inside)
{
    const wc_dbg_call *call = &record->calls[running->call];
    const wc_module *module = record->program->units[call->unit].module;
    wc_buf_put_u16(buf, call->unit);
    wc_buf_put_u16(buf, call->entry);
    wc_buf_put(buf, call->instance.bytes, sizeof(call->instance.bytes));
    wc_buf_put_i64(buf, call->now_s);
    wc_buf_put_u64(buf, running->gas);
    put_value(buf, &inside->args);
    put_value(buf, &inside->terms);
    put_value(buf, &inside->parties);
    put_value(buf, &inside->state);
    for (uint32_t i = 0; i < inside->field_count; i++) put_value(buf, &inside->fields[i].value);
    for (uint32_t k = 0; k < running->depth; k++) {
        wc_inspect_frame place = wc_inspect_frame_at(running->exec, k);
        const wc_function *function = &module->functions[place.function];
        wc_buf_put_u16(buf, place.function);
        wc_buf_put_u32(buf, place.word);
        for (uint16_t r = 0; r < function->reg_count; r++) {
            put_register(buf, running->exec, k, r, function->regs[r].kind);
        }
    }
}

static wc_status hash_of(const wc_dbg_record *record, wc_arena *arena, wc_dbg_view *view)
{
    size_t size;
    wc_buf buf;
    uint8_t *memory = wc_arena_ahead(arena, &size);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&buf, memory, size);
    wc_buf_put_u64(&buf, record->steps);
    for (uint32_t i = 0; i < record->running_count; i++) {
        put_running(&buf, record, &record->running[i], &view->calls[i]);
    }
    for (uint32_t i = 0; i < view->balance_count; i++) {
        const wc_dbg_balance *balance = &view->balances[i];
        wc_buf_put_u8(&buf, (uint8_t)balance->account.kind);
        wc_buf_put(&buf, balance->account.owner.bytes, sizeof(balance->account.owner.bytes));
        wc_buf_put(&buf, balance->account.party.bytes, sizeof(balance->account.party.bytes));
        wc_buf_put_u32(&buf, balance->asset);
        wc_buf_put_i64(&buf, balance->amount);
    }
    if (buf.full) return WC_NO_MEMORY;
    wc_slice whole = wc_buf_slice(&buf);
    view->hash = wc_sha256(&whole, 1);
    return WC_OK;
}

static wc_status take(const wc_dbg_record *record, wc_arena *arena, wc_dbg_view *view)
{
    WC_TRY(take_frames(record, arena, view));
    WC_TRY(take_calls(record, arena, view));
    view->balance_count = record->balance_count;
    view->balances = WC_ARENA_ARRAY(arena, wc_dbg_balance, record->balance_count);
    if (view->balances == NULL) return WC_NO_MEMORY;
    if (view->balance_count > 0) {
        memcpy(view->balances, record->balances,
               record->balance_count * sizeof(record->balances[0]));
    }
    return hash_of(record, arena, view);
}

wc_status wc_dbg_view_take(const wc_dbg_record *record, uint32_t stop, wc_arena *arena,
                           wc_dbg_view **view)
{
    size_t mark = wc_arena_mark(arena);
    wc_dbg_view *made = WC_ARENA_NEW(arena, wc_dbg_view);
    if (made == NULL) return WC_NO_MEMORY;
    made->stop = stop;
    made->names = &record->names;
    made->posting_count = record->posting_count;
    wc_status status = take(record, arena, made);
    if (status != WC_OK) {
        wc_arena_rewind(arena, mark);
        return status;
    }
    *view = made;
    return WC_OK;
}

const wc_dbg_inside *wc_dbg_view_call(const wc_dbg_view *view, const wc_dbg_frame *frame)
{
    uint32_t i = 0;
    while (i + 1 < view->call_count && view->calls[i].call != frame->call) i++;
    return &view->calls[i];
}
