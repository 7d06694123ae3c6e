/* Compiled modules for a node that runs: those of a folder, and, where that is asked for, those
 * that a thread in the background makes of modules that the ledger has loaded.
 *
 * The thread that runs transactions looks an object up in a table and, when it is not there, leaves
 * a copy of the module; it never waits. The workshop takes one module after the other, compiles it
 * behind everything else that the machine does, within the bounds of compile.h, and loads the
 * object; from its next call on the module runs by it. Each module is tried once while the node
 * runs. What nobody needs to wait for may be left out: when WC_WORKSHOP_QUEUE modules wait, or
 * WC_NATIVE_OBJECTS_MAX have been made, others stay with the interpreter.
 *
 * Results, receipts, gas and roots do not depend on any of it. */
#ifndef WC_NODE_NATIVE_WORKSHOP_H
#define WC_NODE_NATIVE_WORKSHOP_H

#include "node/native/build.h"

#define WC_WORKSHOP_QUEUE 32u

typedef struct wc_native_workshop wc_native_workshop;

/* What has become of a module: its object was made and loaded; the tier or the compiler declines
 * it; the machine failed (disk, memory). */
typedef enum wc_workshop_result {
    WC_WORKSHOP_OK = 0,
    WC_WORKSHOP_DECLINED = 1,
    WC_WORKSHOP_FAILED = 2,
    WC_WORKSHOP_RESULTS = 3
} wc_workshop_result;

typedef struct wc_workshop_options {
    const char *folder; /* of the objects; it is there, and nobody else may write to it */
    bool compiles;      /* else only what is in the folder is used */
    /* Called from the workshop's thread after each module; objects: that are loaded by then. */
    void (*tell)(void *self, const wc_hash *code, wc_workshop_result result, uint32_t objects);
    void *self;
} wc_workshop_options;

/* Loads what the folder has, and starts the thread. With `compiles`, objects of other builds of the
 * program are removed first. Errors: those of wc_native_library_add, but for NOT_FOUND - then:
 * there is no C compiler; NO_MEMORY. */
WC_MUST_USE wc_status wc_workshop_open(wc_native_workshop **workshop, wc_native_folder *report,
                                       const wc_workshop_options *options);

/* For the ledger. */
const wc_native_source *wc_workshop_source(wc_native_workshop *workshop);

/* Ends the thread, and a compiler that runs, at once. Objects stay. */
void wc_workshop_stop(wc_native_workshop *workshop);

/* Stops, and unloads: every image has to be gone. NULL is allowed. */
void wc_workshop_close(wc_native_workshop *workshop);

#endif
