/* wc_docs_check ROOT: checks the Markdown pages of the repository against the rules of check.h.
 * Exit code 0: clean, 1: violations (on stdout), 2: ROOT cannot be read. */
#define _POSIX_C_SOURCE 200809L

#include "tests/docs/check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void fail(const char *what, const char *path)
{
    fprintf(stderr, "wc_docs_check: %s %s\n", what, path);
    exit(2);
}

static void join(char out[DOC_PATH_MAX], const char *folder, const char *name)
{
    int len = snprintf(out, DOC_PATH_MAX, "%s/%s", folder, name);
    if (len < 0 || len >= DOC_PATH_MAX) fail("path too long:", name);
}

bool doc_exists(const char *root, const char *path)
{
    char full[DOC_PATH_MAX];
    struct stat info;
    join(full, root, path);
    return stat(full, &info) == 0;
}

static void read_page(doc_files *files, const char *full, const char *path, size_t len)
{
    if (files->count == DOC_PAGES_MAX) fail("too many pages at", path);
    doc_file *page = &files->pages[files->count++];
    (void)snprintf(page->path, sizeof page->path, "%s", path);
    page->text = malloc(len + 1);
    page->len = len;
    FILE *file = fopen(full, "rb");
    if (file == NULL || page->text == NULL) fail("cannot open", full);
    if (fread(page->text, 1, len, file) != len) fail("cannot read", full);
    (void)fclose(file);
    page->text[len] = '\0';
}

static bool is_page(const char *path)
{
    size_t len = strlen(path);
    return len > 3 && strcmp(path + len - 3, ".md") == 0;
}

void doc_files_read(doc_files *files, const char *path)
{
    char full[DOC_PATH_MAX];
    struct stat info;
    join(full, files->root, path);
    if (stat(full, &info) != 0) return;
    if (S_ISREG(info.st_mode) && is_page(path)) {
        read_page(files, full, path, (size_t)info.st_size);
    }
    if (!S_ISDIR(info.st_mode)) return;
    struct dirent **entries = NULL;
    int count = scandir(full, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char child[DOC_PATH_MAX];
        join(child, path, entries[i]->d_name);
        bool is_skipped =
            entries[i]->d_name[0] == '.' || strcmp(entries[i]->d_name, "planted") == 0;
        if (!is_skipped) doc_files_read(files, child);
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv)
{
    static const char *const places[] = {"README.md", "docs", "contracts", "stdlib", "tests"};
    static doc_files files;
    if (argc != 2) {
        fprintf(stderr, "usage: wc_docs_check ROOT\n");
        return 2;
    }
    files.root = argv[1];
    for (size_t i = 0; i < WC_ARRAY_LEN(places); i++) doc_files_read(&files, places[i]);
    if (files.count == 0) fail("no pages below", argv[1]);
    size_t violations = check_links(&files);
    violations += check_index(&files);
    violations += check_decisions(&files);
    printf("%zu pages, %zu violations\n", files.count, violations);
    for (size_t i = 0; i < files.count; i++) free(files.pages[i].text);
    return violations == 0 ? 0 : 1;
}
