/* The world of one conformance vector: JSON to host and call, outcome back to JSON. */
#ifndef WC_TESTS_CONFORMANCE_WORLD_H
#define WC_TESTS_CONFORMANCE_WORLD_H

#include <jansson.h>

#include "tests/support/fake_host.h"
#include "vm/exec/image.h"

/* A vector with the usual members of its file filled in, and the bytes that its hex texts stand
 * for. Bytes live until the next vector is opened. */
typedef struct world {
    const wc_image *image;
    const wc_module *before; /* the version before, for upgrades; else NULL */
    json_t *vector;
    wc_party own;
    wc_fake_host start, host; /* before and after the call */
    wc_outcome outcome;
    void *memory;
    uint8_t *bytes; /* arena of the bytes */
    size_t bytes_used;
} world;

#define WORLD_BYTES (1u << 20)

/* Reads the host of the vector into world->start. */
void world_open(world *w);

/* Runs the vector's call within so much gas: outcome and host. */
void world_run(world *w, uint64_t gas);

/* What the vector would expect of this outcome; a new reference. */
json_t *world_describe(const world *w);

/* Bytes of a hex text; empty when there is none. */
wc_slice world_bytes(world *w, const json_t *text);

/* The same without storage, postings and events. */
json_t *world_describe_outcome(const wc_outcome *outcome);

/* "0a1f"; a new reference. */
json_t *world_hex(wc_slice bytes);

#endif
