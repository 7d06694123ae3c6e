/* The call driver: order of the steps of a call, authority, states, invariants, the root record,
 * views. Each run is repeated by the rig on both engines, with rubbish, exact gas and a failing
 * host. */
#include "tests/unit/exec/rig.h"
#include "vm/base/codec.h"

#define I(x)   INT64_C(x)
#define OPEN   0
#define BUSY   1
#define DONE   2
#define BIT(s) (UINT64_C(1) << (s))

static void expect_ok(const wc_rig *rig)
{
    if (rig->outcome.kind != WC_OUTCOME_OK) {
        fail_msg("kind %d code %d", rig->outcome.kind, rig->outcome.code);
    }
}

/* A function () -> i64 with this result. */
static uint16_t make_number(wc_rig *rig, int64_t value)
{
    uint16_t f = wc_builder_function(rig->b, WC_STR("n"));
    wc_builder_params(rig->b);
    wc_builder_result(rig->b, WC_REG_I64);
    RIG_EMIT(rig, ret, rig_number(rig, value));
    wc_builder_end(rig->b);
    return f;
}

static wc_str names[] = {{"a0", 2}, {"a1", 2}, {"a2", 2}, {"a3", 2}};

static wc_entry action(wc_rig *rig, uint16_t function, size_t name)
{
    return (wc_entry){.kind = WC_ENTRY_ACTION,
                      .name = wc_builder_string(rig->b, names[name]),
                      .function = function,
                      .args = rig->t.empty,
                      .result = WC_NONE,
                      .by = WC_BY_ANY_PARTY};
}

/* An action with an empty body and these arguments. */
static uint16_t make_action(wc_rig *rig, uint16_t args, void (*body)(wc_rig *))
{
    uint16_t f = wc_builder_function(rig->b, WC_STR("a"));
    (void)rig_ref(rig, args);
    wc_builder_params(rig->b);
    if (body != NULL) body(rig);
    RIG_EMIT(rig, ret, 0);
    wc_builder_end(rig->b);
    return f;
}

static uint16_t storage(wc_rig *rig)
{
    uint16_t ref = rig_refmut(rig, wc_builder_module(rig->b)->storage_type);
    RIG_EMIT(rig, root, ref, 1);
    return ref;
}

/* ---- arguments ----------------------------------------------------------------------------------
 */

static void run_with_args(const char *pattern, int64_t x, int64_t y, int offset)
{
    wc_rig rig;
    rig_open_tables(&rig);
    wc_entry entry = action(&rig, make_action(&rig, rig.t.dated, NULL), 0);
    entry.args = rig.t.dated;
    rig.entry = wc_builder_entry(rig.b, &entry);
    rig_load(&rig);
    rig.call.args = rig_abi(&rig, pattern, x, y, I(5), 0);
    rig_run(&rig);
    if (offset < 0) {
        expect_ok(&rig);
    } else {
        rig_expect_builtin(&rig, WC_BUILTIN_BadArguments, rig_abi(&rig, "w", offset));
        assert_int_equal(rig.outcome.function, WC_NONE);
    }
    rig_drop(&rig);
}

static void arguments_must_be_the_one_encoding(void **state)
{
    (void)state;
    run_with_args("qqq", 1, 1, -1);
    run_with_args("qqq", 2, 1, 0);
    run_with_args("qq", 1, 2, 16);
    run_with_args("qqqb", 1, 2, 24);
    run_with_args("", 1, 2, 0);
}

static void arguments_are_looked_at_before_authority_and_state(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open_tables(&rig);
    wc_entry entry = action(&rig, make_action(&rig, rig.t.pair, NULL), 0);
    entry.args = rig.t.pair;
    entry.when = BIT(BUSY);
    entry.by = WC_BY_ALL;
    entry.who_count = 1;
    entry.who[0] = 1;
    rig.entry = wc_builder_entry(rig.b, &entry);
    rig_load(&rig);
    rig_run(&rig);
    rig_expect_builtin(&rig, WC_BUILTIN_BadArguments, rig_abi(&rig, "w", 0));
    rig.call.args = rig_abi(&rig, "qq", I(1), I(2));
    rig_run(&rig);
    rig_expect_builtin(&rig, WC_BUILTIN_NotAuthorised, wc_slice_of(NULL, 0));
    rig.call.principal = rig.bank;
    wc_fake_account_of(&rig.host, &rig.bank)->is_signer = true;
    rig_run(&rig);
    rig_expect_builtin(&rig, WC_BUILTIN_WrongState, rig_abi(&rig, "h", OPEN));
    rig_drop(&rig);
}

/* ---- authority ----------------------------------------------------------------------------------
 */

/* Who calls: principal and signers out of alice (party 0), bank (party 1, holds Bank), carol. */
typedef struct attempt {
    char principal;      /* a, b, c; 0: none */
    const char *signers; /* letters */
    bool allowed;
} attempt;

static const wc_party *by_letter(const wc_rig *rig, char letter)
{
    if (letter == 'a') return &rig->alice;
    return letter == 'b' ? &rig->bank : &rig->carol;
}

static void try_entry(const wc_entry *by, const attempt *tries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        wc_rig rig;
        rig_open_tables(&rig);
        wc_entry entry = action(&rig, make_action(&rig, rig.t.empty, NULL), 0);
        entry.by = by->by;
        entry.quorum = by->quorum;
        entry.who_count = by->who_count;
        for (size_t k = 0; k < by->who_count; k++) {
            entry.who[k] = by->who[k];
            if (by->who[k] == WC_BY_ROLE) {
                entry.who[k] |= wc_builder_string(rig.b, WC_STR("Bank"));
            }
        }
        rig.entry = wc_builder_entry(rig.b, &entry);
        rig_load(&rig);
        wc_fake_account_of(&rig.host, &rig.alice)->is_signer = false;
        for (const char *s = tries[i].signers; *s != 0; s++) {
            wc_fake_account_of(&rig.host, by_letter(&rig, *s))->is_signer = true;
        }
        rig.call.has_principal = tries[i].principal != 0;
        rig.call.principal =
            rig.call.has_principal ? *by_letter(&rig, tries[i].principal) : wc_fake_party(0);
        rig_run(&rig);
        if (tries[i].allowed) {
            expect_ok(&rig);
        } else {
            rig_expect_builtin(&rig, WC_BUILTIN_NotAuthorised, wc_slice_of(NULL, 0));
        }
        rig_drop(&rig);
    }
}

#define TRY(by, ...)                                                                               \
    try_entry(&(wc_entry)by, (const attempt[]){__VA_ARGS__},                                       \
              sizeof((attempt[]){__VA_ARGS__}) / sizeof(attempt))
#define BY(...)                                                                                    \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

static void a_single_party_signs_and_is_the_principal(void **state)
{
    (void)state;
    TRY(BY(.by = WC_BY_ALL, .who_count = 1, .who = {0}), {'a', "a", true}, {'a', "ab", true},
        {'b', "ab", false}, {'b', "b", false}, {'a', "", false}, {0, "a", false});
}

static void several_parties_all_sign(void **state)
{
    (void)state;
    TRY(BY(.by = WC_BY_ALL, .who_count = 2, .who = {0, 1}), {'a', "ab", true}, {'b', "ab", true},
        {'c', "abc", true}, {'a', "a", false}, {'b', "b", false}, {0, "ab", false});
}

static void a_role_is_held_by_the_principal(void **state)
{
    (void)state;
    TRY(BY(.by = WC_BY_ALL, .who_count = 1, .who = {WC_BY_ROLE}), {'b', "b", true},
        {'a', "ab", false}, {0, "b", false});
    TRY(BY(.by = WC_BY_ALL, .who_count = 2, .who = {0, WC_BY_ROLE}), {'b', "ab", true},
        {'b', "b", false}, {'a', "ab", false});
}

static void any_of_them_is_the_principal(void **state)
{
    (void)state;
    TRY(BY(.by = WC_BY_ANY, .who_count = 2, .who = {0, 1}), {'a', "a", true}, {'b', "b", true},
        {'c', "abc", false}, {0, "ab", false});
    TRY(BY(.by = WC_BY_ANY, .who_count = 2, .who = {0, WC_BY_ROLE}), {'a', "a", true},
        {'b', "b", true}, {'c', "c", false});
}

static void a_quorum_counts_different_signers(void **state)
{
    (void)state;
    TRY(BY(.by = WC_BY_QUORUM, .quorum = 2, .who_count = 2, .who = {0, 1}), {'a', "ab", true},
        {'b', "ab", true}, {'a', "a", false}, {'c', "abc", false});
    TRY(BY(.by = WC_BY_QUORUM, .quorum = 2, .who_count = 2, .who = {0, WC_BY_ROLE}),
        {'b', "ab", true}, {'b', "b", false}, {'a', "ab", false});
    TRY(BY(.by = WC_BY_QUORUM, .quorum = 2, .who_count = 3, .who = {WC_BY_ROLE, 0, 1}),
        {'b', "ab", true}, {'b', "a", true}, {'b', "b", false}, {'a', "ab", true},
        {'a', "a", false}, {'c', "abc", false});
    TRY(BY(.by = WC_BY_QUORUM, .quorum = 1, .who_count = 2, .who = {0, 1}), {'a', "a", true},
        {'c', "a", false});
}

static void one_address_in_two_roles_is_one_signer(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open_tables(&rig);
    wc_entry entry = action(&rig, make_action(&rig, rig.t.empty, NULL), 0);
    entry.by = WC_BY_QUORUM;
    entry.quorum = 2;
    entry.who_count = 2;
    entry.who[1] = 1;
    rig.entry = wc_builder_entry(rig.b, &entry);
    rig_load(&rig);
    rig.bank = rig.alice; /* alice stands in the record twice */
    rig_set_state(&rig, OPEN, wc_slice_of(NULL, 0));
    rig_run(&rig);
    rig_expect_builtin(&rig, WC_BUILTIN_NotAuthorised, wc_slice_of(NULL, 0));
    rig_drop(&rig);
}

static void any_party_means_anybody_who_calls(void **state)
{
    (void)state;
    TRY(BY(.by = WC_BY_ANY_PARTY), {'a', "a", true}, {'c', "c", true}, {0, "a", false});
}

/* ---- states -------------------------------------------------------------------------------------
 */

static void run_in_state(uint64_t when, uint16_t now, int expected)
{
    wc_rig rig;
    rig_open_tables(&rig);
    wc_entry entry = action(&rig, make_action(&rig, rig.t.empty, NULL), 0);
    entry.when = when;
    rig.entry = wc_builder_entry(rig.b, &entry);
    rig_load(&rig);
    bool has_data = now == BUSY;
    rig_set_state(&rig, now, has_data ? rig_abi(&rig, "qq", I(1), I(2)) : wc_slice_of(NULL, 0));
    rig_run(&rig);
    if (expected == 0) {
        expect_ok(&rig);
        assert_int_equal(rig.outcome.state, now);
        assert_false(rig.outcome.entered);
    } else {
        wc_slice args =
            expected == WC_BUILTIN_WrongState ? rig_abi(&rig, "h", (int)now) : wc_slice_of(NULL, 0);
        rig_expect_builtin(&rig, (wc_builtin)expected, args);
    }
    rig_drop(&rig);
}

static void actions_are_available_in_their_states_only(void **state)
{
    (void)state;
    run_in_state(0, OPEN, 0);
    run_in_state(0, BUSY, 0);
    run_in_state(0, DONE, WC_BUILTIN_InstanceClosed);
    run_in_state(BIT(OPEN), OPEN, 0);
    run_in_state(BIT(OPEN), BUSY, WC_BUILTIN_WrongState);
    run_in_state(BIT(BUSY), OPEN, WC_BUILTIN_WrongState);
    run_in_state(BIT(BUSY), DONE, WC_BUILTIN_InstanceClosed);
    run_in_state(BIT(OPEN) | BIT(BUSY), BUSY, 0);
}

/* ---- the record ---------------------------------------------------------------------------------
 */

static void add_to_count(wc_rig *rig)
{
    uint16_t ref = storage(rig);
    uint16_t x = rig_int(rig);
    RIG_EMIT(rig, ldf, x, ref, 0);
    RIG_EMIT(rig, addi, x, x, 1);
    RIG_EMIT(rig, stf, ref, 0, x);
}

static void write_back(wc_rig *rig)
{
    uint16_t ref = storage(rig);
    uint16_t x = rig_int(rig);
    RIG_EMIT(rig, ldf, x, ref, 0);
    RIG_EMIT(rig, stf, ref, 0, x);
}

static void set_level(wc_rig *rig)
{
    uint16_t ref = storage(rig);
    RIG_EMIT(rig, stf, ref, 5, rig_number(rig, 101)); /* count, owner (4 words), level */
}

static void run_body(wc_rig *rig, void (*body)(wc_rig *))
{
    rig_open_tables(rig);
    wc_entry entry = action(rig, make_action(rig, rig->t.empty, body), 0);
    rig->entry = wc_builder_entry(rig->b, &entry);
    rig_load(rig);
    rig_run(rig);
}

static void the_record_is_written_when_it_differs(void **state)
{
    (void)state;
    wc_rig rig;
    run_body(&rig, add_to_count);
    expect_ok(&rig);
    assert_true(rig.outcome.root_changed);
    wc_root_parts before;
    wc_root_parts after;
    const wc_module *m = wc_image_module(rig.image);
    assert_status(wc_root_read(m, rig.root, &before), WC_OK);
    assert_status(wc_root_read(m, rig.outcome.root, &after), WC_OK);
    assert_true(wc_slice_equal(before.parties, after.parties));
    assert_true(wc_slice_equal(before.terms, after.terms));
    assert_true(wc_slice_equal(after.fields, rig_abi(&rig, "qpq", I(6), &rig.carol, I(9))));
    assert_true(before.entered == after.entered && before.deployed == after.deployed);
    rig_drop(&rig);

    run_body(&rig, write_back);
    expect_ok(&rig);
    assert_false(rig.outcome.root_changed);
    assert_int_equal(rig.outcome.root.len, 0);
    rig_drop(&rig);
}

static void a_field_outside_its_range_never_reaches_the_record(void **state)
{
    (void)state;
    wc_rig rig;
    run_body(&rig, set_level);
    rig_expect_trap(&rig, WC_TRAP_RANGE);
    assert_int_equal(rig.outcome.function, WC_NONE);
    rig_drop(&rig);
}

static void a_record_that_does_not_decode_stops_the_node(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open_tables(&rig);
    wc_entry entry = action(&rig, make_action(&rig, rig.t.empty, NULL), 0);
    rig.entry = wc_builder_entry(rig.b, &entry);
    rig_load(&rig);
    wc_slice good = rig.root;
    for (size_t len = 0; len < good.len; len++) {
        rig.root = wc_slice_of(good.data, len);
        rig_run(&rig);
        rig_expect_trap(&rig, WC_TRAP_HOST);
    }
    uint8_t *bad = wc_arena_alloc(&rig.arena, good.len + 1, 1);
    memcpy(bad, good.data, good.len);
    rig.root = wc_slice_of(bad, good.len);
    bad[0] = 2; /* version */
    rig_run(&rig);
    rig_expect_trap(&rig, WC_TRAP_HOST);
    bad[0] = 1;
    bad[18] = 3; /* a state there is not */
    rig_run(&rig);
    rig_expect_trap(&rig, WC_TRAP_HOST);
    bad[18] = 0;
    bad[good.len - 1] = 101; /* level */
    rig_run(&rig);
    rig_expect_trap(&rig, WC_TRAP_HOST);
    bad[good.len - 1] = 9;
    rig.root = wc_slice_of(bad, good.len + 1); /* a byte too many */
    rig_run(&rig);
    rig_expect_trap(&rig, WC_TRAP_HOST);
    rig_drop(&rig);
}

/* ---- what comes from outside brings no rubbish -------------------------------------------------
 * Refs stay what they are while the values they lead into are replaced. What is decoded is
 * therefore zero where the bytes say nothing: other variants of an enum, items behind the length of
 * an inner list. (The rig runs on different rubbish each time, so a leak shows as a difference.) */

/* Arguments (shape, nested) and a slot of the same type, filled before it is overwritten by them.
 */
static void leave_refs_behind(wc_rig *rig, uint16_t args)
{
    const wc_module *m = wc_builder_module(rig->b);
    uint16_t inner = m->types[rig->t.nested].item;
    uint16_t shape = rig_copy(rig, rig->t.shape, rig_abi(rig, "ht", 2, "hello"));
    uint16_t nested = rig_copy(rig, rig->t.nested, rig_abi(rig, "wwqq", 1, 2, I(5), I(6)));
    uint16_t label = rig_ref(rig, rig->t.label);
    uint16_t name = rig_ref(rig, rig->t.text);
    uint16_t tuple = rig_ref(rig, inner);
    uint16_t list = rig_ref(rig, rig->t.ints);
    uint16_t item = rig_ref(rig, rig->t.integer);
    RIG_EMIT(rig, vref, label, shape, 2);
    RIG_EMIT(rig, fref, name, label, 0);
    RIG_EMIT(rig, xref, tuple, nested, rig_number(rig, 0));
    RIG_EMIT(rig, fref, list, tuple, 0);
    RIG_EMIT(rig, xref, item, list, rig_number(rig, 1));
    uint16_t from = rig_ref(rig, rig->t.shape);
    uint16_t other = rig_ref(rig, rig->t.nested);
    uint16_t x = rig_int(rig);
    RIG_EMIT(rig, fref, from, args, 0);
    RIG_EMIT(rig, copy, shape, from);
    RIG_EMIT(rig, len, x, name);
    rig_put(rig, x);
    RIG_EMIT(rig, fref, other, args, (uint16_t)(m->types[rig->t.shape].size / 8));
    RIG_EMIT(rig, copy, nested, other);
    RIG_EMIT(rig, ldf, x, item, 0);
    rig_put(rig, x);
}

static void decoded_arguments_hold_no_rubbish(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open_tables(&rig);
    const uint16_t types[] = {rig.t.shape, rig.t.nested};
    uint16_t args = wc_builder_tuple(rig.b, NULL, types, 2);
    uint16_t f = wc_builder_function(rig.b, WC_STR("a"));
    uint16_t ref = rig_ref(&rig, args);
    wc_builder_params(rig.b);
    rig.out_args = rig_new(&rig, rig.t.out_args);
    rig.out = rig_refmut(&rig, rig.t.out);
    RIG_EMIT(&rig, fref, rig.out, rig.out_args, 0);
    leave_refs_behind(&rig, ref);
    rig_end_body(&rig);
    wc_entry entry = action(&rig, f, 0);
    entry.args = args;
    rig.entry = wc_builder_entry(rig.b, &entry);
    rig_load(&rig);
    rig.call.args = rig_abi(&rig, "hqqwwq", 1, I(1), I(2), 1, 1, I(7)); /* a line, a short list */
    rig_run(&rig);
    rig_expect_out(&rig, 2, I(0), I(0));
    rig_drop(&rig);
}

static void the_state_holds_no_rubbish_of_other_states(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    uint16_t type = wc_builder_module(rig.b)->state_type;
    uint16_t now = rig_ref(&rig, type);
    uint16_t copy = rig_new(&rig, type);
    uint16_t data = rig_refmut(&rig, rig.t.pair);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, root, now, 3);
    RIG_EMIT(&rig, vset, data, copy, BUSY);
    RIG_EMIT(&rig, copy, copy, now); /* Open, which has no data */
    RIG_EMIT(&rig, ldf, x, data, 1);
    rig_put(&rig, x);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 1, I(0));
    rig_drop(&rig);
}

/* ---- views --------------------------------------------------------------------------------------
 */

static void views_return_the_encoding_of_their_result(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open_tables(&rig);
    uint16_t f = wc_builder_function(rig.b, WC_STR("v"));
    uint16_t args = rig_ref(&rig, rig.t.pair);
    uint16_t result = rig_refmut(&rig, rig.t.pair);
    wc_builder_params(rig.b);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, ldf, x, args, 1);
    RIG_EMIT(&rig, addi, x, x, 1);
    RIG_EMIT(&rig, stf, result, 0, x); /* the second stays zero */
    RIG_EMIT(&rig, ret, 0);
    wc_builder_end(rig.b);
    wc_entry entry = {.kind = WC_ENTRY_VIEW,
                      .name = wc_builder_string(rig.b, WC_STR("next")),
                      .function = f,
                      .args = rig.t.pair,
                      .result = rig.t.pair};
    rig.entry = wc_builder_entry(rig.b, &entry);
    rig_load(&rig);
    rig.call.args = rig_abi(&rig, "qq", I(1), I(40));
    rig.call.has_principal = false;
    rig_set_state(&rig, DONE, wc_slice_of(NULL, 0)); /* views need no state */
    rig_run(&rig);
    expect_ok(&rig);
    assert_true(wc_slice_equal(rig.outcome.result, rig_abi(&rig, "qq", I(41), I(0))));
    assert_false(rig.outcome.root_changed);
    assert_int_equal(wc_image_entry(rig.image, WC_ENTRY_VIEW, WC_STR("next")), rig.entry);
    assert_int_equal(wc_image_entry(rig.image, WC_ENTRY_ACTION, WC_STR("next")), WC_NONE);
    assert_int_equal(wc_image_entry(rig.image, WC_ENTRY_VIEW, WC_STR("other")), WC_NONE);
    rig_drop(&rig);
}

static void entries_are_found_by_the_hash_of_their_signature(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open_tables(&rig);
    const wc_module *m = wc_builder_module(rig.b);
    uint16_t label = m->methods[1].args;
    wc_entry entry = action(&rig, make_action(&rig, label, NULL), 0);
    entry.args = label;
    entry.name = wc_builder_string(rig.b, WC_STR("notify"));
    rig.entry = wc_builder_entry(rig.b, &entry);
    rig_load(&rig);
    uint32_t id = wc_image_module(rig.image)->methods[1].id; /* the interface's notify */
    assert_int_equal(wc_image_method(rig.image, id), rig.entry);
    assert_int_equal(wc_image_method(rig.image, id ^ 1), WC_NONE);
    rig_drop(&rig);
}

/* ---- invariants ---------------------------------------------------------------------------------
 */

static void run_invariants(uint64_t checked, int64_t first, int64_t second, int expected)
{
    wc_rig rig;
    rig_open_tables(&rig);
    uint16_t body = make_action(&rig, rig.t.empty, NULL);
    wc_entry invariant = {.kind = WC_ENTRY_INVARIANT,
                          .name = wc_builder_string(rig.b, WC_STR("i")),
                          .args = WC_NONE,
                          .result = WC_NONE};
    wc_entry entry = action(&rig, body, 0);
    entry.invariants = checked;
    rig.entry = wc_builder_entry(rig.b, &entry);
    invariant.function = make_number(&rig, first);
    (void)wc_builder_entry(rig.b, &invariant);
    invariant.function = make_number(&rig, second);
    invariant.name = wc_builder_string(rig.b, WC_STR("j"));
    (void)wc_builder_entry(rig.b, &invariant);
    rig_load(&rig);
    rig_run(&rig);
    if (expected < 0) {
        expect_ok(&rig);
    } else {
        rig_expect_trap(&rig, WC_TRAP_INVARIANT);
        assert_int_equal(rig.outcome.function, expected + 1);
    }
    rig_drop(&rig);
}

static void invariants_that_an_action_can_break_are_checked_after_it(void **state)
{
    (void)state;
    run_invariants(3, 1, -1, -1);
    run_invariants(3, 0, 1, 0);
    run_invariants(3, 1, 0, 1);
    run_invariants(2, 0, 1, -1);
    run_invariants(1, 1, 0, -1);
    run_invariants(0, 0, 0, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_must_be_the_one_encoding),
        cmocka_unit_test(arguments_are_looked_at_before_authority_and_state),
        cmocka_unit_test(a_single_party_signs_and_is_the_principal),
        cmocka_unit_test(several_parties_all_sign),
        cmocka_unit_test(a_role_is_held_by_the_principal),
        cmocka_unit_test(any_of_them_is_the_principal),
        cmocka_unit_test(a_quorum_counts_different_signers),
        cmocka_unit_test(one_address_in_two_roles_is_one_signer),
        cmocka_unit_test(any_party_means_anybody_who_calls),
        cmocka_unit_test(actions_are_available_in_their_states_only),
        cmocka_unit_test(the_record_is_written_when_it_differs),
        cmocka_unit_test(a_field_outside_its_range_never_reaches_the_record),
        cmocka_unit_test(a_record_that_does_not_decode_stops_the_node),
        cmocka_unit_test(decoded_arguments_hold_no_rubbish),
        cmocka_unit_test(the_state_holds_no_rubbish_of_other_states),
        cmocka_unit_test(views_return_the_encoding_of_their_result),
        cmocka_unit_test(entries_are_found_by_the_hash_of_their_signature),
        cmocka_unit_test(invariants_that_an_action_can_break_are_checked_after_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
