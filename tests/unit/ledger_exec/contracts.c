/* The test contracts, instruction by instruction. Registers are made where they are needed: a test
 * contract need not be short. */
#include "tests/unit/ledger_exec/contracts.h"

#include <stdlib.h>

#include "vm/isa/builder.h"

typedef struct maker {
    world *w;
    wc_builder *b;
    uint16_t integer, money, party, time, empty, peer_ref;
    uint16_t amount, to_amount, two, three, from_to; /* argument tuples */
    uint16_t metered;
    uint16_t total_field, numbers_field;
    uint16_t total_offset;
} maker;

#define NAME(text)    wc_builder_string(m->b, wc_str_of(text))
#define EMIT(op, ...) wc_builder_emit(m->b, &(wc_instr){WC_OP_##op, {__VA_ARGS__}})
#define REG()         wc_builder_reg(m->b, WC_REG_I64, WC_NONE)
#define REF(type)     wc_builder_reg(m->b, WC_REG_REF, (type))
#define REFMUT(type)  wc_builder_reg(m->b, WC_REG_REFMUT, (type))

static uint16_t simple(maker *m, wc_type_kind kind)
{
    wc_type type = {.kind = kind, .name = WC_NONE, .unit = WC_NONE, .item = WC_NONE};
    type.lo = INT64_MIN;
    type.hi = INT64_MAX;
    return wc_builder_type(m->b, &type);
}

static uint16_t tuple(maker *m, uint16_t count, const uint16_t *types)
{
    return wc_builder_tuple(m->b, NULL, types, count);
}

#define TUPLE(...)                                                                                 \
    tuple(m, sizeof((uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t), (uint16_t[]){__VA_ARGS__})

static void make_types(maker *m, uint8_t minor, const char *currency)
{
    m->integer = simple(m, WC_TYPE_INT);
    m->party = simple(m, WC_TYPE_PARTY);
    m->time = simple(m, WC_TYPE_TIME);
    wc_type money = {.kind = WC_TYPE_DEC,
                     .name = WC_NONE,
                     .scale = minor,
                     .unit = wc_builder_unit(m->b, wc_str_of(currency)),
                     .item = WC_NONE,
                     .lo = INT64_MIN,
                     .hi = INT64_MAX};
    m->money = wc_builder_type(m->b, &money);
    m->empty = tuple(m, 0, NULL);
    m->amount = TUPLE(m->money);
    m->to_amount = TUPLE(m->party, m->money);
    m->two = TUPLE(m->integer, m->integer);
    m->three = TUPLE(m->integer);
    m->from_to = TUPLE(m->party, m->party, m->money);
    m->metered = TUPLE(m->time, m->integer, m->integer);
}

static void begin(maker *m, world *w, const char *name)
{
    *m = (maker){.w = w};
    m->b = wc_builder_new(&w->arena, wc_sha256, wc_str_of(name), WC_STR("test.clause"));
    assert_non_null(m->b);
}

static wc_slice finish(maker *m)
{
    wc_module *module;
    wc_debug *debug;
    wc_finding finding = {.code = NULL};
    assert_status(wc_builder_finish(m->b, &module, &debug), WC_OK);
    wc_status status = wc_module_bound(module, wc_sha256, &m->w->arena, &finding);
    if (status != WC_OK) {
        fail_msg("%s: %s, function %u word %u", finding.code, finding.text, finding.function,
                 finding.word);
    }
    uint8_t *bytes = wc_arena_alloc(&m->w->arena, 65536, 1);
    assert_non_null(bytes);
    wc_buf buf;
    wc_buf_init(&buf, bytes, 65536);
    wc_module_encode(module, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

/* ---- functions ------------------------------------------------------------------------------- */

/* Opens the function of an action and gives the register of its arguments. */
static uint16_t open_action(maker *m, const char *name, uint16_t args)
{
    (void)wc_builder_function(m->b, wc_str_of(name));
    uint16_t reg = REF(args);
    wc_builder_params(m->b);
    return reg;
}

static void close_action(maker *m, const char *name, uint16_t args, uint64_t leads_to)
{
    if (wc_builder_is_reachable(m->b)) EMIT(ret, 0);
    wc_builder_end(m->b);
    wc_entry entry = {.kind = WC_ENTRY_ACTION,
                      .name = NAME(name),
                      .function = (uint16_t)(wc_builder_module(m->b)->function_count - 1),
                      .args = args,
                      .result = WC_NONE,
                      .by = WC_BY_ANY_PARTY,
                      .leads_to = leads_to};
    (void)wc_builder_entry(m->b, &entry);
}

static uint16_t load(maker *m, uint16_t ref, uint16_t offset)
{
    uint16_t reg = REG();
    EMIT(ldf, reg, ref, offset);
    return reg;
}

static uint16_t field_ref(maker *m, uint16_t ref, uint16_t type, uint16_t offset)
{
    uint16_t reg = REF(type);
    EMIT(fref, reg, ref, offset);
    return reg;
}

static uint16_t root(maker *m, uint16_t type, uint16_t part, bool is_mutable)
{
    uint16_t reg = is_mutable ? REFMUT(type) : REF(type);
    EMIT(root, reg, part);
    return reg;
}

static uint16_t number(maker *m, int32_t value)
{
    uint16_t reg = REG();
    EMIT(ldi, reg, (uint16_t)((uint32_t)value & 0xffff), (uint16_t)((uint32_t)value >> 16));
    return reg;
}

static uint16_t caller(maker *m)
{
    return root(m, m->party, 5, false);
}

static uint16_t storage(maker *m)
{
    uint16_t type = wc_builder_module(m->b)->storage_type;
    return root(m, type, 1, true);
}

static void add_to_total(maker *m, uint16_t amount)
{
    uint16_t place = storage(m);
    uint16_t value = REG(), sum = REG();
    EMIT(ldf, value, place, 0);
    EMIT(add, sum, value, amount);
    EMIT(stf, place, 0, sum);
}

static uint16_t lock_method(maker *m)
{
    return TUPLE(m->party, m->money);
}

/* ---- Vault ----------------------------------------------------------------------------------- */

static void vault_tables(maker *m, const vault_options *options)
{
    (void)wc_builder_currency(m->b, wc_str_of(options->currency), options->minor);
    wc_method methods[5] = {
        {.name = NAME("total"), .is_view = true, .args = m->empty, .result = m->integer},
        {.name = NAME("add"), .args = m->three, .result = WC_NONE},
        {.name = NAME("lock"), .args = lock_method(m), .result = WC_NONE},
        {.name = NAME("deep"), .is_view = true, .args = m->empty, .result = m->integer},
        {.name = NAME("vouch"), .args = TUPLE(m->party), .result = WC_NONE}};
    uint16_t interface = wc_builder_interface(m->b, WC_STR("Peer"), methods, 5);
    wc_type peer = {.kind = WC_TYPE_PARTY, .name = WC_NONE, .unit = WC_NONE, .item = interface};
    m->peer_ref = wc_builder_type(m->b, &peer);
    wc_party_decl a = {.name = NAME("a"), .role = WC_NONE, .signatory = options->signatories > 0};
    wc_party_decl b = {.name = NAME("b"),
                       .role = options->role != NULL ? NAME(options->role) : WC_NONE,
                       .signatory = options->signatories > 1};
    (void)wc_builder_party(m->b, &a);
    (void)wc_builder_party(m->b, &b);
    if (options->has_peer) {
        wc_term term = {.default_const = WC_NONE};
        (void)wc_builder_term(m->b, NAME("peer"), m->peer_ref, &term);
    }
    wc_storage_field total = {
        .name = NAME("total"), .id = 1, .type = m->integer, .initial = WC_NONE};
    (void)wc_builder_field(m->b, &total);
    wc_type map = {.kind = WC_TYPE_MAP,
                   .name = WC_NONE,
                   .unit = WC_NONE,
                   .capacity = 64,
                   .item = m->integer,
                   .value = m->integer};
    wc_storage_field numbers = {
        .name = NAME("numbers"), .id = 2, .type = wc_builder_type(m->b, &map), .initial = WC_NONE};
    m->numbers_field = wc_builder_field(m->b, &numbers);
    wc_state_decl open = {.name = NAME("Open"), .data = WC_NONE, .initial = true};
    wc_state_decl closed = {.name = NAME("Closed"), .data = WC_NONE, .final = true};
    (void)wc_builder_state(m->b, &open);
    (void)wc_builder_state(m->b, &closed);
    (void)wc_builder_error(m->b, WC_STR("GateClosed"), TUPLE(m->time));
    (void)wc_builder_event(m->b, WC_STR("Note"), m->three);
    (void)wc_builder_parties_type(m->b);
    (void)wc_builder_terms_type(m->b);
    (void)wc_builder_storage_type(m->b);
    (void)wc_builder_state_type(m->b);
}

static void vault_money(maker *m)
{
    uint16_t args = open_action(m, "fund", m->amount);
    EMIT(lock, caller(m), load(m, args, 0), 0);
    close_action(m, "fund", m->amount, 0);
    args = open_action(m, "withdraw", m->amount);
    EMIT(unlock, caller(m), load(m, args, 0), 0);
    close_action(m, "withdraw", m->amount, 0);
    args = open_action(m, "pay", m->to_amount);
    EMIT(pay, caller(m), field_ref(m, args, m->party, 0), load(m, args, 4), 0);
    close_action(m, "pay", m->to_amount, 0);
    args = open_action(m, "lock", m->to_amount);
    EMIT(lock, field_ref(m, args, m->party, 0), load(m, args, 4), 0);
    close_action(m, "lock", m->to_amount, 0);
    args = open_action(m, "earn", m->amount);
    EMIT(pay, caller(m), root(m, m->party, 4, false), load(m, args, 0), 0);
    close_action(m, "earn", m->amount, 0);
    args = open_action(m, "redeem", m->from_to);
    wc_type text = {.kind = WC_TYPE_TEXT, .name = WC_NONE, .unit = WC_NONE, .capacity = 8};
    uint16_t note = wc_builder_type(m->b, &text);
    static const uint8_t reference[] = {0, 0, 0, 4, 'l', 'e', 'g', '1'};
    uint16_t constant = wc_builder_bytes(m->b, note, wc_slice_of(reference, sizeof reference));
    uint16_t leg = REF(note);
    EMIT(leac, leg, constant);
    EMIT(redeem, field_ref(m, args, m->party, 0), field_ref(m, args, m->party, 4), load(m, args, 8),
         leg, 0);
    close_action(m, "redeem", m->from_to, 0);
}

static void vault_failures(maker *m)
{
    (void)open_action(m, "fail", m->empty);
    uint16_t type = wc_builder_module(m->b)->errors[0].args;
    uint16_t slot = wc_builder_slot(m->b, type);
    uint16_t data = REFMUT(type), now = REG();
    EMIT(new, data, slot);
    EMIT(sys, now, 0);
    EMIT(stf, data, 0, now);
    EMIT(fail, 0, data);
    close_action(m, "fail", m->empty, 0);
    (void)open_action(m, "trap", m->empty);
    uint16_t result = REG();
    EMIT(idiv, result, number(m, 7), number(m, 0));
    close_action(m, "trap", m->empty, 0);
}

static void vault_state(maker *m)
{
    uint16_t args = open_action(m, "put", m->two);
    EMIT(kvadd, m->numbers_field, field_ref(m, args, m->integer, 0), load(m, args, 1));
    close_action(m, "put", m->two, 0);
    args = open_action(m, "note", m->three);
    EMIT(emit, 0, args);
    close_action(m, "note", m->three, 0);
}

static uint16_t peer_of(maker *m)
{
    uint16_t terms = root(m, wc_builder_module(m->b)->terms_type, 0, false);
    return field_ref(m, terms, m->peer_ref, 0);
}

/* Register that holds what a view of the peer answers. */
static uint16_t ask_peer(maker *m, uint16_t method)
{
    uint16_t none = REFMUT(m->empty), result = REFMUT(m->integer);
    uint16_t none_slot = wc_builder_slot(m->b, m->empty);
    uint16_t result_slot = wc_builder_slot(m->b, m->integer);
    EMIT(new, none, none_slot);
    EMIT(new, result, result_slot);
    EMIT(view, peer_of(m), method, none, result);
    return load(m, result, 0);
}

/* Without a peer the actions that need one do nothing. */
static void vault_outside(maker *m, bool has_peer)
{
    (void)open_action(m, "read", m->empty);
    if (has_peer) EMIT(stf, storage(m), 0, ask_peer(m, 0));
    close_action(m, "read", m->empty, 0);
    uint16_t args = open_action(m, "send", m->three);
    if (has_peer) EMIT(send, peer_of(m), 1, args);
    close_action(m, "send", m->three, 0);
    args = open_action(m, "add", m->three);
    add_to_total(m, load(m, args, 0));
    close_action(m, "add", m->three, 0);
    (void)open_action(m, "close", m->empty);
    EMIT(setst0, 1);
    close_action(m, "close", m->empty, 2);
}

typedef enum loop_body {
    LOOP_COUNT, /* nothing */
    LOOP_EMIT,  /* emits the arguments */
    LOOP_SEND   /* sends them to the peer's add */
} loop_body;

/* Goes round `args` times. */
static void vault_loop(maker *m, const char *name, int64_t most, loop_body body)
{
    uint16_t args = open_action(m, name, m->three);
    uint16_t counter = number(m, 0), limit = load(m, args, 0);
    uint16_t trips = wc_builder_number(m->b, wc_i128_of(most));
    wc_label exit = wc_builder_label(m->b);
    wc_loop loop = wc_builder_loop(m->b, counter, limit, trips, exit);
    if (body == LOOP_EMIT) EMIT(emit, 0, args);
    if (body == LOOP_SEND) EMIT(send, peer_of(m), 1, args);
    uint16_t sum = REG();
    EMIT(add, sum, counter, limit);
    wc_builder_loop_end(m->b, &loop);
    close_action(m, name, m->three, 0);
}

static void vault_special(maker *m, bool has_peer)
{
    (void)open_action(m, "staff", m->empty);
    add_to_total(m, number(m, 1));
    EMIT(ret, 0);
    wc_builder_end(m->b);
    wc_entry entry = {.kind = WC_ENTRY_ACTION,
                      .name = NAME("staff"),
                      .function = (uint16_t)(wc_builder_module(m->b)->function_count - 1),
                      .args = m->empty,
                      .result = WC_NONE,
                      .by = WC_BY_ALL,
                      .who_count = 1,
                      .who = {(uint16_t)(WC_BY_ROLE | NAME("GridOperator"))}};
    (void)wc_builder_entry(m->b, &entry);

    uint16_t args = open_action(m, "metered", m->metered);
    add_to_total(m, load(m, args, 2));
    close_action(m, "metered", m->metered, 0);

    vault_loop(m, "shout", 40000, LOOP_EMIT);
    uint16_t type = lock_method(m);
    args = open_action(m, "reach", type);
    if (has_peer) EMIT(send, peer_of(m), 2, args);
    close_action(m, "reach", type, 0);
    vault_loop(m, "burst", 100, has_peer ? LOOP_SEND : LOOP_COUNT);
}

static void vault_signatures(maker *m, bool has_peer)
{
    uint16_t args = open_action(m, "twice", m->amount);
    uint16_t amount = load(m, args, 0);
    EMIT(lock, caller(m), amount, 0);
    EMIT(lock, caller(m), amount, 0);
    close_action(m, "twice", m->amount, 0);
    uint16_t who = TUPLE(m->party);
    args = open_action(m, "vouch", who);
    uint16_t has_signed = REG();
    EMIT(signed, has_signed, field_ref(m, args, m->party, 0));
    add_to_total(m, has_signed);
    close_action(m, "vouch", who, 0);
    args = open_action(m, "pass_on", who);
    if (has_peer) EMIT(send, peer_of(m), 4, args);
    close_action(m, "pass_on", who, 0);
}

/* A view without arguments; deep: with what the peer's deep view answers on top. */
static void integer_view(maker *m, const char *name, bool is_deep)
{
    (void)wc_builder_function(m->b, wc_str_of(name));
    (void)REF(m->empty);
    uint16_t result = REFMUT(m->integer);
    wc_builder_params(m->b);
    uint16_t value = REG(), sum = REG();
    EMIT(ldf, value, root(m, wc_builder_module(m->b)->storage_type, 1, false), 0);
    if (is_deep) {
        EMIT(add, sum, value, ask_peer(m, 3));
        value = sum;
    }
    EMIT(stf, result, 0, value);
    EMIT(ret, 0);
    wc_builder_end(m->b);
    wc_entry entry = {.kind = WC_ENTRY_VIEW,
                      .name = NAME(name),
                      .function = (uint16_t)(wc_builder_module(m->b)->function_count - 1),
                      .args = m->empty,
                      .result = m->integer};
    (void)wc_builder_entry(m->b, &entry);
}

wc_slice vault_module(world *w, const vault_options *options)
{
    maker made, *m = &made;
    vault_options full = *options;
    if (full.currency == NULL) full.currency = "CNY";
    if (full.minor == 0) full.minor = 2;
    begin(m, w, full.name);
    make_types(m, full.minor, full.currency);
    vault_tables(m, &full);
    vault_money(m);
    vault_failures(m);
    vault_state(m);
    vault_outside(m, full.has_peer);
    vault_loop(m, "spin", 1000000, LOOP_COUNT);
    vault_special(m, full.has_peer);
    vault_signatures(m, full.has_peer);
    integer_view(m, "total", false);
    integer_view(m, "deep", full.has_peer);
    return finish(m);
}

wc_address vault_open(world *w)
{
    vault_options options = {.name = "Vault", .signatories = 1};
    wc_hash code = world_deploy(w, vault_module(w, &options));
    world_actor signer = ALICE;
    return world_instance(w, &code, 1, &signer,
                          world_abi(w, "pp", &w->people[ALICE].address, &w->people[BOB].address));
}

int64_t vault_view(world *w, const wc_address *vault, const char *view)
{
    wc_outcome outcome;
    wc_slice none = {NULL, 0};
    assert_status(wc_chain_view(w->chain, vault, wc_str_of(view), none, 1000000, &outcome), WC_OK);
    assert_int_equal(outcome.kind, WC_OUTCOME_OK);
    assert_int_equal(outcome.result.len, 8);
    return (int64_t)wc_load_u64(outcome.result.data);
}

int64_t vault_total(world *w, const wc_address *vault)
{
    return vault_view(w, vault, "total");
}

/* ---- Clock ----------------------------------------------------------------------------------- */

enum {
    STATE_TICKING = 0,
    STATE_RUNG = 1,
    STATE_DONE = 2
};

static void clock_tables(maker *m, const char *role)
{
    (void)wc_builder_currency(m->b, WC_STR("CNY"), 2);
    wc_party_decl a = {.name = NAME("a"), .role = WC_NONE, .signatory = true};
    wc_party_decl b = {.name = NAME("b"), .role = role != NULL ? NAME(role) : WC_NONE};
    (void)wc_builder_party(m->b, &a);
    (void)wc_builder_party(m->b, &b);
    wc_term term = {.default_const = WC_NONE};
    (void)wc_builder_term(m->b, NAME("wait"), m->integer, &term);
    wc_storage_field total = {
        .name = NAME("total"), .id = 1, .type = m->integer, .initial = WC_NONE};
    (void)wc_builder_field(m->b, &total);
    wc_state_decl states[3] = {{.name = NAME("Ticking"), .data = m->three, .initial = true},
                               {.name = NAME("Rung"), .data = WC_NONE},
                               {.name = NAME("Done"), .data = WC_NONE, .final = true}};
    for (size_t i = 0; i < 3; i++) (void)wc_builder_state(m->b, &states[i]);
    (void)wc_builder_parties_type(m->b);
    (void)wc_builder_terms_type(m->b);
    (void)wc_builder_storage_type(m->b);
    (void)wc_builder_state_type(m->b);
}

/* Due after `times` times the term. */
static void clock_due(maker *m, int32_t times)
{
    (void)wc_builder_function(m->b, WC_STR("due"));
    wc_builder_params(m->b);
    wc_builder_result(m->b, WC_REG_I64);
    uint16_t entered = REG(), wait = REG(), due = REG();
    uint16_t term = load(m, root(m, wc_builder_module(m->b)->terms_type, 0, false), 0);
    EMIT(mul, wait, term, number(m, times));
    EMIT(sys, entered, 1);
    EMIT(add, due, entered, wait);
    EMIT(ret, due);
    wc_builder_end(m->b);
}

static void go_ticking(maker *m, uint16_t count)
{
    uint16_t slot = wc_builder_slot(m->b, m->three);
    uint16_t data = REFMUT(m->three);
    EMIT(new, data, slot);
    EMIT(stf, data, 0, count);
    EMIT(setst, STATE_TICKING, data);
}

static void clock_repeat(maker *m)
{
    uint16_t state = root(m, wc_builder_module(m->b)->state_type, 3, false);
    uint16_t data = REF(m->three), next = REG();
    EMIT(vref, data, state, STATE_TICKING);
    EMIT(addi, next, load(m, data, 0), 1);
    wc_label last = wc_builder_label(m->b);
    EMIT(brle, number(m, 4), next, last);
    go_ticking(m, next);
    EMIT(ret, 0);
    wc_builder_place(m->b, last);
    EMIT(setst0, STATE_RUNG);
}

static void clock_body(maker *m, clock_kind kind)
{
    (void)wc_builder_function(m->b, WC_STR("ring"));
    wc_builder_params(m->b);
    add_to_total(m, number(m, 1));
    switch (kind) {
    case CLOCK_BEHIND:
    case CLOCK_ONCE: EMIT(setst0, STATE_RUNG); break;
    case CLOCK_REPEAT: clock_repeat(m); break;
    case CLOCK_WAY_OUT:
    case CLOCK_FAIL: EMIT(idiv, REG(), number(m, 7), number(m, 0)); break;
    case CLOCK_CLOSE: EMIT(setst0, STATE_DONE); break;
    case CLOCK_DRAW:
        EMIT(lock,
             field_ref(m, root(m, wc_builder_module(m->b)->parties_type, 2, false), m->party, 0),
             number(m, 50), 0);
        EMIT(setst0, STATE_RUNG);
        break;
    case CLOCK_STAY: break;
    }
    EMIT(ret, 0);
    wc_builder_end(m->b);
}

static uint64_t clock_leads_to(clock_kind kind)
{
    if (kind == CLOCK_CLOSE) return 1u << STATE_DONE;
    return 1u << STATE_RUNG | (kind == CLOCK_REPEAT ? 1u << STATE_TICKING : 0u);
}

/* The functions `due` and body that were made last become a time-out. */
static void clock_entries(maker *m, clock_kind kind)
{
    uint16_t functions = wc_builder_module(m->b)->function_count;
    uint16_t after_entry = wc_builder_module(m->b)->entry_count;
    wc_entry after = {.kind = WC_ENTRY_AFTER,
                      .name = WC_NONE,
                      .function = (uint16_t)(functions - 1),
                      .args = WC_NONE,
                      .result = WC_NONE,
                      .when = 1u << STATE_TICKING,
                      .leads_to = clock_leads_to(kind),
                      .repeats = kind == CLOCK_REPEAT ? 4 : 1};
    (void)wc_builder_entry(m->b, &after);
    wc_entry due = {.kind = WC_ENTRY_DUE,
                    .name = WC_NONE,
                    .function = (uint16_t)(functions - 2),
                    .args = after_entry,
                    .result = WC_NONE};
    (void)wc_builder_entry(m->b, &due);
}

static void clock_time_out(maker *m, clock_kind kind, int32_t times)
{
    clock_due(m, times);
    clock_body(m, kind);
    clock_entries(m, kind);
}

wc_slice clock_module(world *w, clock_kind kind, const char *role)
{
    static const char *const names[] = {"Once", "Repeat", "Fail",   "Close",
                                        "Draw", "Stay",   "WayOut", "Behind"};
    maker made, *m = &made;
    begin(m, w, names[kind]);
    make_types(m, 2, "CNY");
    clock_tables(m, role);
    /* Time-outs stand before the actions, so that entry 0 is one. */
    if (kind == CLOCK_WAY_OUT) { /* the later one stands first: its place does not matter */
        clock_time_out(m, CLOCK_ONCE, 3);
    }
    if (kind != CLOCK_BEHIND) clock_time_out(m, kind, 1);
    uint16_t args = open_action(m, "fund", m->amount);
    EMIT(lock, caller(m), load(m, args, 0), 0);
    close_action(m, "fund", m->amount, 0);
    (void)open_action(m, "reset", m->empty);
    go_ticking(m, number(m, 0));
    close_action(m, "reset", m->empty, 1u << STATE_TICKING);
    (void)open_action(m, "touch", m->empty);
    add_to_total(m, number(m, 1));
    close_action(m, "touch", m->empty, 0);
    integer_view(m, "total", false);
    if (kind == CLOCK_BEHIND) clock_time_out(m, CLOCK_ONCE, 1);
    return finish(m);
}
