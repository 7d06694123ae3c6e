/* Words that must not stand in code, each with its reason. */
#include "tests/lint/rules.h"

typedef struct ban {
    const char *files;  /* where it holds; patterns of matches_any */
    const char *except; /* and where not */
    const char *words;
    const char *reason;
} ban;

/* What a deterministic result may depend on. */
#define CORE "vm/ compiler/ node/ledger/"

static const ban bans[] = {
    {"*", "", "strcpy strcat strncpy strncat sprintf vsprintf gets strtok alloca",
     "it does not know the size of its target"},
    {"*", "", "atoi atol atoll atof", "it reports no errors"},
    {"*", "", "rand srand random srandom drand48",
     "it is neither seeded nor secure in a known way"},
    {"*", "", "setlocale uselocale", "the result would depend on the user's locale"},
    {"*", "vm/base/int.c vm/base/int.h", "__int128 __int128_t __uint128_t",
     "wide integers live in vm/base/int.h"},
    {CORE, "", "float double _Complex _Decimal64 _Decimal128",
     "results must be exact and the same "
     "on every machine"},
    {CORE, "", "_Thread_local _Atomic volatile", "results must not depend on threads"},
    {CORE " node/", "", "assert", "wc_assert stays on in release builds"},
    {"*", "", "asm __asm__", "one source for every machine"},
};

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t check_word(const source_file *file, size_t line, wc_str word)
{
    size_t found = 0;
    wc_str path = wc_str_of(file->path);
    for (size_t i = 0; i < WC_ARRAY_LEN(bans); i++) {
        if (!matches_any(word, bans[i].words) || !matches_any(path, bans[i].files)) continue;
        if (matches_any(path, bans[i].except)) continue;
        report(file, line, "%.*s is banned here: %s", WC_STR_ARG(word), bans[i].reason);
        found++;
    }
    return found;
}

static size_t check_code(const source_file *file)
{
    size_t found = 0;
    size_t line = 1;
    for (size_t i = 0; i < file->len;) {
        size_t start = i;
        while (i < file->len && is_word(file->code[i])) i++;
        if (i != start) {
            found += check_word(file, line, (wc_str){file->code + start, i - start});
            continue;
        }
        if (file->code[i] == '\n') line++;
        i++;
    }
    return found;
}

/* Unfinished work is an issue in the tracker, not a remark in the source. */
static size_t check_remarks(const source_file *file)
{
    /* Spelt in two parts, so that this file passes its own check. */
    static const char *const remarks[] = {"TO"
                                          "DO",
                                          "FIX"
                                          "ME",
                                          "XX"
                                          "X"};
    size_t found = 0;
    size_t number = 0;
    wc_str line;
    wc_str rest = {file->raw, file->len};
    while (next_line(&rest, &line)) {
        number++;
        for (size_t i = 0; i < WC_ARRAY_LEN(remarks); i++) {
            size_t len = strlen(remarks[i]);
            for (size_t at = 0; at + len <= line.len; at++) {
                if (memcmp(line.data + at, remarks[i], len) != 0) continue;
                if (at != 0 && is_word(line.data[at - 1])) continue;
                if (at + len < line.len && is_word(line.data[at + len])) continue;
                report(file, number, "%s: finish it, or file an issue", remarks[i]);
                found++;
            }
        }
    }
    return found;
}

size_t check_words(const source_file *file)
{
    return check_code(file) + check_remarks(file);
}
