/* Values as the expressions of Clause that make them, for cases that are written down as tests.
 *
 * A value that has no literal (a map or set with entries, a series that is not flat, bytes) becomes
 * encoded("hex") with its canonical bytes, which a test may write. */
#ifndef WC_NODE_RUNNER_LITERAL_H
#define WC_NODE_RUNNER_LITERAL_H

#include "node/query/names.h"
#include "vm/base/buf.h"
#include "vm/base/codec.h"
#include "vm/isa/module.h"

typedef struct wc_literal {
    const wc_module *module;
    const wc_names *names; /* of parties */
    bool hides_parties;    /* set: an encoded value may hold addresses, which depend on the order of
                              the    test's parties */
} wc_literal;

/* Appends the expression of the value at the reader, which moves behind it. Requires canonical
 * bytes (wc_abi_check). */
void wc_literal_put(wc_buf *text, wc_literal *literal, uint16_t type, wc_reader *reader);

#endif
