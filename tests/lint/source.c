/* Walking folders and blanking comments and literals. */
#define _POSIX_C_SOURCE 200809L

#include "tests/lint/source.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define PATH_MAX_LEN 4096

typedef struct file_walk {
    const char *root;
    source_visitor visit;
    void *context;
    size_t count;
} file_walk;

static void fail(const char *what, const char *path)
{
    fprintf(stderr, "lint: %s %s\n", what, path);
    exit(2);
}

static bool has_suffix(const char *name, const char *suffix)
{
    size_t len = strlen(name);
    size_t suffix_len = strlen(suffix);
    return len > suffix_len && strcmp(name + len - suffix_len, suffix) == 0;
}

static bool is_source(const char *name)
{
    static const char *const suffixes[] = {".c", ".h", ".def", ".inc", ".re", ".y"};
    for (size_t i = 0; i < WC_ARRAY_LEN(suffixes); i++) {
        if (has_suffix(name, suffixes[i])) return true;
    }
    return false;
}

/* Length of the comment or literal that starts at text[at]; 0 when none does. An unfinished one
 * ends with the text. */
static size_t span(const char *text, size_t at, size_t len)
{
    size_t i = at;
    if (text[i] == '/' && i + 1 < len && text[i + 1] == '*') {
        for (i += 2; i < len; i++) {
            if (text[i] == '*' && i + 1 < len && text[i + 1] == '/') return i + 2 - at;
        }
        return len - at;
    }
    if (text[i] == '/' && i + 1 < len && text[i + 1] == '/') {
        while (i < len && text[i] != '\n') i++;
        return i - at;
    }
    if (text[i] == '"' || text[i] == '\'') {
        for (i++; i < len && text[i] != '\n'; i++) {
            if (text[i] == '\\' && i + 1 < len) {
                i++;
            } else if (text[i] == text[at]) {
                return i + 1 - at;
            }
        }
        return i - at;
    }
    return 0;
}

void source_blank(const char *text, size_t len, char *out)
{
    for (size_t i = 0; i < len;) {
        size_t blank = span(text, i, len);
        if (blank == 0) {
            out[i] = text[i];
            i++;
            continue;
        }
        for (size_t end = i + blank; i < end; i++) out[i] = text[i] == '\n' ? '\n' : ' ';
    }
    out[len] = 0;
}

static void visit_file(file_walk *walk, const char *full, const char *path)
{
    struct stat info;
    FILE *file = fopen(full, "rb");
    if (file == NULL || fstat(fileno(file), &info) != 0) fail("cannot open", full);
    source_file source = {.path = path, .len = (size_t)info.st_size};
    source.raw = malloc(source.len + 1);
    source.code = malloc(source.len + 1);
    if (source.raw == NULL || source.code == NULL) fail("no memory for", full);
    if (fread(source.raw, 1, source.len, file) != source.len) fail("cannot read", full);
    (void)fclose(file);
    source.raw[source.len] = 0;
    source_blank(source.raw, source.len, source.code);
    walk->visit(&source, walk->context);
    walk->count++;
    free(source.raw);
    free(source.code);
}

static void join(char out[PATH_MAX_LEN], const char *folder, const char *name)
{
    int len = snprintf(out, PATH_MAX_LEN, "%s/%s", folder, name);
    if (len < 0 || len >= PATH_MAX_LEN) fail("path too long:", name);
}

/* path is relative to the root; folders nest a few levels deep. */
static void visit_folder(file_walk *walk, const char *path)
{
    char full[PATH_MAX_LEN];
    char child[PATH_MAX_LEN];
    join(full, walk->root, path);
    struct dirent **entries = NULL;
    int count = scandir(full, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        struct stat info;
        join(child, path, name);
        join(full, walk->root, child);
        bool skipped = name[0] == '.' || strcmp(name, "planted") == 0;
        bool seen = !skipped && stat(full, &info) == 0;
        if (seen && S_ISDIR(info.st_mode)) visit_folder(walk, child);
        if (seen && S_ISREG(info.st_mode) && is_source(name)) visit_file(walk, full, child);
        free(entries[i]);
    }
    free(entries);
}

size_t sources_visit(const char *root, const char *folder, source_visitor visit, void *context)
{
    file_walk walk = {root, visit, context, 0};
    visit_folder(&walk, folder);
    return walk.count;
}
