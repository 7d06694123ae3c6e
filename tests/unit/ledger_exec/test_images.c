/* Modules ready to run, kept between calls: slots that are too small, objects of a compiler that
 * come later, and somebody who watches. */
#include <stdlib.h>

#include "node/ledger/images.h"
#include "tests/unit/ledger_exec/altered.h"
#include "tests/unit/ledger_exec/contracts.h"

typedef struct source {
    uint32_t objects; /* that there are */
    uint32_t asked;   /* how often for one */
} source;

static const wc_native_object *find(void *self, const wc_hash *code, wc_slice module)
{
    (void)code;
    (void)module;
    ((source *)self)->asked++;
    return NULL; /* not yet */
}

static uint32_t count(void *self)
{
    return ((source *)self)->objects;
}

typedef struct shelf {
    world w;
    wc_images *images;
    uint8_t *memory;
    wc_slice module;
    wc_hash code;
} shelf;

static void open_shelf(shelf *s)
{
    vault_options options = {.name = "Vault", .signatories = 1};
    world_prepare(&s->w, NULL);
    s->images = calloc(1, sizeof *s->images);
    s->memory = calloc(WC_IMAGE_SLOTS, WC_IMAGE_BYTES);
    assert_true(s->images != NULL && s->memory != NULL);
    wc_images_init(s->images, s->memory);
    s->module = vault_module(&s->w, &options);
    s->code = wc_code_id(s->module);
}

static void close_shelf(shelf *s)
{
    free(s->images);
    free(s->memory);
    free(s->w.memory);
    free(s->w.genesis_memory);
}

static wc_status load(shelf *s, wc_image_slot **slot)
{
    wc_finding finding;
    return wc_images_load(s->images, &s->code, s->module, slot, &finding);
}

/* With whatever memory there is: it is loaded and kept, or it is not and nothing is kept. */
static void what_does_not_fit_is_not_kept(void **state)
{
    (void)state;
    static const wc_observer observer;
    for (int is_watched = 0; is_watched < 2; is_watched++) {
        shelf s;
        wc_image_slot *slot;
        open_shelf(&s);
        if (is_watched) wc_images_watch(s.images, &observer);
        size_t refused = 0, size = 0;
        for (;; size += 512, refused++) { /* ends: some size is enough */
            for (size_t i = 0; i < WC_IMAGE_SLOTS; i++) {
                wc_arena_init(&s.images->slots[i].arena, s.memory + i * WC_IMAGE_BYTES, size);
            }
            wc_status status = load(&s, &slot);
            if (status == WC_OK) break;
            assert_status(status, WC_NO_MEMORY);
            assert_null(wc_images_find(s.images, &s.code));
        }
        assert_true(refused > 10 && size < WC_IMAGE_BYTES / 4);
        wc_images_unpin(slot);
        assert_ptr_equal(wc_images_find(s.images, &s.code), slot);
        wc_images_unpin(slot);
        close_shelf(&s);
    }
}

/* An object is asked for when there are more than at the last time, and never for what runs at that
 * moment or is watched. */
static void an_object_is_asked_for_when_there_are_more(void **state)
{
    (void)state;
    static const wc_observer observer;
    shelf s;
    wc_image_slot *slot;
    source objects = {.objects = 3};
    const wc_native_source native = {.self = &objects, .find = find, .count = count};
    open_shelf(&s);
    s.images->native = &native;
    assert_status(load(&s, &slot), WC_OK);
    assert_int_equal(objects.asked, 1);
    objects.objects++;
    assert_ptr_equal(wc_images_find(s.images, &s.code), slot); /* a view inside its own call */
    assert_int_equal(objects.asked, 1);
    wc_images_unpin(slot);
    wc_images_unpin(slot);
    for (int i = 0; i < 2; i++) {
        assert_ptr_equal(wc_images_find(s.images, &s.code), slot);
        assert_int_equal(objects.asked, 2);
        wc_images_unpin(slot);
    }
    wc_images_watch(s.images, &observer);
    assert_null(wc_images_find(s.images, &s.code));
    assert_status(load(&s, &slot), WC_OK);
    assert_int_equal(objects.asked, 2);
    wc_images_unpin(slot);
    close_shelf(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_fit_is_not_kept),
        cmocka_unit_test(an_object_is_asked_for_when_there_are_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
