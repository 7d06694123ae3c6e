/* What a module tells programs: its ABI as JSON, JSON Schemas of its arguments and events, and
 * encoded values as the JSON that these schemas describe. Everything comes from the module alone.
 *
 * JSON form of values: amounts (dec, int) are strings in decimal with exactly the type's scale;
 * time "2026-01-01T00:00:00Z"; date "2026-01-01"; interval {start, end}; party its address
 * "wc1..."; bytes hex; text a string; record an object; tuple an array; enum {variant, data},
 * without data its name; option the value or null; list and set arrays; map an array of {key,
 * value}; series {start, step, values: [{quality, value}]}, a missing interval without value.
 *
 * The bytes are deterministic: order of the module, one layout. */
#ifndef WC_NODE_ABI_ABI_H
#define WC_NODE_ABI_ABI_H

#include "vm/base/json.h"
#include "vm/isa/module.h"

#define WC_ABI_TEXT_MAX ((size_t)16 << 20)

/* The ABI document. Requires a module whose bounds are known (wc_module_verify or decoded as
 * compiled); code_id names its bytes. */
void wc_abi_put(wc_buf *text, const wc_module *module, const wc_hash *code_id);

/* One JSON Schema (2020-12) with a definition for the arguments of each action and view, their
 * results, and the members of each event, error and the deployment. */
void wc_abi_put_schema(wc_buf *text, const wc_module *module, const wc_hash *code_id);

/* Writes the value at the reader, which moves behind it, as member or element `name`. Errors: as
 * wc_abi_check; what was written so far stays. */
WC_MUST_USE wc_status wc_abi_put_value(wc_json *json, const char *name, const wc_module *module,
                                       uint16_t type, wc_reader *reader);

/* The same for fields of a tuple as an object (empty tuple: {}). */
WC_MUST_USE wc_status wc_abi_put_fields(wc_json *json, const char *name, const wc_module *module,
                                        uint16_t tuple, wc_reader *reader);

/* ---- inside ---- */

/* A type as an object: kind, canonical text, and what bounds its values. */
void wc_abi_put_type(wc_json *json, const char *name, const wc_module *module, uint16_t type);
/* "none", "some(T)" without a name. */
bool wc_abi_is_option(const wc_module *module, const wc_type *type);
/* The currency a unit is in: "CNY" for "CNY" and "CNY/kWh"; empty: none. */
wc_str wc_abi_currency(const wc_module *module, wc_str unit);
const char *wc_abi_quality(unsigned number);

#endif
