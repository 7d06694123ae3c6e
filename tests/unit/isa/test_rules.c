/* Every rule of the verifier, reached: the cases of rules.txt, and limits that need generated
 * modules. The last test holds the list against rules.def. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/golden.h"
#include "tests/unit/isa/rig.h"
#include "vm/isa/builder.h"

static const char *const all_rules[] = {
#define WC_RULE(code, name, text, way_out) #code,
#include "vm/isa/rules.def"
#undef WC_RULE
};
static bool is_reached[WC_ARRAY_LEN(all_rules)];

static void note_reached(const char *code)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(all_rules); i++) {
        if (strcmp(all_rules[i], code) == 0) is_reached[i] = true;
    }
}

/* ---- rules.txt ---- */

/* The rest of the line at *at, ended with a NUL, and *at behind it; NULL at the end of the text. */
static char *next_line(char **at)
{
    char *line = *at, *end = strchr(line, '\n');
    if (*line == '\0') return NULL;
    assert_non_null(end);
    *end = '\0';
    *at = end + 1;
    return line;
}

typedef struct rule_case {
    char code[8], place[16];
    const char *title;
    const char *text; /* the sample with its lines exchanged */
} rule_case;

static void append_line(char *text, size_t size, const char *line)
{
    size_t len = strlen(text);
    assert_true(len + strlen(line) + 2 < size);
    (void)snprintf(text + len, size - len, len > 0 ? "\n%s" : "%s", line);
}

/* Reads the lines of one case up to the next; *at is behind its title. */
static void read_exchanges(wc_arena *arena, rule_case *one, char **at)
{
    char from[4096] = "", to[4096] = "";
    one->text = rig_sample();
    for (;;) {
        bool is_end = **at == '\0' || **at == '=' || **at == '\n';
        if (is_end || strncmp(*at, "--", 2) == 0) {
            one->text = rig_edit(arena, one->text, from, to);
            from[0] = to[0] = '\0';
            if (is_end) return;
            (void)next_line(at);
            continue;
        }
        char *line = next_line(at);
        assert_true(line[0] == '<' || line[0] == '>');
        append_line(line[0] == '<' ? from : to, sizeof from, line[1] == ' ' ? line + 2 : line + 1);
    }
}

static bool read_case(wc_arena *arena, rule_case *one, char **at)
{
    while (**at == '#' || **at == '\n') (void)next_line(at);
    char *line = next_line(at);
    if (line == NULL) return false;
    char kind[8];
    int length = 0;
    assert_int_equal(sscanf(line, "== %7s %7s%n", one->code, kind, &length), 2);
    snprintf(one->place, sizeof one->place, "%s", kind);
    if (strcmp(kind, "row") == 0) {
        int more = 0;
        char row[8];
        assert_int_equal(sscanf(line + length, " %7s%n", row, &more), 1);
        snprintf(one->place, sizeof one->place, "row %s", row);
        length += more;
    }
    one->title = line + length;
    read_exchanges(arena, one, at);
    return true;
}

static void put_place(char *out, size_t size, const wc_finding *finding)
{
    if (finding->function == WC_NONE) {
        snprintf(out, size, "row %u", finding->word);
    } else {
        snprintf(out, size, "%u:%u", finding->function, finding->word);
    }
}

static void refuses_every_case_with_its_rule_at_its_place(void **state)
{
    (void)state;
    static char text[1 << 16];
    wc_slice file = wc_test_read_file("rules.txt");
    assert_true(file.len < sizeof text);
    memcpy(text, file.data, file.len);
    rig_free_file(file);
    char *at = text;
    wc_arena *arena = rig_arena();
    size_t mark = wc_arena_mark(arena);
    rule_case one;
    unsigned failures = 0;
    while (read_case(arena, &one, &at)) {
        char place[16];
        wc_finding finding = {0};
        wc_module *module = rig_assemble(arena, one.text);
        wc_status status = wc_module_bound(module, wc_test_sha256, arena, &finding);
        put_place(place, sizeof place, &finding);
        bool is_right = status == WC_OUT_OF_DOMAIN && finding.code != NULL &&
                        strcmp(finding.code, one.code) == 0 && strcmp(place, one.place) == 0;
        if (is_right) {
            note_reached(one.code);
        } else {
            print_error("%s %s%s: got %s %s\n", one.code, one.place, one.title,
                        finding.code != NULL ? finding.code : "no finding", place);
            failures++;
        }
        wc_arena_rewind(arena, mark);
    }
    assert_int_equal(failures, 0);
}

static void accepts_the_sample_itself(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *module = rig_assemble(arena, rig_sample());
    assert_string_equal(rig_verdict(arena, module), "");
    wc_finding finding;
    assert_status(wc_module_verify(module, wc_test_sha256, arena, &finding), WC_OK);
    assert_null(finding.code);
}

static void lets_go_of_counter_and_limit_behind_the_loop(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    const char *text =
        rig_edit(arena, rig_sample(), "    ret 3", "    mov r1 r3\n    mov r2 r3\n    ret 3");
    assert_string_equal(rig_verdict(arena, rig_assemble(arena, text)), "");
}

/* ---- limits ---- */

static wc_builder *new_builder(wc_arena *arena)
{
    wc_builder *builder =
        wc_builder_new(arena, wc_test_sha256, WC_STR("Limits"), WC_STR("tests/limits"));
    assert_non_null(builder);
    wc_state_decl open = {.data = WC_NONE, .initial = true};
    open.name = wc_builder_string(builder, WC_STR("Open"));
    (void)wc_builder_state(builder, &open);
    return builder;
}

static const char *verdict_of(wc_arena *arena, wc_builder *builder)
{
    wc_module *module;
    wc_debug *debug;
    assert_status(wc_builder_finish(builder, &module, &debug), WC_OK);
    const char *code = rig_verdict(arena, module);
    note_reached(code);
    return code;
}

static void emit(wc_builder *builder, wc_op op, uint16_t a, uint16_t b, uint16_t c)
{
    const wc_instr instr = {op, {a, b, c, 0, 0, 0}};
    wc_builder_emit(builder, &instr);
}

static const char *loops_nested(unsigned count)
{
    wc_arena *arena = rig_arena();
    wc_builder *b = new_builder(arena);
    uint16_t trips = wc_builder_number(b, wc_i128_of(2));
    wc_loop loops[WC_LOOP_NESTING_MAX + 1];
    (void)wc_builder_function(b, WC_STR("nest"));
    uint16_t limit = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    for (unsigned i = 0; i < count; i++) {
        uint16_t counter = wc_builder_reg(b, WC_REG_I64, WC_NONE);
        emit(b, WC_OP_ldi, counter, 0, 0);
        loops[i] = wc_builder_loop(b, counter, limit, trips, wc_builder_label(b));
    }
    for (unsigned i = count; i > 0; i--) wc_builder_loop_end(b, &loops[i - 1]);
    emit(b, WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    return verdict_of(arena, b);
}

static void nests_sixteen_loops_and_not_one_more(void **state)
{
    (void)state;
    assert_string_equal(loops_nested(WC_LOOP_NESTING_MAX - 1), "");
    assert_string_equal(loops_nested(WC_LOOP_NESTING_MAX), "");
    assert_string_equal(loops_nested(WC_LOOP_NESTING_MAX + 1), "V0609");
}

static const char *loop_of(int64_t trips)
{
    wc_arena *arena = rig_arena();
    wc_builder *b = new_builder(arena);
    uint16_t most = wc_builder_number(b, wc_i128_of(trips));
    (void)wc_builder_function(b, WC_STR("turn"));
    uint16_t counter = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    uint16_t limit = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    wc_loop loop = wc_builder_loop(b, counter, limit, most, wc_builder_label(b));
    wc_builder_loop_end(b, &loop);
    emit(b, WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    return verdict_of(arena, b);
}

static void lets_a_loop_turn_once_to_a_million_times(void **state)
{
    (void)state;
    assert_string_equal(loop_of(0), "V0407");
    assert_string_equal(loop_of(-1), "V0407");
    assert_string_equal(loop_of(1), "");
    assert_string_equal(loop_of(WC_LOOP_TRIPS_MAX - 1), "");
    assert_string_equal(loop_of(WC_LOOP_TRIPS_MAX), "");
    assert_string_equal(loop_of(WC_LOOP_TRIPS_MAX + 1), "V0610");
}

static const char *calls_nested(unsigned depth)
{
    wc_arena *arena = rig_arena();
    wc_builder *b = new_builder(arena);
    for (unsigned i = 0; i < depth; i++) {
        (void)wc_builder_function(b, WC_STR("link"));
        if (i > 0) emit(b, WC_OP_call, (uint16_t)(i - 1), 0, 0);
        emit(b, WC_OP_ret, 0, 0, 0);
        wc_builder_end(b);
    }
    return verdict_of(arena, b);
}

static void chains_sixty_four_calls_and_not_one_more(void **state)
{
    (void)state;
    assert_string_equal(calls_nested(WC_CALL_DEPTH_MAX - 1), "");
    assert_string_equal(calls_nested(WC_CALL_DEPTH_MAX), "");
    assert_string_equal(calls_nested(WC_CALL_DEPTH_MAX + 1), "V0613");
}

#define ARGUMENT 800u /* bytes of the entry's arguments */

/* A contract with one entry whose slot of the innermost of two functions has `bytes` bytes. */
static const char *memory_of(wc_entry_kind kind, uint32_t bytes)
{
    wc_arena *arena = rig_arena();
    wc_builder *b = new_builder(arena);
    wc_type raw = {.kind = WC_TYPE_BYTES, .name = WC_NONE, .capacity = bytes};
    wc_type number = {.kind = WC_TYPE_TIME, .name = WC_NONE};
    uint16_t type = wc_builder_type(b, &raw), time = wc_builder_type(b, &number);
    uint16_t name = wc_builder_string(b, WC_STR("p"));
    wc_type given = {.kind = WC_TYPE_BYTES, .name = WC_NONE, .capacity = ARGUMENT};
    uint16_t argument = wc_builder_type(b, &given);
    uint16_t args = wc_builder_tuple(b, &name, &argument, 1);
    (void)wc_builder_function(b, WC_STR("inner"));
    uint16_t ref = wc_builder_reg(b, WC_REG_REF, type);
    emit(b, WC_OP_new, ref, wc_builder_slot(b, type), 0);
    emit(b, WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    (void)wc_builder_function(b, WC_STR("outer"));
    (void)wc_builder_reg(b, WC_REG_REF, args);
    if (kind == WC_ENTRY_VIEW) (void)wc_builder_reg(b, WC_REG_REFMUT, time);
    wc_builder_params(b);
    emit(b, WC_OP_call, 0, 0, 0);
    emit(b, WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    wc_entry entry = {.kind = kind, .function = 1, .args = args, .result = WC_NONE};
    entry.name = wc_builder_string(b, WC_STR("use"));
    if (kind == WC_ENTRY_VIEW) entry.result = time;
    if (kind == WC_ENTRY_ACTION) entry.by = WC_BY_ANY_PARTY;
    (void)wc_builder_entry(b, &entry);
    return verdict_of(arena, b);
}

static void gives_a_call_one_mebibyte_of_memory_and_a_view_half(void **state)
{
    (void)state;
    /* Own id, caller and the state's tag are there, too; a view has a result of 8 bytes. */
    uint32_t around = 32 + 32 + 8 + ARGUMENT;
    uint32_t action = WC_MEM_MAX - around, view = WC_VIEW_MEM_MAX - around - 8;
    assert_string_equal(memory_of(WC_ENTRY_ACTION, action - 8), "");
    assert_string_equal(memory_of(WC_ENTRY_ACTION, action), "");
    assert_string_equal(memory_of(WC_ENTRY_ACTION, action + 1), "V0701");
    assert_string_equal(memory_of(WC_ENTRY_VIEW, view), "");
    assert_string_equal(memory_of(WC_ENTRY_VIEW, view + 1), "V0701");
    assert_string_equal(memory_of(WC_ENTRY_ACTION, WC_MEM_MAX + 1), "V0701");
    assert_string_equal(memory_of(WC_ENTRY_ACTION, WC_TYPE_SIZE_MAX), "V0701");
}

/* A contract without entries and two byte constants, which take so many bytes of memory. */
static const char *constants_of(uint32_t bytes)
{
    wc_arena *arena = rig_arena();
    wc_builder *b = new_builder(arena);
    const uint8_t empty[4] = {0};
    uint32_t first = bytes / 32 * 8; /* two types, so two constants */
    for (unsigned i = 0; i < 2; i++) {
        uint32_t size = i == 0 ? first : bytes - first;
        wc_type text = {.kind = WC_TYPE_TEXT, .name = WC_NONE, .capacity = size - 4};
        (void)wc_builder_bytes(b, wc_builder_type(b, &text), wc_slice_of(empty, sizeof empty));
    }
    return verdict_of(arena, b);
}

static void gives_all_byte_constants_one_mebibyte_of_memory(void **state)
{
    (void)state;
    assert_string_equal(constants_of(WC_MEM_MAX - 1), "");
    assert_string_equal(constants_of(WC_MEM_MAX), "");
    assert_string_equal(constants_of(WC_MEM_MAX + 1), "V0704");
}

/* A contract with an action of one parameter of this type. */
static const char *parameter_of(wc_arena *arena, wc_builder *b, uint16_t type)
{
    uint16_t name = wc_builder_string(b, WC_STR("p"));
    uint16_t args = wc_builder_tuple(b, &name, &type, 1);
    (void)wc_builder_function(b, WC_STR("take"));
    (void)wc_builder_reg(b, WC_REG_REF, args);
    wc_builder_params(b);
    emit(b, WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    wc_entry entry = {.kind = WC_ENTRY_ACTION,
                      .args = args,
                      .result = WC_NONE,
                      .by = WC_BY_ANY_PARTY,
                      .name = wc_builder_string(b, WC_STR("take"))};
    (void)wc_builder_entry(b, &entry);
    return verdict_of(arena, b);
}

static const char *argument_bytes(uint32_t bytes)
{
    wc_arena *arena = rig_arena();
    wc_builder *b = new_builder(arena);
    wc_type raw = {.kind = WC_TYPE_BYTES, .name = WC_NONE, .capacity = bytes};
    return parameter_of(arena, b, wc_builder_type(b, &raw));
}

static void takes_arguments_up_to_what_a_transaction_can_carry(void **state)
{
    (void)state;
    assert_string_equal(argument_bytes(WC_ARGS_MAX - 1), "");
    assert_string_equal(argument_bytes(WC_ARGS_MAX), "");
    assert_string_equal(argument_bytes(WC_ARGS_MAX + 1), "V0702");
}

/* The sample with a list whose elements take so many bytes: a text and its length. */
static const char *element_bytes(unsigned bytes)
{
    wc_arena *arena = rig_arena();
    char types[160];
    (void)snprintf(types, sizeof types,
                   "type t29 - dec 4 - 0 9999\ntype t30 - text %u\ntype t31 - list 4 t30\n",
                   bytes - 4);
    const char *text = rig_edit(arena, rig_sample(), "type t29 - dec 4 - 0 9999\n", types);
    text = rig_edit(arena, text, "field trades 5 t13 1 - -", "field trades 5 t31 1 - -");
    return rig_verdict(arena, rig_assemble(arena, text));
}

/* Below the limit it is the rest of the sample that no longer fits its field: another rule. */
static void stores_elements_of_up_to_4096_bytes(void **state)
{
    (void)state;
    assert_string_not_equal(element_bytes(WC_ELEMENT_MAX - 1), "V0208");
    assert_string_not_equal(element_bytes(WC_ELEMENT_MAX), "V0208");
    assert_string_equal(element_bytes(WC_ELEMENT_MAX + 1), "V0208");
}

/* An action `take` with one parameter: a record of one field with a name of this length. */
static const char *signature_bytes(size_t bytes)
{
    wc_arena *arena = rig_arena();
    wc_builder *b = new_builder(arena);
    char name[4200];
    size_t around = strlen("action take(record{:bool})");
    assert_true(bytes - around < sizeof name);
    memset(name, 'n', bytes - around);
    wc_type flag = {.kind = WC_TYPE_BOOL, .name = WC_NONE};
    uint16_t type = wc_builder_type(b, &flag);
    uint16_t string = wc_builder_string(b, (wc_str){name, bytes - around});
    return parameter_of(arena, b, wc_builder_tuple(b, &string, &type, 1));
}

static void names_methods_by_signatures_of_up_to_4096_bytes(void **state)
{
    (void)state;
    assert_string_equal(signature_bytes(4095), "");
    assert_string_equal(signature_bytes(4096), "");
    assert_string_equal(signature_bytes(4097), "V0212");
}

/* A hash that cannot tell two signatures apart. */
static wc_hash constant_hash(const wc_slice *parts, size_t count)
{
    (void)parts;
    (void)count;
    return (wc_hash){{7}};
}

/* A method that another contract is asked to have, with a result whose name is longer. */
static void names_foreign_methods_by_such_signatures_too(void **state)
{
    (void)state;
    static char name[4200];
    wc_arena *arena = rig_arena();
    wc_module *module = rig_assemble(arena, rig_sample());
    wc_finding finding;
    const uint16_t state_data = 8;
    module->methods[1].result = state_data;
    memset(name, 'n', sizeof name);
    module->strings[module->types[state_data].fields[0].name] = (wc_str){name, sizeof name};
    assert_status(wc_module_bound(module, wc_test_sha256, arena, &finding), WC_OUT_OF_DOMAIN);
    assert_string_equal(finding.code, "V0211");
    assert_int_equal(finding.word, 1);
}

/* A view with so many numbers as parameters, all in registers. */
static const char *view_of(unsigned count)
{
    wc_arena *arena = rig_arena();
    wc_builder *b = new_builder(arena);
    wc_type number = {.kind = WC_TYPE_TIME, .name = WC_NONE};
    uint16_t type = wc_builder_type(b, &number), names[20], types[20];
    assert_true(count <= WC_ARRAY_LEN(names));
    for (unsigned i = 0; i < count; i++) {
        char name[4];
        int len = snprintf(name, sizeof name, "p%u", i);
        names[i] = wc_builder_string(b, (wc_str){name, (size_t)len});
        types[i] = type;
    }
    uint16_t args = wc_builder_tuple(b, names, types, (uint16_t)count);
    (void)wc_builder_function(b, WC_STR("ask"));
    for (unsigned i = 0; i < count; i++) (void)wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    wc_builder_result(b, WC_REG_I64);
    emit(b, WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    wc_entry entry = {.kind = WC_ENTRY_VIEW,
                      .args = args,
                      .result = type,
                      .name = wc_builder_string(b, WC_STR("ask"))};
    (void)wc_builder_entry(b, &entry);
    return verdict_of(arena, b);
}

static void hands_up_to_sixteen_numbers_to_a_view_in_registers(void **state)
{
    (void)state;
    assert_string_equal(view_of(WC_VIEW_REGISTERS_MAX - 1), "");
    assert_string_equal(view_of(WC_VIEW_REGISTERS_MAX), "");
    assert_string_equal(view_of(WC_VIEW_REGISTERS_MAX + 1), "V0301");
}

/* A hash that cannot tell the actions a and c apart. */
static wc_hash coarse_hash(const wc_slice *parts, size_t count)
{
    static const char b[] = "action b";
    bool is_b = count == 1 && parts[0].len > 8 && memcmp(parts[0].data, b, 8) == 0;
    return (wc_hash){{is_b ? 9 : 7}};
}

static void refuses_two_methods_with_one_id(void **state)
{
    (void)state;
    static const char text[] =
        "module T t\ntype t0 - tuple\ntype t1 - tag A\nparties t0\nterms t0\nstorage t0\n"
        "state A - initial -\nstates t1\n"
        "function f\n    reg ref t0\n    params 1\n    block\n    ret 0\nend\n"
        "entry action a f t0 - any_party 0 - - 0000000000000000 0 0\n"
        "entry action b f t0 - any_party 0 - - 0000000000000000 0 0\n";
    wc_arena *arena = rig_arena();
    wc_finding finding;
    wc_module *module = rig_assemble(arena, text);
    assert_string_equal(rig_verdict(arena, module), "");
    assert_status(wc_module_bound(module, constant_hash, arena, &finding), WC_OUT_OF_DOMAIN);
    assert_string_equal(finding.code, "V0212");
    assert_int_equal(finding.word, 1);
    static const char c[] = "entry action c f t0 - any_party 0 - - 0000000000000000 0 0\n";
    module = rig_assemble(arena, rig_join(arena, text, c));
    assert_status(wc_module_bound(module, coarse_hash, arena, &finding), WC_OUT_OF_DOMAIN);
    assert_string_equal(finding.code, "V0212");
    assert_int_equal(finding.word, 2);
}

static void compares_bounds_only_under_its_own_schedule(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *module = rig_assemble(arena, rig_sample());
    wc_finding finding;
    rig_bound(arena, module);
    uint64_t bound = module->entries[0].gas_bound;
    for (int step = -1; step <= 1; step++) {
        module->entries[0].gas_bound = bound + (uint64_t)step;
        wc_status status = wc_module_verify(module, wc_test_sha256, arena, &finding);
        assert_status(status, step == 0 ? WC_OK : WC_OUT_OF_DOMAIN);
        if (step == 0) continue;
        assert_string_equal(finding.code, "V0703");
        assert_int_equal(finding.word, 0);
        note_reached(finding.code);
    }
    module->schedule.bytes[31] ^= 1;
    assert_status(wc_module_verify(module, wc_test_sha256, arena, &finding), WC_OK);
    assert_int_equal(module->entries[0].gas_bound, bound + 1); /* as the module says */
    assert_int_equal(module->entries[0].derived_bound, bound); /* as this build finds */
}

/* ---- */

static void reaches_every_rule_of_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(all_rules); i++) {
        assert_non_null(wc_rule_way_out(all_rules[i]));
        if (strncmp(all_rules[i], "V01", 3) == 0) continue; /* container: test_module.c */
        if (!is_reached[i]) fail_msg("%s is reached by no test", all_rules[i]);
    }
    assert_null(wc_rule_way_out("V9999"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_the_sample_itself),
        cmocka_unit_test(refuses_every_case_with_its_rule_at_its_place),
        cmocka_unit_test(lets_go_of_counter_and_limit_behind_the_loop),
        cmocka_unit_test(nests_sixteen_loops_and_not_one_more),
        cmocka_unit_test(lets_a_loop_turn_once_to_a_million_times),
        cmocka_unit_test(chains_sixty_four_calls_and_not_one_more),
        cmocka_unit_test(gives_a_call_one_mebibyte_of_memory_and_a_view_half),
        cmocka_unit_test(gives_all_byte_constants_one_mebibyte_of_memory),
        cmocka_unit_test(takes_arguments_up_to_what_a_transaction_can_carry),
        cmocka_unit_test(stores_elements_of_up_to_4096_bytes),
        cmocka_unit_test(names_methods_by_signatures_of_up_to_4096_bytes),
        cmocka_unit_test(names_foreign_methods_by_such_signatures_too),
        cmocka_unit_test(hands_up_to_sixteen_numbers_to_a_view_in_registers),
        cmocka_unit_test(refuses_two_methods_with_one_id),
        cmocka_unit_test(compares_bounds_only_under_its_own_schedule),
        cmocka_unit_test(reaches_every_rule_of_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
