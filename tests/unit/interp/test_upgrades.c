/* What an upgrade must not do, from outside (rules UP-1, UP-5, UP-6, TO-7); and other calls that no
 * test of a Clause source can make: of parties beyond count, of a contract without parties. */
#include <string.h>

#include "tests/support/test.h"
#include "tests/unit/interp/outside.h"
#include "vm/base/codec.h"

#define HEAD "module m;\nuse std.energy;\ninterface Counts { view n() -> int; }\n"

/* Every signatory signs, the clerk does not. */
#define METER_1                                                                                    \
    "contract Meter {\n"                                                                           \
    "    parties { a, b : party; clerk : party; }\n"                                               \
    "    signatory a, b;\n"                                                                        \
    "    states { On initial; Rest; Off final; }\n"                                                \
    "    storage { n : int; }\n"                                                                   \
    "    action put(x : int, y : int) by a when On { self.n = x + y; }\n"                          \
    "    action rest() by a when On -> Rest { goto Rest(); }\n"                                    \
    "    action stop() by a when On, Rest -> Off { goto Off(); }\n"                                \
    "    view n() -> int { return self.n; }\n"                                                     \
    "}\n"

#define READER                                                                                     \
    "contract Other { parties { a : party; } terms { mark : party; }\n"                            \
    "    states { On initial; Off final; }\n"                                                      \
    "    action stop() by a when On -> Off { goto Off(); } }\n"                                    \
    "contract Wrong { parties { a : party; } states { On initial; Off final; }\n"                  \
    "    view n() -> bool { return true; }\n"                                                      \
    "    action stop() by a when On -> Off { goto Off(); } }\n"                                    \
    "contract Reader {\n"                                                                          \
    "    parties { a : party; }\n"                                                                 \
    "    terms { one : contract_ref<Counts>; more : list<contract_ref<Counts>, 2>; }\n"            \
    "    states { On initial; Off final; }\n"                                                      \
    "    view sum_of() -> int { return one.n() + sum(m in more : m.n()); }\n"                      \
    "    action stop() by a when On -> Off { goto Off(); }\n"                                      \
    "}\n"

static const char first[] = HEAD METER_1 READER;

/* The next version, with these members behind the states. */
#define METER_2(states, members)                                                                   \
    HEAD "contract Meter {\n"                                                                      \
         "    parties { a, b : party; clerk : party; }\n"                                          \
         "    signatory a, b;\n"                                                                   \
         "    states { On initial; " states "Off final; }\n"                                       \
         "    storage { n : int; }\n"                                                              \
         "    upgrade 2 { }\n" members "}\n"

#define PUT  "    action put(x : int, y : int) by a when On { self.n = x + y; }\n"
#define REST "    action rest() by a when On -> Rest { goto Rest(); }\n"
#define STOP "    action stop() by a when On, Rest -> Off { goto Off(); }\n"
#define VIEW "    view n() -> int { return self.n; }\n"

static const char kept[] = METER_2("Rest; ", VIEW STOP REST PUT);

static wc_interp_outcome upgraded(wc_interp *in, uint16_t instance, const wc_sema_contract *next,
                                  uint16_t signers)
{
    wc_interp_party who[3];
    wc_interp_outcome outcome;
    for (uint16_t i = 0; i < signers; i++) who[i] = wc_interp_test_party(i);
    wc_interp_upgrade(in, instance, next, who, signers, &outcome);
    return outcome;
}

typedef struct setting {
    wc_interp *in;
    const wc_compilation *now;
    uint16_t meter;
} setting;

static setting start(void)
{
    setting s = {.now = outside_compile(first)};
    s.in = outside_open(s.now);
    s.meter = outside_deploy(s.in, outside_contract(s.now, "Meter"), wc_slice_of(NULL, 0));
    return s;
}

static void refused(wc_interp *in, uint16_t instance, const wc_sema_contract *next,
                    uint16_t signers, uint16_t code)
{
    const wc_sema_contract *before = in->world->instances[instance].contract;
    wc_interp_outcome outcome = upgraded(in, instance, next, signers);
    outside_assert_builtin(&outcome, code);
    assert_ptr_equal(in->world->instances[instance].contract, before);
}

/* [UP-5] */
static void test_who_signs(void **state)
{
    (void)state;
    setting s = start();
    const wc_sema_contract *next = outside_contract(outside_next_version(kept), "Meter");
    refused(s.in, s.meter, next, 0, WC_BUILTIN_NotAuthorised);
    refused(s.in, s.meter, next, 1, WC_BUILTIN_NotAuthorised);
    wc_interp_outcome outcome = upgraded(s.in, s.meter, next, 2);
    outside_assert_ok(&outcome);
    assert_ptr_equal(s.in->world->instances[s.meter].contract, next);
    refused(s.in, s.meter, s.now->program->contracts[0], 2, WC_BUILTIN_NotAuthorised);
}

/* [UP-1] The contract's next version and nothing else. */
static void test_which_version(void **state)
{
    (void)state;
    setting s = start();
    refused(s.in, s.meter, outside_contract(s.now, "Meter"), 3, WC_BUILTIN_NotAuthorised);
    refused(s.in, s.meter, outside_contract(s.now, "Other"), 3, WC_BUILTIN_NotAuthorised);
    const wc_sema_contract *next = outside_contract(outside_next_version(kept), "Meter");
    wc_sema_contract third = *next, renamed = *next;
    third.version = 3;
    renamed.name = WC_STR("Gauge");
    refused(s.in, s.meter, &third, 3, WC_BUILTIN_NotAuthorised);
    refused(s.in, s.meter, &renamed, 3, WC_BUILTIN_NotAuthorised);
}

/* [UP-6] The state is there. [UP-5] What has ended stays as it is. */
static void test_states(void **state)
{
    static const char shorter[] =
        METER_2("", VIEW PUT "    action stop() by a when On -> Off { goto Off(); }\n");
    (void)state;
    setting s = start();
    const wc_sema_contract *next = outside_contract(outside_next_version(shorter), "Meter");
    wc_interp_outcome outcome = outside_call(s.in, s.meter, "rest", wc_slice_of(NULL, 0), 0);
    outside_assert_ok(&outcome);
    refused(s.in, s.meter, next, 3, WC_BUILTIN_NotAuthorised);
    outcome = outside_call(s.in, s.meter, "stop", wc_slice_of(NULL, 0), 0);
    outside_assert_ok(&outcome);
    refused(s.in, s.meter, next, 3, WC_BUILTIN_InstanceClosed);
}

static void refer_to(const setting *s, uint16_t one, uint16_t more)
{
    uint8_t bytes[68];
    wc_buf terms;
    wc_interp_party a = wc_interp_party_of(s->in, one), b = wc_interp_party_of(s->in, more);
    wc_buf_init(&terms, bytes, sizeof bytes);
    wc_buf_put(&terms, a.bytes, sizeof a.bytes);
    wc_buf_put_u32(&terms, 1);
    wc_buf_put(&terms, b.bytes, sizeof b.bytes);
    (void)outside_deploy(s->in, outside_contract(s->now, "Reader"), wc_buf_slice(&terms));
}

/* [UP-6] A contract that another one refers to, in a term or in a list, keeps its interface. */
static void test_interfaces(void **state)
{
    static const char *const others[] = {
        METER_2("Rest; ", VIEW STOP REST), /* an action is gone */
        METER_2("Rest; ", PUT STOP REST),  /* a view is gone */
        METER_2("Rest; ", VIEW STOP REST "    action put(x : int) by a when On { self.n = x; }\n"),
        METER_2("Rest; ", VIEW STOP REST
                "    action put(x : int, y : bool) by a when On { self.n = y ? x : 0; }\n"),
        METER_2("Rest; ", PUT STOP REST "    view n() -> bool { return self.n > 0; }\n"),
    };
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(others); i++) {
        for (unsigned how = 0; how < 3; how++) {
            setting s = start();
            uint16_t second =
                outside_deploy(s.in, outside_contract(s.now, "Meter"), wc_slice_of(NULL, 0));
            const wc_sema_contract *next =
                outside_contract(outside_next_version(others[i]), "Meter");
            if (how == 1) refer_to(&s, s.meter, second);
            if (how == 2) refer_to(&s, second, s.meter);
            wc_interp_outcome outcome = upgraded(s.in, s.meter, next, 2);
            if (how == 0) {
                outside_assert_ok(&outcome);
            } else {
                outside_assert_builtin(&outcome, WC_BUILTIN_NotAuthorised);
            }
        }
    }
    setting s = start();
    refer_to(&s, s.meter, s.meter);
    const wc_sema_contract *next = outside_contract(outside_next_version(kept), "Meter");
    wc_interp_outcome outcome = upgraded(s.in, s.meter, next, 2);
    outside_assert_ok(&outcome);
}

/* [CA-1] What a reference names is there, and offers the interface. */
static void test_references(void **state)
{
    static const struct {
        uint8_t one, other; /* last byte of the ids; 9: nobody */
        bool fits;
    } rows[] = {{0, 0, true},  {9, 0, false}, {0, 9, false},
                {1, 0, false}, {0, 1, false}, {0, 2, false}};

    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        setting s = start();
        wc_interp_party mark = wc_interp_test_party(0), a = mark;
        (void)outside_deploy(s.in, outside_contract(s.now, "Other"),
                             wc_slice_of(mark.bytes, sizeof mark.bytes));
        (void)outside_deploy(s.in, outside_contract(s.now, "Wrong"), wc_slice_of(NULL, 0));
        uint8_t bytes[68] = {0};
        uint16_t instance;
        wc_interp_outcome outcome;
        bytes[0] = bytes[36] = 0xff;
        bytes[31] = rows[i].one;
        bytes[35] = 1;
        bytes[67] = rows[i].other;
        wc_interp_deploy(s.in, outside_contract(s.now, "Reader"), &a,
                         wc_slice_of(bytes, sizeof bytes), &instance, &outcome);
        if (rows[i].fits) {
            outside_assert_ok(&outcome);
        } else {
            outside_assert_builtin(&outcome, WC_BUILTIN_NotAuthorised);
        }
    }
}

/* [TO-7] [TO-8] What is due goes first; what is stuck is not upgraded. */
static void test_time_outs(void **state)
{
#define TIMED(upgrade)                                                                             \
    HEAD "error NotYet();\n"                                                                       \
         "contract Timed {\n"                                                                      \
         "    parties { a : party; b : party; }\n"                                                 \
         "    states { On initial; Off final; }\n"                                                 \
         "    storage { n : int; }\n" upgrade                                                      \
         "    action put(x : int) by a when On { self.n = x; }\n"                                  \
         "    after entered when On -> Off { require self.n > 0 : NotYet(); goto Off(); }\n"       \
         "}\n"
    (void)state;
    uint8_t number[8] = {0};
    const wc_compilation *now = outside_compile(TIMED(""));
    wc_interp *in = outside_open(now);
    uint16_t timed = outside_deploy(in, outside_contract(now, "Timed"), wc_slice_of(NULL, 0));
    const wc_sema_contract *next =
        outside_contract(outside_next_version(TIMED("    upgrade 2 { }\n")), "Timed");
    wc_interp_outcome outcome =
        outside_call(in, timed, "put", wc_slice_of(number, sizeof number), 0);
    outside_assert_builtin(&outcome, WC_BUILTIN_TimedOut);
    refused(in, timed, next, 2, WC_BUILTIN_TimedOut);
    assert_true(wc_interp_advance(in, 0, &outcome));       /* the first of three tries */
    refused(in, timed, next, 1, WC_BUILTIN_NotAuthorised); /* without a signatory all sign */
    assert_true(wc_interp_advance(in, 7200, &outcome));
    outcome = outside_call(in, timed, "put", wc_slice_of(number, sizeof number), 0);
    outside_assert_builtin(&outcome, WC_BUILTIN_NotAuthorised);
    refused(in, timed, next, 2, WC_BUILTIN_NotAuthorised);
}

/* deploy_previous in a program without the version before: the test cannot be told. */
static void test_version_before(void **state)
{
#define TESTED                                                                                     \
    "test \"t\" {\n    let m = Meter.deploy_previous(a: a, b: b, clerk: clerk);\n"                 \
    "    assert m.n() == 0;\n}\n"                                                                  \
    "test \"u\" {\n    let m = Meter.deploy_previous(a: a, b: b, clerk: clerk);\n"                 \
    "    assert m.n() == 0;\n    assert m.twice() == 0;\n}\n"
    static const char tested[] = METER_2("Rest; ", VIEW STOP REST PUT
                                         "    view twice() -> int { return 2 * self.n; }\n") TESTED;
    (void)state;
    setting s = start();
    const wc_compilation *next = outside_next_version(tested);
    wc_sema_program without = *s.now->program;
    without.contract_count--;
    without.contracts++;
    const wc_sema_program *const befores[] = {NULL, &without, s.now->program};
    for (size_t i = 0; i < WC_ARRAY_LEN(befores); i++) {
        wc_interp_outcome outcome;
        wc_interp_options options = {.arena = outside_arena(OUTSIDE_RUN),
                                     .program = next->program,
                                     .before = befores[i],
                                     .parties = next->tests[0].parties,
                                     .party_count = next->tests[0].party_count};
        wc_interp *in = wc_interp_open(&options);
        assert_non_null(in);
        wc_interp_test(in, next->program->tests[0], &outcome);
        assert_int_equal(outcome.end, i < 2 ? WC_INTERP_LIMIT : WC_INTERP_OK);
        if (i < 2) continue;
        wc_interp_test(in, next->program->tests[1], &outcome); /* a view that is not there yet */
        outside_assert_trap(&outcome, WC_TRAP_HOST);
    }
}

/* --- beside upgrades -------------------------------------------------------------------------- */

/* A contract has escrow of 1024 parties in a currency; one more finds no room (Full). */
static void test_holders(void **state)
{
    static const char source[] =
        HEAD "contract Deposits {\n"
             "    parties { owner : party; }\n"
             "    states { On initial; Off final; }\n"
             "    action deposit(x : Yuan) by any_party when On { lock(caller(), x); }\n"
             "    after entered + 1 h when On -> Off { goto Off(); }\n"
             "}\n";
    (void)state;
    const wc_compilation *now = outside_compile(source);
    wc_interp *in = outside_open(now);
    const wc_sema_contract *contract = outside_contract(now, "Deposits");
    uint16_t deposits = outside_deploy(in, contract, wc_slice_of(NULL, 0));
    uint16_t cny = 0;
    while (!wc_str_equal(now->program->currencies[cny]->code, WC_STR("CNY"))) cny++;
    uint8_t one[8] = {0, 0, 0, 0, 0, 0, 0, 1};
    for (uint16_t i = 0; i <= WC_INTERP_HOLDERS_MAX; i++) {
        wc_interp_party who = {{0x77, (uint8_t)(i >> 8), (uint8_t)i}};
        wc_interp_outcome outcome;
        wc_interp_call call = {.instance = deposits,
                               .routine = outside_action(contract, "deposit"),
                               .args = wc_slice_of(one, sizeof one),
                               .signers = &who,
                               .signer_count = 1};
        size_t mark = wc_arena_mark(in->arena);
        if (i < WC_INTERP_HOLDERS_MAX) { /* as if it had deposited: quicker than a call each */
            assert_true(wc_interp_give(in, &who, cny, 2));
            wc_interp_account_of(in, deposits, cny, &who)->amount = 1;
            continue;
        }
        assert_true(wc_interp_give(in, &who, cny, 2));
        wc_interp_call_run(in, &call, &outcome);
        outside_assert_builtin(&outcome, WC_BUILTIN_Full);
        assert_int_equal(wc_interp_free(in, &who, cny), 2);
        who = (wc_interp_party){{0x77}}; /* it has a place already */
        wc_interp_call_run(in, &call, &outcome);
        outside_assert_ok(&outcome);
        assert_int_equal(wc_interp_escrow(in, deposits, &who, cny), 2);
        wc_arena_rewind(in->arena, mark);
    }
}

/* Whoever calls may deploy a contract without parties; nobody inherits from it. */
static void test_no_parties(void **state)
{
    static const char source[] =
        HEAD "contract Public {\n"
             "    states { On initial; Off final; }\n"
             "    action gift(x : Yuan) by any_party when On {\n"
             "        lock(caller(), x);\n"
             "        pay caller() -> self : x;\n"
             "    }\n"
             "    action stop() by any_party when On -> Off { goto Off(); }\n"
             "    after entered + 1 h when On -> Off { goto Off(); }\n"
             "}\n";
    (void)state;
    const wc_compilation *now = outside_compile(source);
    wc_interp *in = outside_open(now);
    uint16_t public = outside_deploy(in, outside_contract(now, "Public"), wc_slice_of(NULL, 0));
    uint8_t amount[8] = {0, 0, 0, 0, 0, 0, 0, 5};
    wc_interp_outcome outcome =
        outside_call(in, public, "gift", wc_slice_of(amount, sizeof amount), 0);
    outside_assert_ok(&outcome);
    outcome = outside_call(in, public, "stop", wc_slice_of(NULL, 0), 1);
    outside_assert_ok(&outcome);
    wc_interp_party own = wc_interp_party_of(in, public);
    uint16_t cny = 0;
    while (!wc_str_equal(now->program->currencies[cny]->code, WC_STR("CNY"))) cny++;
    assert_int_equal(wc_interp_free(in, &own, cny), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_signs),      cmocka_unit_test(test_which_version),
        cmocka_unit_test(test_states),         cmocka_unit_test(test_interfaces),
        cmocka_unit_test(test_references),     cmocka_unit_test(test_time_outs),
        cmocka_unit_test(test_version_before), cmocka_unit_test(test_holders),
        cmocka_unit_test(test_no_parties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
