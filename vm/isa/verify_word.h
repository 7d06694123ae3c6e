/* Verifier: instructions that have nothing but operands, at once. What ops.def asks of a word's
 * operands stands in masks, so that a word that is as it should be costs a few tests; only one that
 * is not, or that has something to be looked up, goes operand by operand (verify_operands.c). */
#ifndef WC_VM_ISA_VERIFY_WORD_H
#define WC_VM_ISA_VERIFY_WORD_H

#include "vm/isa/verify.h"

/* What is to be looked at beside operands and gas. */
typedef enum wc_word_class {
    WC_WORD_OTHER,  /* everything */
    WC_WORD_SIMPLE, /* nothing; control goes on behind it */
    WC_WORD_BLOCK,
    WC_WORD_JUMP, /* one target, in this operand */
    WC_WORD_BRANCH_ONE,
    WC_WORD_BRANCH_TWO
} wc_word_class;

/* Of one word: the three operands are bytes 2, 1, 0 of accepted and any. */
typedef struct wc_word_rule {
    uint64_t zero;     /* bits that are 0: unused operands, high bytes of registers and opcode */
    uint32_t accepted; /* register kinds, as bits below 0x80 */
    uint32_t any;      /* 0x80: no register, and nothing to be looked up */
    uint16_t gas;
    uint8_t class;
    uint8_t writes; /* registers from operand A on: 0, 1, or 2 for a pair */
} wc_word_rule;

_Static_assert(WC_REGISTERS_MAX == 256, "a register operand is one byte, the other one 0");
_Static_assert(WC_REG_REFMUT < 7, "kinds are bits of a byte below 0x80");

#define WC_KINDS_OF(kind)                                                                          \
    ((kind) == WC_OPERAND_wi || (kind) == WC_OPERAND_ri   ? 1u << WC_REG_I64                       \
     : (kind) == WC_OPERAND_ww || (kind) == WC_OPERAND_rw ? 1u << WC_REG_I128                      \
     : (kind) == WC_OPERAND_wr || (kind) == WC_OPERAND_rr ? 1u << WC_REG_REF | 1u << WC_REG_REFMUT \
     : (kind) == WC_OPERAND_rm                            ? 1u << WC_REG_REFMUT                    \
                                                          : 0u)
#define WC_IS_LOOKED_UP(kind)                                                                      \
    ((kind) >= WC_OPERAND_ki && (kind) <= WC_OPERAND_me && (kind) != WC_OPERAND_to &&              \
     (kind) != WC_OPERAND_back && (kind) != WC_OPERAND_fn)
#define WC_ANY_OF(kind) (WC_KINDS_OF(kind) == 0 && !WC_IS_LOOKED_UP(kind) ? 0x80u : 0u)
#define WC_ZERO_OF(kind)                                                                           \
    (uint64_t)((kind) == WC_OPERAND_none ? 0xffffu : WC_KINDS_OF(kind) != 0 ? 0xff00u : 0u)
#define WC_THREE(of, a, b, c, bits) (of(a) << (2 * (bits)) | of(b) << (bits) | of(c))
#define WC_WORD_RULE(class_, a, b, c, gas_)                                                        \
    {                                                                                              \
        .zero = UINT64_C(0xff) << 56 | WC_THREE(WC_ZERO_OF, a, b, c, 16),                          \
        .accepted = WC_THREE(WC_KINDS_OF, a, b, c, 8), .any = WC_THREE(WC_ANY_OF, a, b, c, 8),     \
        .gas = (gas_), .class = (class_),                                                          \
        .writes = (a) == WC_OPERAND_ww                           ? 2                               \
                  : (a) == WC_OPERAND_wi || (a) == WC_OPERAND_wr ? 1                               \
                                                                 : 0                               \
    }

/* The operands of a word are good: registers exist, have a kind that is accepted, and are assigned,
 * or free where they are written; unused operands are 0. False: they have to be looked at. */
static inline bool wc_word_fits(const wc_verify *v, const wc_word_rule *rule, uint64_t word)
{
    const wc_registers *first = rule->writes != 0 ? &v->free : &v->assigned;
    uint32_t holds = (uint32_t)first->of[(uint8_t)(word >> 32)] << 16 |
                     (uint32_t)v->assigned.of[(uint8_t)(word >> 16)] << 8 |
                     v->assigned.of[(uint8_t)word];
    uint32_t good = (holds & rule->accepted) | rule->any; /* each byte: 0, or at most 0x80 */
    return (word & rule->zero) == 0 && ((good + 0x7f7f7fu) & 0x808080u) == 0x808080u;
}

#endif
