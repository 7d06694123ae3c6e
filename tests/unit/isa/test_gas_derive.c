/* Gas forms and dearest lines of modules in text: what they are at full sizes is held against the
 * verifier's bounds, which are numbers from the start; what has no name counts as full. */
#include "vm/isa/gas_derive.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/isa/rig.h"
#include "vm/isa/debug.h"

static wc_module *bound(wc_arena *arena, const char *text)
{
    wc_module *module = rig_assemble(arena, text);
    rig_bound(arena, module);
    return module;
}

static wc_debug derive(wc_arena *arena, const wc_module *module)
{
    const wc_gas_notes none = {0};
    wc_debug debug = {0};
    assert_status(wc_gas_derive(module, &none, arena, &debug), WC_OK);
    assert_int_equal(debug.form_count, module->entry_count);
    return debug;
}

/* The form of an entry with all sizes full, not cut off at the bound. */
static uint64_t full(const wc_debug *debug, uint16_t entry)
{
    return wc_gas_form_at(&debug->forms[entry], debug->sizes, NULL, UINT64_MAX);
}

static uint64_t empty(const wc_debug *debug, uint16_t entry)
{
    static const uint32_t zeros[WC_GAS_SIZES_MAX];
    return wc_gas_form_at(&debug->forms[entry], debug->sizes, zeros, UINT64_MAX);
}

static void never_promises_less_than_the_bound(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *m = bound(arena, rig_sample());
    wc_debug debug = derive(arena, m);
    for (uint16_t i = 0; i < m->entry_count; i++) {
        assert_true(full(&debug, i) >= m->entries[i].gas_bound);
        assert_true(empty(&debug, i) <= m->entries[i].gas_bound);
    }
}

/* An action that may lead to one of two final states, the second of this name. */
static const char *ending_twice(wc_arena *arena, const char *name)
{
    static const char form[] =
        "module T t\ncurrency CNY 2\ntype t0 - tuple\ntype t1 - tag A B %s\nparties t0\n"
        "terms t0\nstorage t0\nstate A - initial -\nstate B - - final\nstate %s - - final\n"
        "states t1\nfunction f\n    reg ref t0\n    params 1\n    block\n    ret 0\nend\n"
        "entry action f f t0 - any_party 0 - %%1 | %%2 0000000000000000 0 0\n";
    size_t size = sizeof form + 2 * strlen(name);
    char *text = WC_ARENA_ARRAY(arena, char, size);
    (void)snprintf(text, size, form, name, name);
    return text;
}

static void check_memory(wc_arena *arena, const wc_module *module)
{
    const wc_gas_notes none = {0};
    wc_status status = WC_NO_MEMORY;
    uint64_t granted = 0;
    for (; status != WC_OK; granted++) {
        size_t mark = wc_arena_mark(arena);
        wc_debug debug = {.size_count = 77};
        arena->fail_after = granted;
        status = wc_gas_derive(module, &none, arena, &debug);
        if (status != WC_OK) {
            assert_status(status, WC_NO_MEMORY);
            assert_int_equal(debug.size_count, 77);
        }
        wc_arena_rewind(arena, mark);
        assert_true(granted < 200);
    }
    assert_true(granted > 10);
}

static void says_when_memory_is_full_and_changes_nothing(void **state)
{
    (void)state;
    /* A loop that is left from the middle for a place that nothing else leads to. */
    static const char leaving[] =
        "module T t\ntype t0 - tuple\nnumber 2\nparties t0\nterms t0\nstorage t0\nstates -\n"
        "function f\n    reg i64 -\n    reg i64 -\n    params 2\n    block\n"
        "    lenter r0 r1 out %0\nhead:\n    block\n    br r1 far\n    block\n"
        "    loop r0 r1 head\nout:\n    block\n    ret 0\nfar:\n    block\n    ret 0\nend\n"
        "tests\n";
    wc_arena *arena = rig_arena();
    check_memory(arena, bound(arena, rig_sample()));
    arena = rig_arena();
    check_memory(arena, bound(arena, leaving));
    arena = rig_arena();
    check_memory(arena, bound(arena, ending_twice(arena, "C")));
}

/* A contract that removes all of a stored list, whose name has so many characters. */
static const char *wiping(wc_arena *arena, unsigned name)
{
    static const char before[] =
        "module T t\ntype t0 - tuple\ntype t1 - tag A\ntype t2 - bytes 50\ntype t3 - list 10 t2\n"
        "parties t0\nterms t0\nfield ";
    static const char behind[] =
        " 0 t3 0 - -\nstorage t0\nstate A - initial -\nstates t1\n"
        "function wipe\n    reg ref t0\n    params 1\n    block\n    cclear %0\n    ret 0\nend\n"
        "entry action wipe wipe t0 - any_party 0 - - 0000000000000000 0 0\n";
    char text[300];
    memset(text, 'n', name);
    text[name] = '\0';
    return rig_join(arena, rig_join(arena, before, text), behind);
}

static void names_the_sizes_of_stored_collections(void **state)
{
    (void)state;
    static const unsigned names[] = {1, WC_GAS_NAME_MAX - 5, WC_GAS_NAME_MAX - 4};
    for (size_t i = 0; i < WC_ARRAY_LEN(names); i++) {
        unsigned name = names[i];
        wc_arena *arena = rig_arena();
        wc_module *m = bound(arena, wiping(arena, name));
        wc_debug debug = derive(arena, m);
        uint64_t most = m->entries[0].gas_bound;
        assert_in_range(full(&debug, 0), most, most + 10); /* a unit of rounding for each element */
        bool is_named = name + strlen("self.") <= WC_GAS_NAME_MAX;
        assert_int_equal(debug.size_count, is_named);
        /* An element has 4 bytes of key and 50 of value: LOAD and WRITE of each, at the least. */
        if (is_named) assert_true(empty(&debug, 0) + 10 * 1000 < most);
        if (!is_named) assert_int_equal(empty(&debug, 0), most);
    }
}

static void takes_what_has_no_number_left_as_full(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *m = bound(arena, wiping(arena, 3));
    static wc_gas_size sizes[WC_GAS_SIZES_MAX + 1];
    for (uint32_t i = 0; i < WC_ARRAY_LEN(sizes); i++) {
        sizes[i] = (wc_gas_size){WC_GAS_SIZE_LOCAL, WC_STR("list"), i};
    }
    wc_gas_notes notes = {.size_count = WC_GAS_SIZES_MAX, .sizes = sizes};
    wc_debug debug = {0};
    assert_status(wc_gas_derive(m, &notes, arena, &debug), WC_OK);
    assert_int_equal(debug.size_count, 0);
    assert_int_equal(empty(&debug, 0), m->entries[0].gas_bound);
    notes.size_count--;
    assert_status(wc_gas_derive(m, &notes, arena, &debug), WC_OK);
    assert_int_equal(debug.size_count, 1);
    assert_true(empty(&debug, 0) < m->entries[0].gas_bound);
    notes.size_count = WC_GAS_SIZES_MAX + 1;
    assert_status(wc_gas_derive(m, &notes, arena, &debug), WC_TOO_LARGE);
}

/* The sample with more functions and entries behind its own, which are 6. */
static wc_module *sample_with(wc_arena *arena, const char *functions, const char *entries)
{
    const char *text = rig_edit(arena, rig_sample(), "entry action sell",
                                rig_join(arena, functions, "entry action sell"));
    return bound(arena, rig_join(arena, text, entries));
}

/* An amendment by a function that is called ends like one by the action itself. */
static void counts_an_amendment_wherever_it_is(void **state)
{
    (void)state;
    static const char set[] =
        "function set\n    slot t0\n    reg refmut t0\n    params 0\n    block\n    new r0 0\n"
        "    amend 2 r0\n    ret 0\nend\n"
        "function outer\n    reg ref t2\n    params 1\n    block\n    call set r0 r0\n    block\n"
        "    ret 0\nend\n"
        "function plain\n    reg ref t2\n    params 1\n    block\n    ret 0\nend\n";
    static const char entries[] =
        "entry action adjust outer t2 - any_party 0 - - 0000000000000000 0 0\n"
        "entry action rest plain t2 - any_party 0 - - 0000000000000000 0 0\n";
    wc_arena *arena = rig_arena();
    wc_module *m = sample_with(arena, set, entries);
    wc_debug debug = derive(arena, m);
    assert_int_equal(full(&debug, 6), m->entries[6].gas_bound);
    assert_int_equal(full(&debug, 7), m->entries[7].gas_bound);
    /* new 2 + 1, amend 4 + 1, call 6, two blocks, ret 2; checks 6, invariant 5, due time 4 */
    assert_int_equal(full(&debug, 6) - full(&debug, 7), 3 + 5 + 6 + 2 + 2 + 6 + 5 + 4);
}

static void counts_the_initial_state_wherever_it_is(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    const char *text = rig_edit(arena, rig_sample(), "state Open - initial -", "state Open - - -");
    text = rig_edit(arena, text, "state Closed - - final", "state Closed - initial final");
    wc_module *m = bound(arena, text);
    wc_debug debug = derive(arena, m);
    assert_int_equal(full(&debug, 5), m->entries[5].gas_bound);
    assert_int_equal(full(&debug, 5) - empty(&debug, 5), 1024 * 4500); /* sub-accounts */
}

/* A list as an argument is a size where the argument has a name. */
static void names_the_lengths_of_arguments(void **state)
{
    (void)state;
    for (unsigned named = 0; named < 2; named++) {
        static const char *const tuples[] = {"type t3 - tuple - t2\n", "type t3 - tuple list t2\n"};
        wc_arena *arena = rig_arena();
        const char *text =
            rig_join(arena, "module T t\ntype t0 - tuple\ntype t1 - tag A\ntype t2 - list 10 t1\n",
                     tuples[named]);
        wc_module *m = bound(
            arena, rig_join(arena, text,
                            "parties t0\nterms t0\nstorage t0\nstate A - initial -\nstates t1\n"
                            "function f\n    reg ref t3\n    params 1\n    block\n    ret 0\nend\n"
                            "entry action f f t3 - any_party 0 - - 0000000000000000 0 0\n"));
        wc_debug debug = derive(arena, m);
        assert_int_equal(debug.size_count, named);
        assert_int_equal(full(&debug, 0), m->entries[0].gas_bound);
        assert_int_equal(full(&debug, 0) - empty(&debug, 0), named * 10 * 2); /* bytes of a tag */
    }
}

static void counts_states_with_long_names_as_entered(void **state)
{
    (void)state;
    for (unsigned length = WC_GAS_NAME_MAX - 3; length <= WC_GAS_NAME_MAX - 2; length++) {
        wc_arena *arena = rig_arena();
        char name[WC_GAS_NAME_MAX + 1];
        memset(name, 'n', length);
        name[length] = '\0';
        wc_module *m = bound(arena, ending_twice(arena, name));
        wc_debug debug = derive(arena, m);
        uint64_t most = m->entries[0].gas_bound, holders = 1024 * 4500;
        bool is_named = length + strlen("-> ") <= WC_GAS_NAME_MAX;
        assert_int_equal(debug.size_count, is_named ? 3 : 2);
        assert_int_equal(full(&debug, 0), is_named ? most : most + holders); /* one, or both */
    }
}

/* A function of a test ends where the failure that it expects does not come. */
static void ends_a_path_where_a_failure_does_not_come(void **state)
{
    (void)state;
    static const char text[] =
        "module T t\ntype t0 - tuple\nparties t0\nterms t0\nstorage t0\nstates -\n"
        "function f\n    reg i64 -\n    params 0\n    block\n    texpect 65533 0 failed\n"
        "    block\n    ldi r0 1\n    ldi r0 1\n    ldi r0 1\n    tunmet\nfailed:\n    block\n"
        "    ret 0\nend\n"
        "tests\nentry deploy - f - - none 0 - - 0000000000000000 0 0\n";
    wc_arena *arena = rig_arena();
    wc_module *m = bound(arena, text);
    wc_debug debug = derive(arena, m);
    /* block, texpect 2; block, three numbers, tunmet 2 are dearer than block, ret 2 */
    assert_int_equal(m->functions[0].gas_bound, 1 + 2 + 1 + 3 + 2);
    assert_int_equal(full(&debug, 0), m->entries[0].gas_bound);
}

/* ---- dearest lines ---- */

static void names_the_dearest_lines(void **state)
{
    (void)state;
    static const char text[] =
        "module T t\ntype t0 - tuple\nparties t0\nterms t0\nstorage t0\nstates -\n"
        "function f\n    reg i64 -\n    params 0\n    block\n    ldi r0 1\n    ldi r0 2\n"
        "    ldi r0 3\n    neg r0 r0\n    ret 0\nend\ntests\n";
    static wc_debug_line lines[] = {/* not of the block, which costs 1 */
                                    {1, 0, 5, 1, 5, 9},
                                    {2, 1, 5, 1, 5, 9},
                                    {3, 0, 4, 1, 4, 9},
                                    {4, 0, 5, 1, 5, 9},
                                    {5, 0, 9, 1, 9, 9}};
    wc_debug_function row = {WC_ARRAY_LEN(lines), lines, 0, NULL};
    const wc_debug debug = {.function_count = 1, .functions = &row};
    wc_arena *arena = rig_arena();
    wc_module *m = bound(arena, text);
    wc_gas_dearest dearest;
    assert_status(wc_gas_lines(m, &debug, 0, arena, &dearest), WC_OK);
    assert_int_equal(dearest.count, WC_GAS_DEAREST);
    /* two words of 1 each; ret 2; of the others the first file */
    static const wc_gas_line expected[] = {{0, 5, 2}, {0, 9, 2}, {0, 4, 1}};
    for (size_t i = 0; i < WC_ARRAY_LEN(expected); i++) {
        assert_int_equal(dearest.lines[i].file, expected[i].file);
        assert_int_equal(dearest.lines[i].line, expected[i].line);
        assert_int_equal(dearest.lines[i].gas, expected[i].gas);
    }
    assert_status(wc_gas_lines(m, &debug, 1, arena, &dearest), WC_OK); /* not in the debug part */
    assert_int_equal(dearest.count, 0);
    arena->fail_after = 0;
    assert_status(wc_gas_lines(m, &debug, 0, arena, &dearest), WC_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_promises_less_than_the_bound),
        cmocka_unit_test(says_when_memory_is_full_and_changes_nothing),
        cmocka_unit_test(names_the_sizes_of_stored_collections),
        cmocka_unit_test(takes_what_has_no_number_left_as_full),
        cmocka_unit_test(counts_an_amendment_wherever_it_is),
        cmocka_unit_test(counts_the_initial_state_wherever_it_is),
        cmocka_unit_test(names_the_lengths_of_arguments),
        cmocka_unit_test(counts_states_with_long_names_as_entered),
        cmocka_unit_test(ends_a_path_where_a_failure_does_not_come),
        cmocka_unit_test(names_the_dearest_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
