/* See travel.h. */
#include "node/debug/travel.h"

#include <string.h>

#define VIEWS_BEFORE 32u /* taken in front of the stop that is wanted */

wc_status wc_dbg_travel_open(wc_dbg_travel *travel, const wc_dbg_target *target, wc_arena *arena,
                             wc_arena *views)
{
    memset(travel, 0, sizeof(*travel));
    travel->views_arena = views;
    travel->next_number = 1;
    travel->test = target->test;
    WC_TRY(wc_dbg_program_open(&travel->program, target->job, target->files, target->sources,
                               target->source_count, arena));
    WC_TRY(wc_dbg_record_open(&travel->record, &travel->program, &travel->test, target->title));
    WC_TRY(wc_dbg_record_run(&travel->record, NULL, &travel->result));
    travel->runs = 1;
    return travel->record.stop_count > 0 ? WC_OK : WC_NOT_FOUND;
}

void wc_dbg_travel_close(wc_dbg_travel *travel)
{
    for (uint32_t i = 0; i < travel->break_count; i++) wc_dbg_break_drop(&travel->breaks[i]);
    travel->break_count = 0;
    wc_dbg_record_close(&travel->record);
}

/* ---- looking -----------------------------------------------------------------------------------
 */

/* The wanted stop's view goes in even if all others must go out for it. */
static void on_stop(void *self, const wc_dbg_record *record, uint32_t stop)
{
    wc_dbg_travel *travel = self;
    bool is_near = stop >= travel->first && stop - travel->first < WC_DBG_VIEWS_MAX;
    if (!is_near || travel->failed != WC_OK) return;
    wc_dbg_view *view;
    wc_status status = wc_dbg_view_take(record, stop, travel->views_arena, &view);
    if (status == WC_NO_MEMORY && stop > travel->wanted) return;
    if (status == WC_NO_MEMORY && travel->view_count > 0) {
        wc_arena_rewind(travel->views_arena, 0);
        travel->view_count = 0;
        status = wc_dbg_view_take(record, stop, travel->views_arena, &view);
    }
    if (status == WC_NO_MEMORY && stop < travel->wanted) return;
    travel->failed = status;
    if (status == WC_OK) travel->views[travel->view_count++] = view;
}

static const wc_dbg_view *kept_view(const wc_dbg_travel *travel, uint32_t stop)
{
    for (uint32_t i = 0; i < travel->view_count; i++) {
        if (travel->views[i]->stop == stop) return travel->views[i];
    }
    return NULL;
}

wc_status wc_dbg_travel_view(wc_dbg_travel *travel, uint32_t stop, const wc_dbg_view **view)
{
    wc_assert(stop < travel->record.stop_count);
    *view = kept_view(travel, stop);
    if (*view != NULL) return WC_OK;
    const wc_dbg_watcher watcher = {.self = travel, .stop = on_stop};
    wc_runner_result result;
    wc_arena_rewind(travel->views_arena, 0);
    travel->view_count = 0;
    travel->failed = WC_OK;
    travel->wanted = stop;
    travel->first = stop > VIEWS_BEFORE ? stop - VIEWS_BEFORE : 0;
    WC_TRY(wc_dbg_record_run(&travel->record, &watcher, &result));
    travel->runs++;
    WC_TRY(travel->failed);
    *view = kept_view(travel, stop);
    return *view != NULL ? WC_OK : WC_NO_MEMORY;
}

/* ---- breakpoints -------------------------------------------------------------------------------
 */

wc_dbg_break *wc_dbg_break_add(wc_dbg_travel *travel, const wc_dbg_break *one)
{
    if (travel->break_count == WC_DBG_BREAKS_MAX) return NULL;
    wc_dbg_break *added = &travel->breaks[travel->break_count++];
    *added = *one;
    added->number = travel->next_number++;
    return added;
}

bool wc_dbg_break_delete(wc_dbg_travel *travel, uint32_t number)
{
    uint32_t i = 0;
    while (i < travel->break_count && travel->breaks[i].number != number) i++;
    if (i == travel->break_count) return false;
    wc_dbg_break_drop(&travel->breaks[i]);
    travel->break_count--;
    memmove(&travel->breaks[i], &travel->breaks[i + 1],
            (travel->break_count - i) * sizeof(travel->breaks[0]));
    return true;
}

static bool is_on_line(const wc_dbg_travel *travel, const wc_dbg_stop *stop, wc_str path,
                       uint32_t line)
{
    const wc_debug_line *row = wc_dbg_line(&travel->program, stop->unit, stop->function, stop->row);
    return row->line == line && wc_str_equal(wc_dbg_path(&travel->program, stop->unit, row), path);
}

/* Several statements of one line are one place to stop at. */
static bool line_holds(const wc_dbg_travel *travel, const wc_dbg_break *one, uint32_t index)
{
    const wc_dbg_stop *stop = &travel->record.stops[index];
    if (stop->is_return || stop->is_failure || !is_on_line(travel, stop, one->path, one->line))
        return false;
    if (index == 0) return true;
    const wc_dbg_stop *before = stop - 1;
    bool goes_on = before->call == stop->call && before->depth == stop->depth &&
                   before->word < stop->word && is_on_line(travel, before, one->path, one->line);
    return !goes_on;
}

/* Postings ascend by stop. */
static bool posting_holds(const wc_dbg_travel *travel, const wc_address *party, uint32_t index)
{
    const wc_dbg_record *record = &travel->record;
    uint32_t first = 0, end = record->posting_count;
    while (first < end) { /* halves */
        uint32_t middle = first + (end - first) / 2;
        uint32_t stop = record->postings[middle].stop;
        if (stop != WC_DBG_NONE && stop >= index) {
            end = middle;
        } else {
            first = middle + 1;
        }
    }
    for (uint32_t i = first; i < record->posting_count && record->postings[i].stop == index; i++) {
        const wc_ledger_posting *posting = &record->postings[i].posting;
        bool is_from =
            wc_hash_equal(&posting->from.owner, party) ||
            (posting->from.kind == WC_SUB_ESCROW && wc_hash_equal(&posting->from.party, party));
        bool is_to =
            wc_hash_equal(&posting->to.owner, party) ||
            (posting->to.kind == WC_SUB_ESCROW && wc_hash_equal(&posting->to.party, party));
        if (is_from || is_to) return true;
    }
    return false;
}

static bool has_name(const wc_dbg_travel *travel, uint16_t unit, uint16_t function, wc_str name)
{
    const wc_module *module = travel->program.units[unit].module;
    wc_str own = module->strings[module->functions[function].name];
    wc_str contract = wc_dbg_unit_name(&travel->program, unit);
    if (wc_str_equal(own, name)) return own.len > 0;
    if (name.len != contract.len + 1 + own.len || own.len == 0) return false;
    return memcmp(name.data, contract.data, contract.len) == 0 && name.data[contract.len] == '.' &&
           memcmp(name.data + contract.len + 1, own.data, own.len) == 0;
}

/* The first stop of an activation: it is deeper than the one before, or of another call, or the
 * first of its function. */
static bool routine_holds(const wc_dbg_travel *travel, wc_str name, uint32_t index)
{
    const wc_dbg_stop *stop = &travel->record.stops[index];
    if (stop->row != 0 || stop->is_return || stop->is_failure) return false;
    return has_name(travel, stop->unit, stop->function, name);
}

bool wc_dbg_has_routine(const wc_dbg_travel *travel, wc_str name)
{
    for (uint16_t u = 0; u < travel->program.unit_count; u++) {
        const wc_module *module = travel->program.units[u].module;
        for (uint16_t f = 0; f < module->function_count; f++) {
            if (has_name(travel, u, f, name)) return true;
        }
    }
    return false;
}

bool wc_dbg_break_holds(const wc_dbg_travel *travel, const wc_dbg_break *one, uint32_t stop)
{
    if (!wc_dbg_is_chosen(one, stop)) return false;
    switch (one->kind) {
    case WC_DBG_BREAK_LINE: return line_holds(travel, one, stop);
    case WC_DBG_BREAK_POSTING: return posting_holds(travel, &one->party, stop);
    case WC_DBG_BREAK_FAILURE: return travel->record.stops[stop].has_failed;
    case WC_DBG_BREAK_ROUTINE: break;
    }
    return routine_holds(travel, (wc_str){one->label, one->label_len}, stop);
}

const wc_address *wc_dbg_party(const wc_dbg_travel *travel, wc_str name)
{
    return wc_names_find(&travel->record.names, name);
}

const wc_dbg_break *wc_dbg_break_at(const wc_dbg_travel *travel, uint32_t stop)
{
    for (uint32_t i = 0; i < travel->break_count; i++) {
        const wc_dbg_break *one = &travel->breaks[i];
        if (!one->is_message && wc_dbg_break_holds(travel, one, stop)) return one;
    }
    return NULL;
}

void wc_dbg_tell_messages(const wc_dbg_travel *travel)
{
    for (uint32_t i = 0; i < travel->break_count && travel->on_message != NULL; i++) {
        const wc_dbg_break *one = &travel->breaks[i];
        wc_str text;
        if (wc_dbg_message_at(one, travel->at, &text)) travel->on_message(travel->self, one, text);
    }
}

/* ---- moving ------------------------------------------------------------------------------------
 */

/* Where a move ends that no breakpoint ends before; continuing has no such place. */
static bool ends_at(const wc_dbg_travel *travel, wc_dbg_move move, uint32_t from, uint32_t stop)
{
    uint16_t depth = travel->record.stops[from].depth, there = travel->record.stops[stop].depth;
    switch (move) {
    case WC_DBG_STEP:
    case WC_DBG_BACK: return true;
    case WC_DBG_NEXT:
    case WC_DBG_REVERSE_NEXT: return there <= depth;
    case WC_DBG_FINISH:
    case WC_DBG_REVERSE_FINISH: return there < depth;
    case WC_DBG_CONTINUE:
    case WC_DBG_REVERSE_CONTINUE: break;
    }
    return false;
}

wc_dbg_why wc_dbg_travel_move(wc_dbg_travel *travel, wc_dbg_move move, const wc_dbg_break **hit)
{
    uint32_t from = travel->at, last = travel->record.stop_count - 1;
    bool is_back = move >= WC_DBG_BACK;
    *hit = NULL;
    while (travel->at != (is_back ? 0 : last)) {
        travel->at = is_back ? travel->at - 1 : travel->at + 1;
        if (!is_back) wc_dbg_tell_messages(travel);
        *hit = wc_dbg_break_at(travel, travel->at);
        if (*hit != NULL) return WC_DBG_AT_BREAK;
        if (ends_at(travel, move, from, travel->at)) return WC_DBG_MOVED;
    }
    return is_back ? WC_DBG_AT_START : WC_DBG_AT_END;
}
