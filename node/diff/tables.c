/* What can be called, raised and announced, and what is kept. */
#include "node/diff/inside.h"
#include "vm/base/text.h"
#include "vm/isa/signature.h"

/* ---- what has a name and a text ----------------------------------------------------------------
 */

/* A list of things of a module: how many, and name and text of each. */
typedef struct listing {
    const char *what;
    uint16_t (*count)(const wc_module *module);
    uint16_t (*name)(const wc_module *module, uint16_t row);
    void (*put)(const wc_module *module, uint16_t row, wc_buf *buf);
} listing;

static uint16_t find(const listing *list, const wc_module *module, wc_str name)
{
    for (uint16_t i = 0; i < list->count(module); i++) {
        if (wc_str_equal(wc_diff_string(module, list->name(module, i)), name)) return i;
    }
    return WC_NONE;
}

static wc_str text_of(wc_differ *d, const listing *list, const wc_module *module, uint16_t row)
{
    wc_buf buf = wc_diff_text(d);
    list->put(module, row, &buf);
    return wc_diff_keep(d, &buf);
}

/* Rows without a name are none of the list: entries that nobody calls. */
static void compare_lists(wc_differ *d, const listing *list)
{
    const wc_module *old = d->old->module, *next = d->next->module;
    for (uint16_t i = 0; i < list->count(old); i++) {
        wc_str name = wc_diff_string(old, list->name(old, i));
        if (name.len == 0) continue;
        wc_str before = text_of(d, list, old, i), after;
        uint16_t now = find(list, next, name);
        if (now != WC_NONE) after = text_of(d, list, next, now);
        wc_diff_compare(d, WC_DIFF_ABI, wc_diff_named(d, list->what, name), &before,
                        now != WC_NONE ? &after : NULL);
    }
    for (uint16_t i = 0; i < list->count(next); i++) {
        wc_str name = wc_diff_string(next, list->name(next, i));
        if (name.len == 0 || find(list, old, name) != WC_NONE) continue;
        wc_str after = text_of(d, list, next, i);
        wc_diff_compare(d, WC_DIFF_ABI, wc_diff_named(d, list->what, name), NULL, &after);
    }
}

static void put_string(const wc_module *module, uint16_t string, wc_buf *buf)
{
    wc_str text = wc_diff_string(module, string);
    wc_buf_put(buf, text.data, text.len);
}

/* Errors and events: name(member : type, ...). */
static void put_signature(const wc_module *module, const wc_signature_decl *row, wc_buf *buf)
{
    const wc_type *args = &module->types[row->args];
    put_string(module, row->name, buf);
    wc_buf_put_text(buf, "(");
    for (uint16_t i = 0; i < args->count; i++) {
        if (i > 0) wc_buf_put_text(buf, ", ");
        put_string(module, args->fields[i].name, buf);
        wc_buf_put_text(buf, " : ");
        wc_type_text(module, args->fields[i].type, buf);
    }
    wc_buf_put_text(buf, ")");
}

static uint16_t error_count(const wc_module *module)
{
    return module->error_count;
}

static uint16_t error_name(const wc_module *module, uint16_t row)
{
    return module->errors[row].name;
}

static void put_error(const wc_module *module, uint16_t row, wc_buf *buf)
{
    put_signature(module, &module->errors[row], buf);
}

static uint16_t event_count(const wc_module *module)
{
    return module->event_count;
}

static uint16_t event_name(const wc_module *module, uint16_t row)
{
    return module->events[row].name;
}

static void put_event(const wc_module *module, uint16_t row, wc_buf *buf)
{
    put_signature(module, &module->events[row], buf);
}

static uint16_t term_count(const wc_module *module)
{
    return module->term_count;
}

static uint16_t term_name(const wc_module *module, uint16_t row)
{
    return module->types[module->terms_type].fields[row].name;
}

/* As in signatures, but for a reference: which contract it calls is what parties look at. */
static void put_term_type(const wc_module *module, uint16_t type, wc_buf *buf)
{
    const wc_type *row = &module->types[type];
    bool is_list = row->kind == WC_TYPE_LIST;
    const wc_type *item = is_list ? &module->types[row->item] : row;
    if (item->kind != WC_TYPE_PARTY || item->item == WC_NONE) {
        wc_type_text(module, type, buf);
        return;
    }
    wc_buf_put_text(buf, is_list ? "list<contract_ref<" : "contract_ref<");
    put_string(module, module->interfaces[item->item].name, buf);
    wc_buf_put_text(buf, ">");
    if (!is_list) return;
    wc_buf_put_text(buf, ",");
    wc_put_scaled(buf, row->capacity, 0);
    wc_buf_put_text(buf, ">");
}

static void put_term(const wc_module *module, uint16_t row, wc_buf *buf)
{
    if (module->terms[row].amendable) wc_buf_put_text(buf, "amendable ");
    put_term_type(module, module->types[module->terms_type].fields[row].type, buf);
    if (module->terms[row].has_default) wc_buf_put_text(buf, ", with a default");
}

/* Entries are listed by kind: names of actions and views are one name space. */
static uint16_t entry_count(const wc_module *module)
{
    return module->entry_count;
}

static uint16_t method_name(const wc_module *module, uint16_t row) /* WC_NONE: no method */
{
    return module->entries[row].kind <= WC_ENTRY_VIEW ? module->entries[row].name : WC_NONE;
}

static void put_method(const wc_module *module, uint16_t row, wc_buf *buf)
{
    wc_method method = wc_entry_method(module, row);
    wc_method_signature(module, &method, buf);
}

void wc_diff_abi(wc_differ *d)
{
    static const listing lists[] = {
        {"method", entry_count, method_name, put_method},
        {"term", term_count, term_name, put_term},
        {"error", error_count, error_name, put_error},
        {"event", event_count, event_name, put_event},
    };
    for (size_t i = 0; i < WC_ARRAY_LEN(lists); i++) compare_lists(d, &lists[i]);
}

/* ---- storage -----------------------------------------------------------------------------------
 */

static const wc_storage_field *field_of(const wc_module *module, uint16_t id)
{
    for (uint16_t i = 0; i < module->field_count; i++) {
        if (module->fields[i].id == id) return &module->fields[i];
    }
    return NULL;
}

static wc_str field_text(wc_differ *d, const wc_module *module, const wc_storage_field *field)
{
    wc_buf buf = wc_diff_text(d);
    wc_str name = wc_diff_string(module, field->name);
    wc_buf_put(&buf, name.data, name.len);
    wc_buf_put_text(&buf, " : ");
    wc_type_text(module, field->type, &buf);
    return wc_diff_keep(d, &buf);
}

static wc_str field_title(wc_differ *d, uint16_t id)
{
    wc_buf buf = wc_diff_text(d);
    wc_buf_put_text(&buf, "field ");
    wc_buf_put_decimal(&buf, id);
    return wc_diff_keep(d, &buf);
}

void wc_diff_storage(wc_differ *d)
{
    const wc_module *old = d->old->module, *next = d->next->module;
    for (uint16_t i = 0; i < old->field_count; i++) {
        const wc_storage_field *field = &old->fields[i], *now = field_of(next, field->id);
        wc_str before = field_text(d, old, field), after;
        if (now != NULL) after = field_text(d, next, now);
        wc_diff_compare(d, WC_DIFF_STORAGE, field_title(d, field->id), &before,
                        now != NULL ? &after : NULL);
    }
    for (uint16_t i = 0; i < next->field_count; i++) {
        const wc_storage_field *field = &next->fields[i];
        if (field_of(old, field->id) != NULL) continue;
        wc_str after = field_text(d, next, field);
        wc_diff_compare(d, WC_DIFF_STORAGE, field_title(d, field->id), NULL, &after);
    }
}
