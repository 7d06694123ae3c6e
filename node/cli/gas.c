/* gas: what calls cost at most and by size, from sources or modules; snapshots of it. */
#include "node/cli/gas.h"

#include <stdio.h>
#include <string.h>

#include "node/cli/compile.h"
#include "node/crypto/crypto.h"
#include "node/ledger/params.h"
#include "node/ledger/prices.h"

#define FILE_MAX (WC_MODULE_SIZE_MAX + WC_DEBUG_SIZE_MAX)

static const char *const kind_names[] = {
    [WC_ENTRY_ACTION] = "action",  [WC_ENTRY_VIEW] = "view",           [WC_ENTRY_AFTER] = "after",
    [WC_ENTRY_DUE] = "due",        [WC_ENTRY_INVARIANT] = "invariant", [WC_ENTRY_DEPLOY] = "deploy",
    [WC_ENTRY_UPGRADE] = "upgrade"};

/* ---- rows ---- */

/* Due functions and invariants are inside what runs them. */
static bool is_shown(wc_entry_kind kind)
{
    return kind != WC_ENTRY_DUE && kind != WC_ENTRY_INVARIANT;
}

static uint64_t node_limit(wc_entry_kind kind)
{
    const wc_params params = wc_params_default();
    return wc_params_gas_max(&params, kind);
}

static wc_str kept(wc_arena *arena, const wc_buf *buf)
{
    return wc_arena_str(arena, (wc_str){(const char *)buf->data, buf->len});
}

/* Time-outs have no names: they count from 1. */
static wc_str entry_name(const wc_module *module, uint16_t index, wc_arena *arena)
{
    const wc_entry *entry = &module->entries[index];
    if (entry->name != WC_NONE) return module->strings[entry->name];
    unsigned number = 1;
    for (uint16_t i = 0; i < index; i++) number += module->entries[i].kind == entry->kind;
    char text[32];
    int length = snprintf(text, sizeof(text), "%u", number);
    return wc_arena_str(arena, (wc_str){text, (size_t)length});
}

static bool add_row(wc_gas_table *table, const wc_module_file *file, uint16_t index, uint64_t limit)
{
    const wc_module *module = file->module;
    const wc_entry *entry = &module->entries[index];
    uint8_t bytes[WC_GAS_TEXT_MAX];
    wc_buf buf;
    wc_gas_row *row = WC_ARENA_NEW(table->arena, wc_gas_row);
    if (row == NULL) return false;
    *row = (wc_gas_row){.bound = entry->gas_bound,
                        .contract = module->strings[0],
                        .name = entry_name(module, index, table->arena),
                        .limit = limit,
                        .node_limit = node_limit(entry->kind),
                        .debug = file->debug};
    const wc_str parts[] = {module->strings[1], row->contract, wc_str_of(kind_names[entry->kind]),
                            row->name};
    wc_buf_init(&buf, bytes, sizeof(bytes));
    for (size_t i = 0; i < WC_ARRAY_LEN(parts); i++) {
        if (i > 0) wc_buf_put_text(&buf, " ");
        wc_buf_put(&buf, parts[i].data, parts[i].len);
    }
    row->key = kept(table->arena, &buf);
    wc_buf_init(&buf, bytes, sizeof(bytes));
    bool has_form = file->debug != NULL && index < file->debug->form_count;
    if (has_form) {
        row->terms = &file->debug->forms[index];
        wc_gas_form_text(&buf, row->terms, file->debug->sizes);
    }
    row->form = kept(table->arena, &buf);
    *table->last = row;
    table->last = &row->next;
    table->count++;
    return true;
}

static wc_exit add_module(const wc_cli *cli, const char *path, wc_slice bytes,
                          const uint64_t *limits, wc_gas_table *table)
{
    wc_module_file file;
    wc_finding finding = {.function = WC_NONE};
    wc_status status = wc_module_file_read(bytes, table->arena, &file, &finding);
    if (status == WC_OK) {
        status = wc_module_verify(file.module, wc_sha256, table->arena, &finding);
    }
    if (status != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_FAILS, "%s: %s %s", path,
                           finding.code != NULL ? finding.code : "", wc_status_text(status));
    }
    for (uint16_t i = 0; i < file.module->entry_count; i++) {
        if (!is_shown(file.module->entries[i].kind)) continue;
        uint64_t limit = limits != NULL ? limits[i] : UINT64_MAX;
        if (!add_row(table, &file, i, limit)) {
            return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
        }
    }
    return WC_EXIT_DONE;
}

static wc_exit add_source(const wc_cli *cli, const char *path, wc_gas_table *table)
{
    wc_compilation *compilation;
    wc_exit code = wc_cli_compile(cli, path, table->arena, false, &compilation);
    if (code != WC_EXIT_DONE) return code;
    if (compilation->has_failed) {
        wc_cli_print_diags(cli, compilation, table->arena);
        return WC_EXIT_FAILS;
    }
    for (uint16_t i = 0; i < compilation->contract_count && code == WC_EXIT_DONE; i++) {
        const wc_compiled_contract *contract = &compilation->contracts[i];
        if (!contract->is_own) continue;
        code = add_module(cli, path, contract->file, contract->gas_limits, table);
    }
    return code;
}

static wc_exit add_file(const wc_cli *cli, const char *path, wc_gas_table *table)
{
    size_t length = strlen(path);
    bool is_module = length > 4 && strcmp(path + length - 4, ".wcb") == 0;
    if (!is_module) return add_source(cli, path, table);
    wc_slice bytes;
    if (!wc_cli_read(cli, path, FILE_MAX, table->arena, &bytes)) return WC_EXIT_ENVIRONMENT;
    return add_module(cli, path, bytes, NULL, table);
}

/* ---- printing ---- */

static void number_text(uint64_t number, char *text, size_t size)
{
    wc_buf buf;
    wc_buf_init(&buf, text, size - 1);
    if (number == UINT64_MAX) {
        wc_buf_put_text(&buf, "-");
    } else {
        wc_gas_number_text(&buf, number);
    }
    text[buf.len] = 0;
}

static void print_row(const wc_gas_row *row)
{
    char bound[32], limit[32], node[32];
    number_text(row->bound, bound, sizeof(bound));
    number_text(row->limit, limit, sizeof(limit));
    number_text(row->node_limit, node, sizeof(node));
    /* The last two words of the key: kind and name. */
    size_t at = row->key.len - row->name.len - 1;
    while (at > 0 && row->key.data[at - 1] != ' ') at--;
    wc_str what = {row->key.data + at, row->key.len - at};
    printf("  %-28.*s %15s %15s %13s%s\n", (int)what.len, what.data, bound, limit, node,
           row->bound > row->node_limit ? "  above the node's limit" : "");
    if (row->terms != NULL) printf("      = %.*s\n", WC_STR_ARG(row->form));
}

static void print_table(const wc_gas_table *table)
{
    wc_str contract = {"", 0};
    for (const wc_gas_row *row = table->first; row != NULL; row = row->next) {
        if (!wc_str_equal(contract, row->contract)) {
            contract = row->contract;
            printf("%.*s\n  %-28s %15s %15s %13s\n", WC_STR_ARG(contract), "", "worst case",
                   "gas <=", "node's limit");
        }
        print_row(row);
    }
}

static void print_terms(const wc_gas_row *row)
{
    for (uint16_t i = 0; i < row->terms->count; i++) {
        const wc_gas_term *term = &row->terms->terms[i];
        printf("%s{\"factor\":\"%llu\",\"sizes\":[", i > 0 ? "," : "",
               (unsigned long long)term->factor);
        for (unsigned k = 0; k < term->degree; k++) {
            printf("%s%u", k > 0 ? "," : "", term->sizes[k]);
        }
        printf("]}");
    }
}

static void print_text(wc_str text)
{
    putchar('"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') putchar('\\');
        putchar(text.data[i]);
    }
    putchar('"');
}

static void print_sizes(const wc_debug *debug)
{
    static const char *const kinds[] = {"",      "argument", "field",   "term",
                                        "local", "trips",    "holders", "entered"};
    for (uint16_t i = 0; i < debug->size_count; i++) {
        const wc_gas_size *size = &debug->sizes[i];
        printf("%s{\"name\":", i > 0 ? "," : "");
        print_text(size->name);
        printf(",\"kind\":\"%s\",\"capacity\":%u}", kinds[size->kind], size->capacity);
    }
}

/* Gas is a decimal string: it may exceed what JSON readers keep exactly. */
static void print_json(const wc_gas_table *table)
{
    printf("[");
    for (const wc_gas_row *row = table->first; row != NULL; row = row->next) {
        printf("%s{\"entry\":", row == table->first ? "" : ",\n ");
        print_text(row->key);
        printf(",\"worst_case\":\"%llu\",\"node_limit\":\"%llu\"", (unsigned long long)row->bound,
               (unsigned long long)row->node_limit);
        if (row->limit != UINT64_MAX) printf(",\"limit\":\"%llu\"", (unsigned long long)row->limit);
        if (row->terms != NULL) {
            printf(",\"form\":");
            print_text(row->form);
            printf(",\"terms\":[");
            print_terms(row);
            printf("],\"sizes\":[");
            print_sizes(row->debug);
            printf("]");
        }
        printf("}");
    }
    printf("]\n");
}

/* ---- the verb ---- */

static wc_gas_table open_table(wc_arena *arena)
{
    return (wc_gas_table){.arena = arena};
}

static wc_exit differences(uint32_t count)
{
    return count == 0 ? WC_EXIT_DONE : WC_EXIT_FAILS;
}

/* gas --diff BEFORE AFTER: two snapshots, sources or modules. */
static wc_exit diff(const wc_cli *cli, wc_arena *arena)
{
    if (cli->argc != 2) return wc_cli_fail(cli, WC_EXIT_USAGE, "--diff takes two files");
    wc_gas_table tables[2];
    for (int i = 0; i < 2; i++) {
        tables[i] = open_table(arena);
        tables[i].last = &tables[i].first;
        const char *path = cli->argv[i];
        size_t length = strlen(path);
        bool is_code = (length > 4 && strcmp(path + length - 4, ".wcb") == 0) ||
                       (length > 7 && strcmp(path + length - 7, ".clause") == 0);
        if (is_code) {
            wc_exit code = add_file(cli, path, &tables[i]);
            if (code != WC_EXIT_DONE) return code;
        } else if (!wc_gas_snapshot_read(cli, path, &tables[i])) {
            return WC_EXIT_FAILS;
        }
    }
    return differences(wc_gas_compare(&tables[0], &tables[1]));
}

wc_exit wc_cli_gas(const wc_cli *cli)
{
    if (cli->argc == 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "which file? `wattclause help gas`");
    }
    wc_arena *arena = wc_cli_arena(WC_COMPILE_ARENA);
    if (arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    if (wc_cli_option_of(cli, "diff") != NULL) return diff(cli, arena);
    wc_gas_table table = open_table(arena);
    table.last = &table.first;
    for (int i = 0; i < cli->argc; i++) {
        wc_exit code = add_file(cli, cli->argv[i], &table);
        if (code != WC_EXIT_DONE) return code;
    }
    const char *snapshot = wc_cli_option_of(cli, "snapshot");
    const char *against = wc_cli_option_of(cli, "check");
    if (snapshot != NULL) {
        return wc_gas_snapshot_write(cli, snapshot, &table) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
    }
    if (against != NULL) {
        wc_gas_table before = open_table(arena);
        before.last = &before.first;
        if (!wc_gas_snapshot_read(cli, against, &before)) return WC_EXIT_FAILS;
        return differences(wc_gas_compare(&before, &table));
    }
    if (cli->json) {
        print_json(&table);
    } else {
        print_table(&table);
    }
    return WC_EXIT_DONE;
}
