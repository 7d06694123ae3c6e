/* Snapshots of gas: written, read, compared. They hold static bounds and forms, nothing measured,
 * so they change only when the code or the prices do. */
#include "node/cli/gas.h"

#include <stdio.h>
#include <string.h>

#define FILE_MAX ((size_t)4 << 20)

bool wc_gas_snapshot_write(const wc_cli *cli, const char *path, const wc_gas_table *table)
{
    uint8_t *memory = WC_ARENA_ARRAY(table->arena, uint8_t, FILE_MAX);
    if (memory == NULL) {
        (void)wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
        return false;
    }
    wc_buf buf;
    wc_buf_init(&buf, memory, FILE_MAX);
    for (const wc_gas_row *row = table->first; row != NULL; row = row->next) {
        char number[32];
        (void)snprintf(number, sizeof(number), "\t%llu\t", (unsigned long long)row->bound);
        wc_buf_put(&buf, row->key.data, row->key.len);
        wc_buf_put_text(&buf, number);
        wc_buf_put(&buf, row->form.data, row->form.len);
        wc_buf_put_text(&buf, "\n");
    }
    return wc_cli_write(cli, path, wc_buf_slice(&buf));
}

/* The part of the line up to the tab or its end; *line moves behind it. */
static wc_str take(wc_str *line)
{
    size_t end = 0;
    while (end < line->len && line->data[end] != '\t') end++;
    wc_str part = {line->data, end};
    size_t used = end < line->len ? end + 1 : end;
    *line = (wc_str){line->data + used, line->len - used};
    return part;
}

static bool read_number(wc_str text, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool is_digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (!is_digit || *number > (UINT64_MAX - 9) / 10) return false;
        *number = *number * 10 + (uint64_t)(text.data[i] - '0');
    }
    return text.len > 0;
}

bool wc_gas_snapshot_read(const wc_cli *cli, const char *path, wc_gas_table *table)
{
    wc_slice bytes;
    if (!wc_cli_read(cli, path, FILE_MAX, table->arena, &bytes)) return false;
    wc_str text = {(const char *)bytes.data, bytes.len};
    for (unsigned number = 1; text.len > 0; number++) {
        size_t end = 0;
        while (end < text.len && text.data[end] != '\n') end++;
        wc_str line = {text.data, end};
        size_t used = end < text.len ? end + 1 : end;
        text = (wc_str){text.data + used, text.len - used};
        wc_gas_row *row = WC_ARENA_NEW(table->arena, wc_gas_row);
        if (row == NULL) return false;
        row->key = take(&line);
        bool is_row = row->key.len > 0 && read_number(take(&line), &row->bound);
        row->form = line;
        if (!is_row) {
            (void)wc_cli_fail(cli, WC_EXIT_FAILS, "%s:%u: not a line of a gas snapshot", path,
                              number);
            return false;
        }
        *table->last = row;
        table->last = &row->next;
        table->count++;
    }
    return true;
}

static const wc_gas_row *find(const wc_gas_table *table, wc_str key)
{
    const wc_gas_row *row = table->first;
    while (row != NULL && !wc_str_equal(row->key, key)) row = row->next;
    return row;
}

static void print_change(const wc_gas_row *before, const wc_gas_row *now)
{
    long long percent = 0;
    if (before->bound > 0 && before->bound < (uint64_t)1 << 56 && now->bound < (uint64_t)1 << 56) {
        percent =
            ((long long)now->bound - (long long)before->bound) * 100 / (long long)before->bound;
    }
    printf("%.*s: worst case %llu -> %llu (%+lld %%)\n", WC_STR_ARG(now->key),
           (unsigned long long)before->bound, (unsigned long long)now->bound, percent);
    if (wc_str_equal(before->form, now->form)) return;
    printf("    was  %.*s\n    is   %.*s\n", WC_STR_ARG(before->form), WC_STR_ARG(now->form));
}

uint32_t wc_gas_compare(const wc_gas_table *before, const wc_gas_table *now)
{
    uint32_t differences = 0;
    for (const wc_gas_row *row = before->first; row != NULL; row = row->next) {
        const wc_gas_row *other = find(now, row->key);
        if (other == NULL) {
            printf("%.*s: gone\n", WC_STR_ARG(row->key));
            differences++;
        } else if (row->bound != other->bound || !wc_str_equal(row->form, other->form)) {
            print_change(row, other);
            differences++;
        }
    }
    for (const wc_gas_row *row = now->first; row != NULL; row = row->next) {
        if (find(before, row->key) != NULL) continue;
        printf("%.*s: new, worst case %llu\n", WC_STR_ARG(row->key),
               (unsigned long long)row->bound);
    }
    return differences;
}
