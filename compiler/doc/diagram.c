/* The state graph of a contract, from its `goto` statements. */
#include "compiler/doc/sheet.h"

#define LABEL_COLUMNS 26u /* of a line; longer words stand alone */
#define PAIRS_MAX     (64u * 64u * 2u)

typedef struct collect {
    wc_sheet *sheet;
    wc_graph *graph;
    const wc_sema_routine *routine;
    uint64_t pairs[64]; /* of the routine: bit per target, by source */
} collect;

static void on_stmt(void *context, const wc_sema_stmt *stmt)
{
    collect *self = context;
    if (stmt->kind != WC_DO_GOTO) return;
    uint64_t from = stmt->from_states & wc_sheet_sources(self->sheet, self->routine);
    for (unsigned i = 0; i < 64; i++) {
        if ((from >> i & 1) != 0) self->pairs[i] |= UINT64_C(1) << stmt->index;
    }
}

/* Cuts text into lines at spaces; what does not fit any more becomes "...". */
static void wrap(wc_graph_label *label, wc_str text, uint32_t lines_max)
{
    size_t at = 0;
    while (at < text.len) {
        while (at < text.len && text.data[at] == ' ') at++;
        size_t end = at, cut = 0;
        while (end < text.len && (end - at < LABEL_COLUMNS || cut == 0)) {
            if (text.data[end] == ' ') cut = end;
            end++;
        }
        if (end < text.len && cut > at) end = cut;
        if (end == at) return;
        if (label->count == WC_GRAPH_LINES_MAX || label->count >= lines_max) {
            label->lines[label->count - 1] = WC_STR("...");
            return;
        }
        label->lines[label->count++] = (wc_str){text.data + at, end - at};
        at = end;
    }
}

/* White space as one blank: labels are lines of a drawing. */
static wc_str one_line(wc_sheet *sheet, const char *prefix, wc_str text)
{
    wc_buf buf = wc_doc_scratch(sheet->doc, text.len + strlen(prefix) + 1);
    wc_buf_put_text(&buf, prefix);
    bool is_space = true;
    for (size_t i = 0; i < text.len; i++) {
        bool is_white = strchr(" \t\r\n", text.data[i]) != NULL;
        if (is_white && !is_space) wc_buf_put_u8(&buf, ' ');
        if (!is_white) wc_buf_put_u8(&buf, (uint8_t)text.data[i]);
        is_space = is_white;
    }
    return wc_doc_keep(sheet->doc, &buf);
}

static wc_graph_edge *edge_of(wc_graph *graph, uint16_t from, uint16_t to, bool by_time)
{
    for (uint32_t i = 0; i < graph->edge_count; i++) {
        wc_graph_edge *edge = &graph->edges[i];
        if (edge->from == from && edge->to == to && edge->by_time == by_time) return edge;
    }
    if (graph->edge_count == PAIRS_MAX) return NULL;
    wc_graph_edge *edge = &graph->edges[graph->edge_count++];
    *edge = (wc_graph_edge){.from = from, .to = to, .by_time = by_time};
    return edge;
}

static void add_edges(collect *self)
{
    bool by_time = self->routine->kind == WC_ROUTINE_AFTER;
    wc_sheet *sheet = self->sheet;
    wc_str label = self->routine->name;
    if (by_time) label = one_line(sheet, "", wc_sheet_text(sheet, self->routine->due->span));
    for (uint16_t from = 0; from < self->graph->state_count; from++) {
        for (uint16_t to = 0; to < self->graph->state_count; to++) {
            if ((self->pairs[from] >> to & 1) == 0) continue;
            wc_graph_edge *edge = edge_of(self->graph, from, to, by_time);
            if (edge != NULL) wrap(&edge->label, label, by_time ? 3 : WC_GRAPH_LINES_MAX);
        }
    }
}

static void add_routines(wc_sheet *sheet, wc_graph *graph, wc_sema_routine *const *routines,
                         uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        collect self = {.sheet = sheet, .graph = graph, .routine = routines[i]};
        const wc_sheet_visitor visitor = {.self = &self, .stmt = on_stmt};
        wc_sheet_walk(routines[i], &visitor);
        add_edges(&self);
    }
}

/* What can be done in a state without leaving it stands inside its box. */
static void add_notes(wc_sheet *sheet, wc_graph *graph)
{
    for (uint16_t s = 0; s < graph->state_count; s++) {
        wc_buf names = wc_doc_scratch(sheet->doc, 4096);
        for (uint16_t i = 0; i < sheet->contract->action_count; i++) {
            const wc_sema_routine *action = sheet->contract->actions[i];
            bool stays = !action->is_generated && action->leads_to == 0 &&
                         (wc_sheet_sources(sheet, action) >> s & 1) != 0;
            if (!stays || names.len + action->name.len + 2 > names.capacity) continue;
            if (names.len > 0) wc_buf_put_text(&names, ", ");
            wc_buf_put(&names, action->name.data, action->name.len);
        }
        wrap(&graph->states[s].notes, wc_doc_keep(sheet->doc, &names), 4);
    }
}

/* "From Open: settle to Done; at deployed + 720 h to Done." */
static wc_str describe(wc_sheet *sheet, const wc_graph *graph)
{
    wc_buf text = wc_doc_scratch(sheet->doc, 65536);
    for (uint16_t s = 0; s < graph->state_count; s++) {
        if (graph->states[s].is_initial) wc_format(&text, "Starts in {}. ", graph->states[s].name);
    }
    for (uint32_t i = 0; i < graph->edge_count; i++) {
        const wc_graph_edge *edge = &graph->edges[i];
        wc_format(&text, "{} to {} {} ", graph->states[edge->from].name,
                  graph->states[edge->to].name, edge->by_time ? "by time:" : "by");
        for (uint32_t k = 0; k < edge->label.count; k++) {
            if (k > 0) wc_buf_put_text(&text, edge->by_time ? " " : ", ");
            wc_buf_put(&text, edge->label.lines[k].data, edge->label.lines[k].len);
        }
        wc_buf_put_text(&text, ". ");
    }
    bool is_first = true;
    for (uint16_t s = 0; s < graph->state_count; s++) {
        if (!graph->states[s].is_final) continue;
        wc_format(&text, "{}{}", is_first ? "Ends in " : " or ", graph->states[s].name);
        is_first = false;
    }
    wc_buf_put_text(&text, is_first ? "" : ".");
    return wc_doc_keep(sheet->doc, &text);
}

void wc_sheet_diagram(wc_sheet *sheet)
{
    wc_doc *doc = sheet->doc;
    wc_graph graph = {.state_count = sheet->contract->state_count};
    graph.states = WC_ARENA_ARRAY(doc->arena, wc_graph_state, (size_t)graph.state_count + 1);
    graph.edges = WC_ARENA_ARRAY(doc->arena, wc_graph_edge, PAIRS_MAX);
    if (graph.states == NULL || graph.edges == NULL) {
        doc->no_memory = true;
        return;
    }
    for (uint16_t i = 0; i < graph.state_count; i++) {
        const wc_sema_state *state = &sheet->contract->states[i];
        graph.states[i] = (wc_graph_state){
            .name = state->name, .is_initial = state->is_initial, .is_final = state->is_final};
    }
    add_routines(sheet, &graph, sheet->contract->actions, sheet->contract->action_count);
    add_routines(sheet, &graph, sheet->contract->afters, sheet->contract->after_count);
    add_notes(sheet, &graph);
    graph.title = one_line(sheet, "States of ", sheet->contract->name);
    graph.description = describe(sheet, &graph);
    wc_buf svg = wc_doc_scratch(doc, (size_t)1 << 20);
    wc_status status = wc_graph_put(&svg, doc->arena, &graph);
    if (status != WC_OK) doc->no_memory = true;
    wc_doc_figure(doc, wc_doc_keep(doc, &svg), graph.description);
}
