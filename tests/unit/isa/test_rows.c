/* Rows of tables with one member out of its domain: the decoder refuses the bytes, and the verifier
 * the tables, where they come from a builder and never were bytes. Both go through module_tables.c.
 */
#include <string.h>

#include "tests/unit/isa/rig.h"

typedef struct row_case {
    const char *name;
    unsigned section;
    wc_status status; /* of the decoder; WC_OK: it cannot be written so */
    void (*damage)(wc_module *m);
} row_case;

/* Each case is a statement on the sample `m`. */
#define CASES                                                                                      \
    CASE(strings_few, 1, WC_OUT_OF_DOMAIN, m->string_count = 1)                                    \
    CASE(strings_many, 1, WC_OK, m->string_count = WC_STRINGS_MAX + 1)                             \
    CASE(string_byte, 1, WC_BAD_UTF8, m->strings[2] = ((wc_str){"\xff", 1}))                       \
    CASE(string_long, 1, WC_OK, m->strings[2].len = UINT16_MAX + 1u)                               \
    CASE(unit_text, 2, WC_OUT_OF_DOMAIN, m->units[0].text = m->string_count)                       \
    CASE(currency_code, 2, WC_OUT_OF_DOMAIN, m->currencies[0].code = m->string_count)              \
    CASE(currency_decimals, 2, WC_OUT_OF_DOMAIN, m->currencies[0].minor = 19)                      \
    CASE(type_name, 3, WC_OUT_OF_DOMAIN, m->types[0].name = m->string_count)                       \
    CASE(type_later, 3, WC_OUT_OF_DOMAIN, m->types[10].item = 10)                                  \
    CASE(type_too_large, 3, WC_TOO_LARGE, m->types[6].capacity = WC_TYPE_SIZE_MAX)                 \
    CASE(type_interface, 3, WC_OUT_OF_DOMAIN, m->types[15].item = 1)                               \
    CASE(type_members, 3, WC_OK, m->types[8].count = WC_MEMBERS_MAX + 1)                           \
    CASE(constant_type, 4, WC_OUT_OF_DOMAIN, m->bytes[0].type = m->type_count)                     \
    CASE(calendar_zone, 5, WC_OUT_OF_DOMAIN, m->calendars[0].zone = m->string_count)               \
    CASE(calendar_version, 5, WC_OUT_OF_DOMAIN, m->calendars[0].version = WC_NONE)                 \
    CASE(calendars_many, 5, WC_OK, m->calendar_count = WC_CALENDARS_MAX + 1)                       \
    CASE(calendar_twice, 5, WC_DUPLICATE, add_calendar(m, m->calendars[0].version))                \
    CASE(calendar_offset, 5, WC_OUT_OF_DOMAIN, m->calendars[0].table.offset = 64801)               \
    CASE(calendar_offset_west, 5, WC_OUT_OF_DOMAIN, m->calendars[0].table.offset = -64801)         \
    CASE(calendar_shift, 5, WC_OUT_OF_DOMAIN, m->calendars[0].table.shifts[1].offset = 64801)      \
    CASE(calendar_early, 5, WC_OUT_OF_DOMAIN, m->calendars[0].table.shifts[0].at = 0)              \
    CASE(calendar_late, 5, WC_OUT_OF_DOMAIN, m->calendars[0].table.shifts[1].at = WC_CALENDAR_END) \
    CASE(calendar_order, 5, WC_NOT_CANONICAL, m->calendars[0].table.shifts[1].at = 323830800)      \
    CASE(calendar_idle, 5, WC_NOT_CANONICAL, m->calendars[0].table.shifts[0].offset = 3600)        \
    CASE(calendar_idle_last, 5, WC_NOT_CANONICAL, m->calendars[0].table.shifts[1].offset = 7200)   \
    CASE(calendar_overlap, 5, WC_OUT_OF_DOMAIN,                                                    \
         (m->calendars[0].table.offset = 64800, m->calendars[0].table.shifts[0].offset = -64800,   \
          m->calendars[0].table.shifts[1].at = 323830800 + 129600))                                \
    CASE(interface_name, 6, WC_OUT_OF_DOMAIN, m->interfaces[0].name = m->string_count)             \
    CASE(interface_methods, 6, WC_OUT_OF_DOMAIN, m->interfaces[0].count = 3)                       \
    CASE(method_name, 6, WC_OUT_OF_DOMAIN, m->methods[0].name = WC_NONE)                           \
    CASE(method_args, 6, WC_OUT_OF_DOMAIN, m->methods[0].args = m->type_count)                     \
    CASE(action_result, 6, WC_OUT_OF_DOMAIN, m->methods[0].result = 0)                             \
    CASE(view_result, 6, WC_OUT_OF_DOMAIN, m->methods[1].result = WC_NONE)                         \
    CASE(party_name, 7, WC_OUT_OF_DOMAIN, m->parties[0].name = WC_NONE)                            \
    CASE(party_role, 7, WC_OUT_OF_DOMAIN, m->parties[0].role = m->string_count)                    \
    CASE(parties_type, 7, WC_OUT_OF_DOMAIN, m->parties_type = 0)                                   \
    CASE(term_default, 8, WC_OUT_OF_DOMAIN, m->terms[1].default_const = m->bytes_count)            \
    CASE(term_flag, 8, WC_OK, m->terms[1].has_default = false)                                     \
    CASE(terms_type, 8, WC_OUT_OF_DOMAIN, m->terms_type = m->type_count)                           \
    CASE(field_name, 9, WC_OUT_OF_DOMAIN, m->fields[0].name = WC_NONE)                             \
    CASE(field_type, 9, WC_OUT_OF_DOMAIN, m->fields[0].type = m->type_count)                       \
    CASE(field_empty, 9, WC_OUT_OF_DOMAIN, m->fields[0].type = 2)                                  \
    CASE(field_order, 9, WC_NOT_CANONICAL, m->fields[1].id = 1)                                    \
    CASE(field_id, 9, WC_OUT_OF_DOMAIN, m->fields[6].id = WC_NONE)                                 \
    CASE(field_since, 9, WC_OUT_OF_DOMAIN, m->fields[0].since = 4)                                 \
    CASE(field_initial, 9, WC_OUT_OF_DOMAIN, m->fields[0].initial = m->bytes_count)                \
    CASE(storage_type, 9, WC_OUT_OF_DOMAIN, m->storage_type = 0)                                   \
    CASE(state_name, 10, WC_OUT_OF_DOMAIN, m->states[0].name = WC_NONE)                            \
    CASE(state_data, 10, WC_OUT_OF_DOMAIN, m->states[0].data = 0)                                  \
    CASE(state_type, 10, WC_OUT_OF_DOMAIN, m->state_type = m->type_count)                          \
    CASE(error_name, 11, WC_OUT_OF_DOMAIN, m->errors[0].name = WC_NONE)                            \
    CASE(error_args, 11, WC_OUT_OF_DOMAIN, m->errors[0].args = 0)                                  \
    CASE(event_name, 12, WC_OUT_OF_DOMAIN, m->events[0].name = WC_NONE)                            \
    CASE(event_args, 12, WC_OUT_OF_DOMAIN, m->events[0].args = m->type_count)                      \
    CASE(function_name, 13, WC_OUT_OF_DOMAIN, m->functions[0].name = WC_NONE)                      \
    CASE(registers_many, 13, WC_OK, m->functions[0].reg_count = WC_REGISTERS_MAX + 1)              \
    CASE(slots_many, 13, WC_OK, m->functions[0].slot_count = WC_SLOTS_MAX + 1)                     \
    CASE(results_many, 13, WC_OK, m->functions[0].result_count = WC_REGISTERS_MAX + 1)             \
    CASE(register_kind, 13, WC_OUT_OF_DOMAIN, m->functions[0].regs[1].kind = 5)                    \
    CASE(register_unit, 13, WC_OUT_OF_DOMAIN, m->functions[0].regs[1].type = m->type_count)        \
    CASE(register_pointee, 13, WC_OUT_OF_DOMAIN, m->functions[0].regs[0].type = WC_NONE)           \
    CASE(register_half, 13, WC_OUT_OF_DOMAIN, m->functions[0].regs[1].kind = WC_REG_I128_HIGH)     \
    CASE(register_typed_half, 13, WC_OUT_OF_DOMAIN, m->functions[1].regs[7].type = 0)              \
    CASE(register_last_half, 13, WC_OUT_OF_DOMAIN, m->functions[0].regs[3].kind = WC_REG_I128)     \
    CASE(parameters_half, 13, WC_OUT_OF_DOMAIN, m->functions[1].param_count = 7)                   \
    CASE(parameters, 13, WC_OUT_OF_DOMAIN, m->functions[0].param_count = 5)                        \
    CASE(slot_type, 13, WC_OUT_OF_DOMAIN, m->functions[1].slots[0] = m->type_count)                \
    CASE(result_ref, 13, WC_OUT_OF_DOMAIN, m->functions[0].result_kinds[0] = WC_REG_REF)           \
    CASE(result_half, 13, WC_OUT_OF_DOMAIN, m->functions[0].result_kinds[0] = WC_REG_I128)         \
    CASE(result_high, 13, WC_OUT_OF_DOMAIN, m->functions[0].result_kinds[0] = WC_REG_I128_HIGH)    \
    CASE(entry_kind_none, 15, WC_OUT_OF_DOMAIN, m->entries[0].kind = (wc_entry_kind)0)             \
    CASE(entry_kind, 15, WC_OUT_OF_DOMAIN, m->entries[0].kind = (wc_entry_kind)8)                  \
    CASE(entry_name, 15, WC_OUT_OF_DOMAIN, m->entries[0].name = m->string_count)                   \
    CASE(action_name, 15, WC_OUT_OF_DOMAIN, m->entries[0].name = WC_NONE)                          \
    CASE(entry_function, 15, WC_OUT_OF_DOMAIN, m->entries[0].function = m->function_count)         \
    CASE(entry_args, 15, WC_OUT_OF_DOMAIN, m->entries[0].args = 0)                                 \
    CASE(due_args, 15, WC_OUT_OF_DOMAIN, m->entries[4].args = m->entry_count)                      \
    CASE(after_args, 15, WC_OUT_OF_DOMAIN, m->entries[3].args = 2)                                 \
    CASE(entry_result, 15, WC_OUT_OF_DOMAIN, m->entries[0].result = 0)                             \
    CASE(entry_view_result, 15, WC_OUT_OF_DOMAIN, m->entries[1].result = m->type_count)            \
    CASE(by_kind, 15, WC_OUT_OF_DOMAIN, m->entries[0].by = (wc_by_kind)5)                          \
    CASE(by_party, 15, WC_OUT_OF_DOMAIN, m->entries[0].who[0] = m->party_count)                    \
    CASE(by_role, 15, WC_OUT_OF_DOMAIN,                                                            \
         m->entries[0].who[1] = (uint16_t)(WC_BY_ROLE | m->string_count))                          \
    CASE(by_nobody, 15, WC_OUT_OF_DOMAIN, m->entries[0].who_count = 0)                             \
    CASE(by_too_many, 15, WC_OK, m->entries[0].who_count = WC_BY_MAX + 1)                          \
    CASE(none_by_somebody, 15, WC_OUT_OF_DOMAIN, m->entries[1].who_count = 1)                      \
    CASE(quorum_of_any, 15, WC_OUT_OF_DOMAIN, m->entries[0].quorum = 1)                            \
    CASE(no_quorum, 15, WC_OUT_OF_DOMAIN, m->entries[0].by = WC_BY_QUORUM)                         \
    CASE(quorum_of_three, 15, WC_OUT_OF_DOMAIN, set_quorum(m, 3))                                  \
    CASE(state_set, 15, WC_OUT_OF_DOMAIN, m->entries[0].when = 8)                                  \
    CASE(next_state_set, 15, WC_OUT_OF_DOMAIN, m->entries[0].leads_to = 8)                         \
    CASE(repeats, 15, WC_OUT_OF_DOMAIN, m->entries[0].repeats = 1)                                 \
    CASE(no_repeats, 15, WC_OUT_OF_DOMAIN, m->entries[3].repeats = 0)                              \
    CASE(test_name, 16, WC_OUT_OF_DOMAIN, set_test(m, WC_NONE, 0))                                 \
    CASE(test_function, 16, WC_OUT_OF_DOMAIN, set_test(m, 0, m->function_count))

static void set_quorum(wc_module *m, uint8_t quorum)
{
    m->entries[0].by = WC_BY_QUORUM;
    m->entries[0].quorum = quorum;
}

/* The sample's calendar again, as another version of its zone. */
static void add_calendar(wc_module *m, uint16_t version)
{
    static wc_calendar both[2];
    both[0] = both[1] = m->calendars[0];
    both[1].version = version;
    m->calendars = both;
    m->calendar_count = 2;
}

static void set_test(wc_module *m, uint16_t name, uint16_t function)
{
    static wc_signature_decl test;
    test = (wc_signature_decl){name, function};
    m->is_test_image = true;
    m->tests = &test;
    m->test_count = 1;
}

#define CASE(name, section, status, statement)                                                     \
    static void damage_##name(wc_module *m)                                                        \
    {                                                                                              \
        statement;                                                                                 \
    }
CASES
#undef CASE

static const row_case cases[] = {
#define CASE(name, section, status, statement) {#name, section, status, damage_##name},
    CASES
#undef CASE
};

static void refuses_tables_that_hold_what_they_must_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_arena *arena = rig_arena();
        wc_module *module = rig_assemble(arena, rig_sample());
        wc_finding finding = {0};
        cases[i].damage(module);
        wc_status status = wc_module_bound(module, wc_test_sha256, arena, &finding);
        bool is_right = status == WC_OUT_OF_DOMAIN && strcmp(finding.code, "V0201") == 0 &&
                        finding.offset == cases[i].section && finding.function == WC_NONE;
        if (!is_right) fail_msg("%s: %s", cases[i].name, finding.code);
    }
}

static void refuses_the_bytes_of_such_tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        if (cases[i].status == WC_OK) continue;
        wc_arena *arena = rig_arena();
        wc_module *module = rig_assemble(arena, rig_sample());
        size_t bad = 0;
        cases[i].damage(module);
        wc_status status = wc_module_decode(rig_encode(arena, module), arena, &module, &bad);
        if (status != cases[i].status) fail_msg("%s: %s", cases[i].name, wc_status_name(status));
    }
}

static void accepts_two_versions_of_one_zone(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *module = rig_assemble(arena, rig_sample());
    add_calendar(module, 0);
    assert_string_equal(rig_verdict(arena, module), "");
    add_calendar(module, module->calendars[0].version);
    assert_string_equal(rig_verdict(arena, module), "V0201");
}

/* The decoder reads no more than 64 states; a builder can hold more. */
static void keeps_sixty_four_states(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *module = rig_assemble(arena, rig_sample());
    wc_state_decl *states = WC_ARENA_ARRAY(arena, wc_state_decl, WC_STATES_MAX + 1);
    for (unsigned i = 0; i <= WC_STATES_MAX; i++) states[i] = module->states[i % 3];
    module->states = states;
    module->state_count = WC_STATES_MAX + 1;
    assert_string_equal(rig_verdict(arena, module), "V0209");
}

/* A quorum of two of two, and of one, is one. */
static void accepts_a_quorum_up_to_all(void **state)
{
    (void)state;
    for (uint8_t quorum = 1; quorum <= 2; quorum++) {
        wc_arena *arena = rig_arena();
        wc_module *module = rig_assemble(arena, rig_sample());
        set_quorum(module, quorum);
        assert_string_equal(rig_verdict(arena, module), "");
    }
}

/* Invariants are named by a bit each, so there are at most 64. */
static void keeps_sixty_four_invariants(void **state)
{
    (void)state;
    for (unsigned count = WC_INVARIANTS_MAX - 1; count <= WC_INVARIANTS_MAX + 1; count++) {
        wc_arena *arena = rig_arena();
        wc_module *module = rig_assemble(arena, rig_sample());
        wc_entry *entries = WC_ARENA_ARRAY(arena, wc_entry, count + 1);
        entries[0] = module->entries[0];
        entries[0].invariants = count < 64 ? (UINT64_C(1) << count) - 1 : UINT64_MAX;
        for (unsigned i = 0; i < count; i++) entries[1 + i] = module->entries[2];
        module->entries = entries;
        module->entry_count = (uint16_t)(count + 1);
        const char *expected = count > WC_INVARIANTS_MAX ? "V0303" : "";
        assert_string_equal(rig_verdict(arena, module), expected);
    }
}

/* The sample's `by any(..)` with so many parties, the second one again and again: the count is read
 * before the parties are compared. */
static wc_status decode_by(unsigned count)
{
    wc_arena *arena = rig_arena();
    wc_module *module = rig_assemble(arena, rig_sample()), *decoded;
    size_t bad;
    wc_entry *entry = &module->entries[0];
    entry->who_count = (uint8_t)(count < WC_BY_MAX ? count : WC_BY_MAX);
    for (unsigned i = 1; i < entry->who_count; i++) entry->who[i] = entry->who[0];
    wc_slice bytes = rig_encode(arena, module);
    if (count > WC_BY_MAX) { /* the struct has no room for one more: only its count */
        entry->who_count = WC_BY_MAX - 1;
        wc_slice fewer = rig_encode(arena, module);
        size_t at = fewer.len;
        for (size_t i = 0; i < fewer.len && at == fewer.len; i++) {
            if (bytes.data[i] == WC_BY_MAX && fewer.data[i] == WC_BY_MAX - 1) at = i;
        }
        assert_true(at < fewer.len);
        uint8_t *copy = WC_ARENA_ARRAY(arena, uint8_t, bytes.len);
        memcpy(copy, bytes.data, bytes.len);
        copy[at] = (uint8_t)count;
        bytes = wc_slice_of(copy, bytes.len);
    }
    return wc_module_decode(bytes, arena, &decoded, &bad);
}

static void names_up_to_eight_parties_behind_by(void **state)
{
    (void)state;
    assert_status(decode_by(WC_BY_MAX - 1), WC_OK);
    assert_status(decode_by(WC_BY_MAX), WC_OK);
    assert_status(decode_by(WC_BY_MAX + 1), WC_TOO_LARGE);
}

static void lets_a_test_image_have_no_states(void **state)
{
    (void)state;
    static const char text[] = "module T t\ntype t0 - tuple\nparties t0\nterms t0\nstorage t0\n"
                               "states -\n";
    wc_arena *arena = rig_arena();
    assert_string_equal(rig_verdict(arena, rig_assemble(arena, text)), "V0209");
    const char *tests = rig_join(arena, text, "tests\n");
    assert_string_equal(rig_verdict(arena, rig_assemble(arena, tests)), "");
    static const char deploy[] = "function f\n    params 0\n    block\n    ret 0\nend\n"
                                 "entry deploy - f - - none 0 - - 0000000000000000 0 0\n";
    tests = rig_join(arena, tests, deploy);
    assert_string_equal(rig_verdict(arena, rig_assemble(arena, tests)), "");
}

static void says_which_type_has_no_layout(void **state)
{
    (void)state;
    wc_module *module = rig_assemble(rig_arena(), rig_sample());
    size_t bad = 0;
    assert_status(wc_module_layout(module, &bad), WC_OK);
    module->types[6].capacity = 0;
    assert_status(wc_module_layout(module, &bad), WC_OUT_OF_DOMAIN);
    assert_int_equal(bad, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_tables_that_hold_what_they_must_not),
        cmocka_unit_test(refuses_the_bytes_of_such_tables),
        cmocka_unit_test(accepts_two_versions_of_one_zone),
        cmocka_unit_test(keeps_sixty_four_states),
        cmocka_unit_test(accepts_a_quorum_up_to_all),
        cmocka_unit_test(keeps_sixty_four_invariants),
        cmocka_unit_test(names_up_to_eight_parties_behind_by),
        cmocka_unit_test(lets_a_test_image_have_no_states),
        cmocka_unit_test(says_which_type_has_no_layout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
