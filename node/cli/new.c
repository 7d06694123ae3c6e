/* new: a project folder that checks, tests and builds at once. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/cli/cli.h"
#include "node/cli/templates.h"
#include "vm/base/json.h"

#define NAME_MAX_BYTES 64
#define FILE_SIZE_MAX  65536

typedef struct project {
    const wc_cli *cli;
    const char *folder;
    char name[NAME_MAX_BYTES + 1]; /* of module and files */
    const char *kind;
} project;

/* Words that cannot name a module. */
static bool is_reserved(const char *name)
{
    static const char *const words[] = {
        "action",    "after",   "as",       "assert",    "break",   "by",        "const",
        "contract",  "convert", "currency", "dimension", "else",    "emit",      "ensures",
        "enum",      "error",   "event",    "expect",    "fail",    "false",     "for",
        "forall",    "func",    "goto",     "if",        "in",      "interface", "invariant",
        "let",       "match",   "module",   "old",       "parties", "pay",       "property",
        "record",    "require", "requires", "return",    "round",   "self",      "send",
        "signatory", "split",   "states",   "storage",   "sum",     "terms",     "test",
        "true",      "type",    "unit",     "upgrade",   "use",     "var",       "view",
        "visible",   "when",    "std"};
    for (size_t i = 0; i < WC_ARRAY_LEN(words); i++) {
        if (strcmp(words[i], name) == 0) return true;
    }
    return false;
}

/* "dir/my-ppa" -> module my_ppa: small letters, digits, _; a letter first. */
static wc_exit choose_name(project *p)
{
    const char *slash = strrchr(p->folder, '/');
    const char *last = slash != NULL ? slash + 1 : p->folder;
    size_t length = strlen(last);
    bool is_good = length > 0 && length <= NAME_MAX_BYTES && last[0] >= 'a' && last[0] <= 'z';
    for (size_t i = 0; i < length && is_good; i++) {
        char c = last[i] == '-' ? '_' : last[i];
        is_good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        p->name[i] = c;
    }
    if (is_good && !is_reserved(p->name)) return WC_EXIT_DONE;
    return wc_cli_fail(p->cli, WC_EXIT_USAGE,
                       "`%.80s` cannot name a module: a small letter, then small letters, digits, "
                       "- and _, at most %d, and no word of the language",
                       last, NAME_MAX_BYTES);
}

static wc_exit choose_kind(project *p)
{
    const char *given = wc_cli_option_of(p->cli, "kind");
    p->kind = given != NULL ? given : "empty";
    for (size_t i = 0; i < wc_template_count; i++) {
        bool is_kind = wc_templates[i].kind[0] != '\0';
        if (is_kind && strcmp(wc_templates[i].kind, p->kind) == 0) return WC_EXIT_DONE;
    }
    return wc_cli_fail(p->cli, WC_EXIT_USAGE,
                       "--kind is ppa, spot, ancillary, bank or empty, not `%.20s`", given);
}

/* An absent folder is made; an empty one is taken; anything else is left alone. */
static wc_exit take_folder(const project *p)
{
    if (mkdir(p->folder, 0777) == 0) return WC_EXIT_DONE;
    if (errno != EEXIST) {
        return wc_cli_fail(p->cli, WC_EXIT_ENVIRONMENT, "cannot make %s: %s", p->folder,
                           strerror(errno));
    }
    DIR *folder = opendir(p->folder);
    if (folder == NULL) {
        return wc_cli_fail(p->cli, WC_EXIT_USAGE, "%s is there already and is no folder",
                           p->folder);
    }
    bool is_empty = true;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) is_empty = false;
    }
    (void)closedir(folder);
    if (is_empty) return WC_EXIT_DONE;
    return wc_cli_fail(p->cli, WC_EXIT_USAGE, "%s is there already and is not empty", p->folder);
}

/* Copies text with the placeholders filled in. */
static void fill(wc_buf *buf, const project *p, const char *text)
{
    while (*text != '\0') {
        if (strncmp(text, "@NAME@", 6) == 0) {
            wc_buf_put_text(buf, p->name);
            text += 6;
        } else if (strncmp(text, "@KIND@", 6) == 0) {
            wc_buf_put_text(buf, p->kind);
            text += 6;
        } else {
            wc_buf_put_u8(buf, (uint8_t)*text++);
        }
    }
}

static wc_exit put_file(const project *p, const wc_template *file)
{
    static uint8_t memory[FILE_SIZE_MAX];
    uint8_t name_memory[2 * NAME_MAX_BYTES];
    char path[4096];
    wc_buf text, name;
    wc_buf_init(&text, memory, sizeof(memory));
    wc_buf_init(&name, name_memory, sizeof(name_memory));
    fill(&name, p, file->name);
    fill(&text, p, file->text);
    wc_assert(!text.full && !name.full);
    int length =
        snprintf(path, sizeof(path), "%s/%.*s", p->folder, (int)name.len, (const char *)name.data);
    if (length < 0 || (size_t)length >= sizeof(path)) {
        return wc_cli_fail(p->cli, WC_EXIT_USAGE, "the path is too long");
    }
    if (!wc_cli_write(p->cli, path, wc_buf_slice(&text))) return WC_EXIT_ENVIRONMENT;
    if (!p->cli->quiet && !p->cli->json) printf("%s\n", path);
    return WC_EXIT_DONE;
}

static void print_json(const project *p)
{
    uint8_t memory[16384];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof(memory));
    wc_json json = wc_json_to(&text);
    wc_json_open_line(&json, NULL, '{');
    wc_json_add_text(&json, "folder", p->folder);
    wc_json_add_text(&json, "module", p->name);
    wc_json_add_text(&json, "kind", p->kind);
    wc_json_close(&json);
    (void)wc_cli_print(&text);
}

wc_exit wc_cli_new(const wc_cli *cli)
{
    if (cli->argc != 1) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "takes the name of one new folder, and the kind of contract as an "
                           "option: `wattclause new my_ppa --kind ppa`");
    }
    project p = {.cli = cli, .folder = cli->argv[0]};
    wc_exit code = choose_name(&p);
    if (code == WC_EXIT_DONE) code = choose_kind(&p);
    if (code == WC_EXIT_DONE) code = take_folder(&p);
    for (size_t i = 0; i < wc_template_count && code == WC_EXIT_DONE; i++) {
        const wc_template *file = &wc_templates[i];
        bool is_wanted = file->kind[0] == '\0' || strcmp(file->kind, p.kind) == 0;
        if (is_wanted) code = put_file(&p, file);
    }
    if (code == WC_EXIT_DONE && cli->json) print_json(&p);
    if (code != WC_EXIT_DONE || cli->quiet || cli->json) return code;
    printf("\nnext\n"
           "  cd %s\n"
           "  wattclause test %s_test.clause\n"
           "  wattclause doc %s.clause -o %s.html\n",
           p.folder, p.name, p.name, p.name);
    return WC_EXIT_DONE;
}
