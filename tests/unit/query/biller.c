/* The module of Biller, made with the module builder. */
#include "tests/unit/query/biller.h"

#include "vm/isa/builder.h"

#define NAME(text) wc_builder_string(b, wc_str_of(text))

static uint16_t plain(wc_builder *b, wc_type_kind kind)
{
    wc_type type = {.kind = kind, .name = WC_NONE, .unit = WC_NONE, .item = WC_NONE};
    type.lo = INT64_MIN;
    type.hi = INT64_MAX;
    type.capacity = 64;
    return wc_builder_type(b, &type);
}

static uint16_t decimal(wc_builder *b, uint8_t scale, const char *unit)
{
    wc_type type = {.kind = WC_TYPE_DEC,
                    .name = WC_NONE,
                    .scale = scale,
                    .unit = wc_builder_unit(b, wc_str_of(unit)),
                    .item = WC_NONE,
                    .lo = INT64_MIN,
                    .hi = INT64_MAX};
    return wc_builder_type(b, &type);
}

static uint16_t component(wc_builder *b)
{
    wc_variant variants[2] = {{.name = NAME("Energy"), .data = WC_NONE},
                              {.name = NAME("Wheeling"), .data = WC_NONE}};
    wc_type type = {.kind = WC_TYPE_TAG,
                    .name = NAME("Component"),
                    .unit = WC_NONE,
                    .item = WC_NONE,
                    .count = 2,
                    .variants = variants};
    return wc_builder_type(b, &type);
}

/* An action that emits its arguments as event `event`. */
static void emitter(wc_builder *b, const char *name, uint16_t event, uint16_t args)
{
    uint16_t function = wc_builder_function(b, wc_str_of(name));
    uint16_t reg = wc_builder_reg(b, WC_REG_REF, args);
    wc_builder_params(b);
    wc_debug_line line = {.line = 41 + event, .column = 5, .end_line = 41 + event, .end_column = 9};
    wc_builder_at(b, &line);
    wc_builder_emit(b, &(wc_instr){WC_OP_emit, {event, reg}});
    wc_builder_emit(b, &(wc_instr){WC_OP_ret, {0}});
    wc_builder_end(b);
    wc_entry entry = {.kind = WC_ENTRY_ACTION,
                      .name = NAME(name),
                      .function = function,
                      .args = args,
                      .result = WC_NONE,
                      .by = WC_BY_ANY_PARTY};
    (void)wc_builder_entry(b, &entry);
}

static void make_tables(wc_builder *b, bool with_bank)
{
    wc_party_decl a = {.name = NAME("a"), .role = WC_NONE, .signatory = true};
    wc_party_decl bank = {.name = NAME("bank"), .role = WC_NONE};
    if (with_bank) bank.role = NAME("SettlementBank");
    (void)wc_builder_party(b, &a);
    (void)wc_builder_party(b, &bank);
    wc_state_decl open = {.name = NAME("Open"), .data = WC_NONE, .initial = true};
    wc_state_decl closed = {.name = NAME("Closed"), .data = WC_NONE, .final = true};
    (void)wc_builder_state(b, &open);
    (void)wc_builder_state(b, &closed);
    (void)wc_builder_parties_type(b);
    (void)wc_builder_terms_type(b);
    (void)wc_builder_storage_type(b);
    (void)wc_builder_state_type(b);
}

static void make_actions(wc_builder *b)
{
    uint16_t party = plain(b, WC_TYPE_PARTY), time = plain(b, WC_TYPE_TIME);
    uint16_t money = decimal(b, 2, "CNY");
    uint16_t energy = decimal(b, 3, "kWh");
    uint16_t line_names[] = {NAME("component"), NAME("payer"), NAME("payee"), NAME("day"),
                             NAME("quantity"),  NAME("exact"), NAME("amount")};
    uint16_t line_types[] = {component(b), party, party, time, energy, decimal(b, 8, "CNY"), money};
    uint16_t line = wc_builder_tuple(b, line_names, line_types, 7);
    uint16_t leg_names[] = {NAME("payee"), NAME("amount")};
    uint16_t leg_types[] = {party, money};
    uint16_t leg = wc_builder_tuple(b, leg_names, leg_types, 2);
    uint16_t read_names[] = {NAME("at"), NAME("version"), NAME("source"), NAME("load")};
    uint16_t read_types[] = {time, plain(b, WC_TYPE_INT), plain(b, WC_TYPE_TEXT), energy};
    uint16_t reading = wc_builder_tuple(b, read_names, read_types, 4);
    (void)wc_builder_event(b, WC_STR("Line"), line);
    (void)wc_builder_event(b, WC_STR("LegBooked"), leg);
    (void)wc_builder_event(b, WC_STR("Measured"), reading);
    emitter(b, "bill", 0, line);
    emitter(b, "leg", 1, leg);
    emitter(b, "reading", 2, reading);
}

biller biller_module(world *w, bool with_bank)
{
    wc_builder *b = wc_builder_new(&w->arena, wc_sha256, WC_STR("Biller"), WC_STR("billing"));
    assert_non_null(b);
    wc_hash source = {{1}};
    (void)wc_builder_file(b, WC_STR("billing/biller.clause"), source);
    make_tables(b, with_bank);
    make_actions(b);
    wc_module *module;
    wc_debug *debug;
    wc_finding finding = {.code = NULL};
    assert_status(wc_builder_finish(b, &module, &debug), WC_OK);
    if (wc_module_bound(module, wc_sha256, &w->arena, &finding) != WC_OK) {
        fail_msg("%s: %s, row or word %u", finding.code, finding.text, finding.word);
    }
    size_t size = 65536;
    uint8_t *bytes = wc_arena_alloc(&w->arena, size, 1);
    assert_non_null(bytes);
    wc_buf buf;
    wc_buf_init(&buf, bytes, size);
    wc_module_encode(module, &buf);
    wc_slice code = wc_buf_slice(&buf);
    debug->module = wc_sha256_one(code);
    wc_debug_encode(debug, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    return (biller){code, wc_buf_slice(&buf)};
}
