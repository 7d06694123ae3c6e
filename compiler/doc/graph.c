/* Layout of the state diagram: see graph.h. The four steps of every layered drawing: break cycles,
 * choose layers, order each layer, choose places. */
#include "compiler/doc/layout.h"

#include "compiler/lex/utf8.h"

#define SWEEPS     16u
#define PULLS      24u
#define STATES_MAX 64u

int32_t wc_graph_columns(wc_str text)
{
    int32_t columns = 0;
    for (size_t at = 0; at < text.len;) {
        wc_utf8_char character = wc_utf8_at(text, at);
        columns += (int32_t)wc_utf8_width(character.code);
        at += character.len;
    }
    return columns;
}

static int32_t widest(const wc_graph_label *label)
{
    int32_t most = 0;
    for (uint32_t i = 0; i < label->count; i++) {
        int32_t columns = wc_graph_columns(label->lines[i]);
        if (columns > most) most = columns;
    }
    return most;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* ---- cycles and layers -------------------------------------------------------------------------
 */

typedef struct search {
    wc_layout *layout;
    uint8_t mark[STATES_MAX]; /* 0 not seen, 1 open, 2 done */
} search;

/* Depth-first; an edge back to an open state closes a cycle and is turned round. At most as deep as
 * there are states. */
static void visit(search *s, uint16_t state)
{
    const wc_graph *graph = s->layout->graph;
    s->mark[state] = 1;
    for (uint32_t i = 0; i < graph->edge_count; i++) {
        const wc_graph_edge *edge = &graph->edges[i];
        if (edge->from != state || edge->to == state) continue;
        if (s->mark[edge->to] == 1) s->layout->is_reversed[i] = true;
        if (s->mark[edge->to] == 0) visit(s, edge->to);
    }
    s->mark[state] = 2;
}

static void break_cycles(wc_layout *layout)
{
    search s = {.layout = layout};
    const wc_graph *graph = layout->graph;
    for (uint16_t i = 0; i < graph->state_count; i++) {
        if (graph->states[i].is_initial && s.mark[i] == 0) visit(&s, i);
    }
    for (uint16_t i = 0; i < graph->state_count; i++) {
        if (s.mark[i] == 0) visit(&s, i);
    }
}

static uint16_t top_of(const wc_layout *layout, uint32_t edge)
{
    const wc_graph_edge *e = &layout->graph->edges[edge];
    return layout->is_reversed[edge] ? e->to : e->from;
}

static uint16_t bottom_of(const wc_layout *layout, uint32_t edge)
{
    const wc_graph_edge *e = &layout->graph->edges[edge];
    return layout->is_reversed[edge] ? e->from : e->to;
}

/* Longest path from above; labels lie on the odd layers between. */
static void choose_layers(wc_layout *layout)
{
    const wc_graph *graph = layout->graph;
    for (uint16_t round = 0; round < graph->state_count; round++) {
        for (uint32_t i = 0; i < graph->edge_count; i++) {
            if (graph->edges[i].from == graph->edges[i].to) continue;
            wc_node *upper = &layout->nodes[top_of(layout, i)];
            wc_node *lower = &layout->nodes[bottom_of(layout, i)];
            if (lower->layer < upper->layer + 2) lower->layer = upper->layer + 2;
        }
    }
    for (uint16_t i = 0; i < graph->state_count; i++) {
        uint32_t needed = layout->nodes[i].layer + 1;
        if (needed > layout->layer_count) layout->layer_count = needed;
    }
}

/* ---- nodes and links ---------------------------------------------------------------------------
 */

static void size_state(wc_layout *layout, uint16_t index)
{
    const wc_graph_state *state = &layout->graph->states[index];
    wc_node *node = &layout->nodes[index];
    int32_t width = larger(wc_graph_columns(state->name) * 9 + 30, widest(&state->notes) * 6 + 24);
    node->half = larger(width, 84) / 2;
    node->left = node->right = node->half;
    node->height = 34 + WC_GRAPH_LINE * (int32_t)state->notes.count;
    for (uint32_t i = 0; i < layout->graph->edge_count; i++) {
        const wc_graph_edge *edge = &layout->graph->edges[i];
        if (edge->from != index || edge->to != index) continue;
        int32_t loop = WC_GRAPH_LOOP + 8 + widest(&edge->label) * 7;
        node->right = larger(node->right, node->half + loop);
        node->height = larger(node->height, WC_GRAPH_LINE * (int32_t)edge->label.count + 8);
    }
}

static uint32_t add_node(wc_layout *layout, wc_node_kind kind, uint32_t edge, uint32_t layer)
{
    wc_node *node = &layout->nodes[layout->node_count];
    *node = (wc_node){.kind = kind, .index = edge, .layer = layer};
    const wc_graph_label *label = &layout->graph->edges[edge].label;
    if (kind == WC_NODE_LABEL) {
        node->half = widest(label) * 7 / 2 + 4;
        node->height = WC_GRAPH_LINE * (int32_t)label->count + 4;
    } else {
        node->half = 4;
    }
    node->left = node->right = node->half;
    return layout->node_count++;
}

static void add_link(wc_layout *layout, uint32_t upper, uint32_t lower, uint32_t edge)
{
    layout->links[layout->link_count++] = (wc_link){.upper = upper, .lower = lower, .edge = edge};
}

static void add_chain(wc_layout *layout, uint32_t edge)
{
    uint32_t from = top_of(layout, edge), to = bottom_of(layout, edge);
    if (from == to) return;
    uint32_t at = from, last = layout->nodes[to].layer;
    for (uint32_t layer = layout->nodes[from].layer + 1; layer < last; layer++) {
        bool is_label = layer == layout->nodes[from].layer + 1;
        uint32_t next = add_node(layout, is_label ? WC_NODE_LABEL : WC_NODE_BEND, edge, layer);
        add_link(layout, at, next, edge);
        at = next;
    }
    add_link(layout, at, to, edge);
}

static wc_status fill_layers(wc_layout *layout)
{
    for (uint32_t i = 0; i < layout->node_count; i++) {
        layout->layer_size[layout->nodes[i].layer]++;
    }
    for (uint32_t i = 0; i < layout->layer_count; i++) {
        layout->layers[i] = WC_ARENA_ARRAY(layout->arena, uint32_t, layout->layer_size[i] + 1);
        if (layout->layers[i] == NULL) return WC_NO_MEMORY;
        layout->layer_size[i] = 0;
    }
    for (uint32_t i = 0; i < layout->node_count; i++) {
        wc_node *node = &layout->nodes[i];
        node->order = layout->layer_size[node->layer]++;
        layout->layers[node->layer][node->order] = i;
    }
    return WC_OK;
}

/* ---- order in the layers -----------------------------------------------------------------------
 */

static uint64_t crossings(const wc_layout *layout)
{
    uint64_t found = 0;
    for (uint32_t i = 0; i < layout->link_count; i++) {
        for (uint32_t k = i + 1; k < layout->link_count; k++) {
            const wc_node *a = &layout->nodes[layout->links[i].upper];
            const wc_node *b = &layout->nodes[layout->links[k].upper];
            if (a->layer != b->layer) continue;
            const wc_node *c = &layout->nodes[layout->links[i].lower];
            const wc_node *d = &layout->nodes[layout->links[k].lower];
            bool is_above = a->order < b->order, is_below = c->order < d->order;
            found += a->order != b->order && c->order != d->order && is_above != is_below;
        }
    }
    return found;
}

/* Mean of value over the neighbours above (or below), times 1,000; the node's own without any. */
static int64_t mean(const wc_layout *layout, uint32_t node, bool above, bool of_x)
{
    int64_t sum = 0, count = 0;
    for (uint32_t i = 0; i < layout->link_count; i++) {
        const wc_link *link = &layout->links[i];
        if ((above ? link->lower : link->upper) != node) continue;
        const wc_node *other = &layout->nodes[above ? link->upper : link->lower];
        sum += of_x ? other->x : (int64_t)other->order;
        count++;
    }
    const wc_node *own = &layout->nodes[node];
    if (count == 0) return 1000 * (of_x ? own->x : (int64_t)own->order);
    return sum * 1000 / count;
}

static void sort_layer(wc_layout *layout, uint32_t layer, bool above)
{
    uint32_t *row = layout->layers[layer], count = layout->layer_size[layer];
    for (uint32_t i = 1; i < count; i++) { /* insertion: stable, layers are short */
        uint32_t node = row[i], at = i;
        int64_t key = mean(layout, node, above, false);
        while (at > 0 && mean(layout, row[at - 1], above, false) > key) {
            row[at] = row[at - 1];
            at--;
        }
        row[at] = node;
    }
    for (uint32_t i = 0; i < count; i++) layout->nodes[row[i]].order = i;
}

static void keep_order(const wc_layout *layout, uint32_t *kept)
{
    for (uint32_t i = 0; i < layout->node_count; i++) kept[i] = layout->nodes[i].order;
}

static wc_status choose_order(wc_layout *layout)
{
    uint32_t *best = WC_ARENA_ARRAY(layout->arena, uint32_t, layout->node_count);
    if (best == NULL) return WC_NO_MEMORY;
    uint64_t least = crossings(layout);
    keep_order(layout, best);
    for (uint32_t sweep = 0; sweep < SWEEPS && least > 0; sweep++) {
        for (uint32_t i = 1; i < layout->layer_count; i++) {
            bool down = sweep % 2 == 0;
            sort_layer(layout, down ? i : layout->layer_count - 1 - i, down);
        }
        uint64_t now = crossings(layout);
        if (now >= least) continue;
        least = now;
        keep_order(layout, best);
    }
    for (uint32_t i = 0; i < layout->node_count; i++) {
        layout->nodes[i].order = best[i];
        layout->layers[layout->nodes[i].layer][best[i]] = i;
    }
    return WC_OK;
}

/* ---- places ------------------------------------------------------------------------------------
 */

static int32_t apart(const wc_node *left, const wc_node *right)
{
    return left->right + WC_GRAPH_GAP_X + right->left;
}

/* Moves a layer toward the wanted places: pushed from the left and from the right, then the mean,
 * which keeps the distances because both have them. */
static void pull(wc_layout *layout, uint32_t layer, bool above)
{
    uint32_t *row = layout->layers[layer], count = layout->layer_size[layer];
    int32_t from_left[1024], from_right[1024];
    wc_assert(count > 0 && count <= WC_ARRAY_LEN(from_left));
    for (uint32_t i = 0; i < count; i++) {
        from_left[i] = from_right[i] = (int32_t)(mean(layout, row[i], above, true) / 1000);
    }
    for (uint32_t i = 1; i < count; i++) {
        int32_t least =
            from_left[i - 1] + apart(&layout->nodes[row[i - 1]], &layout->nodes[row[i]]);
        from_left[i] = larger(from_left[i], least);
    }
    for (uint32_t i = count - 1; i > 0; i--) {
        int32_t most = from_right[i] - apart(&layout->nodes[row[i - 1]], &layout->nodes[row[i]]);
        if (from_right[i - 1] > most) from_right[i - 1] = most;
    }
    for (uint32_t i = 0; i < count; i++) {
        layout->nodes[row[i]].x = (from_left[i] + from_right[i]) / 2;
    }
}

static void choose_x(wc_layout *layout)
{
    for (uint32_t i = 0; i < layout->layer_count; i++) {
        uint32_t *row = layout->layers[i];
        for (uint32_t k = 1; k < layout->layer_size[i]; k++) {
            wc_node *before = &layout->nodes[row[k - 1]], *node = &layout->nodes[row[k]];
            node->x = before->x + apart(before, node);
        }
    }
    for (uint32_t round = 0; round < PULLS; round++) {
        for (uint32_t i = 0; i < layout->layer_count; i++) {
            bool down = round % 2 == 0;
            pull(layout, down ? i : layout->layer_count - 1 - i, down);
        }
    }
    int32_t left = INT32_MAX;
    for (uint32_t i = 0; i < layout->node_count; i++) {
        int32_t edge = layout->nodes[i].x - layout->nodes[i].left;
        if (edge < left) left = edge;
    }
    for (uint32_t i = 0; i < layout->node_count; i++) {
        wc_node *node = &layout->nodes[i];
        node->x += WC_GRAPH_MARGIN - left;
        layout->width = larger(layout->width, node->x + node->right + WC_GRAPH_MARGIN);
    }
}

static void choose_y(wc_layout *layout)
{
    int32_t y = WC_GRAPH_MARGIN + WC_GRAPH_START;
    for (uint32_t i = 0; i < layout->layer_count; i++) {
        int32_t most = 0;
        for (uint32_t k = 0; k < layout->layer_size[i]; k++) {
            most = larger(most, layout->nodes[layout->layers[i][k]].height);
        }
        layout->layer_y[i] = y;
        layout->layer_height[i] = most;
        for (uint32_t k = 0; k < layout->layer_size[i]; k++) {
            wc_node *node = &layout->nodes[layout->layers[i][k]];
            if (node->kind == WC_NODE_BEND) node->height = most; /* straight through the layer */
            node->y = y + (most - node->height) / 2;
        }
        y += most + WC_GRAPH_GAP_Y;
    }
    layout->height = y - WC_GRAPH_GAP_Y + WC_GRAPH_MARGIN;
}

/* Links of a state are spread along its side in the order of where they go. */
static void choose_ports(wc_layout *layout, uint32_t state, bool below)
{
    const wc_node *node = &layout->nodes[state];
    int32_t total = 0;
    for (uint32_t i = 0; i < layout->link_count; i++) {
        total += (below ? layout->links[i].upper : layout->links[i].lower) == state;
    }
    for (uint32_t i = 0; i < layout->link_count; i++) {
        wc_link *link = &layout->links[i];
        if ((below ? link->upper : link->lower) != state) continue;
        int32_t before = 0, own = layout->nodes[below ? link->lower : link->upper].x;
        for (uint32_t k = 0; k < layout->link_count; k++) {
            const wc_link *other = &layout->links[k];
            if (k == i || (below ? other->upper : other->lower) != state) continue;
            int32_t x = layout->nodes[below ? other->lower : other->upper].x;
            before += x < own || (x == own && k < i);
        }
        int32_t port = node->x - node->half + 2 * node->half * (before + 1) / (total + 1);
        if (below) {
            link->upper_x = port;
        } else {
            link->lower_x = port;
        }
    }
}

wc_status wc_layout_of(wc_layout *layout, wc_arena *arena, const wc_graph *graph)
{
    wc_assert(graph->state_count >= 1 && graph->state_count <= STATES_MAX);
    *layout = (wc_layout){.arena = arena, .graph = graph, .node_count = graph->state_count};
    size_t most = graph->state_count + (size_t)graph->edge_count * 2 * graph->state_count;
    layout->nodes = WC_ARENA_ARRAY(arena, wc_node, most);
    layout->links = WC_ARENA_ARRAY(arena, wc_link, most + graph->edge_count);
    layout->is_reversed = WC_ARENA_ARRAY(arena, bool, graph->edge_count + 1);
    if (layout->nodes == NULL || layout->links == NULL || layout->is_reversed == NULL) {
        return WC_NO_MEMORY;
    }
    for (uint16_t i = 0; i < graph->state_count; i++) {
        layout->nodes[i] = (wc_node){.kind = WC_NODE_STATE, .index = i};
        size_state(layout, i);
    }
    break_cycles(layout);
    choose_layers(layout);
    for (uint32_t i = 0; i < graph->edge_count; i++) add_chain(layout, i);
    WC_TRY(fill_layers(layout));
    WC_TRY(choose_order(layout));
    choose_x(layout);
    choose_y(layout);
    for (uint32_t i = 0; i < layout->link_count; i++) {
        layout->links[i].upper_x = layout->nodes[layout->links[i].upper].x;
        layout->links[i].lower_x = layout->nodes[layout->links[i].lower].x;
    }
    for (uint32_t i = 0; i < graph->state_count; i++) {
        choose_ports(layout, i, true);
        choose_ports(layout, i, false);
    }
    return WC_OK;
}
