/* The forms for tools, over the wrong example of every code: JSON with the members that
 * docs/how-to/format-and-lint.md names, SARIF with what the schema of SARIF 2.1.0 requires of each
 * object and with nothing that it does not know (every object there is closed). */
#include <jansson.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"

#define TEXT_MAX ((size_t)1 << 20)

typedef struct rig {
    void *memory;
    uint8_t *text;
    wc_arena arena;
    wc_compilation *compilation;
} rig;

/* One word of the list, between blanks. */
static bool is_listed(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = strstr(list, word); at != NULL; at = strstr(at + 1, word)) {
        bool is_start = at == list || at[-1] == ' ';
        if (is_start && (at[length] == ' ' || at[length] == '\0')) return true;
    }
    return false;
}

/* The object has each member of `required` and none outside of required and `allowed`. */
static void check_members(json_t *object, const char *required, const char *allowed)
{
    const char *key;
    json_t *value;
    assert_true(json_is_object(object));
    json_object_foreach(object, key, value)
    {
        if (!is_listed(required, key) && !is_listed(allowed, key)) fail_msg("member `%s`", key);
    }
    while (*required != '\0') {
        char word[64];
        size_t length = strcspn(required, " ");
        assert_true(length < sizeof word);
        memcpy(word, required, length);
        word[length] = '\0';
        if (json_object_get(object, word) == NULL) fail_msg("no member `%s`", word);
        required += length + (required[length] == ' ');
    }
}

static json_int_t number_of(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static const char *string_of(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    assert_true(json_is_string(value));
    return json_string_value(value);
}

static json_t *render(rig *r, const char *source, wc_diag_format format)
{
    wc_buf buf;
    json_error_t error;
    wc_arena_init(&r->arena, r->memory, WC_COMPILE_ARENA);
    static const wc_str roles[] = {{"GridOperator", 12}};
    wc_compile_options options = {.arena = &r->arena,
                                  .hash = wc_test_sha256,
                                  .roles = roles,
                                  .role_count = WC_ARRAY_LEN(roles),
                                  .explain_traps = true,
                                  .explain_states = true,
                                  .lint = true};
    wc_str name = WC_STR("a b/\xe5\x90\x88.clause");
    assert_status(wc_compile(&options, name, wc_str_of(source), &r->compilation), WC_OK);
    wc_buf_init(&buf, r->text, TEXT_MAX);
    wc_diags_render(&r->compilation->diags, &buf, format, false);
    assert_status(wc_buf_status(&buf), WC_OK);
    json_t *root = json_loadb((const char *)buf.data, buf.len, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL) fail_msg("%s at %d", error.text, error.position);
    return root;
}

typedef void check_fn(json_t *root, const wc_compilation *compilation);

static void for_each_example(wc_diag_format format, check_fn *check)
{
    rig r = {.memory = malloc(WC_COMPILE_ARENA), .text = malloc(TEXT_MAX)};
    assert_non_null(r.memory);
    assert_non_null(r.text);
    for (unsigned i = 0; i < WC_DIAG_CODE_COUNT; i++) {
        const wc_diag_info *info = wc_diag_info_of((wc_diag_code)i);
        if (info->wrong[0] == '\0') continue;
        json_t *root = render(&r, info->wrong, format);
        if (r.compilation->diags.first == NULL) fail_msg("%s: nothing is reported", info->name);
        check(root, r.compilation);
        json_decref(root);
    }
    free(r.text);
    free(r.memory);
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static void check_spans(json_t *spans, size_t size)
{
    size_t index, primaries = 0;
    json_t *span;
    json_array_foreach(spans, index, span)
    {
        check_members(span, "file byte_start byte_end line col utf16_col label primary", "");
        assert_string_equal(string_of(span, "file"), "a b/\xe5\x90\x88.clause");
        assert_true(number_of(span, "byte_start") <= number_of(span, "byte_end"));
        assert_true(number_of(span, "byte_end") <= (json_int_t)size);
        assert_true(number_of(span, "line") >= 1 && number_of(span, "col") >= 1);
        assert_true(number_of(span, "utf16_col") >= number_of(span, "col"));
        primaries += json_is_true(json_object_get(span, "primary"));
    }
    assert_int_equal(primaries, 1);
    assert_true(json_is_true(json_object_get(json_array_get(spans, 0), "primary")));
}

static void check_fixes(json_t *fixes)
{
    size_t index, place;
    json_t *fix, *edit;
    json_array_foreach(fixes, index, fix)
    {
        check_members(fix, "title applicability edits", "");
        assert_true(is_listed("sure maybe", string_of(fix, "applicability")));
        assert_true(json_array_size(json_object_get(fix, "edits")) >= 1);
        json_array_foreach(json_object_get(fix, "edits"), place, edit)
        {
            check_members(edit, "file byte_start byte_end text", "");
        }
    }
}

static void check_json(json_t *root, const wc_compilation *compilation)
{
    size_t index;
    json_t *diag;
    assert_true(json_array_size(root) >= 1);
    json_array_foreach(root, index, diag)
    {
        check_members(diag, "code severity message spans notes fixes rule", "");
        bool is_error = strcmp(string_of(diag, "severity"), "error") == 0;
        assert_int_equal(is_error, string_of(diag, "code")[0] == 'E');
        check_spans(json_object_get(diag, "spans"), compilation->sources.items[0]->text.len);
        check_fixes(json_object_get(diag, "fixes"));
    }
}

static void json_has_the_members_that_are_promised(void **state)
{
    (void)state;
    for_each_example(WC_DIAG_JSON, check_json);
}

/* An emoji is one character and two UTF-16 units; a tab is one of each. */
static void columns_count_characters_and_utf16_units(void **state)
{
    (void)state;
    rig r = {.memory = malloc(WC_COMPILE_ARENA), .text = malloc(TEXT_MAX)};
    assert_non_null(r.memory);
    assert_non_null(r.text);
    json_t *root = render(&r,
                          "module demo;\nconst t : text<20> = \"\xf0\x9f\x94\x8b\xe5\x90\x88\";"
                          "\tconst x : int = y;\n",
                          WC_DIAG_JSON);
    json_t *span = json_array_get(json_object_get(json_array_get(root, 0), "spans"), 0);
    /* const t : text<20> = "BX";<tab>const x : int = y: 22 before the quote, 1, 2, 1, 1, 1, 16 */
    assert_int_equal(number_of(span, "line"), 2);
    assert_int_equal(number_of(span, "col"), 44);
    assert_int_equal(number_of(span, "utf16_col"), 45);
    json_decref(root);
    free(r.text);
    free(r.memory);
}

/* ---- SARIF --------------------------------------------------------------------------------- */

static void check_region(json_t *region)
{
    check_members(region, "startLine startColumn endLine endColumn byteOffset byteLength", "");
    assert_true(number_of(region, "startLine") >= 1 && number_of(region, "startColumn") >= 1);
    bool is_one_line = number_of(region, "startLine") == number_of(region, "endLine");
    assert_true(!is_one_line || number_of(region, "startColumn") <= number_of(region, "endColumn"));
    assert_true(number_of(region, "byteOffset") >= 0 && number_of(region, "byteLength") >= 0);
}

static void check_artifact(json_t *artifact)
{
    check_members(artifact, "uri", "uriBaseId index description properties");
    assert_string_equal(string_of(artifact, "uri"), "a%20b/%E5%90%88.clause");
}

static void check_location(json_t *location)
{
    check_members(location, "physicalLocation", "id message logicalLocations properties");
    json_t *physical = json_object_get(location, "physicalLocation");
    check_members(physical, "artifactLocation region", "contextRegion address properties");
    check_artifact(json_object_get(physical, "artifactLocation"));
    check_region(json_object_get(physical, "region"));
}

static void check_sarif_fix(json_t *fix)
{
    size_t index, place;
    json_t *change, *replacement;
    check_members(fix, "artifactChanges", "description properties");
    json_array_foreach(json_object_get(fix, "artifactChanges"), index, change)
    {
        check_members(change, "artifactLocation replacements", "properties");
        check_artifact(json_object_get(change, "artifactLocation"));
        assert_true(json_array_size(json_object_get(change, "replacements")) >= 1);
        json_array_foreach(json_object_get(change, "replacements"), place, replacement)
        {
            check_members(replacement, "deletedRegion", "insertedContent properties");
            check_region(json_object_get(replacement, "deletedRegion"));
        }
    }
}

static void check_result(json_t *result, json_t *rules)
{
    size_t index;
    json_t *item;
    check_members(result, "message ruleId ruleIndex level locations", "relatedLocations fixes");
    check_members(json_object_get(result, "message"), "text", "");
    assert_true(is_listed("none note warning error", string_of(result, "level")));
    json_t *rule = json_array_get(rules, (size_t)number_of(result, "ruleIndex"));
    assert_string_equal(string_of(rule, "id"), string_of(result, "ruleId"));
    json_array_foreach(json_object_get(result, "locations"), index, item) check_location(item);
    json_array_foreach(json_object_get(result, "relatedLocations"), index, item)
        check_location(item);
    json_array_foreach(json_object_get(result, "fixes"), index, item) check_sarif_fix(item);
}

static void check_sarif(json_t *root, const wc_compilation *compilation)
{
    size_t index;
    json_t *item;
    (void)compilation;
    check_members(root, "version runs", "$schema inlineExternalProperties properties");
    assert_string_equal(string_of(root, "version"), "2.1.0");
    json_t *run = json_array_get(json_object_get(root, "runs"), 0);
    check_members(run, "tool", "results columnKind properties");
    assert_string_equal(string_of(run, "columnKind"), "utf16CodeUnits");
    json_t *driver = json_object_get(json_object_get(run, "tool"), "driver");
    check_members(driver, "name", "rules");
    json_t *rules = json_object_get(driver, "rules");
    json_array_foreach(rules, index, item)
    {
        check_members(item, "id", "shortDescription fullDescription defaultConfiguration");
    }
    assert_true(json_array_size(json_object_get(run, "results")) >= 1);
    json_array_foreach(json_object_get(run, "results"), index, item) check_result(item, rules);
}

static void sarif_has_what_its_schema_requires(void **state)
{
    (void)state;
    for_each_example(WC_DIAG_SARIF, check_sarif);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_has_the_members_that_are_promised),
        cmocka_unit_test(columns_count_characters_and_utf16_units),
        cmocka_unit_test(sarif_has_what_its_schema_requires),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
