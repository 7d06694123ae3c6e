/* Charges for work whose size is known only while it runs. One set of functions for the
 * interpreter, which passes actual lengths before it works, and for the verifier, which passes
 * capacities; so what an execution is charged never exceeds the bound (every charge grows with its
 * amounts).
 *
 * The interpreter charges in one step where all amounts are known (wc_gas_data), and row by row
 * with wc_gas_part where a row depends on what the state answers ("when" in gas_rules.def).
 *
 * A whole call is charged, beside its functions, in this order; wc_module_verify bounds the sum:
 *
 *   ACTION  CODE(arguments), ROOT(record), function, its invariants, entry of state if setst ran,
 *           ROOT_WRITE(new record) if it changed
 *   VIEW    CODE(arguments), ROOT(record), function, CODE(result)
 *   AFTER   ROOT(record), function, its invariants, entry of state, ROOT_WRITE(new record)
 *   DEPLOY  CODE(parties and terms), DEPLOY function, all invariants, entry of the initial state,
 *           ROOT_WRITE(new record)
 *   entry of a state: every DUE function of an AFTER available in it; HOLDER for each escrow
 *           sub-account when it is final; wc_state_decl.prepaid, except in an AFTER
 *
 * The gas of another instance's view or of a sent action is not in the bound; the ledger adds
 * bounds of what an instance refers to. */
#ifndef WC_VM_ISA_GAS_H
#define WC_VM_ISA_GAS_H

#include "vm/isa/isa.h"

typedef enum wc_gas_kind {
#define WC_GAS_PART(name, per_count, per_unit, unit, text) WC_GAS_PART_##name,
#include "vm/isa/gas_rules.def"
#undef WC_GAS_PART
    WC_GAS_PART_COUNT
} wc_gas_kind;

#define WC_HEADER_SIZE 12u /* bytes of a stored collection's header {len u32, next_seq u64} */

/* Amounts of one execution of a data-dependent instruction; those its rules do not name are 0. Key,
 * value, element, result and reference bytes are canonical encodings; an element key does not count
 * the field number. */
typedef struct wc_gas_work {
    uint64_t length;   /* entries, shares, holders, intervals of the collection in question */
    uint64_t head;     /* new: head_size of the slot's type */
    uint64_t size;     /* bytes of memory touched, see below */
    uint64_t key;      /* storage: bytes of the encoded key; mfind..mdel: size of the key's type */
    uint64_t value;    /* storage: bytes of the encoded value or item; redeem: of the reference;
                          emit, view, send: of the encoded arguments */
    uint64_t result;   /* view: bytes of the encoded result */
    uint64_t elements; /* bytes of all keys and values visited */
    uint64_t keys;     /* bytes of all keys visited */
    /* size: vset the variant's data; copy what is copied; cmpb the type; pushn one item; mput, mdel
     * the entry at the index and all behind it; setst the data; tseries, snew, slice the series
     * that is made */
} wc_gas_work;

/* Number of binary digits of length: steps of a binary search, 0 for an empty collection. */
static inline uint64_t wc_gas_search_steps(uint64_t length)
{
    return length == 0 ? 0 : (uint64_t)(64 - __builtin_clzll(length));
}

/* Charge of one piece of work. It cannot overflow: types have at most 2^30 bytes, so count <= 2^30
 * and bytes < 2^43, and no price exceeds 2^13. */
static inline uint64_t wc_gas_part(wc_gas_kind kind, uint64_t count, uint64_t bytes)
{
    switch (kind) {
#define WC_GAS_PART(name, per_count, per_unit, unit, text)                                         \
    case WC_GAS_PART_##name:                                                                       \
        if (WC_GAS_PART_##name == WC_GAS_PART_SEARCH) {                                            \
            return wc_gas_search_steps(count) * (uint64_t)(per_count) * ((bytes + 63) / 64);       \
        }                                                                                          \
        return count * (uint64_t)(per_count) +                                                     \
               (bytes + (uint64_t)(unit)-1) / (uint64_t)(unit) * (uint64_t)(per_unit);
#include "vm/isa/gas_rules.def"
#undef WC_GAS_PART
    case WC_GAS_PART_COUNT: break;
    }
    return 0;
}

/* What the names of the amounts in gas_rules.def stand for. */
#define WC_GAS_AMOUNT_zero(work)     0
#define WC_GAS_AMOUNT_one(work)      1
#define WC_GAS_AMOUNT_header(work)   WC_HEADER_SIZE
#define WC_GAS_AMOUNT_length(work)   (work)->length
#define WC_GAS_AMOUNT_head(work)     (work)->head
#define WC_GAS_AMOUNT_size(work)     (work)->size
#define WC_GAS_AMOUNT_key(work)      (work)->key
#define WC_GAS_AMOUNT_value(work)    (work)->value
#define WC_GAS_AMOUNT_element(work)  ((work)->key + (work)->value)
#define WC_GAS_AMOUNT_result(work)   (work)->result
#define WC_GAS_AMOUNT_elements(work) (work)->elements
#define WC_GAS_AMOUNT_keys(work)     (work)->keys

/* Sum of all rows of op; 0 for an instruction without flag D. With a constant op nothing but the
 * op's own rows is left after inlining. */
static inline uint64_t wc_gas_data(wc_op op, const wc_gas_work *work)
{
    uint64_t sum = 0;
    (void)work;
#define WC_GAS_RULE(name, part, count, bytes, when)                                                \
    if (op == WC_OP_##name) {                                                                      \
        sum += wc_gas_part(WC_GAS_PART_##part, WC_GAS_AMOUNT_##count(work),                        \
                           WC_GAS_AMOUNT_##bytes(work));                                           \
    }
#include "vm/isa/gas_rules.def"
#undef WC_GAS_RULE
    return sum;
}

/* a + b and a * b, staying at UINT64_MAX. */
static inline uint64_t wc_gas_add(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static inline uint64_t wc_gas_mul(uint64_t a, uint64_t b)
{
    uint64_t product;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

#endif
