/* Layers: which headers a file may include. The first row whose pattern matches a file's path
 * holds.
 *
 * Project headers are named from the root, so an include shows its layer. From outside a folder
 * only its public headers may be used. The deterministic layers (vm, compiler, node/ledger) see no
 * more of the C library than memory and strings: what has no header cannot be called, so clocks,
 * files, heap, locale and threads stay out of consensus. */
#include "tests/lint/rules.h"

/* Freestanding headers and string.h (mem* and strlen). */
#define PURE "limits.h stdalign.h stdbool.h stddef.h stdint.h string.h"

/* What vm/isa offers to others; its tables.h and gas.h are for vm alone. */
#define ISA_PUBLIC                                                                                 \
    "vm/isa/abi.h vm/isa/builtin_errors.def vm/isa/debug.h vm/isa/gas_form.h vm/isa/isa.h "        \
    "vm/isa/module.h vm/isa/rules.def vm/isa/signature.h vm/isa/traps.def vm/isa/upgrade.h"

#define VM_PUBLIC "vm/base/ vm/vm.h vm/inspect.h " ISA_PUBLIC

typedef struct layer_rule {
    const char *files;   /* patterns of matches_any */
    const char *project; /* headers in quotes */
    const char *system;  /* headers in angle brackets */
} layer_rule;

static const layer_rule layers[] = {
    {"vm/base/", "vm/base/", PURE},
    {"vm/isa/", "vm/base/ vm/isa/", PURE},
    {"vm/exec/ vm/vm.h vm/inspect.h", "vm/base/ vm/isa/ vm/exec/ vm/vm.h vm/inspect.h", PURE},
    {"vm/native/", "vm/base/ vm/isa/ vm/exec/ vm/native/ vm/vm.h", PURE " stdarg.h"},
    {"vm/tools/", "vm/base/ vm/isa/", PURE " inttypes.h stdio.h stdlib.h"},
    {"compiler/source.c", "vm/base/ compiler/", PURE " errno.h stdio.h"},
    {"compiler/interp/", "vm/base/ vm/isa/isa.h compiler/sema/ compiler/interp/", PURE " setjmp.h"},
    {"compiler/", "vm/base/ " ISA_PUBLIC " vm/isa/builder.h compiler/", PURE " setjmp.h"},
    {"node/lsp/",
     VM_PUBLIC " node/lsp/ node/rpc/ compiler/compiler.h compiler/fmt/fmt.h compiler/index.h", "*"},
    {"node/ledger/", VM_PUBLIC " node/ledger/ node/store/store.h node/crypto/", PURE},
    {"node/native/", VM_PUBLIC " vm/native/native.h node/native/ node/crypto/", "*"},
    {"node/crypto/crypto.c", VM_PUBLIC " node/", "* sodium.h openssl/"},
    {"node/store/rocksdb.c", VM_PUBLIC " node/", "* rocksdb/"},
    {"node/audit/packing.c", VM_PUBLIC " node/", "* zstd.h"},
    {"node/service/ini.c", VM_PUBLIC " node/", "* ini.h"},
    {"node/service/",
     VM_PUBLIC " node/service/ node/order/ node/chain/ node/query/ node/ledger/ "
               "node/native/ node/store/ node/crypto/",
     "*"},
    {"node/api/http.c", VM_PUBLIC " node/", "* microhttpd.h"},
    {"node/api/client.c", VM_PUBLIC " node/", "* curl/"},
    {"node/cli/",
     VM_PUBLIC " node/ compiler/compiler.h compiler/doc/doc.h compiler/fmt/fmt.h "
               "compiler/lint/lint.h",
     "*"},
    {"node/", VM_PUBLIC " node/", "*"},
    {"tests/", "*", "* sodium.h openssl/ rocksdb/ zstd.h"},
};

/* Libraries that one file each hides from the rest; "*" does not include them. */
#define HIDDEN "sodium.h openssl/ rocksdb/ zstd.h microhttpd.h curl/ ini.h"

static const layer_rule *layer_of(const source_file *file)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(layers); i++) {
        if (matches_any(wc_str_of(file->path), layers[i].files)) return &layers[i];
    }
    return NULL;
}

static bool may_include_system(wc_str header, const char *allowed)
{
    if (!matches_any(header, HIDDEN)) return matches_any(header, allowed);
    while (*allowed == '*' || *allowed == ' ') allowed++;
    return matches_any(header, allowed);
}

/* Finds what stands between quotes or angle brackets in an #include line. */
static bool parse_include(wc_str line, wc_str *header, bool *system)
{
    size_t at = 0;
    while (at < line.len && (line.data[at] == ' ' || line.data[at] == '#')) at++;
    if (line.len - at < 7 || memcmp(line.data + at, "include", 7) != 0) return false;
    at += 7;
    while (at < line.len && line.data[at] == ' ') at++;
    if (at == line.len || (line.data[at] != '"' && line.data[at] != '<')) return false;
    *system = line.data[at] == '<';
    size_t start = at + 1;
    size_t end = start;
    while (end < line.len && line.data[end] != (*system ? '>' : '"')) end++;
    *header = (wc_str){line.data + start, end - start};
    return true;
}

static size_t check_include(const source_file *file, const layer_rule *layer, size_t line,
                            wc_str text)
{
    wc_str header;
    bool system;
    if (!parse_include(text, &header, &system)) return 0;
    if (system && may_include_system(header, layer->system)) return 0;
    if (!system && matches_any(header, layer->project)) return 0;
    report(file, line, "this layer may not include %.*s", WC_STR_ARG(header));
    return 1;
}

size_t check_layers(const source_file *file)
{
    const layer_rule *layer = layer_of(file);
    if (layer == NULL) {
        report(file, 1, "no layer has this file: add one to rules_layers.c");
        return 1;
    }
    size_t found = 0;
    size_t number = 0;
    wc_str line;
    wc_str code_line;
    wc_str rest = {file->raw, file->len};
    wc_str code = {file->code, file->len};
    while (next_line(&rest, &line) && next_line(&code, &code_line)) {
        number++;
        /* In code the header's name is blank; the '#' tells a directive from one in a comment. */
        if (code_line.len == 0 || code_line.data[0] != '#') continue;
        found += check_include(file, layer, number, line);
    }
    return found;
}
