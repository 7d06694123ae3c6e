/* Inside the derivation: regions of call memory, and the words in them whose origin is known. */
#ifndef WC_NODE_AUDIT_WHY_INSIDE_H
#define WC_NODE_AUDIT_WHY_INSIDE_H

#include "node/audit/why.h"
#include "vm/inspect.h"
#include "vm/isa/isa.h"

/* Memory that holds a value from outside this call: a term, an argument, what was loaded. */
typedef struct wc_why_region {
    uint32_t run; /* number of the call it belongs to */
    const uint8_t *start;
    uint32_t size;
    uint16_t type;
    const wc_module *module;
    wc_slice bytes; /* its encoding, for keys */
    wc_str label;
} wc_why_region;

/* One word of call memory and the node it holds. */
typedef struct wc_why_word {
    uint32_t run; /* 0: a free slot */
    uint32_t node;
    const uint8_t *at;
} wc_why_word;

/* The leaf of a region at a byte: appends its path ("price", "[home-1].qty") and gives its type.
 * False: no scalar begins there. */
bool wc_why_path(wc_buf *path, const wc_why_region *region, uint32_t offset, const wc_names *names,
                 uint16_t *type);

#endif
