/* The layout of state diagrams: nothing lies on anything else, whatever the graph; the same graph
 * gives the same bytes. */
#include "compiler/doc/layout.h"

#include <stdlib.h>

#include "tests/support/prng.h"
#include "tests/support/test.h"

#define MEMORY ((size_t)32 << 20)
#define STATES 10u
#define EDGES  24u

typedef struct drawing {
    wc_graph graph;
    wc_graph_state states[STATES];
    wc_graph_edge edges[EDGES];
} drawing;

/* Letters of a given number. */
static wc_str name_of(uint32_t length)
{
    return (wc_str){"abcdefghijklmnopqrstuvwxyz0123456789", length};
}

static void make(drawing *d, wc_prng *prng)
{
    memset(d, 0, sizeof *d);
    d->graph = (wc_graph){.states = d->states, .edges = d->edges, .title = WC_STR("t")};
    d->graph.state_count = (uint16_t)(1 + wc_prng_below(prng, STATES));
    for (uint16_t i = 0; i < d->graph.state_count; i++) {
        d->states[i].name = name_of(1 + (uint32_t)wc_prng_below(prng, 20));
        d->states[i].notes.count = (uint32_t)wc_prng_below(prng, 3);
        for (uint32_t k = 0; k < d->states[i].notes.count; k++) {
            d->states[i].notes.lines[k] = name_of(1 + (uint32_t)wc_prng_below(prng, 26));
        }
    }
    d->states[0].is_initial = true;
    d->graph.edge_count = (uint32_t)wc_prng_below(prng, EDGES + 1);
    for (uint32_t i = 0; i < d->graph.edge_count; i++) {
        wc_graph_edge *edge = &d->edges[i];
        edge->from = (uint16_t)wc_prng_below(prng, d->graph.state_count);
        edge->to = (uint16_t)wc_prng_below(prng, d->graph.state_count);
        edge->by_time = wc_prng_below(prng, 2) == 1;
        edge->label.count = 1 + (uint32_t)wc_prng_below(prng, 3);
        for (uint32_t k = 0; k < edge->label.count; k++) {
            edge->label.lines[k] = name_of(1 + (uint32_t)wc_prng_below(prng, 30));
        }
    }
}

static bool overlap(const wc_node *a, const wc_node *b)
{
    bool beside = a->x + a->right < b->x - b->left || b->x + b->right < a->x - a->left;
    bool above = a->y + a->height < b->y || b->y + b->height < a->y;
    return !beside && !above;
}

static void check(const wc_layout *layout)
{
    for (uint32_t i = 0; i < layout->node_count; i++) {
        const wc_node *node = &layout->nodes[i];
        assert_true(node->x - node->left >= 0 && node->x + node->right <= layout->width);
        assert_true(node->y >= WC_GRAPH_START && node->y + node->height <= layout->height);
        for (uint32_t k = i + 1; k < layout->node_count; k++) {
            assert_false(overlap(node, &layout->nodes[k]));
        }
    }
    for (uint32_t i = 0; i < layout->link_count; i++) {
        const wc_link *link = &layout->links[i];
        assert_int_equal(layout->nodes[link->upper].layer + 1, layout->nodes[link->lower].layer);
    }
}

static void lays_nothing_on_anything_else(void **state)
{
    (void)state;
    void *memory = aligned_alloc(16, MEMORY), *text = malloc(4 * MEMORY / 32);
    assert_non_null(memory);
    assert_non_null(text);
    wc_prng prng;
    wc_prng_start(&prng, 20261130);
    for (unsigned round = 0; round < 300; round++) {
        drawing d;
        make(&d, &prng);
        wc_arena arena;
        wc_layout *layout;
        wc_arena_init(&arena, memory, MEMORY);
        layout = WC_ARENA_NEW(&arena, wc_layout);
        assert_status(wc_layout_of(layout, &arena, &d.graph), WC_OK);
        check(layout);
        wc_buf first, second;
        wc_buf_init(&first, text, MEMORY / 32);
        wc_buf_init(&second, (uint8_t *)text + MEMORY / 16, MEMORY / 32);
        assert_status(wc_graph_put(&first, &arena, &d.graph), WC_OK);
        assert_status(wc_graph_put(&second, &arena, &d.graph), WC_OK);
        assert_false(first.full);
        assert_true(wc_slice_equal(wc_buf_slice(&first), wc_buf_slice(&second)));
    }
    free(text);
    free(memory);
}

/* Open -> Done by hand and by time: Done below Open, both labels between them, side by side. */
static void draws_a_sale_from_top_to_bottom(void **state)
{
    (void)state;
    void *memory = aligned_alloc(16, MEMORY);
    assert_non_null(memory);
    drawing d = {0};
    d.states[0] = (wc_graph_state){.name = WC_STR("Open"), .is_initial = true};
    d.states[1] = (wc_graph_state){.name = WC_STR("Done"), .is_final = true};
    d.edges[0] = (wc_graph_edge){.from = 0, .to = 1, .label = {1, {WC_STR("settle")}}};
    d.edges[1] = (wc_graph_edge){
        .from = 0, .to = 1, .by_time = true, .label = {1, {WC_STR("deployed + 720 h")}}};
    d.graph = (wc_graph){.state_count = 2, .states = d.states, .edge_count = 2, .edges = d.edges};
    wc_arena arena;
    wc_arena_init(&arena, memory, MEMORY);
    wc_layout *layout = WC_ARENA_NEW(&arena, wc_layout);
    assert_status(wc_layout_of(layout, &arena, &d.graph), WC_OK);
    assert_int_equal(layout->nodes[0].layer, 0);
    assert_int_equal(layout->nodes[1].layer, 2);
    assert_int_equal(layout->node_count, 4);
    assert_int_equal(layout->nodes[2].layer, 1);
    assert_int_equal(layout->nodes[3].layer, 1);
    assert_true(layout->nodes[2].x + layout->nodes[2].right <
                layout->nodes[3].x - layout->nodes[3].left);
    free(memory);
}

/* Whatever a name holds, it is text in the drawing. */
static void writes_no_markup_of_others(void **state)
{
    (void)state;

    static const struct {
        const char *name, *shown;
    } cases[] = {
        {"a<b", ">a&lt;b</text>"},
        {"a>b", ">a&gt;b</text>"},
        {"a&b", ">a&amp;b</text>"},
        {"ab\x01", ">ab\xef\xbf\xbd</text>"},         /* a control character */
        {"ab\xe2\x80\xae", ">ab\xef\xbf\xbd</text>"}, /* right-to-left override */
        {"ab\xff", ">ab\xef\xbf\xbd</text>"},         /* no UTF-8 */
        {"\xe7\x94\xb5", ">\xe7\x94\xb5</text>"},
    };

    void *memory = aligned_alloc(16, MEMORY);
    char *text = malloc(MEMORY / 8);
    assert_non_null(memory);
    assert_non_null(text);
    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_graph_state one = {.name = wc_str_of(cases[i].name), .is_initial = true};
        wc_graph graph = {.state_count = 1, .states = &one, .title = WC_STR("t")};
        wc_arena arena;
        wc_buf svg;
        wc_arena_init(&arena, memory, MEMORY);
        wc_buf_init(&svg, text, MEMORY / 8 - 1);
        assert_status(wc_graph_put(&svg, &arena, &graph), WC_OK);
        text[svg.len] = 0;
        if (strstr(text, cases[i].shown) == NULL) fail_msg("%s\n%s", cases[i].shown, text);
    }
    for (uint64_t granted = 0;; granted++) {
        wc_graph_state one = {.name = WC_STR("a"), .is_initial = true};
        wc_graph graph = {.state_count = 1, .states = &one, .title = WC_STR("t")};
        wc_arena arena;
        wc_buf svg;
        wc_arena_init(&arena, memory, MEMORY);
        arena.fail_after = granted;
        wc_buf_init(&svg, text, MEMORY / 8);
        wc_status status = wc_graph_put(&svg, &arena, &graph);
        if (status == WC_OK) break;
        assert_status(status, WC_NO_MEMORY);
        assert_true(granted < 100);
    }
    free(text);
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lays_nothing_on_anything_else),
        cmocka_unit_test(writes_no_markup_of_others),
        cmocka_unit_test(draws_a_sale_from_top_to_bottom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
