/* JSON values as the canonical encoding: the way back from wc_abi_put_value (abi.h has the form).
 *
 * Beyond that form: a dec may name its unit ("12.000 kWh"), which must then be the type's; fewer
 * decimals than the scale are filled up, more are refused; an int may be a JSON integer; entries of
 * sets and maps may stand in any order; a party may be a name. */
#ifndef WC_NODE_ABI_ENCODE_H
#define WC_NODE_ABI_ENCODE_H

#include <jansson.h>

#include "node/query/names.h"
#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/isa/module.h"

#define WC_ABI_PATH_MAX 192

/* Where the value is wrong, and what was needed there. */
typedef struct wc_abi_fault {
    char path[WC_ABI_PATH_MAX]; /* "delivered", "orders[3].price"; cut when it is longer */
    char text[256];             /* a sentence without full stop */
} wc_abi_fault;

/* What a value is read by. */
typedef struct wc_abi_means {
    const wc_module *module; /* of its type */
    const wc_names *names;   /* that may stand for parties; NULL: none may */
} wc_abi_means;

/* Appends the encoding of one value of the type. The arena serves the order of keys and is rewound.
 * Errors: OUT_OF_DOMAIN - *fault says where and what; NO_MEMORY. The buffer may become full. */
WC_MUST_USE wc_status wc_abi_encode(wc_buf *out, wc_abi_fault *fault, wc_arena *arena,
                                    const wc_abi_means *means, uint16_t type, const json_t *value);

/* The same for the fields of a tuple from an object, or from an array in their order. NULL stands
 * for no fields. */
WC_MUST_USE wc_status wc_abi_encode_fields(wc_buf *out, wc_abi_fault *fault, wc_arena *arena,
                                           const wc_abi_means *means, uint16_t tuple,
                                           const json_t *value);

#define WC_ABI_DEPTH_MAX 16 /* nesting of a JSON text */

/* jansson descends with the nesting of a text: to be asked before it sees one. */
bool wc_abi_is_shallow(wc_str json);

/* The same from JSON text: arguments of a call as people write them. fault->path is "" and
 * fault->text says so when it is no JSON. */
WC_MUST_USE wc_status wc_abi_encode_text(wc_buf *out, wc_abi_fault *fault, wc_arena *arena,
                                         const wc_abi_means *means, uint16_t tuple, wc_str json);

#endif
