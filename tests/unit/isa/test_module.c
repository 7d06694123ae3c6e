/* The stored form of modules: one encoding, refused whole or read back to the byte. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/isa/rig.h"
#include "vm/isa/builder.h"
#include "vm/isa/rows.h"
#include "vm/isa/text_form.h"

static wc_slice sample_bytes(wc_arena *arena)
{
    wc_module *module = rig_assemble(arena, rig_sample());
    rig_bound(arena, module);
    return rig_encode(arena, module);
}

static wc_status decode(wc_arena *arena, wc_slice bytes, size_t *bad)
{
    wc_module *module;
    return wc_module_decode(bytes, arena, &module, bad);
}

static void reads_back_what_it_writes(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_slice bytes = sample_bytes(arena);
    wc_module *module;
    size_t bad;
    assert_status(wc_module_decode(bytes, arena, &module, &bad), WC_OK);
    assert_true(wc_slice_equal(rig_encode(arena, module), bytes));
    wc_finding finding;
    assert_status(wc_module_verify(module, wc_test_sha256, arena, &finding), WC_OK);

    assert_true(wc_str_equal(module->strings[1], WC_STR("contracts/supply")));
    assert_int_equal(module->source_version, 3);
    assert_int_equal(module->currencies[1].minor, 2);
    assert_int_equal(module->types[12].value, 1);
    assert_true(module->types[12].descending);
    assert_true(wc_i128_compare(module->numbers[2], WC_I128_MIN) == 0);
    assert_int_equal(module->bytes[0].abi.len, 6);
    assert_int_equal(module->methods[1].id, 0xd7076098);
    assert_true(module->parties[0].signatory && !module->parties[1].visible);
    assert_true(module->terms[1].has_default && module->terms[2].amendable);
    assert_int_equal(module->fields[6].id, 11);
    assert_true(module->states[0].initial && module->states[2].final);
    assert_int_equal(module->functions[1].first_word, 13);
    assert_int_equal(module->entries[0].who[0], 0);
    assert_true((module->entries[0].who[1] & WC_BY_ROLE) != 0);
    wc_str role = module->strings[module->entries[0].who[1] & ~WC_BY_ROLE];
    assert_true(wc_str_equal(role, WC_STR("generator")));
    assert_false(module->is_test_image);
}

static void writes_the_header_as_documented(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_slice bytes = sample_bytes(arena);
    wc_hash schedule = wc_schedule_hash(wc_test_sha256);
    assert_memory_equal(bytes.data, "WCB\0\0\1\0\1", 8);
    assert_memory_equal(bytes.data + 8, schedule.bytes, 32);
    assert_memory_equal(bytes.data + 40, "\0\20\1", 3);
    uint32_t length;
    size_t at = rig_section(bytes, 5, &length);
    assert_int_equal(length, 2 + 10 + 2 * 12); /* one calendar with two shifts */
    assert_memory_equal(bytes.data + at, "\0\1", 2);
    assert_memory_equal(bytes.data + at + 6, "\0\0\x0e\x10\0\2\0\0\0\0\x13\x4d\x44\x10\0\0\x1c\x20",
                        18);
    at = rig_section(bytes, 16, &length);
    assert_int_equal(at + length, bytes.len);
    assert_int_equal(length, 0); /* not a test image */
}

static void refuses_every_beginning_of_a_module(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_slice bytes = sample_bytes(arena);
    for (size_t len = 0; len < bytes.len; len++) {
        size_t bad = SIZE_MAX, mark = wc_arena_mark(arena);
        /* A copy of exactly that length: reading behind it is seen by the address sanitizer. */
        uint8_t *cut = (uint8_t *)malloc(len == 0 ? 1 : len);
        memcpy(cut, bytes.data, len);
        assert_status(decode(arena, wc_slice_of(cut, len), &bad), WC_TRUNCATED);
        assert_true(bad <= len);
        assert_int_equal(wc_arena_mark(arena), mark);
        free(cut);
    }
}

/* Whatever a byte is changed to: refused, or another module's one encoding. */
static void check_changed(wc_arena *arena, wc_slice changed)
{
    size_t bad = SIZE_MAX, mark = wc_arena_mark(arena);
    wc_module *module;
    wc_status status = wc_module_decode(changed, arena, &module, &bad);
    if (status == WC_OK) {
        wc_finding finding;
        assert_true(wc_slice_equal(rig_encode(arena, module), changed));
        (void)!wc_module_verify(module, wc_test_sha256, arena, &finding);
    } else {
        assert_true(bad <= changed.len);
        assert_non_null(wc_module_finding(status, bad).code);
    }
    wc_arena_rewind(arena, mark);
}

static void refuses_or_repeats_every_changed_byte(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_slice bytes = sample_bytes(arena);
    uint8_t *copy = rig_copy(arena, bytes, 0);
    for (size_t at = 0; at < bytes.len; at++) {
        uint8_t was = copy[at];
        for (unsigned bit = 0; bit < 8; bit++) {
            copy[at] = (uint8_t)(was ^ 1u << bit);
            check_changed(arena, wc_slice_of(copy, bytes.len));
        }
        const uint8_t values[] = {0, 0xff, (uint8_t)(was + 1), (uint8_t)(was - 1)};
        for (size_t i = 0; i < WC_ARRAY_LEN(values); i++) {
            copy[at] = values[i];
            check_changed(arena, wc_slice_of(copy, bytes.len));
        }
        copy[at] = was;
    }
}

/* ---- V01xx ---- */

typedef struct damage {
    const char *code;
    uint8_t section; /* 0: the header */
    size_t offset;   /* in the section */
    uint8_t value;
} damage;

static void names_what_is_wrong_with_a_damaged_module(void **state)
{
    (void)state;
    static const damage damages[] = {
        {"V0101", 0, 0, 'X'},  /* mark */
        {"V0102", 0, 5, 2},    /* format */
        {"V0102", 0, 7, 2},    /* instruction set */
        {"V0105", 0, 41, 15},  /* number of sections */
        {"V0105", 0, 42, 2},   /* first section is not strings */
        {"V0103", 0, 43, 1},   /* longer than the module */
        {"V0104", 1, 1, 2},    /* fewer strings than there are */
        {"V0107", 1, 0, 0x40}, /* 16,446 strings */
        {"V0109", 1, 4, 0xff}, /* not UTF-8 */
        {"V0109", 1, 4, 0x1f}, /* a control character */
        {"V0106", 3, 2, 18},   /* kind of a type */
        {"V0106", 7, 1, 0},    /* the parties' type is no tuple */
        {"V0105", 7, 8, 7},    /* unknown flag of a party */
        {"V0106", 15, 2, 0},   /* kind of an entry */
    };
    for (size_t i = 0; i < WC_ARRAY_LEN(damages); i++) {
        wc_arena *arena = rig_arena();
        wc_slice bytes = sample_bytes(arena);
        uint32_t length;
        size_t at = damages[i].offset, bad = SIZE_MAX;
        if (damages[i].section != 0) at += rig_section(bytes, damages[i].section, &length);
        uint8_t *copy = rig_copy(arena, bytes, 0);
        copy[at] = damages[i].value;
        wc_status status = decode(arena, wc_slice_of(copy, bytes.len), &bad);
        wc_finding finding = wc_module_finding(status, bad);
        if (finding.code == NULL || strcmp(finding.code, damages[i].code) != 0) {
            fail_msg("damage %zu: %s at %zu", i, wc_status_name(status), bad);
        }
        bool is_behind = strcmp(damages[i].code, "V0104") == 0; /* what was left unread */
        assert_true(is_behind || finding.offset <= at + 2);     /* the byte, or the row it is in */
        assert_int_equal(finding.function, WC_NONE);
    }
}

static void refuses_a_byte_behind_the_module(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_slice bytes = sample_bytes(arena);
    size_t bad = 0;
    wc_slice longer = wc_slice_of(rig_copy(arena, bytes, 1), bytes.len + 1);
    assert_status(decode(arena, longer, &bad), WC_TRAILING);
    assert_int_equal(bad, bytes.len);
    assert_string_equal(wc_module_finding(WC_TRAILING, bad).code, "V0104");

    size_t len = 0; /* but it may be the debug part of a file */
    assert_status(wc_module_length(longer, &len), WC_OK);
    assert_int_equal(len, bytes.len);
    assert_status(wc_module_length(bytes, &len), WC_OK);
    assert_int_equal(len, bytes.len);
    for (size_t cut = 0; cut < bytes.len; cut++) {
        assert_status(wc_module_length(wc_slice_of(bytes.data, cut), &len), WC_TRUNCATED);
    }
}

/* Where the row of a string begins: behind header, head of the section and number of rows. */
static size_t string_offset(const wc_module *m, uint16_t row)
{
    size_t at = WC_MODULE_HEADER + 5 + 2;
    for (uint16_t i = 0; i < row; i++) at += 2 + m->strings[i].len;
    return at;
}

/* Texts of up to 16 bytes are looked at in another way than longer ones, the last ones of the table
 * once more in another. */
static void finds_equal_texts_of_every_length_wherever_they_stand(void **state)
{
    (void)state;
    for (size_t len = 1; len <= 20; len++) {
        const wc_str text = {"ZYXWVUTSRQPONMLKJIHG", len};
        wc_arena *arena = rig_arena();
        wc_module *m = rig_assemble(arena, rig_sample());
        const uint16_t last = (uint16_t)(m->string_count - 1);
        const uint16_t before = (uint16_t)(last - 1);
        const uint16_t pairs[][2] = {{0, 2}, {0, last}, {2, 3}, {2, last}, {before, last}};
        for (size_t i = 0; i < WC_ARRAY_LEN(pairs); i++) {
            size_t bad;
            m = rig_assemble(arena, rig_sample());
            m->strings[pairs[i][0]] = text;
            assert_status(decode(arena, rig_encode(arena, m), &bad), WC_OK);
            m->strings[pairs[i][1]] = text;
            assert_status(decode(arena, rig_encode(arena, m), &bad), WC_DUPLICATE);
            assert_int_equal(bad, string_offset(m, pairs[i][1]));
        }
    }
}

/* The decoder's answer is that of the rule, for every place of a byte that makes the difference. */
static void knows_of_every_text_whether_it_is_a_name(void **state)
{
    (void)state;
    static const char others[] = "7_ -@[`{/:G";
    wc_arena *arena = rig_arena();
    wc_module *m = rig_assemble(arena, rig_sample());
    const uint16_t last = (uint16_t)(m->string_count - 1);
    for (size_t len = 0; len <= 20; len++) {
        for (size_t at = 0; at < len * (sizeof others - 1) || at == 0; at++) {
            char text[21] = "zyxwvutsrqponmlkjihg";
            if (len > 0) text[at % len] = others[at / len];
            const uint16_t rows[] = {3, last};
            for (size_t i = 0; i < 2; i++) {
                size_t mark = wc_arena_mark(arena), bad;
                const wc_str held = m->strings[rows[i]];
                wc_module *read;
                m->strings[rows[i]] = (wc_str){text, len};
                assert_status(wc_module_decode(rig_encode(arena, m), arena, &read, &bad), WC_OK);
                assert_int_equal(read->is_name[rows[i]], wc_is_identifier(m->strings[rows[i]]));
                m->strings[rows[i]] = held;
                wc_arena_rewind(arena, mark);
            }
        }
    }
}

/* Each table that must not repeat itself, with a copy of one row in place of another. */
static void refuses_equal_rows(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    size_t bad;
    wc_module *m = rig_assemble(arena, rig_sample());
    m->strings[7] = m->strings[5];
    assert_status(decode(arena, rig_encode(arena, m), &bad), WC_DUPLICATE);
    assert_string_equal(wc_module_finding(WC_DUPLICATE, bad).code, "V0108");
    m = rig_assemble(arena, rig_sample());
    m->strings[2] = m->strings[0];
    assert_status(decode(arena, rig_encode(arena, m), &bad), WC_DUPLICATE);
    m = rig_assemble(arena, rig_sample());
    m->strings[1] = m->strings[0]; /* the path may be the name */
    assert_status(decode(arena, rig_encode(arena, m), &bad), WC_OK);
    m->strings[2] = m->strings[0];
    assert_status(decode(arena, rig_encode(arena, m), &bad), WC_DUPLICATE);

    m = rig_assemble(arena, rig_sample());
    m->units[1] = m->units[0];
    assert_status(decode(arena, rig_encode(arena, m), &bad), WC_DUPLICATE);
    m = rig_assemble(arena, rig_sample());
    m->currencies[1].code = m->currencies[0].code;
    assert_status(decode(arena, rig_encode(arena, m), &bad), WC_DUPLICATE);
    m = rig_assemble(arena, rig_sample());
    m->types[24] = m->types[23];
    assert_status(decode(arena, rig_encode(arena, m), &bad), WC_DUPLICATE);
    m = rig_assemble(arena, rig_sample());
    m->types[8].fields[1].name = m->types[8].fields[0].name;
    assert_status(decode(arena, rig_encode(arena, m), &bad), WC_DUPLICATE);
    m = rig_assemble(arena, rig_sample());
    m->numbers[5] = m->numbers[1];
    assert_status(decode(arena, rig_encode(arena, m), &bad), WC_DUPLICATE);
    m = rig_assemble(arena, rig_sample());
    m->bytes[2] = m->bytes[0];
    assert_status(decode(arena, rig_encode(arena, m), &bad), WC_DUPLICATE);
    m = rig_assemble(arena, rig_sample());
    m->fields[1].id = m->fields[0].id;
    assert_status(decode(arena, rig_encode(arena, m), &bad), WC_NOT_CANONICAL);
}

/* ---- memory ---- */

static void says_when_memory_is_full_and_leaves_the_arena(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_slice bytes = sample_bytes(arena);
    wc_module *module = NULL;
    size_t bad, mark = wc_arena_mark(arena);
    uint64_t granted = 0;
    for (wc_status status = WC_NO_MEMORY; status != WC_OK; granted++) {
        arena->fail_after = granted;
        status = wc_module_decode(bytes, arena, &module, &bad);
        if (status == WC_OK) break;
        assert_status(status, WC_NO_MEMORY);
        assert_int_equal(wc_arena_mark(arena), mark);
        assert_true(granted < 1000);
    }
    assert_true(granted > 30);
    mark = wc_arena_mark(arena);
    for (granted = 0;; granted++) {
        wc_finding finding;
        arena->fail_after = granted;
        wc_status status = wc_module_verify(module, wc_test_sha256, arena, &finding);
        assert_int_equal(wc_arena_mark(arena), mark);
        if (status == WC_OK) break;
        assert_status(status, WC_NO_MEMORY);
        assert_string_equal(finding.code, "V0110");
        assert_true(granted < 1000);
    }
    assert_true(granted > 10);
}

/* A module of the greatest size: its last function is half branches, each to a block of its own in
 * the other half, so that all of them are open in the middle. */
static wc_slice widest_module(wc_arena *arena)
{
    wc_module *module = rig_assemble(arena, rig_sample());
    uint32_t more = (uint32_t)((WC_MODULE_SIZE_MAX - rig_encode(arena, module).len) / 8);
    uint32_t branches = more / 3; /* brz, block, and the block it goes to */
    uint64_t *words = WC_ARENA_ARRAY(arena, uint64_t, module->word_count + 3 * branches);
    wc_function *last = &module->functions[6];
    uint32_t at = last->first_word + 3; /* behind block, root, ldf: r1 has a value */
    memcpy(words, module->words, at * sizeof *words);
    for (uint32_t i = 0; i < branches; i++) {
        words[at + 2 * i] = wc_word(WC_OP_brz, 1, (uint16_t)(3 + 2 * branches + i), 0);
    }
    memcpy(words + at + 3 * branches, module->words + at,
           (module->word_count - at) * sizeof *words);
    last->word_count += 3 * branches;
    module->words = words;
    module->word_count += 3 * branches;
    rig_bound(arena, module);
    return rig_encode(arena, module);
}

static void needs_no_more_than_the_documented_memory(void **state)
{
    (void)state;
    static _Alignas(16) uint8_t memory[WC_MODULE_ARENA_SIZE];
    wc_arena small;
    wc_slice bytes = widest_module(rig_arena());
    assert_true(bytes.len > WC_MODULE_SIZE_MAX - 32);
    wc_arena_init(&small, memory, sizeof memory);
    wc_module *module;
    wc_finding finding;
    size_t bad;
    assert_status(wc_module_decode(bytes, &small, &module, &bad), WC_OK);
    wc_status status = wc_module_bound(module, wc_test_sha256, &small, &finding);
    assert_status(status, WC_OK);
}

/* A count that the section cannot hold is refused for that, however little memory there is. */
static void asks_for_no_memory_that_the_bytes_cannot_fill(void **state)
{
    (void)state;
    static const uint8_t sections[] = {2, 3, 4, 6, 13, 15};
    for (size_t i = 0; i < WC_ARRAY_LEN(sections); i++) {
        wc_arena *arena = rig_arena();
        wc_slice bytes = sample_bytes(arena);
        uint8_t *copy = rig_copy(arena, bytes, 0);
        uint32_t length;
        size_t at = rig_section(bytes, sections[i], &length), bad = 0;
        copy[at] = 0x01; /* 256 rows and more, a few of which are there */
        copy[at + 1] = 0xf0;
        arena->fail_after = UINT64_MAX;
        size_t mark = wc_arena_mark(arena);
        arena->size = mark + 24 * 1024; /* what comes before needs 12 KiB */
        assert_status(decode(arena, wc_slice_of(copy, bytes.len), &bad), WC_TRUNCATED);
        assert_int_equal(bad, at);
    }
}

/* ---- limits of tables ---- */

/* Makes `count` rows of one table in a module that has none there; the rows are copies of one. */
typedef void (*fill_fn)(wc_arena *arena, wc_module *module, uint16_t count);

#define FILL(name, member, counter, type, ...)                                                     \
    static void name(wc_arena *arena, wc_module *module, uint16_t count)                           \
    {                                                                                              \
        module->member = WC_ARENA_ARRAY(arena, type, count);                                       \
        module->counter = count;                                                                   \
        for (uint16_t i = 0; i < count; i++) module->member[i] = (type)__VA_ARGS__;                \
    }

FILL(fill_parties, parties, party_count, wc_party_decl, {.name = i, .role = WC_NONE})
FILL(fill_terms, terms, term_count, wc_term, {.default_const = WC_NONE})
FILL(fill_states, states, state_count, wc_state_decl, {.name = i, .data = WC_NONE})
FILL(fill_errors, errors, error_count, wc_signature_decl, {.name = i, .args = 2})
FILL(fill_events, events, event_count, wc_signature_decl, {.name = i, .args = 2})
FILL(fill_fields, fields, field_count, wc_storage_field, {.id = i, .initial = WC_NONE})
FILL(fill_units, units, unit_count, wc_unit, {i})
FILL(fill_currencies, currencies, currency_count, wc_currency, {i, 2})
FILL(fill_calendars, calendars, calendar_count, wc_calendar, {i, 0, {3600, 0, NULL}})

static void fill_interfaces(wc_arena *arena, wc_module *module, uint16_t count)
{
    module->interfaces = WC_ARENA_ARRAY(arena, wc_interface, count);
    module->interface_count = count;
    module->method_count = 0;
}

static void fill_entries(wc_arena *arena, wc_module *module, uint16_t count)
{
    wc_entry entry = module->entries[2]; /* an invariant */
    module->entries = WC_ARENA_ARRAY(arena, wc_entry, count);
    module->entry_count = count;
    for (uint16_t i = 0; i < count; i++) module->entries[i] = entry;
}

static void fill_tests(wc_arena *arena, wc_module *module, uint16_t count)
{
    module->is_test_image = true;
    module->tests = WC_ARENA_ARRAY(arena, wc_signature_decl, count);
    module->test_count = count;
}

static void fill_functions(wc_arena *arena, wc_module *module, uint16_t count)
{
    const wc_function *lapse = &module->functions[3];
    uint64_t *words = WC_ARENA_ARRAY(arena, uint64_t, count);
    wc_function *functions = WC_ARENA_ARRAY(arena, wc_function, count);
    for (uint16_t i = 0; i < count; i++) {
        functions[i] = *lapse;
        functions[i].word_count = 1;
    }
    module->functions = functions;
    module->function_count = count;
    module->words = words;
    module->word_count = count;
}

static void fill_registers(wc_arena *arena, wc_module *module, uint16_t count)
{
    wc_function *function = &module->functions[0];
    function->regs = WC_ARENA_ARRAY(arena, wc_reg, count);
    function->reg_count = count;
    for (uint16_t i = 0; i < count; i++) function->regs[i].type = WC_NONE;
}

static void fill_slots(wc_arena *arena, wc_module *module, uint16_t count)
{
    wc_function *function = &module->functions[0];
    function->slots = WC_ARENA_ARRAY(arena, uint16_t, count);
    function->slot_count = count;
}

static void fill_results(wc_arena *arena, wc_module *module, uint16_t count)
{
    wc_function *function = &module->functions[0];
    function->result_kinds = WC_ARENA_ARRAY(arena, uint8_t, count);
    function->result_count = count;
}

/* Enough strings that rows can have names of their own. */
static void fill_strings(wc_arena *arena, wc_module *module, uint16_t count)
{
    wc_str *strings = WC_ARENA_ARRAY(arena, wc_str, count);
    for (uint16_t i = 0; i < count; i++) {
        char *text = WC_ARENA_ARRAY(arena, char, 3);
        for (unsigned k = 0; k < 3; k++) text[k] = (char)('0' + (i >> (6 * k) & 63));
        strings[i] = i < module->string_count ? module->strings[i] : (wc_str){text, 3};
    }
    module->strings = strings;
    module->string_count = count;
}

static void reads_every_table_up_to_its_limit(void **state)
{
    (void)state;

    static const struct {
        const char *name;
        fill_fn fill;
        uint16_t limit;
    } tables[] = {
        {"parties", fill_parties, WC_PARTIES_MAX},
        {"terms", fill_terms, WC_ROWS_MAX},
        {"states", fill_states, WC_STATES_MAX},
        {"errors", fill_errors, WC_ROWS_MAX},
        {"events", fill_events, WC_ROWS_MAX},
        {"fields", fill_fields, WC_ROWS_MAX},
        {"units", fill_units, WC_ROWS_MAX},
        {"currencies", fill_currencies, WC_ROWS_MAX},
        {"calendars", fill_calendars, WC_CALENDARS_MAX},
        {"interfaces", fill_interfaces, WC_ROWS_MAX},
        {"entries", fill_entries, WC_ENTRIES_MAX},
        {"tests", fill_tests, WC_ROWS_MAX},
        {"functions", fill_functions, WC_FUNCTIONS_MAX},
        {"registers", fill_registers, WC_REGISTERS_MAX},
        {"slots", fill_slots, WC_SLOTS_MAX},
        {"results", fill_results, WC_REGISTERS_MAX},
        {"strings", fill_strings, WC_STRINGS_MAX},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(tables); i++) {
        for (int step = -1; step <= 1; step++) {
            wc_arena *arena = rig_arena();
            wc_module *module = rig_assemble(arena, rig_sample());
            size_t bad;
            fill_strings(arena, module, WC_ROWS_MAX + 1);
            tables[i].fill(arena, module, (uint16_t)(tables[i].limit + step));
            wc_status status = decode(arena, rig_encode(arena, module), &bad);
            bool is_right = step <= 0 ? status == WC_OK : status == WC_TOO_LARGE;
            if (!is_right) {
                fail_msg("%s %d: %s at %zu", tables[i].name, tables[i].limit + step,
                         wc_status_name(status), bad);
            }
        }
    }
}

static wc_status decode_of_size(wc_arena *arena, size_t size)
{
    wc_module *module = rig_assemble(arena, rig_sample());
    size_t bad, around = rig_encode(arena, module).len;
    size_t more = size - around;
    uint8_t *memory = WC_ARENA_ARRAY(arena, uint8_t, size);
    uint8_t *abi = WC_ARENA_ARRAY(arena, uint8_t, more + 6);
    memcpy(abi, module->bytes[0].abi.data, 6);
    module->bytes[0].abi = wc_slice_of(abi, more + 6); /* its value is the verifier's business */
    wc_buf buf;
    wc_buf_init(&buf, memory, size);
    wc_module_encode(module, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    assert_int_equal(buf.len, size);
    size_t len = 0;
    wc_status status = wc_module_length(wc_buf_slice(&buf), &len);
    assert_status(status, size <= WC_MODULE_SIZE_MAX ? WC_OK : WC_TOO_LARGE);
    if (status == WC_OK) assert_int_equal(len, size);
    return decode(arena, wc_buf_slice(&buf), &bad);
}

static void reads_modules_of_up_to_192_kibibytes(void **state)
{
    (void)state;
    assert_status(decode_of_size(rig_arena(), WC_MODULE_SIZE_MAX - 1), WC_OK);
    assert_status(decode_of_size(rig_arena(), WC_MODULE_SIZE_MAX), WC_OK);
    assert_status(decode_of_size(rig_arena(), WC_MODULE_SIZE_MAX + 1), WC_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_back_what_it_writes),
        cmocka_unit_test(writes_the_header_as_documented),
        cmocka_unit_test(refuses_every_beginning_of_a_module),
        cmocka_unit_test(refuses_or_repeats_every_changed_byte),
        cmocka_unit_test(names_what_is_wrong_with_a_damaged_module),
        cmocka_unit_test(refuses_a_byte_behind_the_module),
        cmocka_unit_test(finds_equal_texts_of_every_length_wherever_they_stand),
        cmocka_unit_test(knows_of_every_text_whether_it_is_a_name),
        cmocka_unit_test(refuses_equal_rows),
        cmocka_unit_test(says_when_memory_is_full_and_leaves_the_arena),
        cmocka_unit_test(needs_no_more_than_the_documented_memory),
        cmocka_unit_test(asks_for_no_memory_that_the_bytes_cannot_fill),
        cmocka_unit_test(reads_every_table_up_to_its_limit),
        cmocka_unit_test(reads_modules_of_up_to_192_kibibytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
