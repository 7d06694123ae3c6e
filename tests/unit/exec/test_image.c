/* Loading: what is not a module, memory that runs out, and what an image is asked afterwards. */
#include <stdlib.h>

#include "tests/support/sha256.h"
#include "tests/unit/exec/rig.h"
#include "vm/exec/no_host.h"

static wc_slice stored_module(wc_rig *rig)
{
    const wc_module *module = wc_image_module(rig->image);
    uint8_t *bytes = wc_arena_alloc(&rig->arena, WC_MODULE_SIZE_MAX, 1);
    assert_non_null(bytes);
    wc_buf buf;
    wc_buf_init(&buf, bytes, WC_MODULE_SIZE_MAX);
    wc_module_encode(module, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

static void bytes_that_are_no_module_are_refused_with_their_place(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    rig_close(&rig);
    wc_slice module = stored_module(&rig);
    wc_image *image = NULL;
    wc_finding finding;
    for (size_t len = 0; len < module.len; len += 7) {
        size_t mark = wc_arena_mark(&rig.arena);
        wc_slice part = wc_slice_of(module.data, len);
        wc_status status = wc_image_load(part, wc_test_sha256, &rig.arena, &image, &finding);
        assert_int_not_equal(status, WC_OK);
        assert_non_null(finding.code);
        assert_non_null(finding.text);
        assert_true(finding.offset <= len);
        assert_null(image);
        wc_arena_rewind(&rig.arena, mark);
    }
    rig_drop(&rig);
}

static void loading_without_enough_memory_says_so(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    (void)rig_value(&rig, rig.t.pair, rig_abi(&rig, "qq", INT64_C(1), INT64_C(2)));
    rig_close(&rig);
    wc_slice module = stored_module(&rig);
    wc_status status = WC_NO_MEMORY;
    uint64_t granted = 0;
    for (; status != WC_OK; granted++) { /* ends: at some number of allocations it succeeds */
        size_t mark = wc_arena_mark(&rig.arena);
        wc_image *image;
        wc_finding finding;
        rig.arena.fail_after = granted;
        status = wc_image_load(module, wc_test_sha256, &rig.arena, &image, &finding);
        if (status != WC_OK) assert_status(status, WC_NO_MEMORY);
        if (status != WC_OK) assert_string_equal(finding.code, "V0110");
        rig.arena.fail_after = UINT64_MAX;
        wc_arena_rewind(&rig.arena, mark);
    }
    assert_true(granted > 10);
    rig_drop(&rig);
}

/* A stored module without entries whose byte constants take so much of call memory: those of the
 * rig's tables, a text, and a list that is as long as that asks for. */
static wc_slice module_of_constants(wc_rig *rig, uint32_t memory, uint16_t *last)
{
    wc_type list = {.kind = WC_TYPE_LIST, .name = WC_NONE, .capacity = WC_MEM_MAX / 8};
    list.item = rig->t.integer;
    wc_type text = {.kind = WC_TYPE_TEXT, .name = WC_NONE, .capacity = 4};
    (void)wc_builder_bytes(rig->b, wc_builder_type(rig->b, &text), rig_abi(rig, "w", 0));
    (void)wc_builder_bytes(rig->b, wc_builder_type(rig->b, &list), rig_abi(rig, "w", 0));
    wc_module *module;
    wc_debug *debug;
    size_t bad;
    assert_status(wc_builder_finish(rig->b, &module, &debug), WC_OK);
    assert_status(wc_module_layout(module, &bad), WC_OK);
    uint32_t around = 8; /* the list's length */
    *last = (uint16_t)(module->bytes_count - 1);
    for (uint16_t i = 0; i < *last; i++) around += module->types[module->bytes[i].type].size;
    module->types[module->bytes[*last].type].capacity = (memory - around) / 8;
    uint8_t *bytes = wc_arena_alloc(&rig->arena, 8192, 1);
    wc_buf buf;
    wc_buf_init(&buf, bytes, 8192);
    wc_module_encode(module, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

/* Entries have bounds of their memory; without any there are the constants alone. What is in memory
 * is a multiple of 8 bytes: one less, as many as there may be, one more. */
static void constants_beyond_the_memory_of_a_call_are_refused(void **state)
{
    (void)state;
    for (int more = -1; more <= 1; more++) {
        wc_rig rig;
        rig_open_tables(&rig);
        uint16_t last;
        wc_slice module = module_of_constants(&rig, (uint32_t)((int)WC_MEM_MAX + 8 * more), &last);
        wc_arena own;
        size_t size = WC_MODULE_ARENA_SIZE + WC_MEM_MAX;
        uint8_t *memory = malloc(size);
        assert_non_null(memory);
        wc_arena_init(&own, memory, size);
        wc_image *image = NULL;
        wc_finding finding;
        wc_status status = wc_image_load(module, wc_test_sha256, &own, &image, &finding);
        assert_status(status, more <= 0 ? WC_OK : WC_OUT_OF_DOMAIN);
        if (more > 0) {
            assert_null(image);
            assert_string_equal(finding.code, "V0704");
            assert_int_equal(finding.word, last);
        }
        free(memory);
        wc_fake_host_drop(&rig.host);
        free(rig.arena_memory);
    }
}

static void entries_are_found_by_kind_and_name(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    rig_end_body(&rig);
    uint16_t check = wc_builder_function(rig.b, WC_STR("check"));
    RIG_EMIT(&rig, ret, 0);
    wc_builder_end(rig.b);
    wc_entry deploy = {.kind = WC_ENTRY_DEPLOY,
                       .name = WC_NONE,
                       .function = check,
                       .args = WC_NONE,
                       .result = WC_NONE};
    (void)wc_builder_entry(rig.b, &deploy);
    wc_entry run = {.kind = WC_ENTRY_ACTION,
                    .name = wc_builder_string(rig.b, WC_STR("run")),
                    .function = rig.function,
                    .args = rig.t.empty,
                    .result = WC_NONE,
                    .by = WC_BY_ANY_PARTY};
    (void)wc_builder_entry(rig.b, &run);
    rig_load(&rig);
    assert_int_equal(wc_image_entry(rig.image, WC_ENTRY_ACTION, WC_STR("run")), 1);
    assert_int_equal(wc_image_entry(rig.image, WC_ENTRY_ACTION, WC_STR("check")), WC_NONE);
    assert_int_equal(wc_image_entry(rig.image, WC_ENTRY_VIEW, WC_STR("run")), WC_NONE);
    assert_int_equal(wc_image_entry(rig.image, WC_ENTRY_DEPLOY, WC_STR("check")), WC_NONE);
    rig_drop(&rig);
}

static void call_memory_is_a_multiple_of_its_alignment(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    rig_close(&rig);
    assert_int_equal(wc_call_memory_size(rig.image) % 16, 0);
    assert_true(wc_call_memory_size(rig.image) >= 16);
    assert_true(wc_call_memory_size(rig.image) == wc_call_memory_size(rig.other));
    rig_drop(&rig);
}

/* Only the calls that come first can be met by the code of a test; here are all of them. */
static void the_host_that_is_not_there_answers_stop_to_everything(void **state)
{
    (void)state;
    const wc_host_ops *ops = wc_no_host.ops;
    const wc_storage_key key = {WC_KEY_HEADER, 0, {NULL, 0}};
    const wc_posting posting = {.move = WC_MOVE_PAY, .amount = 1};
    const wc_party party = {{0}};
    wc_slice none = {NULL, 0};
    wc_buf buf;
    wc_buf_init(&buf, NULL, 0);
    int64_t amount = 0;
    uint64_t gas = 0;
    uint32_t count = 0;
    bool answer = false;
    const wc_host_answer answers[] = {
        ops->load(NULL, &key, &none),
        ops->store(NULL, &key, none),
        ops->remove(NULL, &key),
        ops->elements(NULL, 0, NULL, NULL),
        ops->post(NULL, &posting, &amount),
        ops->escrow(NULL, &party, 0, &amount),
        ops->own_balance(NULL, 0, &amount),
        ops->posted(NULL, &party, 0, &amount),
        ops->unlock_all(NULL, &count),
        ops->holder_count(NULL, &count),
        ops->emit(NULL, 0, none),
        ops->view(NULL, &party, 0, none, &gas, &buf),
        ops->send(NULL, &party, 0, none),
        ops->is_signer(NULL, &party, &answer),
        ops->holds_role(NULL, &party, WC_STR("Bank"), &answer),
    };
    /* Maps of numbers are asked for in bytes. */
    assert_true(ops->load_number == NULL && ops->store_number == NULL && ops->add_number == NULL);
    assert_int_equal(sizeof *ops / sizeof ops->load, WC_ARRAY_LEN(answers) + 3);
    for (size_t i = 0; i < WC_ARRAY_LEN(answers); i++) assert_int_equal(answers[i], WC_HOST_STOP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_that_are_no_module_are_refused_with_their_place),
        cmocka_unit_test(loading_without_enough_memory_says_so),
        cmocka_unit_test(constants_beyond_the_memory_of_a_call_are_refused),
        cmocka_unit_test(entries_are_found_by_kind_and_name),
        cmocka_unit_test(call_memory_is_a_multiple_of_its_alignment),
        cmocka_unit_test(the_host_that_is_not_there_answers_stop_to_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
