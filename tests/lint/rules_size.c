/* Lengths. A function is found by its braces: the format check puts both of them alone into column
 * 0, and nothing else has them there. */
#include "tests/lint/rules.h"

#define FILE_LINES_MAX     600u
#define LINE_COLUMNS_MAX   100u
#define FUNCTION_LINES_MAX 60u /* body with its braces */
#define PARAMETERS_MAX     6u
#define SIGNATURE_MAX      2000u

/* The dispatch loop is one function by design; a test program's main lists its tests. */
#define LONG_FUNCTIONS "vm/exec/loop.c"

/* One formula of five numbers, a mode and a result (vm/base/int.h); a callback whose parameters the
 * HTTP library gives (node/api/http.c). */
#define MANY_PARAMETERS                                                                            \
    "wc_mul_div_round wc_mul_div_round_wide portable_mul_div_round portable_mul_div_round_wide "   \
    "on_request"

/* Tables, grammars and scanners are laid out by hand: a row or a rule may be long, a grammar is one
 * file, a scanner one function.
 */
static bool is_laid_out_by_hand(const source_file *file)
{
    static const char *const suffixes[] = {".def", ".re", ".y"};
    const char *suffix = strrchr(file->path, '.');
    for (size_t i = 0; i < WC_ARRAY_LEN(suffixes); i++) {
        if (suffix != NULL && strcmp(suffix, suffixes[i]) == 0) return true;
    }
    return false;
}

typedef struct signature {
    char text[SIGNATURE_MAX]; /* lines since the last blank one, joined */
    size_t len;
} signature;

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_blank(wc_str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.data[i] != ' ') return false;
    }
    return true;
}

/* Keeps the text that may be the head of a function: it starts anew after a blank line or
 * directive. */
static void collect(signature *head, wc_str line)
{
    if (is_blank(line) || line.data[0] == '#' || line.data[0] == '}') {
        head->len = 0;
        return;
    }
    if (head->len + line.len + 1 > sizeof head->text) return;
    memcpy(head->text + head->len, line.data, line.len);
    head->len += line.len;
    head->text[head->len++] = ' ';
}

/* Finds the last pair of parentheses of the head and counts the commas directly inside. */
static size_t count_parameters(const signature *head, wc_str *name)
{
    size_t depth = 0;
    size_t commas = 0;
    size_t open = head->len;
    while (open-- > 0) {
        char c = head->text[open];
        if (c == ')') depth++;
        if (c == ',' && depth == 1) commas++;
        if (c == '(' && --depth == 0) break;
        if (depth == 0 && c != ' ') return 0; /* the head of something else */
    }
    if (open > head->len) return 0;
    size_t start = open;
    while (start > 0 && is_word(head->text[start - 1])) start--;
    *name = (wc_str){head->text + start, open - start};
    return commas + 1;
}

static size_t check_head(const source_file *file, size_t line, const signature *head, wc_str *name)
{
    size_t parameters = count_parameters(head, name);
    if (parameters <= PARAMETERS_MAX || matches_any(*name, MANY_PARAMETERS)) return 0;
    report(file, line, "%.*s has %zu parameters, more than %u", WC_STR_ARG(*name), parameters,
           PARAMETERS_MAX);
    return 1;
}

static size_t check_body(const source_file *file, size_t line, size_t lines, wc_str name)
{
    bool test_main = wc_str_equal(name, WC_STR("main")) && strncmp(file->path, "tests/", 6) == 0;
    bool exempt = test_main || is_laid_out_by_hand(file) ||
                  matches_any(wc_str_of(file->path), LONG_FUNCTIONS);
    if (lines <= FUNCTION_LINES_MAX || exempt) return 0;
    report(file, line, "%.*s has %zu lines, more than %u", WC_STR_ARG(name), lines,
           FUNCTION_LINES_MAX);
    return 1;
}

static size_t check_functions(const source_file *file)
{
    signature head = {.len = 0};
    char name_text[SIGNATURE_MAX];
    wc_str name = {name_text, 0};
    size_t found = 0;
    size_t number = 0;
    size_t opened = 0; /* line of the opening brace; 0: outside a function */
    wc_str line;
    wc_str rest = {file->code, file->len};
    while (next_line(&rest, &line)) {
        number++;
        if (line.len == 1 && line.data[0] == '{') {
            wc_str in_head = {"", 0};
            found += check_head(file, number, &head, &in_head);
            memcpy(name_text, in_head.data, in_head.len);
            name.len = in_head.len;
            opened = number;
        }
        if (opened != 0 && line.len == 1 && line.data[0] == '}') {
            found += check_body(file, opened, number - opened + 1, name);
            opened = 0;
        }
        if (opened == 0) collect(&head, line);
    }
    return found;
}

/* Columns as a reader counts them: one per UTF-8 character. */
static size_t columns(wc_str line)
{
    size_t count = 0;
    for (size_t i = 0; i < line.len; i++) count += ((unsigned char)line.data[i] & 0xc0) != 0x80;
    return count;
}

static size_t check_line(const source_file *file, size_t number, wc_str line)
{
    size_t found = 0;
    if (columns(line) > LINE_COLUMNS_MAX && !is_laid_out_by_hand(file)) {
        report(file, number, "%zu columns, more than %u", columns(line), LINE_COLUMNS_MAX);
        found++;
    }
    if (line.len != 0 && (line.data[line.len - 1] == ' ' || line.data[line.len - 1] == '\r')) {
        report(file, number, "white space at the end of the line");
        found++;
    }
    if (memchr(line.data, '\t', line.len) != NULL) {
        report(file, number, "a tab");
        found++;
    }
    return found;
}

static size_t check_lines(const source_file *file)
{
    size_t found = 0;
    size_t number = 0;
    wc_str line;
    wc_str rest = {file->raw, file->len};
    while (next_line(&rest, &line)) found += check_line(file, ++number, line);
    if (number > FILE_LINES_MAX && !is_laid_out_by_hand(file)) {
        report(file, number, "%zu lines, more than %u: split it by responsibility", number,
               FILE_LINES_MAX);
        found++;
    }
    if (file->len == 0 || file->raw[file->len - 1] != '\n') {
        report(file, number, "no end of line at the end of the file");
        found++;
    }
    return found;
}

static size_t check_opening(const source_file *file)
{
    if (file->len > 3 && memcmp(file->raw, "/*", 2) == 0) return 0;
    report(file, 1, "the file does not open with a comment that says what it is responsible for");
    return 1;
}

size_t check_sizes(const source_file *file)
{
    return check_opening(file) + check_lines(file) + check_functions(file);
}
