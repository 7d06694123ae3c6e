/* The text form: what it writes it reads, to the same bytes; what is no form is refused at its
 * line. */
#include <stdio.h>
#include <string.h>

#include "tests/support/golden.h"
#include "tests/unit/isa/rig.h"

static wc_str disassemble(wc_arena *arena, const wc_module *module)
{
    size_t size = 1u << 20;
    wc_buf buf;
    wc_buf_init(&buf, WC_ARENA_ARRAY(arena, uint8_t, size), size);
    wc_module_disassemble(module, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    return (wc_str){(const char *)buf.data, buf.len};
}

static wc_module *assemble(wc_arena *arena, wc_str text)
{
    wc_module *module;
    uint32_t line = 0;
    wc_status status = wc_module_assemble(text, wc_test_sha256, arena, &module, &line);
    if (status != WC_OK) fail_msg("line %u: %s", line, wc_status_name(status));
    return module;
}

/* bytes -> module -> text -> module -> bytes */
static void check_round_trip(wc_arena *arena, wc_slice bytes)
{
    wc_module *module;
    size_t bad;
    assert_status(wc_module_decode(bytes, arena, &module, &bad), WC_OK);
    wc_module *again = assemble(arena, disassemble(arena, module));
    assert_true(wc_slice_equal(rig_encode(arena, again), bytes));
}

static void comes_back_from_text_to_the_same_bytes(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *module = rig_assemble(arena, rig_sample());
    rig_bound(arena, module);
    check_round_trip(arena, rig_encode(arena, module));
}

/* Every byte of the sample changed: whatever the decoder accepts has a text, which is read back. */
static void comes_back_for_every_module_that_can_be_read(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_slice bytes = rig_encode(arena, rig_assemble(arena, rig_sample()));
    uint8_t *copy = WC_ARENA_ARRAY(arena, uint8_t, bytes.len);
    memcpy(copy, bytes.data, bytes.len);
    size_t mark = wc_arena_mark(arena), count = 0;
    for (size_t at = 0; at < bytes.len; at++) {
        copy[at] ^= (uint8_t)(1u << at % 8);
        wc_module *module;
        size_t bad;
        wc_slice changed = wc_slice_of(copy, bytes.len);
        if (wc_module_decode(changed, arena, &module, &bad) == WC_OK) {
            check_round_trip(arena, changed);
            count++;
        }
        wc_arena_rewind(arena, mark);
        copy[at] ^= (uint8_t)(1u << at % 8);
    }
    assert_true(count > 500); /* most of a module is names and code, which decode anyhow */
}

static void shows_the_sample_as_the_golden_text(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *module = rig_assemble(arena, rig_sample());
    rig_bound(arena, module);
    memset(module->schedule.bytes, 0, sizeof module->schedule.bytes); /* changes with every price */
    for (uint16_t i = 0; i < module->entry_count; i++) module->entries[i].gas_bound = i;
    wc_str text = disassemble(arena, module);
    wc_golden_check("sample.golden", wc_slice_of(text.data, text.len));
}

static void shows_one_function_alone(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *module = rig_assemble(arena, rig_sample());
    char memory[1024];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory - 1);
    wc_function_disassemble(module, 3, &buf);
    memory[buf.len] = '\0';
    assert_string_equal(memory, "function lapse\n    params 0\nw0:\n    block\n    setst0 Closed\n"
                                "    ret 0\nend\n");
}

static void keeps_tests_and_words_that_are_no_instructions(void **state)
{
    (void)state;
    static const char text[] = "module T \"t t\"\n"
                               "type t0 - tuple\n"
                               "parties t0\nterms t0\nstorage t0\nstates -\n"
                               "function a\n"
                               "    params 0\n"
                               "    block\n"
                               "    word 00ff000100020003\n" /* no such instruction */
                               "    word 0020000100020003\n" /* add: one */
                               "    word 0029000100020003\n" /* select without its second word */
                               "    word 0001000000000000\n" /* a second word alone */
                               "    word 002e000100020003\n" /* not, with a third operand */
                               "    word 0010000100008000\n" /* ldi */
                               "    word 0002004500000000\n" /* jmp to a word that is no block */
                               "    jmp =0\n"
                               "end\n"
                               "function \"a b\"\n    params 0\n    block\n    call a r0 r0\nend\n"
                               "function a\n    params 0\n    block\n    call %5 r0 r0\nend\n"
                               "tests\n"
                               "test \"two words\" a\n"
                               "test same %1\n"
                               "test last %2\n";
    wc_arena *arena = rig_arena();
    wc_module *module = rig_assemble(arena, text);
    assert_true(module->is_test_image);
    assert_int_equal(module->functions[0].word_count, 9);
    assert_int_equal(module->words[1], 0x00ff000100020003);
    assert_int_equal(module->words[8], wc_word(WC_OP_jmp, 0, 0, 0));
    assert_int_equal(module->tests[0].args, 0);
    check_round_trip(arena, rig_encode(arena, module));
    wc_str out = disassemble(arena, module);
    char *shown = WC_ARENA_ARRAY(arena, char, out.len + 1);
    memcpy(shown, out.data, out.len);
    assert_non_null(strstr(shown, "    add r1 r2 r3\n"));
    assert_non_null(strstr(shown, "    ldi r1 -2147483648\n"));
    assert_non_null(strstr(shown, "    jmp =69\n"));
    assert_non_null(strstr(shown, "    jmp w0\n"));
    assert_non_null(strstr(shown, "    word 002e000100020003\n"));
    assert_non_null(strstr(shown, "    call %5 r0 r0\n"));
    assert_non_null(strstr(shown, "test last %2\n"));
}

/* ---- refusals ---- */

static unsigned lines_before(const char *text, const char *what)
{
    unsigned count = 0;
    for (const char *at = text; at < strstr(text, what); at++) count += *at == '\n';
    return count;
}

static const struct {
    const char *from, *to;
    wc_status status;
} misfits[] = {
    {"version 3", "version", WC_OUT_OF_DOMAIN},
    {"version 3", "version -", WC_OUT_OF_DOMAIN},
    {"version 3", "version 65536", WC_OUT_OF_DOMAIN},
    {"version 3", "version 3 4", WC_OUT_OF_DOMAIN},
    {"version 3", "\"version\" 3", WC_OUT_OF_DOMAIN},
    {"version 3", "nothing 3", WC_NOT_FOUND},
    {"version 3", "schedule 00", WC_OUT_OF_DOMAIN},
    {"version 3", "module A b", WC_DUPLICATE},
    {"version 3", "string \"open", WC_OUT_OF_DOMAIN},
    {"version 3", "\"open", WC_OUT_OF_DOMAIN},
    {"version 3", "version 3a", WC_OUT_OF_DOMAIN},
    {"version 3", "version 18446744073709551616", WC_OUT_OF_DOMAIN},
    {"version 3", "test", WC_OUT_OF_DOMAIN},
    {"version 3", "test sells nobody", WC_NOT_FOUND},
    {"version 3", "type \"\" - bool", WC_OUT_OF_DOMAIN},
    {"version 3", "type \"t0\" - bool", WC_OUT_OF_DOMAIN},
    {"type t1 - party -", "type t0 - int -9223372036854775808 9223372036854775807", WC_DUPLICATE},
    {"calendar \"Europe/Berlin\" \"2026a\" 3600", "calendar A B 2147483648", WC_OUT_OF_DOMAIN},
    {"calendar \"Europe/Berlin\" \"2026a\" 3600", "calendar A B -2147483649", WC_OUT_OF_DOMAIN},
    {"calendar \"Europe/Berlin\" \"2026a\" 3600", "calendar A B 3600 noon", WC_OUT_OF_DOMAIN},
    {"number 10", "number 1.0", WC_OUT_OF_DOMAIN},
    {"version 3", "string \"back\\", WC_OUT_OF_DOMAIN},
    {"currency EUR 2", "currency - 2", WC_OUT_OF_DOMAIN},
    {"currency EUR 2", "currency EUR 256", WC_OUT_OF_DOMAIN},
    {"type t1 - party -", "type t9 - party -", WC_DUPLICATE},
    {"type t1 - party -", "type t1 - person -", WC_OUT_OF_DOMAIN},
    {"type t1 - party -", "type t1 - bytes 4294967296", WC_OUT_OF_DOMAIN},
    {"type t1 - party -", "type t1 - bytes 0", WC_OUT_OF_DOMAIN},
    {"type t1 - party -", "type t1 - int 5", WC_OUT_OF_DOMAIN},
    {"type t1 - party -", "type t1 - int 5 9223372036854775808", WC_OUT_OF_DOMAIN},
    {"type t1 - party -", "type t1 - dec 300 - 0 1", WC_OUT_OF_DOMAIN},
    {"type t12 - sorted 6 t4 1 desc", "type t12 - sorted 6 t4 1 up", WC_OUT_OF_DOMAIN},
    {"number 10", "number 10x", WC_OUT_OF_DOMAIN},
    {"number 10", "number -", WC_OUT_OF_DOMAIN},
    {"number 10", "number 170141183460469231731687303715884105728", WC_OUT_OF_DOMAIN},
    {"bytes t6 000000026869", "bytes t6 00000", WC_OUT_OF_DOMAIN},
    {"bytes t6 000000026869", "bytes t6 0000000g", WC_OUT_OF_DOMAIN},
    {"method action bid", "method event bid", WC_OUT_OF_DOMAIN},
    {"interface Market\n", "", WC_OUT_OF_DOMAIN},
    {"term - -", "term maybe -", WC_OUT_OF_DOMAIN},
    {"term amendable -", "party late - - -", WC_OUT_OF_DOMAIN},
    {"error Bad t4", "state Late - - -", WC_OUT_OF_DOMAIN},
    {"error Bad t4", "error - t4", WC_OUT_OF_DOMAIN},
    {"    reg i64 -", "    reg i32 -", WC_OUT_OF_DOMAIN},
    {"    params 1", "    params", WC_OUT_OF_DOMAIN},
    {"    ldi r1 0", "    ldi r1 2147483648", WC_OUT_OF_DOMAIN},
    {"    ldi r1 0", "    ldi r1 -2147483649", WC_OUT_OF_DOMAIN},
    {"    ldi r1 0", "    ldi s1 0", WC_OUT_OF_DOMAIN},
    {"    ldi r1 0", "    ldi r1 0 0", WC_OUT_OF_DOMAIN},
    {"    ldi r1 0", "    move r1 r0", WC_NOT_FOUND},
    {"    ldi r1 0", "    emit Nothing r0", WC_NOT_FOUND},
    {"    ldi r1 0", "    jmp nowhere", WC_NOT_FOUND},
    {"    ldi r1 0", "    jmp \"out\"", WC_OUT_OF_DOMAIN},
    {"    ldi r1 0", "    ldi r1 0x", WC_OUT_OF_DOMAIN},
    {"    ldi r1 0", "    ldi r1 -", WC_OUT_OF_DOMAIN},
    {"    ldi r1 0", "    call %0", WC_OUT_OF_DOMAIN},
    {"version 3", "version 12345678901234567890123", WC_OUT_OF_DOMAIN},
    {"number 10", "number 999999999999999999999999999999999999999999", WC_OUT_OF_DOMAIN},
    {"number 10", "number \"\"", WC_OUT_OF_DOMAIN},
    {"    ldi r1 0", "    word 0", WC_OUT_OF_DOMAIN},
    {"    ldi r1 0", "    entry", WC_NOT_FOUND},
    {"entry view quote quote", "entry look quote quote", WC_OUT_OF_DOMAIN},
    {"entry view quote quote", "entry view quote nobody", WC_NOT_FOUND},
    {"entry view quote quote t2 t3 none", "entry view quote quote t2 t3 some", WC_OUT_OF_DOMAIN},
    {"entry view quote quote t2 t3 none 0 -", "entry view quote quote t2 t3 none 0 Shut",
     WC_NOT_FOUND},
};

static void refuses_what_is_no_form_at_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(misfits); i++) {
        wc_arena *arena = rig_arena();
        const char *text = rig_edit(arena, rig_sample(), misfits[i].from, misfits[i].to);
        uint32_t line = 0, expected = 1;
        for (const char *at = text;
             at < strstr(rig_sample(), misfits[i].from) - rig_sample() + text; at++) {
            if (*at == '\n') expected++;
        }
        wc_module *module;
        wc_status status =
            wc_module_assemble(wc_str_of(text), wc_test_sha256, arena, &module, &line);
        if (status != misfits[i].status || line != expected) {
            fail_msg("%s: %s at %u, not %u", misfits[i].to, wc_status_name(status), line, expected);
        }
    }
}

static void refuses_what_is_too_much(void **state)
{
    (void)state;
    static char text[80000];
    wc_module *module;
    uint32_t line;
    char *at = text + snprintf(text, sizeof text, "module A b\nstring \"");
    memset(at, 'x', 65537); /* one more than a word of a line may have */
    at[65537] = '"';
    assert_status(wc_module_assemble(wc_str_of(text), wc_test_sha256, rig_arena(), &module, &line),
                  WC_TOO_LARGE);
    at = text + snprintf(text, sizeof text, "module A b\ntype t0 - bool\ntype t1 - tuple");
    for (unsigned i = 0; i <= WC_MEMBERS_MAX + 1; i++) at += snprintf(at, 8, " - t0");
    assert_status(wc_module_assemble(wc_str_of(text), wc_test_sha256, rig_arena(), &module, &line),
                  WC_TOO_LARGE);
    wc_arena *arena = rig_arena();
    const char *whole = rig_edit(arena, rig_sample(), "role generator",
                                 "%0 %0 %0 %0 %0 %0 %0 %0 %0 %0 %0 %0 %0 %0 %0 %0");
    assert_status(wc_module_assemble(wc_str_of(whole), wc_test_sha256, arena, &module, &line),
                  WC_TOO_LARGE);
    at = text + snprintf(text, sizeof text, "module A b\ncalendar Z v 0");
    for (unsigned i = 0; i <= WC_ZONE_SHIFTS_MAX + 1; i++) at += snprintf(at, 32, " %u 0", i);
    assert_status(wc_module_assemble(wc_str_of(text), wc_test_sha256, rig_arena(), &module, &line),
                  WC_TOO_LARGE);
    whole = rig_edit(arena, rig_sample(), "any 0 Open Metered", "any 0 Open %64");
    assert_status(wc_module_assemble(wc_str_of(whole), wc_test_sha256, arena, &module, &line),
                  WC_OUT_OF_DOMAIN);
    whole = rig_edit(arena, rig_sample(), "out:\n", "out:\nout:\n");
    assert_status(wc_module_assemble(wc_str_of(whole), wc_test_sha256, arena, &module, &line),
                  WC_DUPLICATE);
    assert_int_equal(line, 1 + (uint32_t)lines_before(whole, "out:\nout:\n") + 1);
}

/* Every beginning of the sample is read without harm; one that ends inside a function is refused.
 */
static void refuses_texts_that_end_too_early(void **state)
{
    (void)state;
    wc_module *module;
    uint32_t line;
    wc_str whole = wc_str_of(rig_sample());
    bool is_inside = false;
    for (size_t len = 0; len < whole.len; len++) {
        wc_str cut = {whole.data, len};
        wc_status status = wc_module_assemble(cut, wc_test_sha256, rig_arena(), &module, &line);
        if (is_inside) assert_true(status != WC_OK);
        const char *at = whole.data + len;
        if (strncmp(at, "\n    reg ", 9) == 0) is_inside = true;
        if (strncmp(at, "\nend\n", 5) == 0) is_inside = false;
    }
    assert_status(wc_module_assemble(WC_STR(""), wc_test_sha256, rig_arena(), &module, &line),
                  WC_TRUNCATED);
    assert_status(wc_module_assemble(WC_STR("module A b\nfunction a\n"), wc_test_sha256,
                                     rig_arena(), &module, &line),
                  WC_TRUNCATED);
    assert_status(
        wc_module_assemble(WC_STR("unit a\n"), wc_test_sha256, rig_arena(), &module, &line),
        WC_OUT_OF_DOMAIN);
}

static void check_memory(const char *text)
{
    for (uint64_t granted = 0;; granted++) {
        wc_arena *arena = rig_arena();
        wc_module *module;
        uint32_t line;
        arena->fail_after = granted;
        wc_status status =
            wc_module_assemble(wc_str_of(text), wc_test_sha256, arena, &module, &line);
        if (status == WC_OK) break;
        assert_status(status, WC_NO_MEMORY);
        assert_true(granted < 2000);
    }
}

static void says_when_memory_is_full(void **state)
{
    (void)state;
    static char text[1 << 14];
    wc_arena *arena = rig_arena();
    const char *image = rig_join(arena, rig_sample(), "tests\ntest one check_terms\n");
    assert_true(strlen(image) < sizeof text);
    memcpy(text, image, strlen(image) + 1); /* the arena is used again and again */
    check_memory(text);
    check_memory("module A b\nfunction f\n    params 0\nfirst:\n    block\n    ret 0\nend\n");
}

/* A row of a table by its name, in quotes or not, by its index, or none. */
static void names_rows_in_three_ways(void **state)
{
    (void)state;

    static const struct {
        const char *operand;
        uint16_t row;
    } rows[] = {{"Late", 1}, {"\"Late\"", 1}, {"%1", 1}, {"%7", 7}, {"-", WC_NONE}};

    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        wc_arena *arena = rig_arena();
        char line[64];
        (void)snprintf(line, sizeof line, "    fail %s r0", rows[i].operand);
        const char *text = rig_edit(arena, rig_sample(), "    fail Bad r0", line);
        wc_module *module = rig_assemble(arena, text);
        const wc_function *sell = &module->functions[1];
        uint64_t last = module->words[sell->first_word + sell->word_count - 1];
        assert_int_equal(last, wc_word(WC_OP_fail, rows[i].row, 0, 0));
    }
}

/* What the sample does not have: operands of calendars, orders that ascend, code that is cut. */
static void shows_calendars_and_second_words_that_are_missing(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    const char *text = rig_edit(arena, rig_sample(), "type t12 - sorted 6 t4 1 desc",
                                "type t12 - sorted 6 t4 1 asc");
    text = rig_edit(arena, text, "    check r1 1\n    ret 0",
                    "    clocal r1 r1 %0\n    word 0029000100010001");
    wc_module *module = rig_assemble(arena, text);
    check_round_trip(arena, rig_encode(arena, module));
    wc_str out = disassemble(arena, module);
    char *shown = WC_ARENA_ARRAY(arena, char, out.len + 1);
    memcpy(shown, out.data, out.len);
    assert_non_null(strstr(shown, "type t12 - sorted 6 t4 1 asc\n"));
    assert_non_null(strstr(shown, "    clocal r1 r1 %0\n    word 0029000100010001\nend\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_from_text_to_the_same_bytes),
        cmocka_unit_test(comes_back_for_every_module_that_can_be_read),
        cmocka_unit_test(shows_the_sample_as_the_golden_text),
        cmocka_unit_test(shows_one_function_alone),
        cmocka_unit_test(keeps_tests_and_words_that_are_no_instructions),
        cmocka_unit_test(refuses_what_is_no_form_at_its_line),
        cmocka_unit_test(refuses_what_is_too_much),
        cmocka_unit_test(refuses_texts_that_end_too_early),
        cmocka_unit_test(says_when_memory_is_full),
        cmocka_unit_test(names_rows_in_three_ways),
        cmocka_unit_test(shows_calendars_and_second_words_that_are_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
