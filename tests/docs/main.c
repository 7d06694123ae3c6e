/* Host program: prints a reference page whose source is a table, as Markdown.
 *
 *   wc_docs PAGE          prints the page
 *   wc_docs PAGE FILE     compares it with FILE: 0 the same, 1 not
 *
 * PAGE: cli, refusals, ledger, diagnostics, grammar, limits, node, metrics, api, tmlanguage. The
 * pages are committed, so that they can be read without a build; tests compare them. */
#include <stdio.h>

#include "tests/docs/page.h"

#define PAGE_SIZE_MAX ((size_t)1 << 20)

static void print_grammar(void)
{
    if (!doc_grammar(WC_DOCS_RULES)) doc_page.full = true;
}

static int compare(const char *name, const char *path)
{
    static uint8_t committed[PAGE_SIZE_MAX];
    FILE *file = fopen(path, "rb");
    size_t len = file != NULL ? fread(committed, 1, sizeof committed, file) : 0;
    if (file != NULL) (void)fclose(file);
    if (wc_slice_equal(wc_slice_of(committed, len), wc_buf_slice(&doc_page))) return 0;
    (void)fprintf(stderr, "%s is not what its tables say (page %s); run `ninja docs` and commit\n",
                  path, name);
    return 1;
}

int main(int argc, char **argv)
{
    static uint8_t memory[PAGE_SIZE_MAX];

    static const struct {
        const char *name;
        void (*print)(void);
    } pages[] = {
        {"cli", doc_cli},           {"refusals", doc_refusals},
        {"ledger", doc_ledger},     {"diagnostics", doc_diagnostics},
        {"grammar", print_grammar}, {"limits", doc_limits},
        {"node", doc_node},         {"metrics", doc_metrics},
        {"api", doc_api},           {"tmlanguage", doc_tmlanguage},
    };

    wc_buf_init(&doc_page, memory, sizeof memory);
    for (size_t i = 0; argc >= 2 && i < WC_ARRAY_LEN(pages); i++) {
        if (strcmp(argv[1], pages[i].name) == 0) pages[i].print();
    }
    if (doc_page.len == 0 || argc > 3) {
        (void)fprintf(stderr, "usage: wc_docs cli|refusals|ledger|diagnostics|grammar|limits|"
                              "node|metrics|api|tmlanguage [FILE]\n");
        return 2;
    }
    if (doc_page.full) {
        (void)fprintf(stderr, "wc_docs: the page %s cannot be made\n", argv[1]);
        return 3;
    }
    if (argc == 3) return compare(argv[1], argv[2]);
    return fwrite(doc_page.data, 1, doc_page.len, stdout) == doc_page.len ? 0 : 3;
}
