/* The checks around inih, and the line numbers that its handler does not get: it asks for a line at
 * a time, so the number of lines given is the number of the line it reports. */
#include "node/service/ini.h"

#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "vm/base/text.h"

typedef struct reading {
    wc_str rest;
    unsigned line; /* given to inih last */
    wc_status (*take)(void *self, const wc_ini_line *line, wc_ini_problem *problem);
    void *self;
    wc_ini_problem *problem;
    wc_status status;
} reading;

wc_status wc_ini_refuse(wc_ini_problem *problem, unsigned line, const char *format, ...)
{
    va_list args;
    problem->line = line;
    va_start(args, format);
    (void)vsnprintf(problem->text, sizeof problem->text, format, args);
    va_end(args);
    return WC_OUT_OF_DOMAIN;
}

/* Takes the next line without its end; false: there is none. */
static bool next_line(wc_str *rest, wc_str *line)
{
    if (rest->len == 0) return false;
    const char *end = memchr(rest->data, '\n', rest->len);
    size_t len = end == NULL ? rest->len : (size_t)(end - rest->data);
    *line = (wc_str){rest->data, len};
    size_t taken = end == NULL ? len : len + 1;
    *rest = (wc_str){rest->data + taken, rest->len - taken};
    return true;
}

/* inih takes "key: value", too, and goes on behind "[section"; here there is one form of each. */
static bool has_form(wc_str line)
{
    if (line.len == 0 || line.data[0] == ';' || line.data[0] == '#') return true;
    if (line.data[0] == '[') return memchr(line.data, ']', line.len) != NULL;
    const char *equals = memchr(line.data, '=', line.len);
    const char *colon = memchr(line.data, ':', line.len);
    return equals != NULL && (colon == NULL || equals < colon);
}

static wc_status check_line(wc_str line, unsigned number, wc_ini_problem *problem)
{
    size_t bad;
    if (line.len > WC_INI_LINE_MAX) {
        return wc_ini_refuse(problem, number, "the line has more than %u characters",
                             WC_INI_LINE_MAX);
    }
    if (wc_utf8_check(wc_slice_of(line.data, line.len), &bad) != WC_OK) {
        return wc_ini_refuse(
            problem, number,
            "byte %zu of the line is no text, or a control character or mark of direction",
            bad + 1);
    }
    size_t blanks = 0;
    while (blanks < line.len && line.data[blanks] == ' ') blanks++;
    if (blanks == line.len) return WC_OK;
    if (blanks > 0) {
        return wc_ini_refuse(problem, number,
                             "the line begins with a blank; values do not continue on a new line");
    }
    if (has_form(line)) return WC_OK;
    return wc_ini_refuse(problem, number, "neither a [section] nor `key = value`");
}

static char *give_line(char *buffer, int size, void *stream)
{
    reading *r = stream;
    wc_str line;
    if (r->status != WC_OK || !next_line(&r->rest, &line)) return NULL;
    wc_assert(size > 0 && line.len + 2 <= (size_t)size);
    memcpy(buffer, line.data, line.len);
    buffer[line.len] = '\n';
    buffer[line.len + 1] = '\0';
    r->line++;
    return buffer;
}

static int take_pair(void *self, const char *section, const char *name, const char *value)
{
    reading *r = self;
    if (r->status != WC_OK) return 1;
    wc_ini_line line = {r->line, section, name, value != NULL ? value : ""};
    r->status = r->take(r->self, &line, r->problem);
    return 1;
}

wc_status wc_ini_read(wc_str text, wc_ini_problem *problem,
                      wc_status (*take)(void *self, const wc_ini_line *line,
                                        wc_ini_problem *problem),
                      void *self)
{
    wc_str rest = text, line;
    *problem = (wc_ini_problem){0};
    for (unsigned number = 1; next_line(&rest, &line); number++) {
        WC_TRY(check_line(line, number, problem));
    }
    reading r = {.rest = text, .take = take, .self = self, .problem = problem, .status = WC_OK};
    int bad = ini_parse_stream(give_line, &r, take_pair, &r);
    if (r.status != WC_OK) return r.status;
    if (bad == 0) return WC_OK;
    return wc_ini_refuse(problem, bad > 0 ? (unsigned)bad : 0,
                         "neither a [section] nor `key = value`");
}

bool wc_ini_number(const char *value, int64_t least, int64_t most, int64_t *number)
{
    char *end = NULL;
    size_t digits = strspn(value[0] == '-' ? value + 1 : value, "0123456789");
    if (digits == 0 || digits > 18) return false;
    long long read = strtoll(value, &end, 10);
    if (*end != '\0' || read < least || read > most) return false;
    *number = read;
    return true;
}
