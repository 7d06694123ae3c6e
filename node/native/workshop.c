/* The queue of modules, and the thread that compiles them. */
#define _POSIX_C_SOURCE 200809L

#include "node/native/workshop.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* A module that waits; the bytes are owned. */
typedef struct order {
    wc_hash code;
    uint8_t *bytes;
    size_t len;
} order;

struct wc_native_workshop {
    wc_native_source source;
    wc_native_library *library;
    wc_workshop_options options;
    char folder[WC_NATIVE_PATH_MAX];
    wc_native_compiler compiler;
    wc_native_process process;
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t wake;
    bool is_stopping;
    order queue[WC_WORKSHOP_QUEUE]; /* a ring */
    uint32_t first, waiting;
    uint32_t seen_count; /* modules that were put into the queue */
    wc_hash seen[WC_NATIVE_OBJECTS_MAX];
};

/* ---- asking: the thread of the ledger ---------------------------------------------------------
 */

static bool is_seen(const wc_native_workshop *workshop, const wc_hash *code)
{
    for (uint32_t i = 0; i < workshop->seen_count; i++) {
        if (wc_hash_equal(&workshop->seen[i], code)) return true;
    }
    return false;
}

/* Without memory or room the module is not noted, and may come by again. */
static void order_it(wc_native_workshop *workshop, const wc_hash *code, wc_slice module)
{
    (void)pthread_mutex_lock(&workshop->lock);
    bool has_room = !workshop->is_stopping && workshop->waiting < WC_WORKSHOP_QUEUE &&
                    workshop->seen_count < WC_NATIVE_OBJECTS_MAX;
    uint8_t *bytes = has_room && !is_seen(workshop, code) ? malloc(module.len) : NULL;
    if (bytes != NULL) {
        memcpy(bytes, module.data, module.len);
        uint32_t at = (workshop->first + workshop->waiting++) % WC_WORKSHOP_QUEUE;
        workshop->queue[at] = (order){*code, bytes, module.len};
        workshop->seen[workshop->seen_count++] = *code;
        (void)pthread_cond_signal(&workshop->wake);
    }
    (void)pthread_mutex_unlock(&workshop->lock);
}

static const wc_native_object *find(void *self, const wc_hash *code, wc_slice module)
{
    wc_native_workshop *workshop = self;
    const wc_native_source *library = wc_native_library_source(workshop->library);
    const wc_native_object *object = library->find(library->self, code, module);
    if (object == NULL && workshop->has_thread) order_it(workshop, code, module);
    return object;
}

static uint32_t count(void *self)
{
    const wc_native_workshop *workshop = self;
    return wc_native_library_count(workshop->library);
}

/* ---- making: the workshop's own thread --------------------------------------------------------
 */

/* The next module; false: the workshop stops. */
static bool take(wc_native_workshop *workshop, order *taken)
{
    (void)pthread_mutex_lock(&workshop->lock);
    while (workshop->waiting == 0 && !workshop->is_stopping) {
        (void)pthread_cond_wait(&workshop->wake, &workshop->lock);
    }
    bool goes_on = !workshop->is_stopping;
    if (goes_on) {
        *taken = workshop->queue[workshop->first];
        workshop->first = (workshop->first + 1) % WC_WORKSHOP_QUEUE;
        workshop->waiting--;
    }
    (void)pthread_mutex_unlock(&workshop->lock);
    return goes_on;
}

/* What the folder got is loaded as at the start: with all that is asked of folder and file. */
static wc_workshop_result make(wc_native_workshop *workshop, const order *wanted, wc_arena *arena)
{
    wc_finding finding;
    wc_native_folder report;
    wc_slice module = wc_slice_of(wanted->bytes, wanted->len);
    uint32_t before = wc_native_library_count(workshop->library);
    wc_status status = wc_native_build(&workshop->compiler, workshop->folder, module, &wanted->code,
                                       arena, &finding);
    if (status == WC_TOO_LARGE || status == WC_NOT_SUPPORTED) return WC_WORKSHOP_DECLINED;
    if (status == WC_OK) {
        status = wc_native_library_add(workshop->library, workshop->folder, &report);
    }
    bool is_there = status == WC_OK && wc_native_library_count(workshop->library) > before;
    return is_there ? WC_WORKSHOP_OK : WC_WORKSHOP_FAILED;
}

static bool is_stopping(wc_native_workshop *workshop)
{
    (void)pthread_mutex_lock(&workshop->lock);
    bool answer = workshop->is_stopping;
    (void)pthread_mutex_unlock(&workshop->lock);
    return answer;
}

static void *work(void *self)
{
    wc_native_workshop *workshop = self;
    order wanted;
    void *memory = malloc(WC_NATIVE_BUILD_ARENA);
    while (take(workshop, &wanted)) {
        wc_workshop_result result = WC_WORKSHOP_FAILED;
        if (memory != NULL) {
            wc_arena arena;
            wc_arena_init(&arena, memory, WC_NATIVE_BUILD_ARENA);
            result = make(workshop, &wanted, &arena);
        }
        free(wanted.bytes);
        if (is_stopping(workshop)) break; /* a compiler that was ended is nobody's failure */
        workshop->options.tell(workshop->options.self, &wanted.code, result,
                               wc_native_library_count(workshop->library));
    }
    free(memory);
    return NULL;
}

/* ---- opening and closing ----------------------------------------------------------------------
 */

static wc_status start(wc_native_workshop *workshop)
{
    wc_status status = wc_native_find_compiler(&workshop->compiler);
    if (status != WC_OK) return status;
    workshop->compiler.background = &workshop->process;
    if (pthread_create(&workshop->thread, NULL, work, workshop) != 0) return WC_NO_MEMORY;
    workshop->has_thread = true;
    return WC_OK;
}

static wc_status fill(wc_native_workshop *workshop, wc_native_folder *report)
{
    wc_hash emitter;
    const char *folder = workshop->options.folder;
    int len = snprintf(workshop->folder, sizeof workshop->folder, "%s", folder);
    if (len <= 0 || (size_t)len >= sizeof workshop->folder) return WC_TOO_LARGE;
    if (workshop->options.compiles) {
        if (!wc_native_emitter(&emitter)) return WC_NO_MEMORY;
        (void)wc_native_prune(folder, &emitter);
    }
    wc_status status = wc_native_library_add(workshop->library, folder, report);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    return workshop->options.compiles ? start(workshop) : WC_OK;
}

wc_status wc_workshop_open(wc_native_workshop **workshop, wc_native_folder *report,
                           const wc_workshop_options *options)
{
    *report = (wc_native_folder){0};
    wc_native_workshop *opened = calloc(1, sizeof *opened);
    if (opened == NULL) return WC_NO_MEMORY;
    opened->options = *options;
    opened->source = (wc_native_source){opened, find, count};
    opened->library = wc_native_library_open();
    int failed = pthread_mutex_init(&opened->lock, NULL) | pthread_cond_init(&opened->wake, NULL);
    wc_assert(failed == 0);
    failed = !wc_native_process_init(&opened->process);
    wc_assert(failed == 0);
    wc_status status = opened->library == NULL ? WC_NO_MEMORY : fill(opened, report);
    if (status != WC_OK) {
        wc_workshop_close(opened);
        return status;
    }
    *workshop = opened;
    return WC_OK;
}

const wc_native_source *wc_workshop_source(wc_native_workshop *workshop)
{
    return &workshop->source;
}

void wc_workshop_stop(wc_native_workshop *workshop)
{
    (void)pthread_mutex_lock(&workshop->lock);
    workshop->is_stopping = true;
    (void)pthread_cond_signal(&workshop->wake);
    (void)pthread_mutex_unlock(&workshop->lock);
    wc_native_process_end(&workshop->process);
    if (workshop->has_thread) (void)pthread_join(workshop->thread, NULL);
    workshop->has_thread = false;
}

void wc_workshop_close(wc_native_workshop *workshop)
{
    if (workshop == NULL) return;
    wc_workshop_stop(workshop);
    for (uint32_t i = 0; i < workshop->waiting; i++) {
        free(workshop->queue[(workshop->first + i) % WC_WORKSHOP_QUEUE].bytes);
    }
    if (workshop->library != NULL) wc_native_library_close(workshop->library);
    wc_native_process_free(&workshop->process);
    (void)pthread_cond_destroy(&workshop->wake);
    (void)pthread_mutex_destroy(&workshop->lock);
    free(workshop);
}
