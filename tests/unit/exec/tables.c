/* Rows of the bench contract's tables, in the order in which they refer to each other. */
#include "tests/unit/exec/tables.h"

typedef struct bench {
    wc_builder *b;
    rig_types t;
    rig_fields f;
} bench;

#define NAME(text) wc_builder_string(rig->b, WC_STR(text))

static uint16_t simple(bench *rig, wc_type_kind kind)
{
    wc_type type = {.kind = kind, .name = WC_NONE, .unit = WC_NONE, .item = WC_NONE};
    type.lo = INT64_MIN;
    type.hi = INT64_MAX;
    return wc_builder_type(rig->b, &type);
}

static uint16_t sized(bench *rig, wc_type_kind kind, uint32_t capacity, uint16_t item,
                      uint16_t value)
{
    wc_type type = {.kind = kind, .name = WC_NONE, .unit = WC_NONE};
    type.capacity = capacity;
    type.item = item;
    type.value = value;
    type.step = 900;
    return wc_builder_type(rig->b, &type);
}

static uint16_t tuple(bench *rig, uint16_t count, const uint16_t *types)
{
    return wc_builder_tuple(rig->b, NULL, types, count);
}

#define TUPLE(...)                                                                                 \
    tuple(rig, sizeof((uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t), (uint16_t[]){__VA_ARGS__})

static void make_simple_types(bench *rig)
{
    rig_types *t = &rig->t;
    t->integer = simple(rig, WC_TYPE_INT);
    wc_type small = {.kind = WC_TYPE_INT, .name = WC_NONE, .lo = 0, .hi = 100};
    t->small = wc_builder_type(rig->b, &small);
    t->boolean = simple(rig, WC_TYPE_BOOL);
    t->time = simple(rig, WC_TYPE_TIME);
    wc_variant colors[3] = {{.name = NAME("Red"), .data = WC_NONE},
                            {.name = NAME("Green"), .data = WC_NONE},
                            {.name = NAME("Blue"), .data = WC_NONE}};
    wc_type color = {.kind = WC_TYPE_TAG, .name = NAME("Color"), .count = 3, .variants = colors};
    t->color = wc_builder_type(rig->b, &color);
    t->span = simple(rig, WC_TYPE_INTERVAL);
    t->party = simple(rig, WC_TYPE_PARTY);
    t->bytes = sized(rig, WC_TYPE_BYTES, 10, WC_NONE, 0);
    t->text = sized(rig, WC_TYPE_TEXT, RIG_TEXT_MAX, WC_NONE, 0);
    t->word = sized(rig, WC_TYPE_TEXT, 8, WC_NONE, 0);
    wc_type money = {.kind = WC_TYPE_DEC,
                     .name = WC_NONE,
                     .scale = 2,
                     .unit = wc_builder_unit(rig->b, WC_STR("CNY")),
                     .lo = INT64_MIN,
                     .hi = INT64_MAX};
    t->money = wc_builder_type(rig->b, &money);
    t->empty = tuple(rig, 0, NULL);
}

static void make_types(bench *rig)
{
    rig_types *t = &rig->t;
    make_simple_types(rig);
    t->limited = TUPLE(t->small);
    t->dated = TUPLE(t->span, t->time);
    t->pair = TUPLE(t->integer, t->integer);
    const uint16_t names[] = {NAME("who"), NAME("amount"), NAME("note")};
    const uint16_t parts[] = {t->party, t->integer, t->text};
    t->record = wc_builder_tuple(rig->b, names, parts, 3);
    t->label = TUPLE(t->text);
    wc_variant variants[3] = {{.name = NAME("Dot"), .data = WC_NONE},
                              {.name = NAME("Line"), .data = t->pair},
                              {.name = NAME("Name"), .data = t->label}};
    wc_type shape = {.kind = WC_TYPE_ENUM, .name = NAME("Shape"), .count = 3, .variants = variants};
    t->shape = wc_builder_type(rig->b, &shape);
    t->ints = sized(rig, WC_TYPE_LIST, RIG_LIST_MAX, t->integer, 0);
    t->records = sized(rig, WC_TYPE_LIST, RIG_LIST_MAX, t->record, 0);
    uint16_t inner = TUPLE(t->ints);
    t->nested = sized(rig, WC_TYPE_LIST, RIG_LIST_MAX, inner, 0);
    t->set = sized(rig, WC_TYPE_SET, RIG_LIST_MAX, t->integer, 0);
    t->parties = sized(rig, WC_TYPE_SET, RIG_LIST_MAX, t->party, 0);
    t->map = sized(rig, WC_TYPE_MAP, RIG_LIST_MAX, t->integer, t->integer);
    t->holder = TUPLE(t->integer, t->ints, t->map);
    t->words = sized(rig, WC_TYPE_MAP, RIG_LIST_MAX, t->word, t->pair);
    t->smalls = sized(rig, WC_TYPE_MAP, RIG_LIST_MAX, t->integer, t->small);
    t->keyed = sized(rig, WC_TYPE_MAP, RIG_LIST_MAX, t->small, t->small);
    wc_type sorted = {.kind = WC_TYPE_SORTED, .name = WC_NONE, .capacity = RIG_LIST_MAX};
    sorted.item = t->pair;
    t->rising = wc_builder_type(rig->b, &sorted);
    sorted.value = 1;
    sorted.descending = true;
    t->sorted = wc_builder_type(rig->b, &sorted);
    sorted.item = t->limited;
    sorted.value = 0;
    sorted.descending = false;
    t->ladder = wc_builder_type(rig->b, &sorted);
    t->marks = sized(rig, WC_TYPE_SET, RIG_LIST_MAX, t->limited, 0);
    t->levels = sized(rig, WC_TYPE_LIST, RIG_LIST_MAX, t->small, 0);
    t->series = sized(rig, WC_TYPE_SERIES, RIG_LIST_MAX, t->integer, 0);
    wc_type longer = {.kind = WC_TYPE_SERIES, .name = WC_NONE, .capacity = 2, .step = 1800};
    longer.item = t->integer;
    t->longer = wc_builder_type(rig->b, &longer);
    longer.item = t->small;
    t->longer_of_small = wc_builder_type(rig->b, &longer);
    t->series_of_small = sized(rig, WC_TYPE_SERIES, RIG_LIST_MAX, t->small, 0);
    t->share = TUPLE(t->party, t->integer, t->integer);
    t->shares = sized(rig, WC_TYPE_LIST, 8, t->share, 0);
    t->net = sized(rig, WC_TYPE_MAP, 8, t->party, t->money);
    t->out = sized(rig, WC_TYPE_LIST, RIG_OUT_MAX, t->integer, 0);
    t->out_args = TUPLE(t->out);
}

static uint16_t field_from(bench *rig, wc_str name, uint16_t type, uint16_t initial)
{
    wc_storage_field row = {.name = wc_builder_string(rig->b, name),
                            .id = (uint16_t)(10 + wc_builder_module(rig->b)->field_count),
                            .type = type,
                            .initial = initial};
    return wc_builder_field(rig->b, &row);
}

static uint16_t field(bench *rig, wc_str name, uint16_t type)
{
    return field_from(rig, name, type, WC_NONE);
}

/* See ops_time.c. */
static void make_calendars(bench *rig)
{
    static wc_shift hours[] = {{864000, 7200}, {1728000, 3600}};
    static wc_shift midnight[] = {{864060, -3600}};
    static wc_shift day[] = {{900000, 50400}};
    const wc_zone zones[] = {{3600, 2, hours}, {0, 1, midnight}, {-36000, 1, day}};
    const wc_str names[] = {WC_STR("Test/Hours"), WC_STR("Test/Midnight"), WC_STR("Test/Day")};
    for (size_t i = 0; i < WC_ARRAY_LEN(zones); i++) {
        (void)wc_builder_calendar(rig->b, names[i], WC_STR("1"), &zones[i]);
    }
}

static void make_rows(bench *rig)
{
    rig_types *t = &rig->t;
    make_calendars(rig);
    (void)wc_builder_currency(rig->b, WC_STR("CNY"), 2);
    (void)wc_builder_currency(rig->b, WC_STR("EUR"), 2);
    wc_method methods[3] = {
        {.name = NAME("price"), .is_view = true, .args = TUPLE(t->integer), .result = t->pair},
        {.name = NAME("notify"), .args = t->label, .result = WC_NONE},
        {.name = NAME("limit"), .args = t->limited, .result = WC_NONE}};
    (void)wc_builder_interface(rig->b, WC_STR("Other"), methods, 3);
    wc_type other = {.kind = WC_TYPE_PARTY, .name = WC_NONE, .item = 0};
    t->other = wc_builder_type(rig->b, &other);
    wc_party_decl alice = {.name = NAME("alice"), .role = WC_NONE, .signatory = true};
    wc_party_decl bank = {.name = NAME("bank"), .role = NAME("Bank")};
    (void)wc_builder_party(rig->b, &alice);
    (void)wc_builder_party(rig->b, &bank);
    wc_term term = {.default_const = WC_NONE};
    wc_term amendable = {.amendable = true, .default_const = WC_NONE};
    (void)wc_builder_term(rig->b, NAME("rate"), t->integer, &amendable);
    (void)wc_builder_term(rig->b, NAME("other"), t->other, &term);
    rig->f.count = field(rig, WC_STR("count"), t->integer);
    rig->f.owner = field(rig, WC_STR("owner"), t->party);
    static const uint8_t level[8] = {0, 0, 0, 0, 0, 0, 0, 40};
    uint16_t forty = wc_builder_bytes(rig->b, t->small, wc_slice_of(level, sizeof level));
    rig->f.level = field_from(rig, WC_STR("level"), t->small, forty);
    rig->f.map = field(rig, WC_STR("numbers"), t->map);
    rig->f.words = field(rig, WC_STR("words"), t->words);
    rig->f.smalls = field(rig, WC_STR("smalls"), t->smalls);
    rig->f.set = field(rig, WC_STR("set"), t->parties);
    rig->f.list = field(rig, WC_STR("list"), t->records);
    rig->f.sorted = field(rig, WC_STR("sorted"), t->sorted);
    rig->f.rising = field(rig, WC_STR("rising"), t->rising);
    rig->f.keyed = field(rig, WC_STR("keyed"), t->keyed);
    rig->f.marks = field(rig, WC_STR("marks"), t->marks);
    rig->f.levels = field(rig, WC_STR("levels"), t->levels);
    rig->f.ladder = field(rig, WC_STR("ladder"), t->ladder);
    wc_state_decl open = {.name = NAME("Open"), .data = WC_NONE, .initial = true};
    wc_state_decl busy = {.name = NAME("Busy"), .data = t->pair};
    wc_state_decl done = {.name = NAME("Done"), .data = WC_NONE, .final = true};
    (void)wc_builder_state(rig->b, &open);
    (void)wc_builder_state(rig->b, &busy);
    (void)wc_builder_state(rig->b, &done);
    (void)wc_builder_error(rig->b, WC_STR("Broken"), t->pair);
    (void)wc_builder_error(rig->b, WC_STR("Limited"), t->limited);
    (void)wc_builder_event(rig->b, WC_STR("Out"), t->out_args);
    (void)wc_builder_event(rig->b, WC_STR("Named"), t->record);
    (void)wc_builder_event(rig->b, WC_STR("Limited"), t->limited);
    (void)wc_builder_parties_type(rig->b);
    (void)wc_builder_terms_type(rig->b);
    (void)wc_builder_storage_type(rig->b);
    (void)wc_builder_state_type(rig->b);
}

void rig_make_tables(wc_builder *builder, rig_types *types, rig_fields *fields)
{
    bench made = {.b = builder};
    make_types(&made);
    make_rows(&made);
    *types = made.t;
    *fields = made.f;
}
