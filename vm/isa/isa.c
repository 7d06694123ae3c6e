/* Tables made from ops.def, gas.def, gas_rules.def, traps.def and builtin_errors.def: lookup by
 * number and the hash that names the gas schedule. What the tables must obey at compile time is
 * asserted here; what needs a loop over them is tested (tests/unit/isa/test_tables.c). */
#include "vm/isa/isa.h"

#include "vm/isa/gas.h"
#include "vm/isa/op_table.h"

/* Flag letters of ops.def. */
#define T WC_OP_TRAPS
#define E WC_OP_ENDS
#define D WC_OP_DATA
#define W WC_OP_WRITES
#define H WC_OP_HOST
#define X WC_OP_TEST

#define USES_EXT(d, e, f)                                                                          \
    (WC_OPERAND_##d != WC_OPERAND_none || WC_OPERAND_##e != WC_OPERAND_none ||                     \
     WC_OPERAND_##f != WC_OPERAND_none)

#define IS_WRITTEN(x)                                                                              \
    (WC_OPERAND_##x == WC_OPERAND_wi || WC_OPERAND_##x == WC_OPERAND_ww ||                         \
     WC_OPERAND_##x == WC_OPERAND_wr)

#define WC_OP(code, name, a, b, c, d, e, f, gas, flags, summary)                                   \
    _Static_assert((code) >= 0 && (code) < 0x100, #name ": the lookup table has 256 places");      \
    _Static_assert((gas) > 0 || (code) == 0x0001, #name ": only ext is free");                     \
    _Static_assert((gas) < 0x10000, #name ": base gas is a 16-bit number");                        \
    _Static_assert(sizeof(summary) > 1, #name ": the reference page needs a sentence");            \
    _Static_assert(!IS_WRITTEN(b) && !IS_WRITTEN(c) && !IS_WRITTEN(d) && !IS_WRITTEN(e) &&         \
                       !IS_WRITTEN(f),                                                             \
                   #name ": the register that is written comes first");                            \
    _Static_assert(WC_OPERAND_##d != WC_OPERAND_to && WC_OPERAND_##e != WC_OPERAND_to &&           \
                       WC_OPERAND_##f != WC_OPERAND_to,                                            \
                   #name ": branch targets stand in the first word");                              \
    _Static_assert(!USES_EXT(d, e, f) || WC_OPERAND_##c != WC_OPERAND_none,                        \
                   #name ": the second word begins when the first is full");
#include "vm/isa/ops.def"
#undef WC_OP

/* A code that is used twice fails the build here: an initialiser may not be overridden. */
const wc_op_info wc_op_table[256] = {
#define WC_OP(code, name, a, b, c, d, e, f, gas, flags, summary)                                   \
    [code] = {#name,                                                                               \
              summary,                                                                             \
              {WC_OPERAND_##a, WC_OPERAND_##b, WC_OPERAND_##c, WC_OPERAND_##d, WC_OPERAND_##e,     \
               WC_OPERAND_##f},                                                                    \
              gas,                                                                                 \
              flags,                                                                               \
              USES_EXT(d, e, f) ? 2 : 1},
#include "vm/isa/ops.def"
#undef WC_OP
};

const wc_op_info *wc_op_lookup(uint16_t op)
{
    if (op >= WC_ARRAY_LEN(wc_op_table) || wc_op_table[op].name == NULL) return NULL;
    return &wc_op_table[op];
}

/* One line per table row, as text: a schedule is the same when these lines are. */
#define LINE(literal)                                                                              \
    {                                                                                              \
        (const uint8_t *)(literal "\n"), sizeof(literal)                                           \
    }

wc_hash wc_schedule_hash(wc_sha256_fn hash)
{
    static const wc_slice parts[] = {
        LINE("wattclause gas schedule 1"),
#define WC_OP(code, name, a, b, c, d, e, f, gas, flags, summary)                                   \
    LINE("op " #code " " #name " " #a " " #b " " #c " " #d " " #e " " #f " " #gas " " #flags),
#include "vm/isa/ops.def"
#undef WC_OP
#define WC_GAS(name, value, text) LINE("gas " #name " " #value),
#include "vm/isa/gas.def"
#undef WC_GAS
#define WC_GAS_PART(name, per_count, per_unit, unit, text)                                         \
    LINE("part " #name " " #per_count " " #per_unit " " #unit),
#define WC_GAS_RULE(op, part, count, bytes, when) LINE("rule " #op " " #part " " #count " " #bytes),
#include "vm/isa/gas_rules.def"
#undef WC_GAS_PART
#undef WC_GAS_RULE
    };
    return hash(parts, WC_ARRAY_LEN(parts));
}

#define WC_TRAP(number, name, text, way_out)                                                       \
    _Static_assert((number) > 0 && (number) < 256, #name ": receipts hold one byte");
#include "vm/isa/traps.def"
#undef WC_TRAP

typedef struct sentence {
    uint16_t number;
    const char *name, *text, *way_out;
} sentence;

static const sentence traps[] = {
#define WC_TRAP(number, name, text, way_out) {number, #name, text, way_out},
#include "vm/isa/traps.def"
#undef WC_TRAP
};

static const sentence builtins[] = {
#define WC_BUILTIN(number, name, args, text) {number, #name, text, NULL},
#include "vm/isa/builtin_errors.def"
#undef WC_BUILTIN
};

static const sentence *find(const sentence *table, size_t count, uint16_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].number == number) return &table[i];
    }
    return NULL;
}

const char *wc_trap_name(uint16_t trap)
{
    const sentence *row = find(traps, WC_ARRAY_LEN(traps), trap);
    return row != NULL ? row->name : NULL;
}

const char *wc_trap_text(uint16_t trap)
{
    const sentence *row = find(traps, WC_ARRAY_LEN(traps), trap);
    return row != NULL ? row->text : NULL;
}

const char *wc_trap_way_out(uint16_t trap)
{
    const sentence *row = find(traps, WC_ARRAY_LEN(traps), trap);
    return row != NULL ? row->way_out : NULL;
}

const char *wc_builtin_name(uint16_t builtin)
{
    const sentence *row = find(builtins, WC_ARRAY_LEN(builtins), builtin);
    return row != NULL ? row->name : NULL;
}

const char *wc_builtin_text(uint16_t builtin)
{
    const sentence *row = find(builtins, WC_ARRAY_LEN(builtins), builtin);
    return row != NULL ? row->text : NULL;
}
