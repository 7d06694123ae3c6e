/* The rules of check.h: links, the index, the numbers of decisions. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/docs/check.h"

#define INDEX "docs/index.md"

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static doc_file *find(doc_files *files, const char *path)
{
    for (size_t i = 0; i < files->count; i++) {
        if (strcmp(files->pages[i].path, path) == 0) return &files->pages[i];
    }
    return NULL;
}

/* ---- headings ----------------------------------------------------------------------------------
 */

/* The name of a heading in links: lower case, blanks become '-', signs vanish. */
static void slug_of(wc_str heading, char *out, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < heading.len && at + 1 < size; i++) {
        char c = heading.data[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        bool stays = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                     (unsigned char)c >= 0x80;
        if (stays) out[at++] = c;
        if (c == ' ') out[at++] = '-';
    }
    out[at] = '\0';
}

static bool has_heading(const doc_file *page, const char *name)
{
    for (const char *line = page->text; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        size_t level = strspn(line, "#");
        if (level != 0 && level < len && line[level] == ' ') {
            char slug[256];
            slug_of((wc_str){line + level + 1, len - level - 1}, slug, sizeof slug);
            if (strcmp(slug, name) == 0) return true;
        }
        line += len + (line[len] == '\n');
    }
    return false;
}

/* ---- links -------------------------------------------------------------------------------------
 */

/* The path that `target`, as written in the page `from`, leads to, without `.` and `..`. False: it
 * leaves the root, or is too long. */
static bool resolve(char out[DOC_PATH_MAX], const char *from, const char *target)
{
    char whole[2 * DOC_PATH_MAX];
    const char *slash = strrchr(from, '/');
    int folder = slash != NULL ? (int)(slash - from) : 0;
    int len = snprintf(whole, sizeof whole, "%.*s/%s", folder, from, target);
    if (len < 0 || len >= DOC_PATH_MAX) return false;
    size_t end = 0;
    for (const char *at = whole; *at != '\0';) {
        size_t part = strcspn(at, "/");
        bool is_up = part == 2 && at[0] == '.' && at[1] == '.';
        bool is_here = part == 0 || (part == 1 && at[0] == '.');
        if (is_up && end == 0) return false;
        if (is_up) {
            while (end > 0 && out[--end] != '/') continue;
        } else if (!is_here) {
            if (end != 0) out[end++] = '/';
            memcpy(out + end, at, part);
            end += part;
        }
        at += part + (at[part] == '/');
    }
    out[end] = '\0';
    return true;
}

/* NULL, or what is wrong with a link. */
static const char *link_fault(doc_files *files, const doc_file *page, char *target)
{
    if (starts_with(target, "http://") || starts_with(target, "https://")) return NULL;
    char path[DOC_PATH_MAX];
    char *heading = strchr(target, '#');
    if (heading != NULL) *heading++ = '\0';
    if (target[0] == '\0') {
        (void)snprintf(path, sizeof path, "%s", page->path);
    } else if (target[0] == '/' || !resolve(path, page->path, target)) {
        return "the link leads out of the repository";
    }
    doc_file *to = find(files, path);
    if (to != NULL && strcmp(page->path, INDEX) == 0) to->is_listed = true;
    if (to == NULL && !doc_exists(files->root, path)) return "the link leads to no file";
    bool is_lost = heading != NULL && to != NULL && !has_heading(to, heading);
    return is_lost ? "the page has no such heading" : NULL;
}

/* All links `[text](target)` of a line outside of `code`. */
static size_t check_line(doc_files *files, const doc_file *page, size_t number, wc_str line)
{
    size_t found = 0;
    bool in_code = false;
    for (size_t i = 0; i + 1 < line.len; i++) {
        if (line.data[i] == '`') in_code = !in_code;
        if (in_code || line.data[i] != ']' || line.data[i + 1] != '(') continue;
        size_t start = i + 2;
        size_t end = start;
        while (end < line.len && line.data[end] != ')') end++;
        char target[DOC_PATH_MAX];
        (void)snprintf(target, sizeof target, "%.*s", (int)(end - start), line.data + start);
        const char *fault = link_fault(files, page, target);
        if (fault == NULL) continue;
        printf("%s:%zu: %s: %.*s\n", page->path, number, fault, (int)(end - start),
               line.data + start);
        found++;
    }
    return found;
}

static size_t check_page(doc_files *files, const doc_file *page)
{
    size_t found = 0;
    size_t number = 0;
    bool in_fence = false;
    for (const char *line = page->text; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        number++;
        bool is_fence = starts_with(line, "```");
        if (is_fence) in_fence = !in_fence;
        if (!is_fence && !in_fence) found += check_line(files, page, number, (wc_str){line, len});
        line += len + (line[len] == '\n');
    }
    return found;
}

size_t check_links(doc_files *files)
{
    size_t found = 0;
    for (size_t i = 0; i < files->count; i++) found += check_page(files, &files->pages[i]);
    return found;
}

/* ---- the index, decisions ----------------------------------------------------------------------
 */

/* A row of the numbered list "7. [Title](adr/...)": its number, or 0. */
static unsigned long decision_row(const char *line, size_t len)
{
    char *end = NULL;
    unsigned long number = strtoul(line, &end, 10);
    if (end == line || !starts_with(end, ". [")) return 0;
    const char *target = strstr(end, "](adr/");
    return target != NULL && target < line + len ? number : 0;
}

/* Merges of lists double rows without a conflict. */
static size_t check_order(const doc_file *index)
{
    size_t found = 0, number = 0;
    unsigned long last = 0;
    for (const char *line = index->text; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        unsigned long row = decision_row(line, len);
        number++;
        if (row != 0 && row <= last) {
            printf("%s:%zu: the number of a decision must be above %lu\n", index->path, number,
                   last);
            found++;
        }
        if (row != 0) last = row;
        line += len + (line[len] == '\n');
    }
    return found;
}

size_t check_index(const doc_files *files)
{
    size_t found = 0;
    for (size_t i = 0; i < files->count; i++) {
        const doc_file *page = &files->pages[i];
        if (strcmp(page->path, INDEX) == 0) found += check_order(page);
        bool is_exempt = !starts_with(page->path, "docs/") || strcmp(page->path, INDEX) == 0;
        if (is_exempt || page->is_listed) continue;
        printf("%s:1: %s does not link to this page\n", page->path, INDEX);
        found++;
    }
    return found;
}

size_t check_decisions(const doc_files *files)
{
    static const char folder[] = "docs/adr/";
    size_t found = 0;
    unsigned long last = 0;
    for (size_t i = 0; i < files->count; i++) {
        const doc_file *page = &files->pages[i];
        if (!starts_with(page->path, folder)) continue;
        char *end = NULL;
        const char *name = page->path + strlen(folder);
        unsigned long in_name = strtoul(name, &end, 10);
        bool has_name = end == name + 4 && *end == '-' && in_name > last;
        bool has_title = starts_with(page->text, "# ");
        unsigned long in_title = has_title ? strtoul(page->text + 2, &end, 10) : 0;
        if (!has_name || in_title != in_name || *end != '.') {
            printf("%s:1: name and first line must have one number, above %lu\n", page->path, last);
            found++;
        }
        last = in_name;
    }
    return found;
}
