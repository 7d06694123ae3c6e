/* The state diagram: a layered drawing of the state graph as SVG, in whole numbers only.
 *
 * States stand in layers from the initial state down. What leads from one state to another is one
 * edge for each pair and cause (somebody acts, or time); its label is a node of its own between
 * the layers, so that labels never lie on each other. Layers are ordered by the mean place of the
 * neighbours, a fixed number of sweeps, keeping the order with the fewest crossings; places follow
 * by pulling each node toward its neighbours. Everything is integer arithmetic over arrays in the
 * order of the source: the same contract gives the same drawing. */
#ifndef WC_COMPILER_DOC_GRAPH_H
#define WC_COMPILER_DOC_GRAPH_H

#include "vm/base/arena.h"
#include "vm/base/buf.h"

#define WC_GRAPH_LINES_MAX 6u

typedef struct wc_graph_label {
    uint32_t count;
    wc_str lines[WC_GRAPH_LINES_MAX];
} wc_graph_label;

typedef struct wc_graph_state {
    wc_str name;
    wc_graph_label notes; /* below the name, small */
    bool is_initial, is_final;
} wc_graph_state;

typedef struct wc_graph_edge {
    uint16_t from, to;
    bool by_time;
    wc_graph_label label;
} wc_graph_edge;

typedef struct wc_graph {
    uint16_t state_count; /* >= 1 */
    wc_graph_state *states;
    uint32_t edge_count;
    wc_graph_edge *edges;
    wc_str title, description; /* for those who do not see it */
} wc_graph;

/* Appends the SVG element. NO_MEMORY: nothing usable was appended. */
WC_MUST_USE wc_status wc_graph_put(wc_buf *svg, wc_arena *arena, const wc_graph *graph);

#endif
