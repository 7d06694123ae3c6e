/* The cache of loaded modules. */
#include "node/ledger/images.h"

#include "node/crypto/crypto.h"

void wc_images_init(wc_images *images, uint8_t *memory)
{
    memset(images, 0, sizeof *images);
    for (size_t i = 0; i < WC_IMAGE_SLOTS; i++) {
        wc_arena_init(&images->slots[i].arena, memory + i * WC_IMAGE_BYTES, WC_IMAGE_BYTES);
    }
}

/* An empty slot has last_use 0 and so comes first. */
static wc_image_slot *least_recent(wc_images *images)
{
    wc_image_slot *oldest = NULL;
    for (size_t i = 0; i < WC_IMAGE_SLOTS; i++) {
        wc_image_slot *slot = &images->slots[i];
        if (slot->pins > 0) continue;
        if (oldest == NULL || slot->last_use < oldest->last_use) oldest = slot;
    }
    wc_assert(oldest != NULL); /* at most WC_INSTANCE_DEPTH_MAX + 1 frames are open */
    return oldest;
}

/* Both words of an instruction are looked at: an `ext` word's opcode is `ext`, so no operand is
 * taken for an instruction. */
static bool has_posted(const wc_module *module)
{
    for (uint32_t i = 0; i < module->word_count; i++) {
        if (module->words[i] >> 48 == WC_OP_posted) return true;
    }
    return false;
}

static wc_status load_into(wc_image_slot *slot, wc_slice module, const wc_observer *observer,
                           wc_finding *finding)
{
    wc_arena_rewind(&slot->arena, 0);
    uint8_t *copy = wc_arena_alloc(&slot->arena, module.len, 1);
    if (copy == NULL) return WC_NO_MEMORY;
    memcpy(copy, module.data, module.len);
    slot->bytes = wc_slice_of(copy, module.len);
    WC_TRY(wc_image_load(slot->bytes, wc_sha256, &slot->arena, &slot->image, finding));
    slot->module = wc_image_module(slot->image);
    if (observer != NULL) WC_TRY(wc_image_observe(slot->image, observer, &slot->arena));
    if (wc_call_memory_size(slot->image) > WC_CALL_MEMORY_MAX) return WC_TOO_LARGE;
    if (slot->module->currency_count > WC_CURRENCIES_MAX) return WC_TOO_LARGE;
    return WC_OK;
}

/* Lets what is loaded run compiled when an object is there, or has come in the meantime. Results do
 * not depend on it. Never while it runs. */
static void attach(const wc_images *images, wc_image_slot *slot)
{
    const wc_native_source *native = images->native;
    if (native == NULL || images->observer != NULL || slot->is_native || slot->pins > 0) return;
    uint32_t objects = native->count(native->self);
    if (slot->objects == objects) return;
    slot->objects = objects;
    const wc_native_object *object = native->find(native->self, &slot->code, slot->bytes);
    if (object != NULL) slot->is_native = wc_image_attach(slot->image, object);
}

wc_image_slot *wc_images_find(wc_images *images, const wc_hash *code)
{
    for (size_t i = 0; i < WC_IMAGE_SLOTS; i++) {
        wc_image_slot *slot = &images->slots[i];
        if (slot->image == NULL || !wc_hash_equal(&slot->code, code)) continue;
        slot->last_use = ++images->clock;
        attach(images, slot);
        slot->pins++;
        return slot;
    }
    return NULL;
}

wc_status wc_images_load(wc_images *images, const wc_hash *code, wc_slice module,
                         wc_image_slot **slot, wc_finding *finding)
{
    wc_image_slot *taken = least_recent(images);
    taken->image = NULL;
    taken->last_use = 0;
    taken->has_assets = false;
    *finding = (wc_finding){0};
    wc_status status = load_into(taken, module, images->observer, finding);
    if (status != WC_OK) {
        taken->image = NULL;
        return status;
    }
    taken->code = *code;
    taken->is_native = false;
    taken->objects = UINT32_MAX; /* ask */
    attach(images, taken);
    taken->uses_posted = has_posted(taken->module);
    taken->last_use = ++images->clock;
    taken->pins = 1;
    *slot = taken;
    return WC_OK;
}

void wc_images_unpin(wc_image_slot *slot)
{
    wc_assert(slot->pins > 0);
    slot->pins--;
}

void wc_images_watch(wc_images *images, const wc_observer *observer)
{
    for (size_t i = 0; i < WC_IMAGE_SLOTS; i++) {
        wc_assert(images->slots[i].pins == 0);
        images->slots[i].image = NULL;
        images->slots[i].last_use = 0;
    }
    images->observer = observer;
}
