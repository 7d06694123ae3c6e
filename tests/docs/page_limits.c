/* docs/reference/limits.md: the limits of limits.def with their numbers from the headers. */
#include "compiler/limits.h"
#include "node/ledger/limits.h"
#include "tests/docs/page.h"
#include "vm/isa/module.h"

static void put_group(const char *title, const char *header)
{
    doc_put("\n## ");
    doc_put(title);
    doc_put("\n\nIn `");
    doc_put(header);
    doc_put("`.\n\n");
    DOC_HEAD("at most", "of", "name");
}

static void put_limit(uint64_t value, const char *name, const char *text)
{
    doc_put("| ");
    doc_put_number(value);
    doc_put(" | ");
    doc_put_prose(text);
    doc_put(" | `");
    doc_put(name);
    doc_put("` |\n");
}

void doc_limits(void)
{
    doc_put_title("Limits", "tests/docs/limits.def and the headers it names");
    doc_put("What is larger is refused with a name: by the compiler with a diagnostic, by the "
            "verifier with a rule, by the ledger with a refusal or a status. A limit makes memory "
            "a constant and running out of it the same failure on every machine.\n");
#define WC_LIMIT_GROUP(title, header) put_group(title, header);
#define WC_LIMIT(name, text)          put_limit((uint64_t)(name), #name, text);
#include "tests/docs/limits.def"
#undef WC_LIMIT_GROUP
#undef WC_LIMIT
}
