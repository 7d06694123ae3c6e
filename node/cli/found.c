/* Cases found by running, written down as tests of Clause: who has them need not find them again.
 */
#include <stdio.h>
#include <string.h>

#include "node/cli/suite.h"
#include "node/runner/literal.h"
#include "vm/base/text.h"

#define FILE_BYTES ((size_t)4 << 20)

static void put(wc_buf *text, const char *string)
{
    wc_buf_put_text(text, string);
}

static void put_str(wc_buf *text, wc_str string)
{
    wc_buf_put(text, string.data, string.len);
}

/* ---- the file ----------------------------------------------------------------------------------
 */

void wc_found_begin(wc_buf *text, const wc_suite_file *file, wc_str module)
{
    const wc_compilation *made = file->compilation;
    put(text, "module ");
    put_str(text, module);
    put(text, ";\n");
    for (uint32_t i = 0; i < made->use_count; i++) {
        put(text, "use ");
        put_str(text, made->uses[i]);
        put(text, ";\n");
    }
    put(text, "use ");
    put_str(text, made->module);
    put(text, ";\n");
}

/* The name of a file, without folder and ".clause", as the last word of a module path. */
static void put_word(wc_buf *module, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    for (const char *c = name; *c != '\0' && strcmp(c, ".clause") != 0; c++) {
        bool is_letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_' ||
                         (*c >= '0' && *c <= '9' && c != name);
        wc_buf_put_u8(module, is_letter ? (uint8_t)*c : '_');
    }
}

bool wc_found_path(const wc_suite_file *file, const char *wanted, char *path, size_t size,
                   wc_buf *module)
{
    size_t length = strlen(file->path);
    bool has_ending = length > 7 && strcmp(file->path + length - 7, ".clause") == 0;
    int put_length = wanted != NULL ? snprintf(path, size, "%s", wanted)
                                    : snprintf(path, size, "%.*s_found.clause",
                                               (int)(length - (has_ending ? 7 : 0)), file->path);
    if (put_length < 0 || (size_t)put_length >= size) return false;
    wc_str own = file->compilation->module;
    size_t folder = own.len;
    while (folder > 0 && own.data[folder - 1] != '.') folder--;
    wc_buf_put(module, own.data, folder);
    put_word(module, path);
    return !module->full;
}

wc_exit wc_found_write(const wc_cli *cli, const char *path, const wc_buf *text)
{
    if (text->full) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: too large", path);
    if (!wc_cli_write(cli, path, wc_slice_of(text->data, text->len))) return WC_EXIT_ENVIRONMENT;
    wc_arena *arena = wc_cli_arena(WC_COMPILE_ARENA);
    if (arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_compilation *made;
    wc_exit code = wc_cli_compile(cli, path, arena, true, &made);
    if (code != WC_EXIT_DONE) return code;
    if (made->has_failed) {
        fprintf(stderr,
                "what was found is in %s, which has to be mended by hand before it compiles%s\n",
                path, cli->json ? "" : ":");
        /* Standard output has one value, that of the run. */
        if (!cli->json) wc_cli_print_diags(cli, made, arena);
    } else {
        fprintf(stderr, "what was found is in %s: wattclause test %s\n", path, path);
    }
    return WC_EXIT_DONE;
}

/* ---- properties --------------------------------------------------------------------------------
 */

/* The type of parameter `index` as the source writes it. The header is
 * property "title" (a : T, b : map<K, V, 8>): names and types alternate, commas inside < > or ( )
 * belong to a type. */
static wc_str param_type(wc_str header, uint16_t index)
{
    size_t at = 0;
    while (at < header.len && header.data[at] != '"') at++;
    for (at++; at < header.len && header.data[at] != '"'; at++) {
        if (header.data[at] == '\\') at++;
    }
    while (at < header.len && header.data[at] != '(') at++;
    at++;
    int depth = 0;
    size_t start = 0;
    for (uint16_t i = 0; at < header.len; at++) {
        char c = header.data[at];
        if (c == '<' || c == '(') depth++;
        if (c == ':' && depth == 0) start = at + 1;
        if ((c == ',' || c == ')') && depth == 0) {
            if (i++ == index) return (wc_str){header.data + start, at - start};
        }
        if (c == '>' || c == ')') depth--;
    }
    return WC_STR("");
}

static wc_str trimmed(wc_str text)
{
    while (text.len > 0 && (text.data[0] == ' ' || text.data[0] == '\n')) {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && text.data[text.len - 1] == ' ') text.len--;
    return text;
}

/* The block of a property without its braces. */
static wc_str body_of(const wc_source *source, const wc_compiled_test *test)
{
    wc_span span = {test->header.end, test->span.end, test->span.file};
    wc_str text = wc_source_text(source, span);
    while (text.len > 0 && text.data[0] != '{') {
        text.data++;
        text.len--;
    }
    wc_assert(text.len >= 2 && text.data[text.len - 1] == '}');
    return (wc_str){text.data + 1, text.len - 2};
}

/* Parties get their numbers, and so their addresses, in the order in which a test names them. An
 * encoded value holds addresses: so the parties are named first, in the order they had. */
static void pin_parties(wc_buf *text, const wc_compiled_test *test)
{
    char size[16];
    snprintf(size, sizeof(size), "%u", test->party_count);
    put(text, "    let parties : list<party, ");
    put(text, size);
    put(text, "> = [");
    for (uint16_t i = 0; i < test->party_count; i++) {
        if (i > 0) put(text, ", ");
        put_str(text, test->parties[i]);
    }
    put(text, "];\n    assert parties.len() == ");
    put(text, size);
    put(text, ";\n");
}

static void put_values(wc_buf *text, const wc_suite_case *one, wc_literal *literal, wc_str header)
{
    const wc_module *image = one->file->image;
    const wc_type *tuple = &image->types[wc_runner_params(image, one->test->number)];
    wc_reader reader = wc_reader_of(one->given);
    for (uint16_t i = 0; i < tuple->count; i++) {
        put(text, "    let ");
        put_str(text, image->strings[tuple->fields[i].name]);
        put(text, " : ");
        put_str(text, trimmed(param_type(header, i)));
        put(text, " = ");
        wc_literal_put(text, literal, tuple->fields[i].type, &reader);
        put(text, ";\n");
    }
}

static void put_property(wc_buf *text, const wc_suite *suite, const wc_suite_case *one)
{
    wc_name list[WC_RUNNER_PARTIES_MAX];
    wc_names names = {.count = one->test->party_count, .list = list};
    for (uint16_t i = 0; i < names.count; i++) {
        list[i] = (wc_name){one->test->parties[i], wc_runner_party(i)};
    }
    const wc_source *source = wc_sources_of(&one->file->compilation->sources, one->test->span);
    char line[160];
    snprintf(line, sizeof(line), "\n// Run %u of --seed %llu. ", one->runs,
             (unsigned long long)suite->seed);
    put(text, line);
    for (const char *c = one->result.text; *c != '\0'; c++) {
        wc_buf_put_u8(text, *c == '\n' ? ' ' : (uint8_t)*c);
    }
    put(text, "\ntest \"");
    wc_str title = one->test->title;
    for (size_t i = 0; i < title.len; i++) {
        if (title.data[i] == '"' || title.data[i] == '\\') put(text, "\\");
        wc_buf_put_u8(text, (uint8_t)title.data[i]);
    }
    put(text, " (found)\" {\n");
    wc_literal literal = {.module = one->file->image, .names = &names};
    size_t at = text->len;
    wc_str header = wc_source_text(source, one->test->header);
    put_values(text, one, &literal, header);
    if (literal.hides_parties) {
        text->len = at;
        pin_parties(text, one->test);
        put_values(text, one, &literal, header);
    }
    put_str(text, body_of(source, one->test));
    put(text, "}\n");
}

static wc_exit write_file(const wc_suite *suite, const wc_suite_file *file, const char *wanted)
{
    char path[4096], module_space[512];
    wc_buf text, module;
    wc_buf_init(&module, module_space, sizeof(module_space));
    uint8_t *memory = WC_ARENA_ARRAY(suite->arena, uint8_t, FILE_BYTES);
    if (memory == NULL) return wc_cli_fail(suite->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_buf_init(&text, memory, FILE_BYTES);
    if (!wc_found_path(file, wanted, path, sizeof(path), &module)) {
        return wc_cli_fail(suite->cli, WC_EXIT_USAGE, "the path is too long");
    }
    wc_found_begin(&text, file, (wc_str){module_space, module.len});
    uint32_t count = 0;
    for (uint32_t i = 0; i < suite->case_count; i++) {
        const wc_suite_case *one = &suite->cases[i];
        if (one->file != file || one->given.len == 0 || one->result.has_passed) continue;
        put_property(&text, suite, one);
        count++;
    }
    return count > 0 ? wc_found_write(suite->cli, path, &text) : WC_EXIT_DONE;
}

wc_exit wc_found_properties(const wc_suite *suite)
{
    const char *wanted = wc_cli_option_of(suite->cli, "write");
    if (wanted != NULL && suite->file_count > 1) {
        return wc_cli_fail(suite->cli, WC_EXIT_USAGE, "--write is for one source at a time");
    }
    for (uint32_t i = 0; i < suite->file_count; i++) {
        wc_exit code = write_file(suite, &suite->files[i], wanted);
        if (code != WC_EXIT_DONE) return code;
    }
    return WC_EXIT_DONE;
}
