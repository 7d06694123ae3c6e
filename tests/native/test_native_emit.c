/* The text of compiled modules: what is in it, what is not, and what is declined. */
#include <stdlib.h>

#include "tests/support/sha256.h"
#include "tests/unit/exec/rig.h"
#include "vm/exec/object.h"
#include "vm/native/native.h"

static uint8_t memory[2][WC_NATIVE_TEXT_MAX];

static wc_status emit(wc_rig *rig, const wc_module *module, size_t which, wc_slice *text)
{
    wc_buf buf;
    wc_native_name name = {.number = 3};
    wc_buf_init(&buf, memory[which], sizeof memory[which]);
    wc_native_begin(&buf);
    wc_status status = wc_native_add(module, &name, &rig->arena, &buf);
    *text = wc_buf_slice(&buf);
    return status;
}

static bool contains(wc_slice text, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.data + i, word, len) == 0) return true;
    }
    return false;
}

static void the_same_module_gives_the_same_text(void **state)
{
    (void)state;
    wc_rig rig;
    wc_slice texts[2];
    rig_open(&rig);
    rig_close(&rig);
    for (size_t i = 0; i < 2; i++) {
        assert_status(emit(&rig, wc_image_module(rig.image), i, &texts[i]), WC_OK);
    }
    assert_int_equal(texts[0].len, texts[1].len);
    assert_memory_equal(texts[0].data, texts[1].data, texts[0].len);
    rig_drop(&rig);
}

/* Names are the author's: a name that is C would be compiled if it got into the text. */
static void the_text_holds_no_name_of_the_module(void **state)
{
    (void)state;
    wc_rig rig;
    wc_slice text;
    rig_open_tables(&rig);
    (void)wc_builder_string(rig.b, WC_STR("\"); evil(); /*"));
    rig.function = wc_builder_function(rig.b, WC_STR("evil_function"));
    (void)rig_ref(&rig, rig.t.empty);
    wc_builder_params(rig.b);
    rig.out_args = rig_new(&rig, rig.t.out_args);
    RIG_EMIT(&rig, emit, 0, rig.out_args);
    RIG_EMIT(&rig, ret, 0);
    wc_builder_end(rig.b);
    rig_body(&rig);
    rig_close(&rig);
    assert_status(emit(&rig, wc_image_module(rig.image), 0, &text), WC_OK);
    assert_false(contains(text, "evil"));
    assert_false(contains(text, "bench"));
    assert_false(contains(text, "Bench"));
    assert_true(contains(text, WC_NATIVE_SYMBOL "3"));
    assert_false(contains(text, "#include"));
    rig_drop(&rig);
}

static void numbers_of_every_size_are_written_as_they_are(void **state)
{
    (void)state;
    wc_rig rig;
    wc_slice text;
    rig_open(&rig);
    rig_put(&rig, rig_number(&rig, INT64_MIN));
    rig_put(&rig, rig_number(&rig, INT64_MAX));
    rig_close(&rig);
    assert_status(emit(&rig, wc_image_module(rig.image), 0, &text), WC_OK);
    assert_true(contains(text, "INT64_MIN,9223372036854775807,"));
    assert_false(contains(text, "-9223372036854775808"));
    rig_drop(&rig);
}

/* ---- limits -------------------------------------------------------------------------------------
 */

/* So many functions of so many loads, and an action with some; the words of function 0. */
static uint32_t make_long(wc_rig *rig, uint32_t loads, uint32_t functions, uint32_t extra)
{
    rig_open_tables(rig);
    for (uint32_t k = 0; k < functions; k++) {
        (void)wc_builder_function(rig->b, WC_STR("more"));
        wc_builder_params(rig->b);
        uint16_t x = rig_int(rig);
        for (uint32_t i = 0; i < loads; i++) RIG_EMIT(rig, ldi, x, 7, 0);
        RIG_EMIT(rig, ret, 0);
        wc_builder_end(rig->b);
    }
    rig_body(rig);
    for (uint32_t i = 0, x = rig_int(rig); i < extra; i++) RIG_EMIT(rig, ldi, (uint16_t)x, 7, 0);
    rig_close(rig);
    return wc_image_module(rig->image)->functions[0].word_count;
}

static wc_status status_of_long(uint32_t loads, uint32_t functions, uint32_t extra, uint32_t *words,
                                uint32_t *module_words)
{
    wc_rig rig;
    wc_slice text;
    *words = make_long(&rig, loads, functions, extra);
    *module_words = wc_image_module(rig.image)->word_count;
    wc_status status = emit(&rig, wc_image_module(rig.image), 0, &text);
    rig_drop(&rig);
    return status;
}

static void functions_beyond_their_limit_are_declined(void **state)
{
    (void)state;
    uint32_t words, all;
    assert_status(status_of_long(0, 1, 0, &words, &all), WC_OK);
    uint32_t most = WC_NATIVE_FUNCTION_WORDS_MAX - words;
    for (uint32_t more = 0; more < 3; more++) {
        wc_status expected = more < 2 ? WC_OK : WC_TOO_LARGE;
        assert_status(status_of_long(most - 1 + more, 1, 0, &words, &all), expected);
        assert_int_equal(words, WC_NATIVE_FUNCTION_WORDS_MAX - 1 + more);
    }
}

static void modules_beyond_their_limit_are_declined(void **state)
{
    (void)state;
    uint32_t words, all;
    assert_status(status_of_long(2000, 8, 0, &words, &all), WC_OK);
    uint32_t rest = WC_NATIVE_WORDS_MAX - all;
    assert_status(status_of_long(2000, 8, rest - 1, &words, &all), WC_OK);
    assert_status(status_of_long(2000, 8, rest, &words, &all), WC_OK);
    assert_int_equal(all, WC_NATIVE_WORDS_MAX);
    assert_status(status_of_long(2000, 8, rest + 1, &words, &all), WC_TOO_LARGE);
}

static void chains_of_calls_beyond_their_limit_are_declined(void **state)
{
    (void)state;
    for (uint32_t depth = WC_NATIVE_DEPTH_MAX - 1; depth <= WC_NATIVE_DEPTH_MAX + 1; depth++) {
        wc_rig rig;
        wc_slice text;
        rig_open_tables(&rig);
        uint16_t callee = WC_NONE;
        for (uint32_t i = 1; i < depth; i++) {
            uint16_t f = wc_builder_function(rig.b, WC_STR("link"));
            wc_builder_params(rig.b);
            if (callee != WC_NONE) RIG_EMIT(&rig, call, callee, 0, 0);
            RIG_EMIT(&rig, ret, 0);
            wc_builder_end(rig.b);
            callee = f;
        }
        rig_body(&rig);
        RIG_EMIT(&rig, call, callee, 0, 0);
        rig_close(&rig);
        const wc_module *module = wc_image_module(rig.image);
        assert_int_equal(module->functions[rig.function].call_depth, depth);
        assert_status(emit(&rig, module, 0, &text),
                      depth <= WC_NATIVE_DEPTH_MAX ? WC_OK : WC_TOO_LARGE);
        rig_drop(&rig);
    }
}

static void test_images_are_declined(void **state)
{
    (void)state;
    wc_rig rig;
    wc_slice text;
    rig_open_tables(&rig);
    uint16_t f = wc_builder_function(rig.b, WC_STR("test"));
    wc_builder_params(rig.b);
    RIG_EMIT(&rig, ret, 0);
    wc_builder_end(rig.b);
    (void)wc_builder_test(rig.b, WC_STR("test"), f);
    wc_builder_mark_test_image(rig.b);
    rig_body(&rig);
    rig_close(&rig);
    assert_status(emit(&rig, wc_image_module(rig.image), 0, &text), WC_NOT_SUPPORTED);
    const wc_native_object object = {.function_count = wc_image_module(rig.image)->function_count};
    assert_false(wc_image_attach(rig.image, &object));
    rig_drop(&rig);
}

static void a_text_that_does_not_fit_is_an_error(void **state)
{
    (void)state;
    wc_rig rig;
    wc_buf buf;
    wc_native_name name = {.number = 0};
    rig_open(&rig);
    rig_close(&rig);
    const wc_module *module = wc_image_module(rig.image);
    wc_buf_init(&buf, memory[0], 1000);
    assert_status(wc_native_add(module, &name, &rig.arena, &buf), WC_NO_SPACE);
    wc_buf_init(&buf, memory[0], sizeof memory[0]);
    rig.arena.fail_after = 2;
    assert_status(wc_native_add(module, &name, &rig.arena, &buf), WC_NO_MEMORY);
    rig_drop(&rig);
}

/* ---- objects ------------------------------------------------------------------------------------
 */

static void objects_of_other_builds_and_modules_are_not_ready(void **state)
{
    (void)state;
    const wc_native_calls *calls = NULL;
    wc_native_object object = {.calls = &calls};
    wc_native_name name = {.number = 0};
    memcpy(object.magic, WC_NATIVE_MAGIC, sizeof object.magic);
    assert_true(wc_native_ready(&object, &name));
    assert_non_null(calls);
    calls = NULL;
    name.module.bytes[31] ^= 1;
    assert_false(wc_native_ready(&object, &name));
    name.module.bytes[31] ^= 1;
    name.emitter.bytes[0] ^= 1;
    assert_false(wc_native_ready(&object, &name));
    name.emitter.bytes[0] ^= 1;
    object.magic[7] ^= 1;
    assert_false(wc_native_ready(&object, &name));
    assert_null(calls);
}

static void images_that_are_watched_stay_with_the_interpreter(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    rig_close(&rig);
    wc_native_object object = {.function_count = wc_image_module(rig.image)->function_count};
    assert_false(wc_image_attach(rig.watched, &object));
    object.function_count++;
    assert_false(wc_image_attach(rig.image, &object));
    rig_run(&rig);
    rig_drop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_module_gives_the_same_text),
        cmocka_unit_test(the_text_holds_no_name_of_the_module),
        cmocka_unit_test(numbers_of_every_size_are_written_as_they_are),
        cmocka_unit_test(functions_beyond_their_limit_are_declined),
        cmocka_unit_test(modules_beyond_their_limit_are_declined),
        cmocka_unit_test(chains_of_calls_beyond_their_limit_are_declined),
        cmocka_unit_test(test_images_are_declined),
        cmocka_unit_test(a_text_that_does_not_fit_is_an_error),
        cmocka_unit_test(objects_of_other_builds_and_modules_are_not_ready),
        cmocka_unit_test(images_that_are_watched_stay_with_the_interpreter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
