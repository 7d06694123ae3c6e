/* Compiled modules in a folder, loaded all at once, so that looking one up opens no file.
 *
 * A file is named `<code hash>-<emitter>.so`, both hexadecimal, 64 and 16 digits: what module it is
 * of, and which build of the machine it fits. Files of other builds are passed over. Code that is
 * loaded can do anything: the folder and each file must belong to the user who runs the program, or
 * to root, and nobody else may write to them. */
#ifndef WC_NODE_NATIVE_LIBRARY_H
#define WC_NODE_NATIVE_LIBRARY_H

#include "node/native/compile.h"
#include "vm/native/native.h"

#define WC_NATIVE_OBJECTS_MAX 1024u

typedef struct wc_native_library wc_native_library;

/* Hash of what wc_native_begin writes: this build's emitter. False: out of memory. */
bool wc_native_emitter(wc_hash *emitter);

/* Where the object of a module lies in a folder. False: the path is too long. */
bool wc_native_path(char path[WC_NATIVE_PATH_MAX], const char *folder, const wc_hash *code,
                    const wc_hash *emitter);

/* Removes the objects of other builds from a folder; how many. */
uint32_t wc_native_prune(const char *folder, const wc_hash *emitter);

/* An empty library; NULL: out of memory. Closing it needs every image to be gone. */
wc_native_library *wc_native_library_open(void);
void wc_native_library_close(wc_native_library *library);

typedef struct wc_native_folder {
    uint32_t loaded;
    uint32_t passed;  /* of other builds of the program */
    uint32_t refused; /* damaged, or of another owner, or writable by others */
} wc_native_folder;

/* Loads what is in the folder and was not loaded before; from one thread at a time, while others
 * ask for objects. NOT_FOUND: there is none. BAD_MODE: it belongs to another user, or others may
 * write to it; nothing was loaded. TOO_LARGE: more than WC_NATIVE_OBJECTS_MAX. */
WC_MUST_USE wc_status wc_native_library_add(wc_native_library *library, const char *folder,
                                            wc_native_folder *report);

/* For images; lives as long as the library. */
const wc_native_source *wc_native_library_source(wc_native_library *library);

/* Different modules that were asked for, and those of them that were there. */
typedef struct wc_native_use {
    uint32_t asked, found;
} wc_native_use;

wc_native_use wc_native_library_use(wc_native_library *library);

uint32_t wc_native_library_count(const wc_native_library *library); /* loaded; from any thread */

/* Number i of the loaded objects; NULL behind the last. */
const wc_native_object *wc_native_library_object(const wc_native_library *library, uint32_t i);

#endif
