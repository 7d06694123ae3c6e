/* Verifier: instructions that have nothing but operands, at once. What ops.def asks of a word's
 * operands stands in masks, so that a word that is as it should be costs a few tests; only one that
 * is not goes operand by operand (verify_operands.c), to say which rule it breaks. */
#ifndef WC_VM_ISA_VERIFY_WORD_H
#define WC_VM_ISA_VERIFY_WORD_H

#include "vm/isa/verify.h"

/* What is to be looked at beside operands and gas. */
typedef enum wc_word_class {
    WC_WORD_OTHER,  /* everything: control, two words that ask for more than operands, tests */
    WC_WORD_SIMPLE, /* nothing; control goes on behind it */
    WC_WORD_ROWS,   /* rows that operands name; control goes on behind it */
    WC_WORD_MEMORY, /* types of refs; control goes on behind it */
    WC_WORD_TYPED,  /* what the others ask for; control goes on behind it */
    WC_WORD_LONG,   /* the second word's operands; control goes on behind it */
    WC_WORD_BLOCK,
    WC_WORD_JUMP, /* one target, in this operand */
    WC_WORD_BRANCH_ONE,
    WC_WORD_BRANCH_TWO
} wc_word_class;

/* Of one word: the three operands are bytes 2, 1, 0 of accepted and any. */
typedef struct wc_word_rule {
    uint64_t zero;     /* bits that are 0: unused operands, high bytes of registers and opcode */
    uint32_t accepted; /* register kinds, as bits below 0x80 */
    uint32_t any;      /* 0x80: no register */
    uint16_t gas;
    uint8_t class;
    bool has_data_gas;    /* flag D */
    bool has_types;       /* asks for more than operands: wc_verify_types */
    uint8_t kinds[3];     /* wc_operand: those that name a row have limits */
    uint8_t asks;         /* WC_ASKS_ */
    uint8_t first, other; /* 0xff: operand A is written, and the register behind it, else 0 */
} wc_word_rule;

/* What is to be asked of operands beside registers. */
enum wc_word_asks {
    WC_ASKS_NOTHING,
    WC_ASKS_POSITIVE_1 = 1, /* operand 0, 1 or 2 is a constant that is positive: 1 << operand */
    WC_ASKS_FIELD_1 = 8,    /* operand 0 or 1 is a field that is a collection: 8 << operand */
    WC_ASKS_LIMITS = 64     /* an operand has a limit at all */
};

_Static_assert(WC_REGISTERS_MAX == 256, "a register operand is one byte, the other one 0");
_Static_assert(WC_REG_REFMUT < 7, "kinds are bits of a byte below 0x80");

#define WC_KINDS_OF(kind)                                                                          \
    ((kind) == WC_OPERAND_wi || (kind) == WC_OPERAND_ri   ? 1u << WC_REG_I64                       \
     : (kind) == WC_OPERAND_ww || (kind) == WC_OPERAND_rw ? 1u << WC_REG_I128                      \
     : (kind) == WC_OPERAND_wr || (kind) == WC_OPERAND_rr ? 1u << WC_REG_REF | 1u << WC_REG_REFMUT \
     : (kind) == WC_OPERAND_rm                            ? 1u << WC_REG_REFMUT                    \
                                                          : 0u)
#define WC_ANY_OF(kind) (WC_KINDS_OF(kind) == 0 ? 0x80u : 0u)
#define WC_ZERO_OF(kind)                                                                           \
    (uint64_t)((kind) == WC_OPERAND_none ? 0xffffu : WC_KINDS_OF(kind) != 0 ? 0xff00u : 0u)
#define WC_HAS_LIMIT(kind)                                                                         \
    ((kind) >= WC_OPERAND_ki && (kind) <= WC_OPERAND_me && (kind) != WC_OPERAND_to &&              \
     (kind) != WC_OPERAND_back && (kind) != WC_OPERAND_fn)
#define WC_ASKS_OF(kind, at)                                                                       \
    (((kind) == WC_OPERAND_kn   ? WC_ASKS_POSITIVE_1 << (at)                                       \
      : (kind) == WC_OPERAND_fd ? WC_ASKS_FIELD_1 << (at)                                          \
                                : 0) |                                                             \
     (WC_HAS_LIMIT(kind) ? WC_ASKS_LIMITS : 0))
#define WC_THREE(of, a, b, c, bits) (of(a) << (2 * (bits)) | of(b) << (bits) | of(c))
#define WC_WORD_RULE(class_, a, b, c, gas_, has_data_gas_, has_types_)                             \
    {                                                                                              \
        .zero = UINT64_C(0xff) << 56 | WC_THREE(WC_ZERO_OF, a, b, c, 16),                          \
        .accepted = WC_THREE(WC_KINDS_OF, a, b, c, 8), .any = WC_THREE(WC_ANY_OF, a, b, c, 8),     \
        .gas = (gas_), .class = (class_), .has_data_gas = (has_data_gas_),                         \
        .has_types = (has_types_), .kinds = {a, b, c},                                             \
        .asks = (uint8_t)(WC_ASKS_OF(a, 0) | WC_ASKS_OF(b, 1) | WC_ASKS_OF(c, 2)),                 \
        .first = (a) == WC_OPERAND_wi || (a) == WC_OPERAND_ww || (a) == WC_OPERAND_wr ? 0xff : 0,  \
        .other = (a) == WC_OPERAND_ww ? 0xff : 0,                                                  \
    }

static inline uint16_t wc_word_operand(uint64_t word, unsigned i)
{
    return (uint16_t)(word >> (32 - 16 * i));
}

/* Registers exist, have a kind that is accepted, and are assigned, or free where they are written;
 * unused operands are 0. */
static inline bool wc_word_registers_fit(const wc_verify *v, const wc_word_rule *rule,
                                         uint64_t word)
{
    const wc_registers *first = rule->first != 0 ? &v->free : &v->assigned;
    uint32_t holds = (uint32_t)first->of[(uint8_t)(word >> 32)] << 16 |
                     (uint32_t)v->assigned.of[(uint8_t)(word >> 16)] << 8 |
                     v->assigned.of[(uint8_t)word];
    uint32_t good = (holds & rule->accepted) | rule->any; /* each byte: 0, or at most 0x80 */
    return ((word & rule->zero) | ((~(good + 0x7f7f7fu)) & 0x808080u)) == 0;
}

/* Operands that name rows are below their limits, and the rows are what is asked for. */
static inline bool wc_word_rows_fit(const wc_verify *v, const wc_word_rule *rule, uint64_t word)
{
    if (rule->asks == WC_ASKS_NOTHING) return true;
    unsigned below = 1;
    for (unsigned i = 0; i < 3; i++) {
        below &= wc_word_operand(word, i) < v->limits[rule->kinds[i]];
    }
    if (below == 0) return false;
    for (unsigned i = 0; i < 3 && rule->asks != WC_ASKS_LIMITS; i++) {
        uint16_t value = wc_word_operand(word, i);
        bool is_number = (rule->asks & WC_ASKS_POSITIVE_1 << i) != 0;
        bool is_field = (rule->asks & WC_ASKS_FIELD_1 << i) != 0;
        if (is_number && (v->numbers[value] & WC_NUMBER_POSITIVE) == 0) return false;
        if (is_field && v->module->fields[value].root != WC_NONE) return false;
    }
    return true;
}

/* All operands of a word are good. False: they have to be looked at one by one. */
static inline bool wc_word_fits(const wc_verify *v, const wc_word_rule *rule, uint64_t word)
{
    return wc_word_registers_fit(v, rule, word) && wc_word_rows_fit(v, rule, word);
}

/* What the word writes has a value from here on. */
static inline void wc_word_assign(wc_verify *v, const wc_word_rule *rule, uint64_t word)
{
    uint8_t reg = (uint8_t)(word >> 32);
    uint8_t other = (uint8_t)(reg + 1); /* of a pair: there are no pairs at the end */
    v->assigned.of[reg] |= v->kinds.of[reg] & rule->first;
    v->assigned.of[other] |= v->kinds.of[other] & rule->other;
}

#endif
