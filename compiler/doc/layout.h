/* Inside compiler/doc: where the parts of a state diagram lie. graph.c lays out, drawing.c draws.
 */
#ifndef WC_COMPILER_DOC_LAYOUT_H
#define WC_COMPILER_DOC_LAYOUT_H

#include "compiler/doc/graph.h"

#define WC_GRAPH_MARGIN     14
#define WC_GRAPH_GAP_X      22 /* between neighbours of a layer */
#define WC_GRAPH_GAP_Y      20 /* between layers */
#define WC_GRAPH_LINE       15 /* height of a line of a label */
#define WC_GRAPH_START      26 /* room above for the mark of the initial state */
#define WC_GRAPH_LOOP       24 /* width of a self-loop without its label */
#define WC_GRAPH_LAYERS_MAX 256u

typedef enum wc_node_kind {
    WC_NODE_STATE,
    WC_NODE_LABEL,
    WC_NODE_BEND /* where a long edge passes a layer */
} wc_node_kind;

typedef struct wc_node {
    wc_node_kind kind;
    uint32_t index; /* state or edge */
    uint32_t layer, order;
    int32_t x, y;              /* centre, top */
    int32_t left, right, half; /* extents from the centre; half: of the box without its loop */
    int32_t height;
} wc_node;

/* A piece of an edge from a node to one in the next layer. */
typedef struct wc_link {
    uint32_t upper, lower; /* nodes */
    uint32_t edge;
    int32_t upper_x, lower_x; /* where it leaves and arrives */
} wc_link;

typedef struct wc_layout {
    wc_arena *arena;
    const wc_graph *graph;
    uint32_t node_count, link_count, layer_count;
    wc_node *nodes;    /* nodes[i] of a state i first */
    wc_link *links;    /* an edge's links in order from the top */
    bool *is_reversed; /* per edge: drawn against its layers */
    uint32_t layer_size[WC_GRAPH_LAYERS_MAX];
    uint32_t *layers[WC_GRAPH_LAYERS_MAX]; /* nodes by order */
    int32_t layer_y[WC_GRAPH_LAYERS_MAX], layer_height[WC_GRAPH_LAYERS_MAX];
    int32_t width, height;
} wc_layout;

/* NO_MEMORY. */
WC_MUST_USE wc_status wc_layout_of(wc_layout *layout, wc_arena *arena, const wc_graph *graph);

/* Columns of a text, in tenths of the width of a letter being 10. */
int32_t wc_graph_columns(wc_str text);

#endif
