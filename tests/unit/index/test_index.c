/* What an index says of a small contract: definitions, uses, values, tokens, with and without
 * errors. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/index/desk.h"

/* Line by line, so that a test can replace one. */
static const char sound[] = "// A meter is read.\n"
                            "module demo;\n"
                            "use std.energy;\n"
                            "\n"
                            "error TooLate(at : time);\n"
                            "event Read(volume : Energy);\n"
                            "// What a day may take.\n"
                            "// At most.\n"
                            "const limit : Energy = 10.000 kWh;\n"
                            "record Reading { at : time; volume : Energy; }\n"
                            "\n"
                            "contract Meter {\n"
                            "    parties { seller : party; grid : role GridOperator; }\n"
                            "    terms { price : dec<5, CNY/kWh, 0.00000..9.00000>; }  // agreed\n"
                            "    states { Open initial; Full(day : int<0..30>); Done final; }\n"
                            "    storage { total : Energy = 0.000 kWh; last : list<Reading, 4>; }\n"
                            "    // Takes a reading.\n"
                            "    action read(volume : Energy, day : int<0..30>)\n"
                            "        by any(seller, grid) when Open -> Full\n"
                            "        requires volume <= limit : TooLate(now());\n"
                            "    {\n"
                            "        let r = Reading(at: now(), volume: volume);\n"
                            "        self.last.push(r);\n"
                            "        let cost : Yuan = round(r.volume * price, half_even);\n"
                            "        self.total += r.volume;\n"
                            "        emit Read(cost > 0.00 CNY ? volume : limit);\n"
                            "        goto Full(day);\n"
                            "    }\n"
                            "    action close() by seller when Full -> Done { goto Done(); }\n"
                            "    after deployed + 3600 s when Open, Full -> Done { goto Done(); }\n"
                            "}\n";

static void every_use_leads_to_its_definition(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, sound);
    assert_int_equal(d.out->diags.error_count, 0);
    assert_ptr_equal(desk_meaning(&d, "limit", 1), desk_meaning(&d, "limit", 0));
    assert_ptr_equal(desk_meaning(&d, "limit", 2), desk_meaning(&d, "limit", 0));
    assert_ptr_equal(desk_meaning(&d, "TooLate", 1), desk_meaning(&d, "TooLate", 0));
    assert_ptr_equal(desk_meaning(&d, "seller", 1), desk_meaning(&d, "seller", 0));
    assert_ptr_equal(desk_meaning(&d, "grid", 1), desk_meaning(&d, "grid", 0));
    assert_ptr_equal(desk_meaning(&d, "Full", 3), desk_meaning(&d, "Full", 0));
    assert_ptr_equal(desk_meaning(&d, "Done", 1), desk_meaning(&d, "Done", 0));
    assert_ptr_equal(desk_meaning(&d, "total", 1), desk_meaning(&d, "total", 0));
    assert_ptr_equal(desk_meaning(&d, "last", 1), desk_meaning(&d, "last", 0));
    assert_int_equal(desk_meaning(&d, "price, half", 0)->kind, WC_INDEX_TERM);
    assert_int_equal(desk_meaning(&d, "r.volume", 0)->kind, WC_INDEX_LOCAL);
    desk_close(&d);
}

static void members_and_arguments_by_name_are_uses(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, sound);
    const wc_index_def *member = desk_meaning(&d, "volume", 1);
    assert_int_equal(member->kind, WC_INDEX_MEMBER);
    uint32_t named = desk_at(&d, "volume: volume", 0);
    uint32_t dotted = desk_at(&d, "r.volume", 0) + 2;
    unsigned found = 0;
    for (uint32_t i = 0; i < d.index->use_count; i++) {
        const wc_index_use *one = &d.index->uses[i];
        bool is_here = one->span.start == named || one->span.start == dotted;
        if (is_here) assert_ptr_equal(&d.index->defs[one->def], member);
        found += is_here;
    }
    assert_int_equal(found, 2);
    desk_close(&d);
}

static void names_of_other_modules_lead_there(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, sound);
    const wc_index_def *energy = desk_meaning(&d, "Energy", 0);
    assert_int_equal(energy->kind, WC_INDEX_ALIAS);
    desk_text_is(d.out->sources.items[energy->span.file]->name, "std.energy");
    const wc_index_def *module = desk_meaning(&d, "std.energy", 0);
    assert_int_equal(module->kind, WC_INDEX_MODULE);
    assert_int_equal(module->span.file, energy->span.file);
    unsigned currencies = 0; /* in the unit of price's type */
    uint32_t at = desk_at(&d, "CNY/kWh", 0);
    for (uint32_t i = 0; i < d.index->use_count; i++) {
        const wc_index_use *one = &d.index->uses[i];
        bool is_here = one->span.start == at;
        if (is_here) assert_int_equal(d.index->defs[one->def].kind, WC_INDEX_CURRENCY);
        currencies += is_here;
    }
    assert_int_equal(currencies, 1);
    desk_close(&d);
}

static void types_carry_unit_scale_and_range(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, sound);
    const wc_index_type *price = desk_meaning(&d, "price", 0)->type;
    desk_text_is(price->unit, "CNY/kWh");
    assert_int_equal(price->scale, 5);
    desk_text_is(price->low, "0.00000 CNY/kWh");
    desk_text_is(price->high, "9.00000 CNY/kWh");
    const wc_index_type *day = desk_meaning(&d, "day", 2)->type;
    assert_int_equal(day->scale, -1);
    desk_text_is(day->high, "30");
    desk_text_is(desk_meaning(&d, "limit", 0)->value, "10.000 kWh");
    desk_close(&d);
}

static void comments_above_or_behind_are_the_documentation(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, sound);
    desk_text_is(desk_meaning(&d, "limit", 0)->doc, "What a day may take.\nAt most.");
    desk_text_is(desk_meaning(&d, "price", 0)->doc, "agreed");
    desk_text_is(desk_meaning(&d, "read(", 0)->doc, "Takes a reading.");
    desk_text_is(desk_meaning(&d, "demo", 0)->doc, "A meter is read.");
    desk_text_is(desk_meaning(&d, "TooLate", 0)->doc, "");
    desk_close(&d);
}

static void an_action_says_who_when_where_to_and_what_it_costs(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, sound);
    const wc_index_def *read = desk_meaning(&d, "read(", 0);
    assert_int_equal(read->kind, WC_INDEX_ACTION);
    desk_text_is(read->callers, "seller or grid");
    desk_text_is(read->states, "Open");
    desk_text_is(read->leads, "Full");
    desk_text_is(read->raises, "TooLate");
    assert_int_equal(read->effects, WC_INDEX_READS | WC_INDEX_WRITES);
    desk_text_is(read->written, "action read(volume : Energy, day : int<0..30>) by any(seller, "
                                "grid) when Open -> Full");
    assert_true(read->gas > 100);
    const wc_index_def *owner = &d.index->defs[read->owner];
    desk_text_is(owner->name, "Meter");
    const wc_index_def *close = desk_meaning(&d, "close", 0);
    assert_int_equal(close->effects, 0);
    assert_true(close->gas > 0 && close->gas < read->gas);
    desk_close(&d);
}

static void a_local_reaches_from_its_definition_to_the_end_of_its_block(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, sound);
    const wc_index_def *cost = desk_meaning(&d, "cost", 0);
    assert_int_equal(cost->kind, WC_INDEX_LOCAL);
    assert_ptr_equal(&d.index->defs[cost->owner], desk_meaning(&d, "read(", 0));
    assert_int_equal(cost->scope.start, desk_at(&d, "{\n        let r", 0));
    assert_int_equal(cost->scope.end, desk_at(&d, "}\n    action close", 0) + 1);
    desk_text_is(cost->type->text, "money<CNY>");
    desk_close(&d);
}

static void values_know_their_range_and_roundings(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, sound);
    const wc_index_value *rounded = desk_value(&d, "round(", 0);
    assert_non_null(rounded);
    assert_true(rounded->is_rounding && !rounded->has_target);
    const wc_index_value *last = desk_value(&d, "self.last", 0);
    bool has_push = false, has_len = false;
    for (uint32_t i = 0; i < last->type->member_count; i++) {
        wc_str name = last->type->members[i].name;
        has_push = has_push || wc_str_equal(name, WC_STR("push"));
        has_len = has_len || wc_str_equal(name, WC_STR("len"));
    }
    assert_true(has_push && has_len);
    desk_close(&d);
}

/* The parser decides whether `day` or `read` is a keyword here; the lexer cannot. */
static void words_are_keywords_only_where_they_mean_something(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, "module m;\nrecord R { unit : int; when : int; }\nunit a : b;\n");

    static const struct {
        const char *piece;
        unsigned number;
        wc_index_token_class class;
    } expected[] = {{"record", 0, WC_INDEX_TOKEN_KEYWORD},
                    {"unit", 0, WC_INDEX_TOKEN_NAME},
                    {"when", 0, WC_INDEX_TOKEN_NAME},
                    {"unit", 1, WC_INDEX_TOKEN_KEYWORD}};

    for (size_t i = 0; i < WC_ARRAY_LEN(expected); i++) {
        uint32_t at = desk_at(&d, expected[i].piece, expected[i].number);
        bool found = false;
        for (uint32_t j = 0; j < d.index->token_count; j++) {
            const wc_index_token *token = &d.index->tokens[j];
            if (token->span.start != at) continue;
            found = true;
            assert_int_equal(token->class, expected[i].class);
        }
        assert_true(found);
    }
    desk_close(&d);
}

static void replace(char *out, size_t size, const char *from, const char *to)
{
    const char *at = strstr(sound, from);
    assert_non_null(at);
    int len = snprintf(out, size, "%.*s%s%s", (int)(at - sound), sound, to, at + strlen(from));
    assert_true(len > 0 && (size_t)len < size);
}

/* Text is broken most of the time while somebody types. */
static void what_is_not_broken_stays_known(void **state)
{
    (void)state;

    static const struct {
        const char *from, *to;
    } cases[] = {
        {"goto Full(day);", "goto Full(day"},           /* syntax */
        {"self.last.push(r);", "self.last.;"},          /* a dot and nothing */
        {"emit Read(cost", "emit Read(unknown"},        /* a name */
        {"= round(r.volume * price, half_even)", "= "}, /* no value */
        {"module demo;", "modul demo;"},                /* the first line */
        {"requires volume <= limit : TooLate(now());", ""},
        {"Open initial;", "Open"},
        {"const limit : Energy = 10.000 kWh;", "const limit : Energy = 10.000 ;\nconst ;"},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        char text[sizeof(sound) + 64];
        replace(text, sizeof(text), cases[i].from, cases[i].to);
        desk d;
        desk_use(&d, text);
        const wc_index_def *total = desk_meaning(&d, "total", 0);
        assert_non_null(total);
        assert_int_equal(total->kind, WC_INDEX_FIELD);
        assert_ptr_equal(desk_meaning(&d, "total", 1), total);
        desk_text_is(total->type->text, "dec<3, kWh>");
        assert_ptr_equal(desk_meaning(&d, "seller", 1), desk_meaning(&d, "seller", 0));
        desk_close(&d);
    }
}

static void errors_are_those_of_a_check_without_index(void **state)
{
    (void)state;
    char text[sizeof(sound) + 64];
    replace(text, sizeof(text), "goto Full(day);", "goto Full(day);\n let x = nothing; let y = ;");
    desk d;
    desk_use(&d, text);
    /* One error of syntax; the unknown name is said when the text parses. */
    assert_int_equal(d.out->diags.error_count, 1);
    assert_string_equal(wc_diag_info_of(d.out->diags.first->code)->name, "E0201");
    desk_close(&d);
}

static bool expects(const char *text, const char *word, bool *takes_name)
{
    static _Alignas(16) uint8_t memory[8 << 20];
    wc_arena arena;
    wc_arena_init(&arena, memory, sizeof(memory));
    const wc_str *words;
    uint32_t count;
    wc_str all = wc_str_of(text);
    assert_status(wc_index_expected(&arena, all, (uint32_t)all.len, &words, &count, takes_name),
                  WC_OK);
    for (uint32_t i = 0; i < count; i++) {
        if (wc_str_equal(words[i], wc_str_of(word))) return true;
    }
    return false;
}

static void too_long_a_text_is_not_read(void **state)
{
    (void)state;
    static _Alignas(16) uint8_t memory[64];
    static char text[WC_SOURCE_MAX + 1];
    wc_arena arena;
    const wc_str *words;
    uint32_t count;
    bool name;
    wc_arena_init(&arena, memory, sizeof(memory));
    memset(text, ' ', sizeof(text));
    assert_status(wc_index_expected(&arena, (wc_str){text, sizeof(text)}, sizeof(text), &words,
                                    &count, &name),
                  WC_TOO_LARGE);
    assert_status(wc_index_expected(&arena, (wc_str){text, 3}, 4, &words, &count, &name),
                  WC_TOO_LARGE);
}

static void the_grammar_says_which_words_can_follow(void **state)
{
    (void)state;
    bool name;
    assert_true(expects("", "module", &name) && !name);
    assert_true(expects("module m;\n", "contract", &name));
    assert_false(expects("module m;\n", "goto", &name));
    assert_true(expects("module m;\ncontract C {\n    ", "parties", &name));
    assert_true(expects("module m;\ncontract C { action a() ", "by", &name));
    assert_false(expects("module m;\ncontract C { action a() ", "action", &name));
    assert_true(expects("module m;\nfunc f() -> int {\n    ", "let", &name) && name);
    assert_false(expects("module m;\nfunc f() -> int { let ", "let", &name));
    assert_true(name);
    /* behind broken text */
    assert_true(expects("module m;\nfunc f() -> int { let = 3; \n ", "return", &name));
}

/* `initial` is a word of the grammar only where one can stand; `let` can never be a name. */
static void words_of_the_grammar_are_known(void **state)
{
    (void)state;

    static const struct {
        const char *word;
        bool is_keyword, is_reserved;
    } cases[] = {
        {"let", true, true},    {"return", true, true},   {"initial", true, false},
        {"final", true, false}, {"price", false, false},  {"", false, false},
        {"Let", false, false},  {"letter", false, false},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_str word = wc_str_of(cases[i].word);
        if (wc_index_is_keyword(word) != cases[i].is_keyword ||
            wc_index_is_reserved(word) != cases[i].is_reserved) {
            fail_msg("%s", cases[i].word);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_use_leads_to_its_definition),
        cmocka_unit_test(members_and_arguments_by_name_are_uses),
        cmocka_unit_test(names_of_other_modules_lead_there),
        cmocka_unit_test(types_carry_unit_scale_and_range),
        cmocka_unit_test(comments_above_or_behind_are_the_documentation),
        cmocka_unit_test(an_action_says_who_when_where_to_and_what_it_costs),
        cmocka_unit_test(a_local_reaches_from_its_definition_to_the_end_of_its_block),
        cmocka_unit_test(values_know_their_range_and_roundings),
        cmocka_unit_test(words_are_keywords_only_where_they_mean_something),
        cmocka_unit_test(what_is_not_broken_stays_known),
        cmocka_unit_test(errors_are_those_of_a_check_without_index),
        cmocka_unit_test(the_grammar_says_which_words_can_follow),
        cmocka_unit_test(too_long_a_text_is_not_read),
        cmocka_unit_test(words_of_the_grammar_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
