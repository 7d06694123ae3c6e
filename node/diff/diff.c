/* The comparison as a whole; see diff.h. */
#include "node/diff/inside.h"

#include <string.h>

static const struct group_row {
    const char *heading, *key;
} group_rows[] = {

#define WC_DIFF_GROUP(name, heading, key) {heading, key},
#include "node/diff/groups.def"
#undef WC_DIFF_GROUP
};

const char *wc_diff_heading(wc_diff_group group)
{
    return group_rows[group].heading;
}

const char *wc_diff_key(wc_diff_group group)
{
    return group_rows[group].key;
}

/* ---- rows and texts ----------------------------------------------------------------------------
 */

static void fail(wc_differ *d, wc_status status)
{
    if (d->status == WC_OK) d->status = status;
}

wc_str wc_diff_string(const wc_module *module, uint16_t string)
{
    return string == WC_NONE ? (wc_str){"", 0} : module->strings[string];
}

wc_buf wc_diff_text(wc_differ *d)
{
    wc_buf buf;
    wc_buf_init(&buf, d->scratch, WC_DIFF_TEXT_MAX);
    return buf;
}

wc_str wc_diff_keep(wc_differ *d, wc_buf *text)
{
    wc_str kept = wc_arena_str(d->arena, (wc_str){(const char *)text->data, text->len});
    if (kept.data != NULL) return kept;
    fail(d, WC_NO_MEMORY);
    return (wc_str){"", 0};
}

wc_str wc_diff_named(wc_differ *d, const char *what, wc_str name)
{
    wc_buf text = wc_diff_text(d);
    wc_buf_put_text(&text, what);
    wc_buf_put_text(&text, " ");
    wc_buf_put(&text, name.data, name.len);
    return wc_diff_keep(d, &text);
}

void wc_diff_compare(wc_differ *d, wc_diff_group group, wc_str what, const wc_str *before,
                     const wc_str *after)
{
    static const wc_str nothing = {"", 0};
    bool is_same = before != NULL && after != NULL && wc_str_equal(*before, *after);
    if (is_same || (before == NULL && after == NULL)) return;
    if (d->count == WC_DIFF_ROWS_MAX) {
        fail(d, WC_TOO_LARGE);
        return;
    }
    d->rows[d->count++] = (wc_diff_row){.group = group,
                                        .kind = before == NULL  ? WC_DIFF_ADDED
                                                : after == NULL ? WC_DIFF_REMOVED
                                                                : WC_DIFF_CHANGED,
                                        .what = what,
                                        .before = before == NULL ? nothing : *before,
                                        .after = after == NULL ? nothing : *after};
}

const wc_entry *wc_diff_entry(const wc_module *module, wc_entry_kind kind, wc_str name)
{
    for (uint16_t i = 0; i < module->entry_count; i++) {
        const wc_entry *entry = &module->entries[i];
        if (entry->kind != kind || entry->name == WC_NONE) continue;
        if (wc_str_equal(module->strings[entry->name], name)) return entry;
    }
    return NULL;
}

/* ---- the upgrade -------------------------------------------------------------------------------
 */

/* The row that a fault is about, as a person names it. */
static wc_str fault_at(wc_differ *d, wc_upgrade_fault fault)
{
    const char *kind;
    wc_str name;
    wc_upgrade_subject(d->old->module, d->next->module, fault, &kind, &name);
    return name.len == 0 ? name : wc_diff_named(d, kind, name);
}

static void judge(wc_differ *d, wc_diff *diff)
{
    const wc_module *old = d->old->module, *next = d->next->module;
    diff->is_upgrade = wc_module_upgrade(next) != WC_NONE;
    if (diff->is_upgrade) {
        diff->fault = wc_upgrade_check(old, next, WC_UPGRADE_ALL_STATES, d->scratch);
        if (diff->fault.rule == WC_UPGRADE_FITS) diff->fault = wc_upgrade_references(old, next);
        diff->fault_at = fault_at(d, diff->fault);
    }
    wc_upgrade_fault interface = wc_upgrade_interface(old, next, d->hash);
    diff->keeps_interface = interface.rule == WC_UPGRADE_FITS;
    if (diff->keeps_interface) return;
    diff->missing = fault_at(d, interface);
}

wc_status wc_diff_modules(wc_diff *diff, wc_arena *arena, const wc_diff_side *old,
                          const wc_diff_side *next, wc_sha256_fn hash)
{
    wc_differ d = {.arena = arena, .old = old, .next = next, .hash = hash};
    wc_diff made = {.row_count = 0};
    d.rows = WC_ARENA_ARRAY(arena, wc_diff_row, WC_DIFF_ROWS_MAX);
    d.scratch = WC_ARENA_ARRAY(arena, uint8_t, WC_UPGRADE_SCRATCH);
    if (d.rows == NULL || d.scratch == NULL) return WC_NO_MEMORY;
    wc_diff_abi(&d);
    wc_diff_storage(&d);
    wc_diff_authority(&d);
    wc_diff_states(&d);
    wc_diff_gas(&d);
    wc_diff_proofs(&d);
    judge(&d, &made);
    made.rows = d.rows;
    made.row_count = d.count;
    *diff = made;
    return d.status;
}
