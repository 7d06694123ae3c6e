/* References between contracts: which instances the terms name, and whether they fit.
 *
 * A reference is a PARTY value whose type names an interface; it may stand anywhere in the terms.
 * Terms are walked with a stack of their own, because types nest at most WC_TYPE_NESTING_MAX deep.
 * A reference can only lead to an instance that exists already, so the graph has no cycles. */
#include "node/ledger/frame.h"

typedef struct walk_level {
    const wc_type *type;  /* container whose members are read */
    uint32_t next, total; /* members; a map's keys and values count one each */
} walk_level;

typedef struct terms_walk {
    const wc_module *module;
    wc_reader reader;
    walk_level levels[WC_TYPE_NESTING_MAX + 2];
    unsigned depth;
} terms_walk;

static bool push(terms_walk *walk, const wc_type *type, uint32_t total)
{
    if (walk->depth == WC_ARRAY_LEN(walk->levels)) return false;
    walk->levels[walk->depth++] = (walk_level){type, 0, total};
    return true;
}

static uint16_t member_type(walk_level *level)
{
    const wc_type *type = level->type;
    uint32_t index = level->next++;
    if (type->kind == WC_TYPE_TUPLE) return type->fields[index].type;
    return type->kind == WC_TYPE_MAP && index % 2 == 1 ? type->value : type->item;
}

static wc_status skip(terms_walk *walk, size_t bytes)
{
    wc_slice ignored;
    return wc_read_slice(&walk->reader, bytes, &ignored);
}

static wc_status open_collection(terms_walk *walk, const wc_type *type, uint32_t per_entry)
{
    uint32_t length;
    WC_TRY(wc_read_u32(&walk->reader, &length));
    if (length > type->capacity) return WC_TOO_LARGE;
    return push(walk, type, length * per_entry) ? WC_OK : WC_TOO_LARGE;
}

static wc_status open_enum(terms_walk *walk, const wc_type *type)
{
    uint16_t tag;
    WC_TRY(wc_read_u16(&walk->reader, &tag));
    if (tag >= type->count) return WC_OUT_OF_DOMAIN;
    uint16_t data = type->variants[tag].data;
    if (data == WC_NONE) return WC_OK;
    const wc_type *tuple = &walk->module->types[data];
    return push(walk, tuple, tuple->count) ? WC_OK : WC_TOO_LARGE;
}

static wc_status skip_series(terms_walk *walk)
{
    uint32_t length;
    WC_TRY(skip(walk, 8));
    WC_TRY(wc_read_u32(&walk->reader, &length));
    return skip(walk, (size_t)length * 9);
}

/* Passes over one value, or opens the container that it is. *reference: its party, when it is one.
 */
static wc_status pass(terms_walk *walk, const wc_type *type, wc_slice *reference)
{
    uint32_t length;
    switch (type->kind) {
    case WC_TYPE_BOOL: return skip(walk, 1);
    case WC_TYPE_INT: return skip(walk, 8);
    case WC_TYPE_DEC: return skip(walk, 8);
    case WC_TYPE_TIME: return skip(walk, 8);
    case WC_TYPE_DATE: return skip(walk, 8);
    case WC_TYPE_TAG: return skip(walk, 2);
    case WC_TYPE_INTERVAL: return skip(walk, 16);
    case WC_TYPE_BYTES: return skip(walk, type->capacity);
    case WC_TYPE_TEXT: WC_TRY(wc_read_u32(&walk->reader, &length)); return skip(walk, length);
    case WC_TYPE_PARTY:
        if (type->item == WC_NONE) return skip(walk, 32);
        return wc_read_slice(&walk->reader, 32, reference);
    case WC_TYPE_TUPLE: return push(walk, type, type->count) ? WC_OK : WC_TOO_LARGE;
    case WC_TYPE_ENUM: return open_enum(walk, type);
    case WC_TYPE_LIST: return open_collection(walk, type, 1);
    case WC_TYPE_SET: return open_collection(walk, type, 1);
    case WC_TYPE_SORTED: return open_collection(walk, type, 1);
    case WC_TYPE_MAP: return open_collection(walk, type, 2);
    case WC_TYPE_SERIES: return skip_series(walk);
    }
    return WC_OUT_OF_DOMAIN;
}

static bool offers_interface(const wc_image_slot *slot, const wc_module *user,
                             const wc_interface *wanted)
{
    for (uint16_t i = 0; i < wanted->count; i++) {
        const wc_method *method = &user->methods[wanted->first + i];
        uint16_t entry = wc_image_method(slot->image, method->id);
        if (entry == WC_NONE) return false;
        bool is_view = slot->module->entries[entry].kind == WC_ENTRY_VIEW;
        if (is_view != method->is_view) return false;
    }
    return true;
}

/* Marks the instance, once. */
static wc_status mark(wc_job *job, const wc_address *id)
{
    wc_state_key key = wc_key_reference(id);
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    if (status != WC_NOT_FOUND || job->is_failed) return status == WC_NOT_FOUND ? WC_OK : status;
    uint8_t version = WC_STATE_VALUE_VERSION;
    wc_job_put(job, &key, wc_slice_of(&version, 1));
    return WC_OK;
}

static wc_status check_one(wc_job *job, const wc_module *module, const wc_type *type,
                           wc_slice party, uint8_t *depth, wc_refusal *refusal)
{
    wc_ledger *ledger = job->ledger;
    wc_address id;
    memcpy(id.bytes, party.data, sizeof id.bytes);
    wc_state_key key = wc_key_instance(&id);
    wc_slice value;
    wc_instance_entry entry;
    *refusal = WC_REFUSAL_REFERENCE_UNFIT;
    wc_status status = wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(&key));
    if (status == WC_NOT_FOUND) return WC_OK;
    if (status != WC_OK) return status;
    if (wc_instance_decode(&entry, value) != WC_OK) return WC_CORRUPT;
    uint8_t below = entry.depth;
    wc_hash code = entry.code;
    wc_image_slot *slot;
    WC_TRY(wc_ledger_load(ledger, &code, &slot));
    bool fits = offers_interface(slot, module, &module->interfaces[type->item]);
    wc_images_unpin(slot);
    if (!fits) return WC_OK;
    *refusal = WC_REFUSAL_NONE;
    if (below >= *depth) *depth = (uint8_t)(below + 1);
    if (*depth > WC_INSTANCE_DEPTH_MAX) *refusal = WC_REFUSAL_DEPTH_TOO_HIGH;
    return *refusal == WC_REFUSAL_NONE ? mark(job, &id) : WC_OK;
}

wc_status wc_references_check(wc_job *job, const wc_module *module, wc_slice terms, uint8_t *depth,
                              wc_refusal *refusal)
{
    terms_walk walk = {.module = module, .reader = wc_reader_of(terms)};
    const wc_type *root = &module->types[module->terms_type];
    *depth = 1;
    *refusal = WC_REFUSAL_NONE;
    wc_assert(push(&walk, root, root->count));
    while (walk.depth > 0) {
        walk_level *level = &walk.levels[walk.depth - 1];
        if (level->next == level->total) {
            walk.depth--;
            continue;
        }
        const wc_type *type = &module->types[member_type(level)];
        wc_slice reference = {NULL, 0};
        if (pass(&walk, type, &reference) != WC_OK) {
            *refusal = WC_REFUSAL_BAD_ARGUMENTS;
            return WC_OK;
        }
        if (reference.data == NULL) continue;
        WC_TRY(check_one(job, module, type, reference, depth, refusal));
        if (*refusal != WC_REFUSAL_NONE || job->is_failed) return WC_OK;
    }
    return WC_OK;
}
