/* Canonical signatures of methods: what the interface of a contract is, across modules (EM 7).
 *
 *   signature = "action " name "(" type,* ")"
 *             | "view " name "(" type,* ")->" type
 *   type = bool | int | int<lo..hi> | dec<scale> | dec<scale,unit> | dec<scale,unit,lo..hi>
 *        | time | date | interval | party | text<N> | bytes<N>
 *        | record{name:type,*} | (type,*) | enum{A,B(type,*)} | option{type}
 *        | list<type,N> | set<type,N> | map<type,type,N> | series<type,step,N>
 *        | sorted<type,N,field> | sorted<type,N,-field>
 *
 * No spaces but the one after the first word. Names of records and enums are not part of it: what
 * counts is what goes over the border. A dec without unit but with a range is dec<scale,,lo..hi>.
 * An option is an enum without a name of the variants `none` and `some(T)`. The method id is the
 * first four bytes, big-endian, of SHA-256 of the signature. */
#ifndef WC_VM_ISA_SIGNATURE_H
#define WC_VM_ISA_SIGNATURE_H

#include "vm/base/arena.h"
#include "vm/isa/module.h"

#define WC_SIGNATURE_MAX 4096u /* bytes of a signature */

/* Appends the canonical text of one type. A text that does not fit sets buf->full and ends early,
 * so that the work is bounded by the buffer. Requires computed layouts. */
void wc_type_text(const wc_module *module, uint16_t type, wc_buf *buf);

/* The method of an ACTION or VIEW entry as a method row, its id not yet set. */
wc_method wc_entry_method(const wc_module *module, uint16_t entry);

/* Appends the signature of a method row; buf->full as above. */
void wc_method_signature(const wc_module *module, const wc_method *method, wc_buf *buf);

/* *id = method id. TOO_LARGE when the signature exceeds WC_SIGNATURE_MAX. */
WC_MUST_USE wc_status wc_method_id(const wc_module *module, const wc_method *method,
                                   wc_sha256_fn hash, uint32_t *id);

enum {
    WC_TYPE_TEXT_KEPT = 48 /* bytes of a text that is kept */
};

/* Texts of a module's types that were written before, for who writes many signatures of it. */
typedef struct wc_type_texts {
    uint8_t *length; /* by type, in [0, WC_TYPE_TEXT_KEPT]; 0: none is kept */
    uint8_t (*text)[WC_TYPE_TEXT_KEPT];
} wc_type_texts;

/* NO_MEMORY. */
WC_MUST_USE wc_status wc_type_texts_make(wc_type_texts *texts, const wc_module *module,
                                         wc_arena *arena);

/* The same as wc_method_id with them; NULL: without. */
WC_MUST_USE wc_status wc_method_id_with(const wc_module *module, wc_type_texts *texts,
                                        const wc_method *method, wc_sha256_fn hash, uint32_t *id);

#endif
