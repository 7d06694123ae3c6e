/* Inside the ledger: modules ready to run, kept between calls.
 *
 * A fixed number of slots, each with memory for the largest module. What is in them depends on
 * history and never changes a result or gas: only how long a call takes. A running frame pins its
 * slot; there are more slots than frames can be open at once. */
#ifndef WC_NODE_LEDGER_IMAGES_H
#define WC_NODE_LEDGER_IMAGES_H

#include "node/ledger/limits.h"
#include "vm/base/arena.h"
#include "vm/vm.h"

#define WC_IMAGE_SLOTS     48u
#define WC_IMAGE_BYTES     ((size_t)6u << 20) /* arena of a slot: module bytes, tables, cells */
#define WC_CALL_MEMORY_MAX ((size_t)2u << 20) /* of one call; checked at deployment */
#define WC_CURRENCIES_MAX  64u                /* currencies of one module */

typedef struct wc_image_slot {
    wc_hash code;
    wc_image *image; /* NULL: empty slot */
    const wc_module *module;
    uint64_t last_use;
    uint32_t pins;
    wc_slice bytes;                     /* of the module, in the arena */
    bool is_native;                     /* runs compiled */
    uint32_t objects;                   /* that there were when one was asked for last */
    bool uses_posted;                   /* has the instruction `posted` */
    bool has_assets;                    /* assets[] is filled */
    uint32_t assets[WC_CURRENCIES_MAX]; /* asset number per currency */
    wc_arena arena;
} wc_image_slot;

typedef struct wc_images {
    wc_image_slot slots[WC_IMAGE_SLOTS];
    uint64_t clock;
    const wc_observer *observer;    /* of everything that runs; NULL: nobody watches */
    const wc_native_source *native; /* NULL: everything is interpreted */
} wc_images;

void wc_images_init(wc_images *images, uint8_t *memory); /* WC_IMAGE_SLOTS * WC_IMAGE_BYTES */

/* The slot that holds this code, pinned; NULL when none does. */
wc_image_slot *wc_images_find(wc_images *images, const wc_hash *code);

/* Loads a module into the least recently used slot and pins it. Errors: of wc_image_load, with
 * *finding; TOO_LARGE - call memory or currencies exceed what a node provides. */
WC_MUST_USE wc_status wc_images_load(wc_images *images, const wc_hash *code, wc_slice module,
                                     wc_image_slot **slot, wc_finding *finding);

void wc_images_unpin(wc_image_slot *slot);

/* Tells somebody else of everything that runs from now on (NULL: nobody). No slot may be pinned
 * (asserted): all are emptied, since an image runs another build of the interpreter when it is
 * watched. */
void wc_images_watch(wc_images *images, const wc_observer *observer);

#endif
