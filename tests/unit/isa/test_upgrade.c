/* What must be alike between two versions of a contract: one change for each thing that is
 * compared, and the rule and row that name it. The modules are tables only; their code is not
 * looked at. */
#include <string.h>

#include "tests/unit/isa/rig.h"
#include "vm/isa/upgrade.h"

enum {
    S_A,
    S_B,
    S_PRICE,
    S_SOLD,
    S_LOG,
    S_OPEN,
    S_DONE,
    S_ROLE,
    S_VIEW,
    S_OTHER,
    S_COUNT
};

enum {
    T_INT,
    T_BOOL,
    T_TERMS,   /* (price : int) */
    T_STORAGE, /* (sold : int) */
    T_DATA,    /* (other : bool) */
    T_EMPTY,
    T_PARTY,
    T_REFERENCE,
    T_PARTIES,
    T_REFERENCES,
    T_COUNT
};

/* One version; everything in it can be changed. */
typedef struct version {
    wc_module module;
    wc_str strings[S_COUNT];
    wc_type types[T_COUNT];
    wc_field terms[2], stored[2], data[1];
    wc_party_decl parties[3];
    wc_storage_field fields[3];
    wc_state_decl states[3];
    wc_entry entries[3];
} version;

static void make(version *v, uint16_t number)
{
    static const char *const names[S_COUNT] = {"a",    "b",    "price", "sold", "log",
                                               "Open", "Done", "Bank",  "seen", "other"};
    *v = (version){0};
    for (size_t i = 0; i < S_COUNT; i++) v->strings[i] = wc_str_of(names[i]);
    const wc_type plain = {.name = WC_NONE, .unit = WC_NONE, .item = WC_NONE, .value = WC_NONE};
    for (size_t i = 0; i < T_COUNT; i++) v->types[i] = plain;
    v->types[T_INT].kind = WC_TYPE_INT;
    v->types[T_INT].lo = INT64_MIN;
    v->types[T_INT].hi = INT64_MAX;
    v->types[T_BOOL].kind = WC_TYPE_BOOL;
    for (size_t i = T_TERMS; i <= T_EMPTY; i++) v->types[i].kind = WC_TYPE_TUPLE;
    v->types[T_PARTY].kind = v->types[T_REFERENCE].kind = WC_TYPE_PARTY;
    v->types[T_PARTIES].kind = v->types[T_REFERENCES].kind = WC_TYPE_LIST;
    v->types[T_PARTIES].item = T_PARTY;
    v->types[T_REFERENCE].item = 0; /* an interface */
    v->types[T_REFERENCES].item = T_REFERENCE;
    v->terms[0] = (wc_field){.name = S_PRICE, .type = T_INT};
    v->stored[0] = (wc_field){.name = S_SOLD, .type = T_INT};
    v->data[0] = (wc_field){.name = S_OTHER, .type = T_BOOL};
    v->types[T_TERMS].count = v->types[T_STORAGE].count = v->types[T_DATA].count = 1;
    v->types[T_TERMS].fields = v->terms;
    v->types[T_STORAGE].fields = v->stored;
    v->types[T_DATA].fields = v->data;
    v->parties[0] = (wc_party_decl){.name = S_A, .role = WC_NONE, .signatory = true};
    v->parties[1] = (wc_party_decl){.name = S_B, .role = S_ROLE};
    v->parties[2] = (wc_party_decl){.name = S_OTHER, .role = WC_NONE};
    v->fields[0] = (wc_storage_field){.name = S_SOLD, .id = 1, .type = T_INT, .root = 0};
    v->fields[1] = (wc_storage_field){.name = S_LOG, .id = 2, .type = T_INT, .root = WC_NONE};
    v->states[0] = (wc_state_decl){.name = S_OPEN, .data = WC_NONE, .initial = true};
    v->states[1] = (wc_state_decl){.name = S_DONE, .data = T_DATA, .final = true};
    v->states[2] = (wc_state_decl){.name = S_OTHER, .data = WC_NONE};
    v->entries[0] = (wc_entry){.kind = WC_ENTRY_UPGRADE, .name = S_OTHER, .args = T_STORAGE};
    v->entries[1] =
        (wc_entry){.kind = WC_ENTRY_VIEW, .name = S_VIEW, .args = T_EMPTY, .result = T_INT};
    v->entries[2] =
        (wc_entry){.kind = WC_ENTRY_ACTION, .name = S_A, .args = T_EMPTY, .result = WC_NONE};
    v->module = (wc_module){.strings = v->strings,
                            .string_count = S_COUNT,
                            .types = v->types,
                            .type_count = T_COUNT,
                            .parties = v->parties,
                            .party_count = 2,
                            .fields = v->fields,
                            .field_count = 2,
                            .states = v->states,
                            .state_count = 2,
                            .entries = v->entries,
                            .entry_count = 3,
                            .terms_type = T_TERMS,
                            .storage_type = T_STORAGE,
                            .source_version = number};
}

/* ---- one change of the next version each ----------------------------------------------------- */

static void nothing(version *v)
{
    (void)v;
}

static void version_skipped(version *v)
{
    v->module.source_version++;
}

static void no_upgrade(version *v)
{
    v->entries[0].kind = WC_ENTRY_AFTER;
}

static void party_renamed(version *v)
{
    v->parties[1].name = S_OTHER;
}

static void party_of_no_role(version *v)
{
    v->parties[1].role = WC_NONE;
}

static void party_of_a_role(version *v)
{
    v->parties[0].role = S_ROLE;
}

static void party_not_signing(version *v)
{
    v->parties[0].signatory = false;
}

static void party_more(version *v)
{
    v->module.party_count++;
}

static void party_less(version *v)
{
    v->module.party_count--;
}

static void term_renamed(version *v)
{
    v->terms[0].name = S_OTHER;
}

static void term_of_another_type(version *v)
{
    v->terms[0].type = T_BOOL;
}

static void term_more(version *v)
{
    v->terms[1] = (wc_field){.name = S_OTHER, .type = T_BOOL};
    v->types[T_TERMS].count++;
}

static void term_less(version *v)
{
    v->types[T_TERMS].count--;
}

static void built_for_other_storage(version *v)
{
    v->stored[0].name = S_OTHER;
}

static void collection_renamed(version *v)
{
    v->fields[1].name = S_OTHER;
}

static void collection_of_another_type(version *v)
{
    v->fields[1].type = T_BOOL;
}

static void collection_of_another_version(version *v)
{
    v->fields[1].since = 2;
}

static void collection_into_the_root(version *v)
{
    v->fields[1].root = 1;
    v->fields[1].type = T_BOOL;
}

static void root_field_out_of_the_root(version *v)
{
    v->fields[0].root = WC_NONE;
    v->fields[0].type = T_BOOL;
}

static void root_field_of_another_type(version *v)
{
    v->fields[0].type = T_BOOL; /* the upgrade function writes it anew */
}

static void add_field(version *v, uint16_t id, uint16_t since)
{
    v->fields[2] = (wc_storage_field){
        .name = S_OTHER, .id = id, .type = T_INT, .since = since, .root = WC_NONE};
    v->module.field_count++;
}

static void field_of_this_version(version *v)
{
    add_field(v, 2 * WC_UPGRADE_FIELDS + 5, 2);
}

static void field_of_an_old_number(version *v)
{
    add_field(v, 5, 2);
}

static void field_that_says_to_be_old(version *v)
{
    add_field(v, 2 * WC_UPGRADE_FIELDS + 5, 1);
}

static void state_renamed(version *v)
{
    v->states[0].name = S_OTHER;
}

static void state_that_ends(version *v)
{
    v->states[0].final = true;
}

static void state_with_data(version *v)
{
    v->states[0].data = T_DATA;
}

static void state_without_data(version *v)
{
    v->states[1].data = WC_NONE;
}

static void state_with_other_data(version *v)
{
    v->data[0].name = S_LOG;
}

static void state_more(version *v)
{
    v->module.state_count++;
}

/* A name so long that two types of it cannot be compared. */
static char long_name[WC_UPGRADE_TEXT_MAX];

static void type_too_long(version *v)
{
    memset(long_name, 'x', sizeof long_name);
    v->strings[S_OTHER] = (wc_str){long_name, sizeof long_name};
}

static const struct change {
    void (*change)(version *v);
    wc_upgrade_rule rule;
    uint16_t row;
} changes[] = {
    {nothing, WC_UPGRADE_FITS, 0},
    {version_skipped, WC_UPGRADE_VERSION, 0},
    {no_upgrade, WC_UPGRADE_NO_UPGRADE, 0},
    {party_renamed, WC_UPGRADE_PARTIES, 1},
    {party_of_no_role, WC_UPGRADE_PARTIES, 1},
    {party_of_a_role, WC_UPGRADE_PARTIES, 0},
    {party_not_signing, WC_UPGRADE_PARTIES, 0},
    {party_more, WC_UPGRADE_PARTIES, 2},
    {party_less, WC_UPGRADE_PARTIES, 1},
    {term_renamed, WC_UPGRADE_TERMS, 0},
    {term_of_another_type, WC_UPGRADE_TERMS, 0},
    {term_more, WC_UPGRADE_TERMS, 1},
    {term_less, WC_UPGRADE_TERMS, 0},
    {built_for_other_storage, WC_UPGRADE_SCHEMA, 0},
    {collection_renamed, WC_UPGRADE_FIELD, 1},
    {collection_of_another_type, WC_UPGRADE_FIELD, 1},
    {collection_of_another_version, WC_UPGRADE_FIELD, 1},
    {collection_into_the_root, WC_UPGRADE_FIELD, 1},
    {root_field_out_of_the_root, WC_UPGRADE_FIELD, 0},
    {root_field_of_another_type, WC_UPGRADE_FITS, 0},
    {field_of_this_version, WC_UPGRADE_FITS, 0},
    {field_of_an_old_number, WC_UPGRADE_FIELD_ID, 2},
    {field_that_says_to_be_old, WC_UPGRADE_FIELD_ID, 2},
    {state_renamed, WC_UPGRADE_STATE, 0},
    {state_that_ends, WC_UPGRADE_STATE, 0},
    {state_with_data, WC_UPGRADE_STATE, 0},
    {state_without_data, WC_UPGRADE_STATE, 1},
    {state_with_other_data, WC_UPGRADE_STATE, 1},
    {state_more, WC_UPGRADE_FITS, 0},
    {type_too_long, WC_UPGRADE_STATE, 1},
};

static void each_difference_is_named_with_its_row(void **state)
{
    (void)state;
    static version old, next;
    static uint8_t scratch[WC_UPGRADE_SCRATCH];
    for (size_t i = 0; i < WC_ARRAY_LEN(changes); i++) {
        make(&old, 0);
        make(&next, 2);
        changes[i].change(&next);
        wc_upgrade_fault fault =
            wc_upgrade_check(&old.module, &next.module, WC_UPGRADE_ALL_STATES, scratch);
        if (fault.rule != changes[i].rule || fault.row != changes[i].row) {
            fail_msg("change %zu: rule %d, row %u", i, (int)fault.rule, fault.row);
        }
    }
}

/* A type that is too long is like no other, not even itself: on either side. */
static void types_too_long_to_compare_are_not_alike(void **state)
{
    (void)state;
    static version old, next;
    static uint8_t scratch[WC_UPGRADE_SCRATCH];
    make(&old, 0);
    make(&next, 2);
    assert_true(wc_types_alike(&old.module, T_DATA, &next.module, T_DATA, scratch));
    assert_true(wc_types_alike(&old.module, WC_NONE, &next.module, WC_NONE, scratch));
    assert_false(wc_types_alike(&old.module, T_DATA, &next.module, WC_NONE, scratch));
    type_too_long(&next);
    assert_false(wc_types_alike(&old.module, T_DATA, &next.module, T_DATA, scratch));
    assert_false(wc_types_alike(&next.module, T_DATA, &old.module, T_DATA, scratch));
    assert_false(wc_types_alike(&next.module, T_DATA, &next.module, T_DATA, scratch));
}

/* Only the state that an instance is in has to stay, where one is named. */
static void one_state_is_asked_for_alone(void **state)
{
    (void)state;
    static version old, next;
    static uint8_t scratch[WC_UPGRADE_SCRATCH];
    make(&old, 0);
    make(&next, 2);
    state_renamed(&next);
    wc_upgrade_fault fault = wc_upgrade_check(&old.module, &next.module, 0, scratch);
    assert_int_equal(fault.rule, WC_UPGRADE_STATE);
    fault = wc_upgrade_check(&old.module, &next.module, 1, scratch);
    assert_int_equal(fault.rule, WC_UPGRADE_FITS);
    fault = wc_upgrade_check(&old.module, &next.module, WC_UPGRADE_NO_STATE, scratch);
    assert_int_equal(fault.rule, WC_UPGRADE_FITS);
}

static void what_others_may_call_stays(void **state)
{
    (void)state;
    static version old, next;
    make(&old, 0);
    make(&next, 2);
    wc_upgrade_fault fault = wc_upgrade_interface(&old.module, &next.module, wc_test_sha256);
    assert_int_equal(fault.rule, WC_UPGRADE_FITS);
    next.entries[1].result = T_BOOL;
    fault = wc_upgrade_interface(&old.module, &next.module, wc_test_sha256);
    assert_int_equal(fault.rule, WC_UPGRADE_INTERFACE);
    assert_int_equal(fault.row, 1);
    make(&next, 2);
    next.entries[2].name = S_B;
    fault = wc_upgrade_interface(&old.module, &next.module, wc_test_sha256);
    assert_int_equal(fault.rule, WC_UPGRADE_INTERFACE);
    assert_int_equal(fault.row, 2);
    /* A name that is too long for a signature is offered by nobody. */
    make(&next, 2);
    type_too_long(&old);
    old.entries[1].name = S_OTHER;
    fault = wc_upgrade_interface(&old.module, &next.module, wc_test_sha256);
    assert_int_equal(fault.row, 1);
    make(&old, 0);
    type_too_long(&next);
    next.entries[1].name = S_OTHER;
    fault = wc_upgrade_interface(&old.module, &next.module, wc_test_sha256);
    assert_int_equal(fault.rule, WC_UPGRADE_INTERFACE);
    assert_int_equal(fault.row, 1);
}

/* A signature spells a reference as the party that it is. */
static void a_party_does_not_become_a_reference(void **state)
{
    static const struct {
        uint16_t before, after;
        wc_upgrade_rule rule;
    } rows[] = {
        {T_PARTY, T_REFERENCE, WC_UPGRADE_REFERENCE},
        {T_PARTIES, T_REFERENCES, WC_UPGRADE_REFERENCE},
        {T_REFERENCE, T_PARTY, WC_UPGRADE_FITS},
        {T_REFERENCES, T_PARTIES, WC_UPGRADE_FITS},
        {T_REFERENCE, T_REFERENCE, WC_UPGRADE_FITS},
        {T_PARTY, T_PARTY, WC_UPGRADE_FITS},
    };

    (void)state;
    static version old, next;
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        make(&old, 0);
        make(&next, 2);
        old.types[T_TERMS].count = next.types[T_TERMS].count = 2;
        old.terms[1] = (wc_field){.name = S_OTHER, .type = rows[i].before};
        next.terms[1] = (wc_field){.name = S_OTHER, .type = rows[i].after};
        wc_upgrade_fault fault = wc_upgrade_references(&old.module, &next.module);
        assert_int_equal(fault.rule, rows[i].rule);
        assert_int_equal(fault.row, rows[i].rule == WC_UPGRADE_FITS ? 0 : 1);
    }
}

/* What each fault is about, by kind and name; a row more than before is one of the newer. */
static void each_fault_names_its_subject(void **state)
{
    static const struct {
        wc_upgrade_fault fault;
        const char *kind, *name;
    } rows[] = {
        {{WC_UPGRADE_FITS, 0}, "", ""},
        {{WC_UPGRADE_VERSION, 0}, "", ""},
        {{WC_UPGRADE_NO_UPGRADE, 0}, "", ""},
        {{WC_UPGRADE_PARTIES, 1}, "party", "b"},
        {{WC_UPGRADE_PARTIES, 2}, "party", "other"},
        {{WC_UPGRADE_TERMS, 0}, "term", "price"},
        {{WC_UPGRADE_TERMS, 1}, "term", "other"},
        {{WC_UPGRADE_REFERENCE, 0}, "term", "price"},
        {{WC_UPGRADE_SCHEMA, 0}, "field", "sold"},
        {{WC_UPGRADE_SCHEMA, 1}, "field", "other"},
        {{WC_UPGRADE_FIELD, 1}, "field", "log"},
        {{WC_UPGRADE_FIELD_ID, 0}, "field", "sold"},
        {{WC_UPGRADE_STATE, 1}, "state", "Done"},
        {{WC_UPGRADE_INTERFACE, 1}, "view", "seen"},
        {{WC_UPGRADE_INTERFACE, 2}, "action", "a"},
    };

    (void)state;
    static version old, next;
    make(&old, 0);
    make(&next, 2);
    party_more(&next);
    term_more(&next);
    next.types[T_STORAGE].count = 2;
    next.stored[1] = (wc_field){.name = S_OTHER, .type = T_INT};
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        const char *kind;
        wc_str name;
        wc_upgrade_subject(&old.module, &next.module, rows[i].fault, &kind, &name);
        assert_string_equal(kind, rows[i].kind);
        assert_true(wc_str_equal(name, wc_str_of(rows[i].name)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_party_does_not_become_a_reference),
        cmocka_unit_test(each_fault_names_its_subject),
        cmocka_unit_test(each_difference_is_named_with_its_row),
        cmocka_unit_test(types_too_long_to_compare_are_not_alike),
        cmocka_unit_test(one_state_is_asked_for_alone),
        cmocka_unit_test(what_others_may_call_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
