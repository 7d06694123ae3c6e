/* See script.h. */
#include "tests/unit/exec/script.h"

#include "tests/support/sha256.h"

static wc_host_answer note(void *self, char what)
{
    wc_script *r = self;
    if (r->stops) return WC_HOST_STOP;
    assert_true(r->log_len + 1 < sizeof r->log);
    r->log[r->log_len++] = what;
    return WC_HOST_OK;
}

static wc_host_answer party(void *self, uint16_t number, wc_party *out)
{
    *out = wc_fake_party((uint8_t)number);
    return note(self, 'p');
}

static wc_host_answer deploy(void *self, uint16_t contract, wc_slice parties, wc_slice terms,
                             wc_party *instance, wc_outcome *outcome)
{
    wc_script *r = self;
    assert_int_equal(contract, 2);
    assert_int_equal(parties.len, 64);
    assert_int_equal(terms.len, 16);
    *instance = wc_fake_party(0x77);
    *outcome = r->answers[r->asked++];
    return note(self, 'd');
}

static wc_host_answer call(void *self, const wc_party *instance, uint16_t contract, uint16_t entry,
                           wc_slice args, wc_outcome *outcome)
{
    wc_script *r = self;
    (void)instance;
    assert_int_equal(contract, 3);
    assert_int_equal(entry, 5);
    r->args = args;
    *outcome = r->answers[r->asked++];
    return note(self, 'c');
}

static uint16_t raiser(void *self)
{
    return ((wc_script *)self)->raiser;
}

static wc_host_answer push_signer(void *self, const wc_party *who)
{
    ((wc_script *)self)->last = who->bytes[0];
    return note(self, '+');
}

static wc_host_answer pop_signer(void *self)
{
    if (((wc_script *)self)->stops_popping) return WC_HOST_STOP;
    return note(self, '-');
}

static wc_host_answer advance(void *self, int64_t seconds)
{
    ((wc_script *)self)->last = seconds;
    return note(self, 't');
}

static wc_host_answer mandate(void *self, const wc_party *instance, uint16_t currency,
                              int64_t limit)
{
    (void)instance;
    assert_int_equal(currency, 1);
    ((wc_script *)self)->last = limit;
    return note(self, 'l');
}

static wc_host_answer money(void *self, wc_test_money what, const wc_party *instance,
                            const wc_party *who, uint16_t currency, int64_t *amount)
{
    assert_int_equal(currency, 1);
    *amount = 1000 * (int64_t)what + instance->bytes[0] + 256 * who->bytes[0];
    return note(self, 'm');
}

static wc_host_answer state_of(void *self, const wc_party *instance, uint16_t *state)
{
    *state = instance->bytes[0];
    return note(self, 's');
}

static const wc_test_ops ops = {party,      deploy,  call,    raiser, push_signer,
                                pop_signer, advance, mandate, money,  state_of};

void script_open(wc_rig *rig, wc_op subject)
{
    rig_open_tables(rig);
    wc_builder_mark_test_image(rig->b);
    rig->subject = subject;
    rig->has_subject = true;
    rig->function = wc_builder_function(rig->b, WC_STR("test"));
    wc_builder_params(rig->b);
}

#define CUTS 400u /* gas limits below what a test uses, spread evenly */

/* With less gas than a test uses it ends by that, whatever it expects to fail. */
static void check_gas(wc_rig *rig, const wc_script *r, uint64_t used)
{
    for (uint64_t gas = 0; gas < used; gas += 1 + used / CUTS) {
        const wc_image *images[] = {rig->image, rig->other};
        for (size_t i = 0; i < WC_ARRAY_LEN(images); i++) {
            wc_script again = *r;
            wc_test_host host = {&ops, &again};
            wc_test_outcome outcome;
            wc_test_run(images[i], 0, gas, &host, rig->memory[1], &outcome);
            assert_int_equal(outcome.own.kind, WC_OUTCOME_TRAP);
            assert_int_equal(outcome.own.code, WC_TRAP_OUT_OF_GAS);
            assert_true(outcome.own.gas_used == gas);
        }
    }
}

void script_run(wc_rig *rig, wc_script *r, wc_test_outcome *outcome)
{
    RIG_EMIT(rig, ret, 0);
    wc_builder_end(rig->b);
    (void)wc_builder_test(rig->b, WC_STR("test"), rig->function);
    rig_load(rig);
    wc_script again = *r, before = *r;
    wc_test_outcome other;
    memset(rig->memory[0], 0xa5, wc_call_memory_size(rig->image));
    memset(rig->memory[1], 0x5a, wc_call_memory_size(rig->image));
    wc_test_host host = {&ops, r};
    wc_test_host other_host = {&ops, &again};
    wc_test_run(rig->image, 0, RIG_GAS, &host, rig->memory[0], outcome);
    wc_test_run(rig->other, 0, RIG_GAS, &other_host, rig->memory[1], &other);
    assert_int_equal(outcome->own.kind, other.own.kind);
    assert_int_equal(outcome->own.code, other.own.code);
    assert_int_equal(outcome->own.word, other.own.word);
    assert_true(outcome->own.gas_used == other.own.gas_used);
    assert_int_equal(outcome->call_failed, other.call_failed);
    assert_string_equal(r->log, again.log);
    if (outcome->own.kind == WC_OUTCOME_OK) {
        rig_seen_ok[rig->subject] = true;
        check_gas(rig, &before, outcome->own.gas_used);
    }
    if (outcome->own.kind == WC_OUTCOME_TRAP) {
        const wc_module *module = wc_image_module(rig->image);
        uint32_t first = module->functions[outcome->own.function].first_word;
        uint64_t word = module->words[first + outcome->own.word];
        rig_seen_trap[(uint8_t)(word >> 48)][outcome->own.code] = true;
    }
}

void script_passes(wc_rig *rig, wc_script *r, const char *log)
{
    wc_test_outcome outcome;
    script_run(rig, r, &outcome);
    if (outcome.own.kind != WC_OUTCOME_OK) {
        fail_msg("kind %d code %d at word %u", outcome.own.kind, outcome.own.code,
                 outcome.own.word);
    }
    assert_string_equal(r->log, log);
    rig_drop(rig);
}

void script_fails(wc_rig *rig, wc_script *r, wc_trap trap)
{
    wc_test_outcome outcome;
    script_run(rig, r, &outcome);
    assert_int_equal(outcome.own.kind, WC_OUTCOME_TRAP);
    assert_string_equal(wc_trap_name(outcome.own.code), wc_trap_name((uint16_t)trap));
    rig_drop(rig);
}

uint16_t script_party(wc_rig *rig, uint16_t number)
{
    uint16_t ref = rig_refmut(rig, rig->t.party);
    RIG_EMIT(rig, tparty, ref, wc_builder_slot(rig->b, rig->t.party), number);
    return ref;
}

void script_assert(wc_rig *rig, uint16_t reg, int64_t expected)
{
    uint16_t same = rig_int(rig);
    RIG_EMIT(rig, eq, same, reg, rig_number(rig, expected));
    RIG_EMIT(rig, tassert, same);
}
