/* Host program: prints the reference pages whose source is a table of vm/isa, as Markdown.
 *
 *   wc_isa_doc instructions|traps|verifier          prints the page
 *   wc_isa_doc instructions|traps|verifier FILE     compares it with FILE: 0 the same, 1 not
 *
 * The pages are committed, so that they can be read without a build; a test compares them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/isa/debug.h"
#include "vm/isa/gas.h"
#include "vm/isa/isa.h"
#include "vm/isa/signature.h"

#define PAGE_MAX ((size_t)1 << 18)

static wc_buf page;

static void put(const char *text)
{
    wc_buf_put_text(&page, text);
}

static void put_number(uint64_t value)
{
    wc_buf_put_decimal(&page, (int64_t)value);
}

static void put_heading(const char *title, const char *source)
{
    put("# ");
    put(title);
    put("\n\n<!-- Made by vm/tools/isa_doc.c from ");
    put(source);
    put("; do not edit. -->\n\n");
}

/* ---- instructions ---- */

typedef struct meaning {
    const char *name, *text;
} meaning;

static const meaning operand_kinds[] = {
    {"wi, ri", "write, read an i64 register"},
    {"ww, rw", "write, read an i128 register pair"},
    {"wr", "write a ref register; `ref` or `refmut`, the latter only from what may be written"},
    {"rr", "read a `ref` or `refmut` register"},
    {"rm", "read a `refmut` register"},
    {"im", "unsigned 16-bit number"},
    {"lo, hi", "low and high half of one signed 32-bit number"},
    {"ki", "index of a number constant"},
    {"kn", "index of a number constant in [1, 2^63)"},
    {"kb", "index of a byte constant"},
    {"to", "forward branch target: index of a `block` word of the function"},
    {"back", "header of the innermost open loop"},
    {"fn", "lower-numbered function"},
    {"arg, res", "first of consecutive registers: arguments, results; 0 when there are none"},
    {"slot", "frame slot of the function"},
    {"md", "rounding mode 0..7, or 8 largest remainder"},
    {"ca", "calendar"},
    {"cu", "currency"},
    {"fd", "storage field that is a collection"},
    {"ev, er", "event, error"},
    {"st", "state"},
    {"me", "interface method"},
};

static const meaning flags[] = {
    {"T", "can trap, or end with an error"},
    {"E", "ends a block: the next word is `block`"},
    {"D", "charges more by itself, before it works: the column says which rules"},
    {"W", "writes: no view, due time or invariant may reach it"},
    {"H", "asks the host"},
    {"X", "in test images only"},
};

static void put_meanings(const char *left, const meaning *rows, size_t count)
{
    put("| ");
    put(left);
    put(" | meaning |\n|---|---|\n");
    for (size_t i = 0; i < count; i++) {
        put("| ");
        put(rows[i].name);
        put(" | ");
        put(rows[i].text);
        put(" |\n");
    }
    put("\n");
}

static const char *const operand_names[] = {
    "",   "wi",   "ri", "ww",   "rw", "wr", "rr", "rm", "im", "lo", "hi", "ki", "kb",  "kn",
    "to", "back", "fn", "slot", "md", "ca", "cu", "fd", "ev", "er", "st", "me", "arg", "res"};

static void put_code(uint16_t op)
{
    const uint8_t code = (uint8_t)op;
    put("`0x");
    wc_buf_put_hex(&page, wc_slice_of(&code, 1));
    put("`");
}

static void put_flags(uint8_t set)
{
    static const char letters[] = "TEDWHX";
    for (unsigned i = 0; i < 6; i++) {
        if ((set >> i & 1) != 0) wc_buf_put_u8(&page, (uint8_t)letters[i]);
    }
}

/* The pieces of work that an instruction pays for beside its base gas. */
static void put_data_gas(uint16_t op)
{
    const char *between = " + ";
#define WC_GAS_RULE(name, part, count, bytes, when)                                                \
    if (op == WC_OP_##name) {                                                                      \
        put(between);                                                                              \
        put(#part "(" #count ", " #bytes ")");                                                     \
    }
#include "vm/isa/gas_rules.def"
#undef WC_GAS_RULE
}

static void put_op(uint16_t op, const wc_op_info *info)
{
    put("| ");
    put_code(op);
    put(" | `");
    put(info->name);
    put("` |");
    for (unsigned i = 0; i < 6 && info->operands[i] != WC_OPERAND_none; i++) {
        wc_buf_put_u8(&page, ' ');
        put(operand_names[info->operands[i]]);
    }
    put(" | ");
    put_number(info->gas);
    put_data_gas(op);
    put(" | ");
    put_flags(info->flags);
    put(" | ");
    put(info->summary);
    put(" |\n");
}

static void put_ops(void)
{
    static const struct {
        uint16_t first, last;
        const char *title;
    } groups[] = {
        {0x00, 0x0f, "Control"},        {0x10, 0x5f, "Numbers"}, {0x60, 0x7f, "Memory"},
        {0x80, 0x9f, "Storage, state"}, {0xa0, 0xaf, "Money"},   {0xb0, 0xbf, "The outside"},
        {0xc0, 0xff, "Tests"},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(groups); i++) {
        put("## ");
        put(groups[i].title);
        put("\n\n| code | name | operands | gas | flags | meaning |\n|---|---|---|---|---|---|\n");
        for (uint16_t op = groups[i].first; op <= groups[i].last; op++) {
            const wc_op_info *info = wc_op_lookup(op);
            if (info != NULL) put_op(op, info);
        }
        put("\n");
    }
}

static void put_prices(void)
{
    put("## Prices\n\nGas for one unit of work whose amount is known only while it runs.\n\n"
        "| price | gas | for each |\n|---|---|---|\n");
#define WC_GAS(name, value, text) put("| " #name " | " #value " | " text " |\n");
#include "vm/isa/gas.def"
#undef WC_GAS
    put("\n## Data-dependent gas\n\n"
        "`PART(count, bytes)` costs count times the first price and, for each started unit of "
        "bytes, the second. SEARCH pays for the binary digits of its count.\n\n"
        "| part | for each of count | for bytes | unit | pays for |\n|---|---|---|---|---|\n");
#define WC_GAS_PART(name, per_count, per_unit, unit, text)                                         \
    put("| " #name " | ");                                                                         \
    put_number(per_count);                                                                         \
    put(" | ");                                                                                    \
    put_number(per_unit);                                                                          \
    put(" | " #unit " | " text " |\n");
#include "vm/isa/gas_rules.def"
#undef WC_GAS_PART
    put("\n| instruction | part | count | bytes | when |\n|---|---|---|---|---|\n");
#define WC_GAS_RULE(name, part, count, bytes, when)                                                \
    put("| `" #name "` | " #part " | " #count " | " #bytes " | " when " |\n");
#include "vm/isa/gas_rules.def"
#undef WC_GAS_RULE
}

static const meaning amounts[] = {
    {"length", "entries, shares, escrow sub-accounts, intervals"},
    {"head", "bytes that `new` writes: all but the items of collections outside others"},
    {"size", "bytes of memory touched"},
    {"key", "bytes of the encoded key; in memory the size of the key's type"},
    {"value", "bytes of the encoded value, item, arguments or reference"},
    {"element", "key + value"},
    {"elements, keys", "bytes of all elements, of all keys visited"},
    {"result", "bytes of the encoded result"},
    {"header", "12: length and next number of a stored collection"},
};

static void put_instructions(void)
{
    put_heading("VM instructions", "ops.def, gas.def and gas_rules.def in vm/isa");
    put("A stored instruction is one 64-bit word `{op:16 a:16 b:16 c:16}`, or two: the second has "
        "op `ext` and the operands d, e, f. In the meaning column A to F are the operands in their "
        "order. [bytecode.md](bytecode.md) tells how words make functions and modules, "
        "[verifier.md](verifier.md) what is refused, [traps.md](traps.md) how execution can "
        "end. The tests of an instruction are the [conformance vectors](conformance.md) whose "
        "names "
        "begin with it, `grep '\"name\": \"mulw ' tests/data/conformance/*.json` for one; those of "
        "instructions for tests are in `tests/unit/exec`.\n\n");
    put_meanings("operand", operand_kinds, WC_ARRAY_LEN(operand_kinds));
    put("The gas of a block is the sum of its instructions' base gas, charged when the block is "
        "entered.\n\n");
    put_meanings("flag", flags, WC_ARRAY_LEN(flags));
    put_ops();
    put_prices();
    put("\n");
    put_meanings("amount", amounts, WC_ARRAY_LEN(amounts));
}

/* ---- traps and errors ---- */

static void put_traps(void)
{
    put_heading("Traps and built-in errors", "traps.def and builtin_errors.def in vm/isa");
    put("Both undo the whole transaction and cannot be caught. A trap says what a contract did "
        "that "
        "it must not do; its receipt has code, function, word and up to two operand values. An "
        "error is an answer to the caller, with typed arguments; contracts declare their own, and "
        "every contract has the built-in ones. Numbers are frozen.\n\n"
        "## Traps\n\n| number | name | what happened | way out |\n|---|---|---|---|\n");
#define WC_TRAP(number, name, text, way_out)                                                       \
    put("| " #number " | " #name " | " text " | " way_out " |\n");
#include "vm/isa/traps.def"
#undef WC_TRAP
    put("\n## Built-in errors\n\n| number | name | arguments | what happened "
        "|\n|---|---|---|---|\n");
#define WC_BUILTIN(number, name, args, text)                                                       \
    put("| " #number " | " #name " | " args " | " text " |\n");
#include "vm/isa/builtin_errors.def"
#undef WC_BUILTIN
}

/* ---- verifier ---- */

static const struct {
    const char *text;
    uint64_t value;
} limits[] = {
    {"bytes of a stored module, without debug part", WC_MODULE_SIZE_MAX},
    {"bytes of memory that decodes and verifies any module", WC_MODULE_ARENA_SIZE},
    {"strings", WC_STRINGS_MAX},
    {"types", WC_TYPES_MAX},
    {"fields of a tuple, variants of an enum", WC_MEMBERS_MAX},
    {"nesting of types", WC_TYPE_NESTING_MAX},
    {"bytes of a type in memory or encoded", WC_TYPE_SIZE_MAX},
    {"parties", WC_PARTIES_MAX},
    {"states", WC_STATES_MAX},
    {"entries", WC_ENTRIES_MAX},
    {"invariants", WC_INVARIANTS_MAX},
    {"rows of every other table", WC_ROWS_MAX},
    {"parties and roles in one `by`", WC_BY_MAX},
    {"functions", WC_FUNCTIONS_MAX},
    {"words of a function", WC_FUNCTION_WORDS_MAX},
    {"registers of a function", WC_REGISTERS_MAX},
    {"frame slots of a function", WC_SLOTS_MAX},
    {"nesting of loops in a function", WC_LOOP_NESTING_MAX},
    {"turns of a loop", WC_LOOP_TRIPS_MAX},
    {"functions in a chain of calls", WC_CALL_DEPTH_MAX},
    {"bytes of call memory of an action", WC_MEM_MAX},
    {"bytes of call memory of a view", WC_VIEW_MEM_MAX},
    {"bytes of encoded arguments", WC_ARGS_MAX},
    {"bytes of an encoded collection key", WC_KEY_MAX},
    {"bytes of a stored element", WC_ELEMENT_MAX},
    {"escrow sub-accounts of an instance", WC_ESCROW_MAX},
    {"bytes of a method signature", WC_SIGNATURE_MAX},
    {"bytes of a debug part", WC_DEBUG_SIZE_MAX},
};

static void put_rule(const char *code, const char *text, const char *way_out)
{
    static const meaning families[] = {
        {"V01", "Container"},
        {"V02", "Tables"},
        {"V03", "Entries"},
        {"V04", "Words and operands"},
        {"V05", "Registers and refs"},
        {"V06", "Branches, loops, calls"},
        {"V07", "Memory and gas"},
    };
    static char last[4];
    if (strncmp(last, code, 3) != 0) {
        memcpy(last, code, 3);
        for (size_t i = 0; i < WC_ARRAY_LEN(families); i++) {
            if (strncmp(families[i].name, code, 3) != 0) continue;
            put("\n### ");
            put(families[i].text);
            put("\n\n| code | what was found | way out |\n|---|---|---|\n");
        }
    }
    put("| ");
    put(code);
    put(" | ");
    put(text);
    put(" | ");
    put(way_out);
    put(" |\n");
}

static void put_verifier(void)
{
    put_heading("Verifier rules and limits", "rules.def and the limits of vm/isa");
    put("A module that breaks a rule is refused with the rule's code and the place: a byte offset "
        "in the container, a row of a table, or a word of a function. Codes are stable. Examples "
        "of each are in `tests/unit/isa/rules.txt`.\n\n## Rules\n");
#define WC_RULE(code, name, text, way_out) put_rule(#code, text, way_out);
#include "vm/isa/rules.def"
#undef WC_RULE
    put("\n## Limits\n\n| at most | of |\n|---|---|\n");
    for (size_t i = 0; i < WC_ARRAY_LEN(limits); i++) {
        put("| ");
        put_number(limits[i].value);
        put(" | ");
        put(limits[i].text);
        put(" |\n");
    }
}

/* ---- */

static int compare(const char *name, const char *path)
{
    static uint8_t committed[PAGE_MAX];
    FILE *file = fopen(path, "rb");
    size_t len = file != NULL ? fread(committed, 1, sizeof committed, file) : 0;
    if (file != NULL) (void)fclose(file);
    if (file != NULL && wc_slice_equal(wc_slice_of(committed, len), wc_buf_slice(&page))) return 0;
    (void)fprintf(stderr, "%s is not what the tables say; run: wc_isa_doc %s > %s\n", path, name,
                  path);
    return 1;
}

int main(int argc, char **argv)
{
    static uint8_t memory[PAGE_MAX];

    static const struct {
        const char *name;
        void (*print)(void);
    } pages[] = {
        {"instructions", put_instructions}, {"traps", put_traps}, {"verifier", put_verifier}};

    wc_buf_init(&page, memory, sizeof memory);
    for (size_t i = 0; argc >= 2 && i < WC_ARRAY_LEN(pages); i++) {
        if (strcmp(argv[1], pages[i].name) == 0) pages[i].print();
    }
    if (page.len == 0 || page.full || argc > 3) {
        (void)fprintf(stderr, "usage: wc_isa_doc instructions|traps|verifier [FILE]\n");
        return 2;
    }
    if (argc == 3) return compare(argv[1], argv[2]);
    return fwrite(page.data, 1, page.len, stdout) == page.len ? 0 : 3;
}
