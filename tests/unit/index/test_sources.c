/* The index of every source of the project: no name without meaning; and of damaged ones: no crash,
 * every place inside the text. */
#define _POSIX_C_SOURCE 200809L

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/golden.h"
#include "tests/support/prng.h"
#include "tests/unit/index/desk.h"

#define MUTANTS 10u

typedef void (*each_fn)(desk *d, const char *path, wc_str text, void *with);

static void each_source(each_fn visit, void *with)
{
    static const char *const patterns[] = {WC_TEST_DATA "/../../contracts/*/*.clause",
                                           WC_TEST_DATA "/../../stdlib/*.clause"};
    desk d;
    desk_open(&d);
    unsigned files = 0;
    for (size_t i = 0; i < WC_ARRAY_LEN(patterns); i++) {
        glob_t found;
        assert_int_equal(glob(patterns[i], 0, NULL, &found), 0);
        for (size_t j = 0; j < found.gl_pathc; j++, files++) {
            wc_slice bytes = wc_test_read_file(found.gl_pathv[j]);

            union {
                const uint8_t *from;
                void *to;
            } data = {.from = bytes.data};

            visit(&d, found.gl_pathv[j], (wc_str){(const char *)bytes.data, bytes.len}, with);
            free(data.to);
        }
        globfree(&found);
    }
    assert_true(files >= 28);
    desk_close(&d);
}

/* --- names ------------------------------------------------------------------------------------ */

static bool is_own_word(wc_str name)
{
    wc_index_word word;
    for (int kind = WC_INDEX_WORD_FUNCTION; kind <= WC_INDEX_WORD_MODE; kind++) {
        for (uint32_t i = 0; wc_index_word_at((wc_index_word_kind)kind, i, &word); i++) {
            if (wc_str_equal(word.name, name)) return true;
        }
    }
    /* The checker knows them in their place; the last two rows are functions of calendars. */
    static const char *const others[] = {
        "deploy", "asc",   "desc",     "fund",  "residual", "zone",   "tzdata",  "zero", "previous",
        "linear", "total", "average",  "day",   "week",     "month",  "quarter", "year", "date",
        "start",  "at",    "add_days", "clock", "hour",     "minute", "weekday",
#define WC_TRAP(number, name, text, way_out) #name,
#include "vm/isa/traps.def"
#undef WC_TRAP
#define WC_BUILTIN(number, name, args, text) #name,
#include "vm/isa/builtin_errors.def"
#undef WC_BUILTIN
    };
    for (size_t i = 0; i < WC_ARRAY_LEN(others); i++) {
        if (wc_str_equal(name, wc_str_of(others[i]))) return true;
    }
    return false;
}

/* Methods of values, figures of an instance; parties of a test, which are nowhere declared. */
static bool is_of_a_value(const wc_source_index *index, wc_str text, wc_span span)
{
    wc_str name = {text.data + span.start, span.end - span.start};
    for (uint32_t i = 0; i < index->value_count; i++) {
        const wc_index_value *value = &index->values[i];
        bool is_party = value->span.start == span.start && value->span.end == span.end &&
                        wc_str_equal(value->type->text, WC_STR("party"));
        if (is_party) return true;
        if (value->span.end + 1 != span.start) continue;
        for (uint32_t j = 0; j < value->type->member_count; j++) {
            if (wc_str_equal(value->type->members[j].name, name)) return true;
        }
    }
    return false;
}

static bool is_known(const wc_source_index *index, wc_span span)
{
    for (uint32_t i = 0; i < index->use_count; i++) {
        const wc_index_use *use = &index->uses[i];
        if (use->span.start <= span.start && span.end <= use->span.end) return true;
    }
    for (uint32_t i = 0; i < index->def_count; i++) {
        const wc_index_def *def = &index->defs[i];
        if (def->span.file != 0) continue;
        if (def->span.start <= span.start && span.end <= def->span.end) return true;
    }
    return false;
}

/* A role is a word of the ledger's table. */
static bool is_role(wc_str text, wc_span span)
{
    static const char *const before[] = {"role ", "by "};
    for (size_t i = 0; i < WC_ARRAY_LEN(before); i++) {
        size_t len = strlen(before[i]);
        if (span.start >= len && memcmp(text.data + span.start - len, before[i], len) == 0) {
            return true;
        }
    }
    return false;
}

/* Made for an amendable term or of a mix-in: its definition is in a text that is no file. */
static bool is_made(const desk *d, wc_str name)
{
    for (uint32_t i = 0; i < d->out->sources.count; i++) {
        const wc_source *source = d->out->sources.items[i];
        if (!source->has_origin) continue;
        for (size_t at = 0; at + name.len <= source->text.len; at++) {
            if (memcmp(source->text.data + at, name.data, name.len) == 0) return true;
        }
    }
    return false;
}

/* Texts that are put into contracts, and what is given to them: names without an index so far.
 * Mix-ins stand behind the other items of a library. */
static bool is_of_a_mixin(wc_str text, wc_span span)
{
    static const char mark[] = "\nmixin ", given[] = "use ";
    for (size_t at = 0; at + sizeof mark - 1 <= span.start; at++) {
        if (memcmp(text.data + at, mark, sizeof mark - 1) == 0) return true;
    }
    size_t start = span.start;
    while (start > 0 && strchr(";{}", text.data[start - 1]) == NULL) start--;
    while (start < span.start && (text.data[start] == ' ' || text.data[start] == '\n')) start++;
    return span.start - start >= sizeof given - 1 &&
           memcmp(text.data + start, given, sizeof given - 1) == 0;
}

static void check_names(desk *d, const char *path, wc_str text, void *with)
{
    unsigned *count = with;
    desk_compile(d, text);
    if (d->out->diags.error_count > 0) fail_msg("%s has errors", path);
    for (uint32_t i = 0; i < d->index->token_count; i++) {
        const wc_index_token *token = &d->index->tokens[i];
        if (token->class != WC_INDEX_TOKEN_NAME) continue;
        wc_str name = {text.data + token->span.start, token->span.end - token->span.start};
        ++*count;
        bool fine = is_known(d->index, token->span) || is_own_word(name) ||
                    is_of_a_value(d->index, text, token->span) || is_role(text, token->span) ||
                    is_made(d, name) || is_of_a_mixin(text, token->span);
        if (fine) continue;
        wc_place place = wc_source_place(d->out->sources.items[0], token->span.start);
        fail_msg("%s:%u:%u: nothing is known of `%.*s`", path, place.line, place.column,
                 WC_STR_ARG(name));
    }
}

static void every_name_of_every_source_means_something(void **state)
{
    (void)state;
    unsigned names = 0;
    each_source(check_names, &names);
    assert_true(names > 10000);
}

/* --- damage ----------------------------------------------------------------------------------- */

/* Drops, doubles or swaps a stretch that begins and ends at tokens: likelier to parse than noise.
 */
static wc_str damage(wc_prng *prng, const desk *d, wc_str text, char *out)
{
    uint32_t count = d->index->token_count;
    const wc_index_token *tokens = d->index->tokens;
    uint32_t first = (uint32_t)wc_prng_below(prng, count);
    uint32_t last = first + (uint32_t)wc_prng_below(prng, 4);
    if (last >= count) last = count - 1;
    const wc_index_token *other = &tokens[wc_prng_below(prng, count)];
    size_t from = tokens[first].span.start, to = tokens[last].span.end;
    size_t len = from;
    memcpy(out, text.data, from);
    if (wc_prng_below(prng, 2) == 0) {
        size_t piece = other->span.end - other->span.start;
        memcpy(out + len, text.data + other->span.start, piece);
        len += piece;
    }
    memcpy(out + len, text.data + to, text.len - to);
    return (wc_str){out, len + text.len - to};
}

static void check_span(const desk *d, wc_span span)
{
    assert_true(span.file < d->out->sources.count);
    assert_true(span.start <= span.end);
    assert_true(span.end <= d->out->sources.items[span.file]->text.len);
}

static void check_places(const desk *d)
{
    const wc_source_index *index = d->index;
    for (uint32_t i = 0; i < index->def_count; i++) {
        const wc_index_def *def = &index->defs[i];
        check_span(d, def->span);
        check_span(d, def->full);
        check_span(d, def->scope);
        assert_true(def->owner == WC_INDEX_NONE || def->owner < index->def_count);
        assert_true(def->owner != i);
    }
    for (uint32_t i = 0; i < index->use_count; i++) {
        check_span(d, index->uses[i].span);
        assert_true(index->uses[i].def < index->def_count);
        if (i > 0) assert_true(index->uses[i - 1].span.start < index->uses[i].span.start);
    }
    for (uint32_t i = 0; i < index->value_count; i++) check_span(d, index->values[i].span);
    for (uint32_t i = 0; i < index->token_count; i++) check_span(d, index->tokens[i].span);
}

static void damage_source(desk *d, const char *path, wc_str text, void *with)
{
    wc_prng *prng = with;
    char *one = malloc(2 * text.len + 4096), *two = malloc(2 * text.len + 8192);
    assert_non_null(one);
    assert_non_null(two);
    for (unsigned i = 0; i < MUTANTS; i++) {
        desk_compile(d, text);
        wc_str damaged = damage(prng, d, text, one);
        desk_compile(d, damaged);
        check_places(d);
        if (d->index->token_count == 0) continue;
        desk_compile(d, damage(prng, d, damaged, two));
        check_places(d);
    }
    (void)path;
    free(one);
    free(two);
}

static void damaged_sources_have_an_index_too(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 20261130);
    each_source(damage_source, &prng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_of_every_source_means_something),
        cmocka_unit_test(damaged_sources_have_an_index_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
