/* Every instruction of ops.def at its boundaries: each operand at the last value that is one, and
 * beyond; registers of every other kind; registers without a value; second words that are missing;
 * ends without a block. The cases are made from the table, on the valid forms of instructions.txt.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/golden.h"
#include "tests/unit/isa/rig.h"

#define FUNCTION  4u /* `machine` */
#define TEXT_SIZE (1u << 15)

/* The function of machine.asm: its registers twice, of which the first half are parameters, so that
 * each register has a twin of its kind and type without a value. */
typedef struct fixture {
    wc_arena *arena;
    wc_module *module;
    wc_function *function;
    uint64_t *words;
    uint16_t twin; /* distance */
} fixture;

static fixture assemble(const char *body, bool is_test)
{
    static char text[TEXT_SIZE];
    wc_slice tables = wc_test_read_file("machine.asm");
    const char *all = (const char *)tables.data, *regs = strstr(all, "    reg i64 -        # r0");
    unsigned count = 0;
    assert_non_null(regs);
    for (const char *at = regs; (at = strstr(at, "    reg ")) != NULL; at++) count++;
    int len = snprintf(text, sizeof text, "%s%s    params %u\n%send\n%s", all, regs, count, body,
                       is_test ? "tests\n" : "");
    assert_true(len > 0 && (size_t)len < sizeof text);
    rig_free_file(tables);
    fixture f = {.arena = rig_arena(), .twin = (uint16_t)count};
    f.module = rig_assemble(f.arena, text);
    f.function = &f.module->functions[FUNCTION];
    f.words = f.module->words + f.function->first_word;
    return f;
}

static fixture assemble_line(const char *line, bool is_test)
{
    char body[512];
    snprintf(body, sizeof body, "    block\n    %s\nthere:\n    block\n    ret 0\n", line);
    return assemble(body, is_test);
}

static fixture assemble_loop(void)
{
    return assemble("    block\n    lenter r0 r1 there %0\nhead:\n    block\n    loop r0 r1 head\n"
                    "there:\n    block\n    ret 0\n",
                    true);
}

/* Code of the finding for the fixture as it is now. */
static const char *verdict(const fixture *f)
{
    return rig_verdict(f->arena, f->module);
}

static void check_verdict(const fixture *f, const char *expected, const char *what)
{
    const char *code = verdict(f);
    if (strcmp(code, expected) != 0) {
        fail_msg("%s: %s instead of %s", what, *code ? code : "accepted",
                 *expected ? expected : "accepted");
    }
}

/* ---- reading the lists ---- */

/* Calls `each` for the lines "left | right" of a file. */
static void for_each_line(const char *path, void (*each)(const char *left, const char *right))
{
    static char text[TEXT_SIZE];
    wc_slice file = wc_test_read_file(path);
    assert_true(file.len < sizeof text);
    memcpy(text, file.data, file.len + 1);
    rig_free_file(file);
    for (char *line = text, *next; *line != '\0'; line = next) {
        char *end = strchr(line, '\n'), *bar = strstr(line, " | ");
        assert_non_null(end);
        *end = '\0';
        next = end + 1;
        if (line[0] == '#') continue;
        assert_true(bar != NULL && bar < end);
        *bar = '\0';
        each(line, bar + 3);
    }
}

/* ---- valid forms ---- */

static bool is_seen[256];

static void check_accepted_with_its_gas(const char *gas, const char *line)
{
    fixture f = assemble_line(line, true);
    uint16_t op = (uint16_t)(f.words[1] >> 48);
    const wc_op_info *info = wc_op_lookup(op);
    bool ends = op == WC_OP_ret || op == WC_OP_fail || op == WC_OP_tunmet;
    if (ends) f.function->word_count = 2; /* what follows is reached by nothing */
    if (ends) f.module->word_count = f.function->first_word + 2;
    check_verdict(&f, "", line);
    /* Around it: a block before, and, unless it is the end, a block and `ret` behind. */
    uint64_t around = ends ? 1 : 1 + 1 + 2;
    assert_int_equal(f.function->gas_bound, around + strtoull(gas, NULL, 10));
    if (is_seen[op]) fail_msg("%s stands there twice", info->name);
    is_seen[op] = true;
}

static void accepts_every_instruction_with_all_it_can_cost(void **state)
{
    (void)state;
    for_each_line("instructions.txt", check_accepted_with_its_gas);
    fixture f = assemble_loop();
    check_verdict(&f, "", "loop");
    /* block, lenter; 1 turn of block, loop; block, ret */
    assert_int_equal(f.function->gas_bound, 1 + 2 + 1 * (1 + 2) + 1 + 2);
    is_seen[WC_OP_lenter] = is_seen[WC_OP_loop] = is_seen[WC_OP_block] = is_seen[WC_OP_ext] = true;
    for (uint16_t op = 0; op < 256; op++) {
        if (is_seen[op] != (wc_op_lookup(op) != NULL)) fail_msg("instruction %u", op);
    }
}

static void check_mistake(const char *rule, const char *line)
{
    fixture f = assemble_line(line, true);
    check_verdict(&f, strcmp(rule, "OK") == 0 ? "" : rule, line);
}

static void refuses_types_that_do_not_fit(void **state)
{
    (void)state;
    for_each_line("mistakes.txt", check_mistake);
}

/* ---- boundaries of operands ---- */

static uint16_t operand(const fixture *f, uint32_t word, unsigned i)
{
    return (uint16_t)(f->words[word + i / 3] >> (32 - 16 * (i % 3)));
}

/* The verdict with operand i exchanged for a moment. */
static void check_with(const fixture *f, uint32_t word, unsigned i, uint16_t value,
                       const char *expected)
{
    char what[64];
    uint64_t was = f->words[word + i / 3];
    unsigned shift = 32 - 16 * (i % 3);
    const wc_op_info *info = wc_op_lookup((uint16_t)(f->words[word] >> 48));
    f->words[word + i / 3] = (was & ~((uint64_t)0xffff << shift)) | (uint64_t)value << shift;
    snprintf(what, sizeof what, "%s, operand %u = %u", info->name, i, value);
    check_verdict(f, expected, what);
    f->words[word + i / 3] = was;
}

static bool accepts_kind(wc_operand kind, uint8_t reg)
{
    switch ((unsigned)kind) {
    case WC_OPERAND_wi:
    case WC_OPERAND_ri: return reg == WC_REG_I64;
    case WC_OPERAND_ww:
    case WC_OPERAND_rw: return reg == WC_REG_I128;
    case WC_OPERAND_wr:
    case WC_OPERAND_rr: return reg == WC_REG_REF || reg == WC_REG_REFMUT;
    case WC_OPERAND_rm: return reg == WC_REG_REFMUT;
    default: return false;
    }
}

static void check_register(const fixture *f, uint32_t word, unsigned i, wc_operand kind)
{
    bool is_read = kind == WC_OPERAND_ri || kind == WC_OPERAND_rw || kind == WC_OPERAND_rr ||
                   kind == WC_OPERAND_rm;
    uint16_t count = f->function->reg_count, reg = operand(f, word, i);
    check_with(f, word, i, count, "V0501");
    check_with(f, word, i, UINT16_MAX, "V0501");
    check_with(f, word, i, (uint16_t)(reg + f->twin), is_read ? "V0503" : "");
    bool is_tried[5] = {false};
    for (uint16_t other = 0; other < count; other++) { /* one register of each wrong kind */
        uint8_t have = f->function->regs[other].kind;
        if (is_tried[have] || accepts_kind(kind, have)) continue;
        check_with(f, word, i, other, "V0502");
        is_tried[have] = true;
    }
}

static uint32_t rows_of(const fixture *f, wc_operand kind)
{
    const wc_module *m = f->module;
    switch ((unsigned)kind) {
    case WC_OPERAND_ki:
    case WC_OPERAND_kn: return m->number_count;
    case WC_OPERAND_kb: return m->bytes_count;
    case WC_OPERAND_slot: return f->function->slot_count;
    case WC_OPERAND_ca: return m->calendar_count;
    case WC_OPERAND_cu: return m->currency_count;
    case WC_OPERAND_fd: return m->field_count;
    case WC_OPERAND_ev: return m->event_count;
    case WC_OPERAND_er: return m->error_count;
    case WC_OPERAND_st: return m->state_count;
    case WC_OPERAND_me: return m->method_count;
    default: return 0;
    }
}

static void check_row(const fixture *f, uint32_t word, unsigned i, wc_operand kind)
{
    uint32_t count = rows_of(f, kind);
    check_with(f, word, i, (uint16_t)count, "V0405");
    check_with(f, word, i, UINT16_MAX, "V0405");
    if (kind == WC_OPERAND_cu) check_with(f, word, i, (uint16_t)(count - 1), "");
    if (kind == WC_OPERAND_fd) check_with(f, word, i, 0, "V0405"); /* a field of the root record */
    if (kind != WC_OPERAND_kn) return;
    check_with(f, word, i, 0, "");
    check_with(f, word, i, 1, "V0407"); /* 0 */
    check_with(f, word, i, 2, "V0407"); /* -1 */
    bool is_loop = f->words[word] >> 48 == WC_OP_lenter;
    check_with(f, word, i, 3, is_loop ? "V0610" : ""); /* 2^63 - 1 */
    check_with(f, word, i, 4, "V0407");                /* 2^63 */
}

static void check_target(const fixture *f, uint32_t word, unsigned i)
{
    uint32_t count = f->function->word_count;
    check_with(f, word, i, 0, "V0601");
    check_with(f, word, i, (uint16_t)word, "V0601");
    check_with(f, word, i, (uint16_t)count, "V0601");
    check_with(f, word, i, UINT16_MAX, "V0601");
    check_with(f, word, i, (uint16_t)(count - 1), "V0602"); /* `ret` */
}

static void check_operand(const fixture *f, uint32_t word, unsigned i, wc_operand kind)
{
    switch (kind) {
    case WC_OPERAND_none:
        check_with(f, word, i, 1, "V0402");
        check_with(f, word, i, 0x8000, "V0402");
        return;
    case WC_OPERAND_wi:
    case WC_OPERAND_ri:
    case WC_OPERAND_ww:
    case WC_OPERAND_rw:
    case WC_OPERAND_wr:
    case WC_OPERAND_rr:
    case WC_OPERAND_rm: check_register(f, word, i, kind); return;
    case WC_OPERAND_ki:
    case WC_OPERAND_kb:
    case WC_OPERAND_kn:
    case WC_OPERAND_slot:
    case WC_OPERAND_ca:
    case WC_OPERAND_cu:
    case WC_OPERAND_fd:
    case WC_OPERAND_ev:
    case WC_OPERAND_er:
    case WC_OPERAND_st:
    case WC_OPERAND_me: check_row(f, word, i, kind); return;
    case WC_OPERAND_to: check_target(f, word, i); return;
    case WC_OPERAND_back:
        check_with(f, word, i, 0, "V0607");
        check_with(f, word, i, UINT16_MAX, "V0607");
        return;
    case WC_OPERAND_fn:
        check_with(f, word, i, FUNCTION, "V0612");
        check_with(f, word, i, UINT16_MAX, "V0612");
        return;
    case WC_OPERAND_md:
        check_with(f, word, i, 8, "");
        check_with(f, word, i, 9, "V0406");
        return;
    case WC_OPERAND_arg:
        check_with(f, word, i, (uint16_t)(f->twin + 1), "V0503");
        check_with(f, word, i, f->function->reg_count, "V0614");
        return;
    case WC_OPERAND_res: check_with(f, word, i, f->function->reg_count, "V0615"); return;
    case WC_OPERAND_im:
    case WC_OPERAND_lo:
    case WC_OPERAND_hi: return; /* any number; those with a meaning are in mistakes.txt */
    }
}

/* All cases for the instruction at word. */
static void check_boundaries(const fixture *f, uint32_t word)
{
    const wc_op_info *info = wc_op_lookup((uint16_t)(f->words[word] >> 48));
    for (unsigned i = 0; i < 3u * info->words; i++) {
        check_operand(f, word, i, (wc_operand)info->operands[i]);
    }
    if (info->words == 1) return;
    uint64_t second = f->words[word + 1];
    f->words[word + 1] = wc_word(WC_OP_block, 0, 0, 0);
    check_verdict(f, "V0403", info->name);
    f->words[word + 1] = second;
}

/* The function cut off behind the instruction: not an end, unless it is one. */
static void check_cut(const fixture *f, uint32_t word)
{
    uint16_t op = (uint16_t)(f->words[word] >> 48);
    const wc_op_info *info = wc_op_lookup(op);
    bool ends = op == WC_OP_ret || op == WC_OP_fail || op == WC_OP_tunmet;
    bool has_target = memchr(info->operands, WC_OPERAND_to, 6) != NULL;
    uint32_t count = f->function->word_count;
    f->function->word_count = word + info->words;
    check_verdict(f, has_target ? "V0601" : ends ? "" : "V0604", info->name);
    if (info->words == 2 && !has_target) {
        f->function->word_count = word + 1;
        check_verdict(f, "V0403", info->name);
    }
    f->function->word_count = count;
}

/* An instruction that ends a block, followed by something else than one. */
static void check_follower(const fixture *f, uint32_t word)
{
    const wc_op_info *info = wc_op_lookup((uint16_t)(f->words[word] >> 48));
    bool has_target = memchr(info->operands, WC_OPERAND_to, 6) != NULL;
    if ((info->flags & WC_OP_ENDS) == 0) return;
    uint64_t was = f->words[word + info->words];
    f->words[word + info->words] = wc_word(WC_OP_ldi, 0, 0, 0);
    check_verdict(f, has_target ? "V0602" : "V0605", info->name);
    f->words[word + info->words] = was;
}

static void check_line(const char *gas, const char *line)
{
    (void)gas;
    fixture f = assemble_line(line, true);
    uint16_t op = (uint16_t)(f.words[1] >> 48);
    bool ends = op == WC_OP_ret || op == WC_OP_fail || op == WC_OP_tunmet;
    check_follower(&f, 1);
    check_cut(&f, 1);
    if (ends) f.function->word_count = 2;
    check_boundaries(&f, 1);
}

static void refuses_every_operand_beyond_its_limit(void **state)
{
    (void)state;
    for_each_line("instructions.txt", check_line);
    fixture f = assemble_loop();
    check_boundaries(&f, 0); /* block */
    check_boundaries(&f, 1); /* lenter */
    check_boundaries(&f, 4); /* loop: other registers do not match the lenter */
}

/* ---- instructions for tests, stray second words, unknown opcodes ---- */

static void check_flag_of_test(const char *gas, const char *line)
{
    (void)gas;
    fixture f = assemble_line(line, false);
    uint16_t op = (uint16_t)(f.words[1] >> 48);
    bool ends = op == WC_OP_ret || op == WC_OP_fail || op == WC_OP_tunmet;
    if (ends) f.function->word_count = 2;
    bool is_test = (wc_op_lookup(op)->flags & WC_OP_TEST) != 0;
    /* Outside test images the fixture has one thing that is refused, but only when all else is
     * well. */
    check_verdict(&f, is_test ? "V0408" : "", line);
}

static void refuses_test_instructions_outside_test_images(void **state)
{
    (void)state;
    for_each_line("instructions.txt", check_flag_of_test);
}

static void refuses_every_opcode_that_is_not_in_the_table(void **state)
{
    (void)state;
    fixture f = assemble_line("not r0 r1", true);
    for (uint32_t op = 0; op <= UINT16_MAX; op++) {
        if (wc_op_lookup((uint16_t)op) != NULL) continue;
        f.words[1] = wc_word((uint16_t)op, 0, 1, 0);
        check_verdict(&f, "V0401", "unknown opcode");
        if (op > 0x200) op += 61; /* enough of the rest */
    }
    f.words[1] = wc_word(WC_OP_ext, 0, 1, 0);
    check_verdict(&f, "V0404", "ext");
}

/* ---- what needs two mistakes, or tables that the fixture does not have ---- */

static void says_first_that_nothing_leads_to_a_block(void **state)
{
    (void)state;
    fixture f = assemble("    block\n    ret 0\n    block\n    ret 0\n", true);
    check_verdict(&f, "V0603", "a block behind ret");
    f.words[2] = wc_word(WC_OP_block, 1, 0, 0);
    check_verdict(&f, "V0603", "the same with an operand");
    f.words[1] = wc_word(WC_OP_addi, 0, 0, 1);
    check_verdict(&f, "V0402", "a block with an operand that is reached");
}

/* Only a test image may have no states: then no ref leads to the state's data. */
static void has_no_state_to_look_at_where_there_are_no_states(void **state)
{
    (void)state;
    fixture f = assemble_line("root r33 3", true);
    check_verdict(&f, "", "root of a state");
    f.module->state_count = 0;
    f.module->state_type = WC_NONE;
    check_verdict(&f, "V0505", "root of no state");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_every_instruction_with_all_it_can_cost),
        cmocka_unit_test(refuses_types_that_do_not_fit),
        cmocka_unit_test(refuses_every_operand_beyond_its_limit),
        cmocka_unit_test(refuses_test_instructions_outside_test_images),
        cmocka_unit_test(refuses_every_opcode_that_is_not_in_the_table),
        cmocka_unit_test(says_first_that_nothing_leads_to_a_block),
        cmocka_unit_test(has_no_state_to_look_at_where_there_are_no_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
