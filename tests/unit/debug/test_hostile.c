/* A debug part decides nothing: one that names every register from the first word of its function
 * on, or that was changed at random and still fits the module, shows nonsense and breaks nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/support/prng.h"
#include "tests/unit/debug/stand.h"

#define FILE_MAX  ((size_t)5 << 20)
#define VIEWS_MAX 600u /* of a run: every stop, as a rule */

static wc_debug_shape shapes[] = {{0, 0, {"value", 5}, {"", 0}, 0, NULL},
                                  {WC_TYPE_DEC, 18, {"dec", 3}, {"CNY", 3}, 0, NULL},
                                  {WC_TYPE_TIME, 0, {"time", 4}, {"", 0}, 0, NULL},
                                  {WC_TYPE_BOOL, 0, {"bool", 4}, {"", 0}, 0, NULL}};

static void name_registers(const wc_module *module, wc_debug *debug, wc_arena *arena)
{
    debug->shape_count = WC_ARRAY_LEN(shapes);
    debug->shapes = shapes;
    for (uint16_t f = 0; f < module->function_count; f++) {
        const wc_function *function = &module->functions[f];
        wc_debug_function *row = &debug->functions[f];
        row->local_count = 0;
        row->locals = WC_ARENA_ARRAY(arena, wc_debug_local, function->reg_count);
        assert_non_null(row->locals);
        for (uint16_t r = 0; r < function->reg_count; r++) {
            uint8_t kind = function->regs[r].kind;
            if (kind == WC_REG_I128_HIGH) continue;
            bool is_ref = kind == WC_REG_REF || kind == WC_REG_REFMUT;
            char name[2] = {'r', (char)('a' + r % 26)};
            row->locals[row->local_count++] =
                (wc_debug_local){.name = wc_arena_str(arena, (wc_str){name, 2}),
                                 .shape = is_ref ? 0 : (uint16_t)(1 + r % 3),
                                 .reg = r,
                                 .first = 0,
                                 .end = (uint16_t)function->word_count};
        }
    }
}

static wc_slice with_debug(wc_slice module, const wc_debug *debug, wc_arena *arena)
{
    wc_buf buf;
    wc_buf_init(&buf, WC_ARENA_ARRAY(arena, uint8_t, FILE_MAX), FILE_MAX);
    wc_buf_put_slice(&buf, module);
    wc_debug_encode(debug, &buf);
    assert_false(buf.full);
    return wc_buf_slice(&buf);
}

static wc_slice make_hostile(wc_slice file, wc_arena *arena)
{
    size_t length, bad;
    wc_module *module;
    wc_debug *debug;
    assert_status(wc_module_length(file, &length), WC_OK);
    wc_slice bytes = wc_slice_of(file.data, length);
    assert_status(wc_module_decode(bytes, arena, &module, &bad), WC_OK);
    assert_status(
        wc_debug_decode(wc_slice_of(file.data + length, file.len - length), arena, &debug, &bad),
        WC_OK);
    name_registers(module, debug, arena);
    assert_true(wc_debug_fits(debug, module));
    return with_debug(bytes, debug, arena);
}

/* ---- looking at everything ---------------------------------------------------------------------
 */

typedef struct looking {
    wc_arena *arena;
    uint32_t views, values;
    uint8_t *text;
} looking;

static void put_all(looking *l, const wc_dbg_value *value, const wc_names *names, uint32_t depth)
{
    wc_buf text;
    wc_buf_init(&text, l->text, FILE_MAX);
    wc_dbg_put_value(&text, value, names, 0);
    wc_dbg_put_type(&text, value);
    l->values++;
    uint32_t count = wc_dbg_part_count(value);
    for (uint32_t i = 0; depth < 4 && i < count && i < 3; i++) {
        wc_dbg_value part;
        wc_buf_init(&text, l->text, FILE_MAX);
        wc_dbg_part(value, i, names, &text, &part);
        put_all(l, &part, names, depth + 1);
    }
}

static void look(void *self, const wc_dbg_record *record, uint32_t stop)
{
    looking *l = self;
    wc_dbg_view *view;
    uint32_t every = record->known_stops / VIEWS_MAX + 1;
    if (stop % every != 0) return;
    wc_arena_rewind(l->arena, 0);
    assert_status(wc_dbg_view_take(record, stop, l->arena, &view), WC_OK);
    l->views++;
    for (uint32_t f = 0; f < view->frame_count; f++) {
        const wc_dbg_frame *frame = &view->frames[f];
        for (uint32_t i = 0; i < frame->local_count; i++) {
            put_all(l, &frame->locals[i].value, &record->names, 0);
        }
    }
}

static void look_through(stand *s, looking *l)
{
    static wc_dbg_travel travel;
    for (uint32_t k = 0; k < s->made->test_count; k++) {
        wc_runner_result result;
        const wc_dbg_target target = stand_target(s, k);
        const wc_dbg_watcher watcher = {.self = l, .stop = look};
        if (s->made->tests[k].param_count > 0) continue;
        size_t mark = wc_arena_mark(&s->arena);
        wc_status status = wc_dbg_travel_open(&travel, &target, &s->arena, &s->views);
        if (status == WC_OK) {
            l->arena = travel.views_arena;
            assert_status(wc_dbg_record_run(&travel.record, &watcher, &result), WC_OK);
        } else {
            assert_status(status, WC_NOT_FOUND); /* a line map without a stop */
        }
        wc_dbg_travel_close(&travel);
        wc_arena_rewind(&s->arena, mark);
    }
}

static void every_register_from_the_first_word_on(void **state)
{
    static const char *const files[] = {
        "tests/dap/market.clause", "tests/data/language/collections.clause",
        "tests/data/language/parts.clause", "tests/data/language/time.clause"};
    (void)state;
    static stand s;
    looking l = {.text = malloc(FILE_MAX)};
    assert_non_null(l.text);
    for (size_t i = 0; i < WC_ARRAY_LEN(files); i++) {
        stand_open_file(&s, files[i]);
        for (uint16_t c = 0; c < s.made->contract_count; c++) {
            s.files[c] = make_hostile(s.files[c], &s.arena);
        }
        s.job.image_file = make_hostile(s.job.image_file, &s.arena);
        look_through(&s, &l);
        stand_close(&s);
    }
    assert_true(l.views > 1000 && l.values > 20000);
    free(l.text);
}

static void changed_at_random(void **state)
{
    (void)state;
    static stand s;
    wc_prng prng;
    uint32_t fitting = 0;
    looking l = {.text = malloc(FILE_MAX)};
    assert_non_null(l.text);
    wc_prng_start(&prng, 4711);
    stand_open_file(&s, "tests/dap/market.clause");
    wc_slice file = s.job.image_file;
    size_t length;
    assert_status(wc_module_length(file, &length), WC_OK);
    uint8_t *copy = WC_ARENA_ARRAY(&s.arena, uint8_t, file.len);
    assert_non_null(copy);
    for (uint32_t i = 0; i < 400; i++) {
        memcpy(copy, file.data, file.len);
        uint64_t edits = 1 + wc_prng_below(&prng, 3);
        for (uint64_t k = 0; k < edits; k++) {
            size_t at = length + (size_t)wc_prng_below(&prng, file.len - length);
            copy[at] = (uint8_t)wc_prng_next(&prng);
        }
        s.job.image_file = wc_slice_of(copy, file.len);
        static wc_dbg_program program;
        size_t mark = wc_arena_mark(&s.arena);
        wc_status status = wc_dbg_program_open(&program, &s.job, s.files, s.sources, 0, &s.arena);
        wc_arena_rewind(&s.arena, mark);
        if (status != WC_OK) continue;
        fitting++;
        if (fitting <= 40) look_through(&s, &l);
    }
    assert_true(fitting >= 20);
    stand_close(&s);
    free(l.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_register_from_the_first_word_on),
        cmocka_unit_test(changed_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
