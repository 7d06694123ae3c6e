/* The tables of the instruction set against one another, and the hash that names the gas schedule.
 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/isa/rig.h"
#include "vm/isa/gas.h"
#include "vm/isa/tables.h"
#include "vm/isa/text_form.h"

static bool has_rule(uint16_t op)
{
    bool found = false;
#define WC_GAS_RULE(name, part, count, bytes, when) found = found || op == WC_OP_##name;
#include "vm/isa/gas_rules.def"
#undef WC_GAS_RULE
    return found;
}

static void gives_rules_to_exactly_the_data_dependent_instructions(void **state)
{
    (void)state;
    for (uint16_t op = 0; op < 256; op++) {
        const wc_op_info *info = wc_op_lookup(op);
        bool is_data = info != NULL && (info->flags & WC_OP_DATA) != 0;
        if (is_data != has_rule(op)) fail_msg("instruction %u", op);
        wc_gas_work none = {0};
        if (!is_data) assert_int_equal(wc_gas_data((wc_op)op, &none), 0);
    }
}

static void names_every_instruction_once(void **state)
{
    (void)state;
    for (uint16_t a = 0; a < 256; a++) {
        const wc_op_info *one = wc_op_lookup(a);
        for (uint16_t b = 0; one != NULL && b < a; b++) {
            const wc_op_info *other = wc_op_lookup(b);
            if (other != NULL && strcmp(one->name, other->name) == 0) fail_msg("%s", one->name);
        }
    }
    assert_null(wc_op_lookup(0x00ff));
    assert_null(wc_op_lookup(0x0100));
    assert_null(wc_op_lookup(UINT16_MAX));
}

/* A view, due time or invariant may reach none of these; listed apart from ops.def. */
static void marks_everything_that_changes_the_world_as_writing(void **state)
{
    (void)state;
    static const char writers[] =
        " kvput kvdel kvadd nput nadd setadd sins sdel lput lpush cclear setst setst0 amend"
        " rebind lock"
        " unlock unlockall pay split clearnet redeem emit send ";
    for (uint16_t op = 0; op < 256; op++) {
        const wc_op_info *info = wc_op_lookup(op);
        char name[40];
        if (info == NULL) continue;
        snprintf(name, sizeof name, " %s ", info->name);
        bool writes = (info->flags & WC_OP_WRITES) != 0;
        if (writes != (strstr(writers, name) != NULL)) fail_msg("%s", info->name);
        bool has_target = memchr(info->operands, WC_OPERAND_to, 6) != NULL;
        if (has_target) assert_true((info->flags & WC_OP_ENDS) != 0);
        assert_int_equal(info->words,
                         info->operands[3] + info->operands[4] + info->operands[5] > 0 ? 2 : 1);
    }
}

/* Every host call but these four comes with a charge of its own. */
static void charges_for_every_call_of_the_host(void **state)
{
    (void)state;
    for (uint16_t op = 0; op < 256; op++) {
        const wc_op_info *info = wc_op_lookup(op);
        if (info == NULL || (info->flags & WC_OP_HOST) == 0) continue;
        if ((info->flags & WC_OP_TEST) != 0 || op == WC_OP_signed) continue;
        if ((info->flags & WC_OP_DATA) == 0) fail_msg("%s", info->name);
    }
}

static void finds_traps_and_built_in_errors_by_number(void **state)
{
    (void)state;
    assert_string_equal(wc_trap_name(1), "RANGE");
    assert_string_equal(wc_trap_name(11), "OUT_OF_GAS");
    assert_string_equal(wc_trap_text(2), "division by zero");
    assert_non_null(wc_trap_way_out(13));
    assert_null(wc_trap_name(0));
    assert_null(wc_trap_text(16));
    assert_null(wc_trap_way_out(16));
    assert_string_equal(wc_builtin_name(9), "Full");
    assert_string_equal(wc_builtin_text(9), "the collection is full");
    assert_null(wc_builtin_name(0));
    assert_null(wc_builtin_text(10));
}

static wc_slice seen[512];
static size_t seen_count;

static wc_hash recording_hash(const wc_slice *parts, size_t count)
{
    assert_true(count < WC_ARRAY_LEN(seen));
    memcpy(seen, parts, count * sizeof *parts);
    seen_count = count;
    return wc_test_sha256(parts, count);
}

static bool is_hashed(const char *line)
{
    for (size_t i = 0; i < seen_count; i++) {
        if (wc_slice_equal(seen[i], wc_slice_of(line, strlen(line)))) return true;
    }
    return false;
}

/* The hash stands for these lines: a changed number, operand, flag or price is another schedule. */
static void hashes_every_line_of_the_schedule(void **state)
{
    (void)state;
    wc_hash hash = wc_schedule_hash(recording_hash), again = wc_schedule_hash(wc_test_sha256);
    assert_true(wc_hash_equal(&hash, &again));
    assert_true(is_hashed("wattclause gas schedule 1\n"));
    assert_true(is_hashed("op 0x0020 add wi ri ri none none none 1 T\n"));
    assert_true(is_hashed("op 0x0080 kvget wi fd rr rm none none 10 T|D|H\n"));
    assert_true(is_hashed("gas KEY_READ 1000\n"));
    assert_true(is_hashed("part MEMORY 0 WC_GAS_MEMORY_64 64\n"));
    assert_true(is_hashed("rule kvput WRITE one element\n"));
    size_t lines = 1;
    for (uint16_t op = 0; op < 256; op++) lines += wc_op_lookup(op) != NULL;
#define WC_GAS(name, value, text) lines++;
#include "vm/isa/gas.def"
#undef WC_GAS
#define WC_GAS_RULE(op, part, count, bytes, when)          lines++;
#define WC_GAS_PART(name, per_count, per_unit, unit, text) lines++;
#include "vm/isa/gas_rules.def"
#undef WC_GAS_RULE
#undef WC_GAS_PART
    assert_int_equal(seen_count, lines);
}

/* Every byte at every place of texts of every length around those that are looked at at once. */
static void knows_identifiers_byte_by_byte(void **state)
{
    (void)state;
    char text[20];
    assert_false(wc_is_identifier((wc_str){text, 0}));
    for (size_t len = 1; len <= sizeof text; len++) {
        for (size_t at = 0; at < len; at++) {
            for (unsigned byte = 0; byte < 256; byte++) {
                memset(text, 'x', sizeof text);
                text[at] = (char)byte;
                bool is_digit = byte >= '0' && byte <= '9';
                bool is_letter =
                    (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
                bool is_good = is_letter || (is_digit && at > 0);
                assert_int_equal(wc_is_identifier((wc_str){text, len}), is_good);
            }
        }
    }
}

#define CHOSEN_ROWS 100u

/* Rows of eight bytes that all fall into one place of the table of hashes: what is multiplied there
 * by a constant is divided by it here, so that the products are 0, 1, 2 .. */
static void choose_rows(uint64_t *bytes, wc_slice *rows)
{
    const uint64_t constant = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t inverse = constant; /* of 3 bits; each turn doubles them */
    for (unsigned i = 0; i < 5; i++) inverse *= 2 - constant * inverse;
    assert_true(constant * inverse == 1);
    for (uint64_t i = 0; i < CHOSEN_ROWS; i++) {
        bytes[i] = (i * inverse) ^ sizeof *bytes;
        rows[i] = wc_slice_of(&bytes[i], sizeof *bytes);
    }
}

static void tells_equal_rows_among_such_that_were_chosen_to_collide(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    uint64_t bytes[CHOSEN_ROWS];
    wc_slice rows[CHOSEN_ROWS];
    uint32_t which = 0;
    size_t mark = wc_arena_mark(arena);
    choose_rows(bytes, rows);
    assert_status(wc_slices_unique(rows, CHOSEN_ROWS, arena, &which), WC_OK);
    assert_int_equal(wc_arena_mark(arena), mark);
    bytes[70] = bytes[20]; /* far behind what is looked at one by one */
    assert_status(wc_slices_unique(rows, CHOSEN_ROWS, arena, &which), WC_DUPLICATE);
    assert_int_equal(which, 70);
    assert_int_equal(wc_arena_mark(arena), mark);
    for (unsigned granted = 0; granted < 2; granted++) {
        arena->fail_after = granted;
        assert_status(wc_slices_unique(rows, CHOSEN_ROWS, arena, &which), WC_NO_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_rules_to_exactly_the_data_dependent_instructions),
        cmocka_unit_test(names_every_instruction_once),
        cmocka_unit_test(marks_everything_that_changes_the_world_as_writing),
        cmocka_unit_test(charges_for_every_call_of_the_host),
        cmocka_unit_test(finds_traps_and_built_in_errors_by_number),
        cmocka_unit_test(hashes_every_line_of_the_schedule),
        cmocka_unit_test(knows_identifiers_byte_by_byte),
        cmocka_unit_test(tells_equal_rows_among_such_that_were_chosen_to_collide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
