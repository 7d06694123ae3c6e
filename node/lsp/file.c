/* Files: uris and paths, the modules a text uses, the sources of a workspace, copies of the modules
 * inside the program. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/lsp/inside.h"

#define PATH_BYTES 4096
#define DEPTH_MAX  8 /* folders below the workspace's that are looked into */
#define ENTRIES_MAX                                                                                \
    20000 /* files and folders that are looked at: a workspace may be a whole disk */

/* --- uris ------------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Takes `.` and `..` and doubled slashes out of an absolute path, in place. */
static void straighten(char *path)
{
    char *to = path;
    const char *from = path;
    while (*from != '\0') { /* ends: each turn takes a part of the path */
        while (*from == '/') from++;
        size_t len = strcspn(from, "/");
        if (len == 0) break;
        bool is_up = len == 2 && from[0] == '.' && from[1] == '.';
        bool is_here = len == 1 && from[0] == '.';
        if (is_up) {
            while (to > path && *--to != '/') {
            }
        } else if (!is_here) {
            *to++ = '/';
            memmove(to, from, len);
            to += len;
        }
        from += len;
    }
    if (to == path) *to++ = '/';
    *to = '\0';
}

char *wc_path_of_uri(wc_str uri)
{
    static const char scheme[] = "file://";
    size_t head = sizeof(scheme) - 1;
    if (uri.len <= head || memcmp(uri.data, scheme, head) != 0 || uri.data[head] != '/') {
        return NULL;
    }
    char *path = malloc(uri.len + 1);
    if (path == NULL) return NULL;
    size_t len = 0;
    for (size_t i = head; i < uri.len; i++) {
        char c = uri.data[i];
        if (c == '%' && i + 2 < uri.len) {
            int high = hex_digit(uri.data[i + 1]), low = hex_digit(uri.data[i + 2]);
            if (high >= 0 && low >= 0) {
                c = (char)(high * 16 + low);
                i += 2;
            }
        }
        if (c == '\0') { /* no path has it */
            free(path);
            return NULL;
        }
        path[len++] = c;
    }
    path[len] = '\0';
    straighten(path);
    return path;
}

char *wc_uri_of_path(const char *path)
{
    static const char plain[] =
        "/-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char digits[] = "0123456789ABCDEF";
    static const char scheme[] = "file://";
    char *uri = malloc(3 * strlen(path) + sizeof(scheme));
    if (uri == NULL) return NULL;
    size_t len = sizeof(scheme) - 1;
    memcpy(uri, scheme, len);
    for (const char *at = path; *at != '\0'; at++) {
        if (strchr(plain, *at) != NULL) {
            uri[len++] = *at;
            continue;
        }
        uri[len++] = '%';
        uri[len++] = digits[(uint8_t)*at / 16];
        uri[len++] = digits[(uint8_t)*at % 16];
    }
    uri[len] = '\0';
    return uri;
}

/* --- texts ------------------------------------------------------------------------------------ */

static bool read_file(const char *path, wc_arena *arena, wc_str *text)
{
    bool is_read = false;
    struct stat info;
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    char *data = NULL;
    bool fits = fstat(fileno(file), &info) == 0 && S_ISREG(info.st_mode) &&
                (uint64_t)info.st_size <= WC_SOURCE_MAX + 1;
    size_t size = fits ? (size_t)info.st_size : 0;
    if (fits) data = WC_ARENA_ARRAY(arena, char, size + 1);
    if (data != NULL && fread(data, 1, size, file) == size) {
        *text = (wc_str){data, size};
        is_read = true;
    }
    (void)fclose(file);
    return is_read;
}

bool wc_lsp_text_of(const wc_lsp *lsp, const char *name, wc_arena *arena, wc_str *text)
{
    for (const wc_overlay *over = lsp->overlay; over != NULL; over = over->next) {
        if (strcmp(over->name, name) != 0) continue;
        *text = over->text;
        return true;
    }
    const wc_document *document = wc_document_of_path(lsp, name);
    if (document != NULL) {
        *text = (wc_str){document->text, document->size};
        return true;
    }
    return name[0] == '/' && read_file(name, arena, text);
}

/* --- modules ---------------------------------------------------------------------------------- */

static const wc_embedded *find_in(const wc_embedded *files, size_t count, wc_str path)
{
    for (size_t i = 0; i < count; i++) {
        if (wc_str_equal(path, wc_str_of(files[i].path))) return &files[i];
    }
    return NULL;
}

static const wc_embedded *find_embedded(const wc_lsp *lsp, wc_str path)
{
    const wc_embedded *file = find_in(wc_stdlib_files, wc_stdlib_file_count, path);
    if (file != NULL) return file;
    return find_in(lsp->options->contracts, lsp->options->contract_count, path);
}

bool wc_is_embedded(const wc_lsp *lsp, wc_str name)
{
    return find_embedded(lsp, name) != NULL;
}

/* a/b.clause for a.b, in the folder above the text's own, then in its own: as the command line. */
static bool module_path(char *out, const char *name, const char *step, wc_str path)
{
    const char *slash = strrchr(name, '/');
    if (name[0] != '/' || slash == NULL) return false;
    int folder = (int)(slash - name) + 1;
    int length =
        snprintf(out, PATH_BYTES, "%.*s%s%.*s.clause", folder, name, step, WC_STR_ARG(path));
    if (length < 0 || length >= PATH_BYTES) return false;
    size_t first = (size_t)folder + strlen(step);
    for (size_t i = first; i < first + path.len; i++) {
        if (out[i] == '.') out[i] = '/';
    }
    straighten(out);
    return true;
}

bool wc_lsp_find_module(void *self, wc_str path, wc_str *name, wc_str *text)
{
    static const char *const steps[] = {"../", ""};
    const wc_finder *finder = self;
    for (size_t i = 0; i < WC_ARRAY_LEN(steps); i++) {
        char file[PATH_BYTES];
        if (!module_path(file, finder->name, steps[i], path)) continue;
        if (!wc_lsp_text_of(finder->lsp, file, finder->arena, text)) continue;
        *name = wc_arena_str(finder->arena, wc_str_of(file));
        return name->data != NULL;
    }
    const wc_embedded *embedded = find_embedded(finder->lsp, path);
    if (embedded == NULL) return false;
    *name = wc_str_of(embedded->path);
    *text = (wc_str){embedded->text, embedded->size};
    return true;
}

/* --- copies of what is inside the program ----------------------------------------------------- */

/* A text of the program as a file: "std.energy" is std/energy.clause. */
typedef struct page {
    const char *name;
    const char *ending;
    wc_slice text;
} page;

/* cache/0123456789abcdef/std/energy.clause: another text has another folder. */
static bool page_path(const wc_lsp *lsp, const page *from, char *path)
{
    if (lsp->options->cache == NULL) return false;
    wc_hash hash = lsp->options->hash(&from->text, 1);
    char digits[17];
    for (size_t i = 0; i < 8; i++) (void)snprintf(digits + 2 * i, 3, "%02x", hash.bytes[i]);
    int length = snprintf(path, PATH_BYTES, "%s/%s/%s%s", lsp->options->cache, digits, from->name,
                          from->ending);
    if (length < 0 || length >= PATH_BYTES) return false;
    size_t end = strlen(path) - strlen(from->ending);
    for (size_t i = end - strlen(from->name); i < end; i++) {
        if (path[i] == '.') path[i] = '/';
    }
    return true;
}

static bool make_folders(char *path)
{
    for (char *at = path + 1; *at != '\0'; at++) {
        if (*at != '/') continue;
        *at = '\0';
        bool is_there = mkdir(path, 0777) == 0 || errno == EEXIST;
        *at = '/';
        if (!is_there) return false;
    }
    return true;
}

/* Written aside and renamed: who reads it reads all of it. */
static bool write_page(char *path, wc_slice text)
{
    char aside[PATH_BYTES + 32];
    if (access(path, R_OK) == 0) return true;
    if (!make_folders(path)) return false;
    (void)snprintf(aside, sizeof(aside), "%s.%ld", path, (long)getpid());
    int fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    if (fd < 0) return false;
    bool fine = write(fd, text.data, text.len) == (ssize_t)text.len;
    fine = close(fd) == 0 && fine;
    if (fine && rename(aside, path) == 0) return true;
    (void)unlink(aside);
    return false;
}

static char *page_uri(const wc_lsp *lsp, const page *from, bool write)
{
    char path[PATH_BYTES];
    bool is_there = page_path(lsp, from, path) && (!write || write_page(path, from->text));
    return is_there ? wc_uri_of_path(path) : NULL;
}

char *wc_explain_uri(const wc_lsp *lsp, wc_diag_code code)
{
    char bytes[8192];
    wc_buf text;
    wc_buf_init(&text, bytes, sizeof(bytes));
    wc_diag_explain(&text, code);
    const page from = {wc_diag_info_of(code)->name, ".md", wc_buf_slice(&text)};
    return text.full ? NULL : page_uri(lsp, &from, true);
}

char *wc_source_uri(wc_lsp *lsp, wc_str name, bool write)
{
    const wc_embedded *embedded = find_embedded(lsp, name);
    char path[PATH_BYTES];
    if (embedded != NULL) {
        const page from = {embedded->path, ".clause", wc_slice_of(embedded->text, embedded->size)};
        return page_uri(lsp, &from, write);
    }
    if (name.len >= sizeof(path)) return NULL;
    memcpy(path, name.data, name.len);
    path[name.len] = '\0';
    const wc_document *document = wc_document_of_path(lsp, path);
    if (document != NULL) return strdup(document->uri); /* as the client spells it */
    return path[0] == '/' ? wc_uri_of_path(path) : NULL;
}

/* --- the workspace ---------------------------------------------------------------------------- */

typedef struct name_list {
    char **names;
    size_t count;
    size_t looked_at; /* files and folders */
} name_list;

static bool list_add(name_list *list, const char *name)
{
    if (list->count >= WC_LSP_FILES_MAX) return false;
    char **grown = realloc(list->names, (list->count + 1) * sizeof(*grown));
    if (grown == NULL) return false;
    list->names = grown;
    list->names[list->count] = strdup(name);
    if (list->names[list->count] == NULL) return false;
    list->count++;
    return true;
}

static bool is_source(const char *name)
{
    size_t len = strlen(name);
    return len > 7 && strcmp(name + len - 7, ".clause") == 0;
}

/* Hidden folders and those that build tools fill hold no sources of the author. */
static bool is_skipped(const char *name)
{
    return name[0] == '.' || strcmp(name, "build") == 0 || strcmp(name, "node_modules") == 0;
}

static void scan(name_list *list, const char *folder, unsigned depth)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char path[PATH_BYTES];
        struct stat info;
        int length = snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        bool fits = length > 0 && (size_t)length < sizeof(path) && !is_skipped(entries[i]->d_name);
        free(entries[i]);
        if (list->looked_at++ >= ENTRIES_MAX) continue;
        if (!fits || lstat(path, &info) != 0) continue; /* lstat: links could lead in circles */
        if (S_ISDIR(info.st_mode) && depth < DEPTH_MAX) scan(list, path, depth + 1);
        if (S_ISREG(info.st_mode) && is_source(path)) (void)list_add(list, path);
    }
    free(entries);
}

static int by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

void wc_lsp_each_source(wc_lsp *lsp, wc_lsp_visit visit, void *self)
{
    name_list list = {NULL, 0, 0};
    if (lsp->root != NULL) scan(&list, lsp->root, 0);
    for (size_t i = 0; i < lsp->document_count; i++) {
        (void)list_add(&list, wc_document_name(lsp->documents[i]));
    }
    if (list.count > 1) qsort(list.names, list.count, sizeof(*list.names), by_name);
    bool goes_on = true;
    for (size_t i = 0; i < list.count; i++) {
        bool is_again = i > 0 && strcmp(list.names[i], list.names[i - 1]) == 0;
        if (goes_on && !is_again) goes_on = visit(self, list.names[i]);
    }
    for (size_t i = 0; i < list.count; i++) free(list.names[i]);
    free(list.names);
}
