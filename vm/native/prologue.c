/* The part of the text before every module: names, layouts and the table of functions as this
 * program has them, then the machine's own text. Only what the text names is in the layouts; the
 * rest is padding, so that nothing can be reached that handlers do not reach. */
#include "vm/exec/exec.h"
#include "vm/exec/object.h"
#include "vm/native/native.h"
#include "vm/native/out.h"
#include "vm/native/text.h"

/* Names for what a compiler knows without headers. */
static const char *const types[] = {
    "typedef __INT8_TYPE__ int8_t; typedef __INT16_TYPE__ int16_t;\n",
    "typedef __INT32_TYPE__ int32_t; typedef __INT64_TYPE__ int64_t;\n",
    "typedef __UINT8_TYPE__ uint8_t; typedef __UINT16_TYPE__ uint16_t;\n",
    "typedef __UINT32_TYPE__ uint32_t; typedef __UINT64_TYPE__ uint64_t;\n",
    "typedef __UINTPTR_TYPE__ uintptr_t; typedef __SIZE_TYPE__ size_t; typedef _Bool bool;\n",
    "#define true 1\n",
    "#define false 0\n",
    "#define NULL ((void *)0)\n",
    "#define INT64_MIN (-__INT64_MAX__ - 1)\n",
    "#define INT64_MAX __INT64_MAX__\n",
    "#define UINT64_MAX __UINT64_MAX__\n",
    "#define WC_MUST_USE\n",
    "#define WC_LIKELY(x) __builtin_expect(!!(x), 1)\n",
    "#define WC_UNLIKELY(x) __builtin_expect(!!(x), 0)\n",
    "#define memcpy __builtin_memcpy\n",
    NULL,
};

static void put_statuses(wc_buf *text)
{
    wc_out(text, "typedef enum wc_status {\n");
#define WC_STATUS(number, name, about) wc_out(text, "WC_" #name " = @,\n", (int64_t)(number));
#include "vm/base/status.def"
#undef WC_STATUS
    wc_out(text, "} wc_status;\nenum {\n");
#define WC_TRAP(number, name, about, way_out)                                                      \
    wc_out(text, "WC_TRAP_" #name " = @,\n", (int64_t)(number));
#include "vm/isa/traps.def"
#undef WC_TRAP
    wc_out(text, "};\n");
}

/* ---- layouts ------------------------------------------------------------------------------------
 */

typedef struct member {
    size_t offset, size;
    const char *declaration;
} member;

#define MEMBER(type, name, declaration)                                                            \
    {                                                                                              \
        offsetof(type, name), sizeof(((type *)NULL)->name), (declaration)                          \
    }

/* Members in the order of their offsets. */
static void put_struct(wc_buf *text, const char *name, const member *members, size_t count,
                       size_t size)
{
    size_t at = 0;
    wc_out(text, "typedef struct $ {\n", name);
    for (size_t i = 0; i < count; i++) {
        wc_assert(members[i].offset >= at);
        if (members[i].offset > at) {
            wc_out(text, "uint8_t gap@[@];\n", (int64_t)i, (int64_t)(members[i].offset - at));
        }
        wc_out(text, "$;\n", members[i].declaration);
        at = members[i].offset + members[i].size;
    }
    if (size > at) wc_out(text, "uint8_t rest[@];\n", (int64_t)(size - at));
    wc_out(text, "} $;\n", name);
    wc_out(text, "_Static_assert(sizeof($) == @, \"layout\");\n", name, (int64_t)size);
}

_Static_assert(sizeof(wc_slot) == 8, "the text has a register of 8 bytes");
_Static_assert(sizeof(wc_cell) == 16, "the text steps over cells of 16 bytes");
_Static_assert(sizeof(bool) == 1, "the text has a bool of one byte");

_Static_assert(offsetof(wc_number_map, key) == 0 && offsetof(wc_number_map, value) == 16 &&
                   offsetof(wc_number_map, id) == 32 && sizeof(wc_bounds) == 16,
               "the text has maps of numbers with these places");
_Static_assert(sizeof(wc_host_answer) == sizeof(int), "the text has answers of this size");

/* What handlers ask of the host by themselves: numbers. */
static void put_host(wc_buf *text)
{
    static const member ops[] = {
        MEMBER(wc_host_ops, load_number,
               "wc_host_answer (*load_number)(void *, uint16_t, int64_t, int64_t *)"),
        MEMBER(
            wc_host_ops, add_number,
            "wc_host_answer (*add_number)(void *, uint16_t, int64_t, int64_t, const wc_bounds *)"),
    };
    static const member host[] = {MEMBER(wc_host, ops, "const wc_host_ops *ops"),
                                  MEMBER(wc_host, self, "void *self")};
    wc_out(text,
           "typedef enum wc_host_answer { WC_HOST_OK = @, WC_HOST_STOP = @ } wc_host_answer;\n",
           (int64_t)WC_HOST_OK, (int64_t)WC_HOST_STOP);
    wc_out(text,
           "typedef struct wc_bounds { int64_t lo, hi; } wc_bounds;\n"
           "typedef struct wc_number_map { wc_bounds key, value; uint16_t id; } wc_number_map;\n");
    wc_out(text, "#define WC_GAS_NNEED @u\n#define WC_GAS_NADD @u\n", (int64_t)WC_GAS_NNEED,
           (int64_t)WC_GAS_NADD);
    put_struct(text, "wc_host_ops", ops, WC_ARRAY_LEN(ops), sizeof(wc_host_ops));
    put_struct(text, "wc_host", host, WC_ARRAY_LEN(host), sizeof(wc_host));
}

static void put_layouts(wc_buf *text)
{
    static const member code[] = {MEMBER(wc_code, first, "const wc_image_cell *first")};
    static const member frame[] = {MEMBER(wc_frame, code, "const wc_code *code")};
    static const member image[] = {MEMBER(wc_image, constants, "uint8_t *constants")};
    static const member exec[] = {
        MEMBER(wc_exec, image, "const wc_image *image"),
        MEMBER(wc_exec, host, "const wc_host *host"),
        MEMBER(wc_exec, gas, "uint64_t gas"),
        MEMBER(wc_exec, pc, "const void *pc"),
        MEMBER(wc_exec, frame, "wc_frame *frame"),
        MEMBER(wc_exec, slots, "uint8_t *slots"),
        MEMBER(wc_exec, root, "uint8_t *root[WC_ROOT_PARTS]"),
        MEMBER(wc_exec, sys, "int64_t sys[WC_SYS_COUNT]"),
    };
    put_host(text);
    wc_out(text, "enum { WC_ROOT_PARTS = @, WC_SYS_COUNT = @ };\n", (int64_t)WC_ROOT_PARTS,
           (int64_t)WC_SYS_COUNT);
    wc_out(text,
           "typedef union wc_slot { int64_t i; uint64_t u; uint8_t *p; } wc_slot;\n"
           "typedef struct wc_image_cell { uint8_t bytes[16]; } wc_image_cell;\n"
           "typedef struct wc_cell { uint16_t a, b, c, d; uint32_t imm;\n"
           "  struct { int64_t first, second; } wide; } wc_cell;\n"
           "typedef struct wc_shape { uint32_t stride, value_at; } wc_shape;\n"
           "typedef struct wc_variant { uint32_t offset; } wc_variant;\n"
           "typedef struct wc_type { uint32_t capacity; const wc_variant *variants; } wc_type;\n"
           "typedef struct wc_module { const wc_type *types; const wc_i128 *numbers; } "
           "wc_module;\n");
    put_struct(text, "wc_code", code, WC_ARRAY_LEN(code), sizeof(wc_code));
    put_struct(text, "wc_frame", frame, WC_ARRAY_LEN(frame), sizeof(wc_frame));
    put_struct(text, "wc_image", image, WC_ARRAY_LEN(image), sizeof(wc_image));
    put_struct(text, "wc_exec", exec, WC_ARRAY_LEN(exec), sizeof(wc_exec));
}

/* ---- functions of the machine -------------------------------------------------------------------
 */

static void put_table(wc_buf *text)
{
    wc_out(text, "typedef struct wc_native_calls {\n"
                 "bool (*fails)(wc_exec *, int, uint8_t, int64_t, int64_t);\n"
                 "bool (*full)(wc_exec *, uint32_t);\n"
                 "wc_i128 (*product)(int64_t, int64_t);\n"
                 "bool (*op_mdr)(wc_exec *, const void *, wc_slot *, wc_round);\n"
                 "bool (*op_mdrw)(wc_exec *, const void *, wc_slot *, wc_round);\n"
                 "bool (*op_mr)(wc_exec *, const void *, wc_slot *, wc_round, int64_t);\n"
                 "bool (*op_mrw)(wc_exec *, const void *, wc_slot *, wc_round);\n");
#define WC_NATIVE_OP(name)                                                                         \
    wc_out(text, "bool (*op_" #name ")(wc_exec *, const void *, wc_slot *);\n");
#define WC_NATIVE_ROUND(name, op)
#define WC_NATIVE_ANSWER(name, op)                                                                 \
    wc_out(text, "bool (*op_" #name ")(wc_exec *, const void *, wc_slot *, wc_host_answer);\n");
#include "vm/native/functions.def"
#undef WC_NATIVE_OP
#undef WC_NATIVE_ROUND
#undef WC_NATIVE_ANSWER
    wc_out(text, "} wc_native_calls;\n");
}

/* Moves the operands that are read to call memory, or those that are written from there. */
static void put_moves(wc_buf *text, const wc_op_info *info, bool reads)
{
    static const char *const places[] = {"(cell)->a", "(cell)->b",   "(cell)->c",
                                         "(cell)->d", "(cell)[1].b", "(cell)[1].c"};
    for (size_t i = 0; i < WC_ARRAY_LEN(places); i++) {
        wc_operand kind = info->operands[i];
        bool is_read = kind == WC_OPERAND_ri || kind == WC_OPERAND_rw || kind == WC_OPERAND_rr ||
                       kind == WC_OPERAND_rm;
        bool is_written = kind == WC_OPERAND_wi || kind == WC_OPERAND_ww || kind == WC_OPERAND_wr;
        bool is_wide = kind == WC_OPERAND_rw || kind == WC_OPERAND_ww;
        if (reads ? !is_read : !is_written) continue;
        const char *to = reads ? "w" : "(r)", *from = reads ? "(r)" : "w";
        wc_out(text, " $[$] = $[$];", to, places[i], from, places[i]);
        if (is_wide) wc_out(text, " $[$ + 1] = $[$ + 1];", to, places[i], from, places[i]);
    }
}

static void put_wrapper(wc_buf *text, const char *name, uint16_t op)
{
    const wc_op_info *info = wc_op_lookup(op);
    wc_out(text, "#define wc_op_$(exec, cell, r, ...) ({", name);
    put_moves(text, info, true);
    wc_out(text,
           " exec->pc = CELL_OF(cell);"
           " bool ok_ = (*calls)->op_$(exec, exec->pc, w, ##__VA_ARGS__);",
           name);
    put_moves(text, info, false);
    wc_out(text, " ok_; })\n");
}

static void put_wrappers(wc_buf *text)
{
#define WC_NATIVE_OP(name)         put_wrapper(text, #name, WC_OP_##name);
#define WC_NATIVE_ROUND(name, op)  put_wrapper(text, #name, WC_OP_##op);
#define WC_NATIVE_ANSWER(name, op) put_wrapper(text, #name, WC_OP_##op);
#include "vm/native/functions.def"
#undef WC_NATIVE_OP
#undef WC_NATIVE_ROUND
#undef WC_NATIVE_ANSWER
}

/* ---- the whole ----------------------------------------------------------------------------------
 */

static void put_object(wc_buf *text)
{
    wc_out(text, "typedef struct wc_native_object { uint8_t magic[8], emitter[32], module[32];\n"
                 "  const char *compiler; const wc_native_calls **calls;\n"
                 "  bool (*const *functions)(EXEC_PARAMETERS);\n"
                 "  uint32_t function_count; } wc_native_object;\n");
    wc_out(text, "_Static_assert(sizeof(wc_native_object) == @, \"layout\");\n",
           (int64_t)sizeof(wc_native_object));
}

void wc_native_begin(wc_buf *text)
{
    wc_out_lines(text, wc_native_sources);
    wc_out_lines(text, types);
    put_statuses(text);
    wc_out_lines(text, wc_native_numbers);
    wc_out_lines(text, wc_native_access);
    put_layouts(text);
    put_table(text);
    put_wrappers(text);
    wc_out_lines(text, wc_native_machine);
    wc_out_lines(text, wc_native_steps);
    wc_out_lines(text, wc_native_handlers);
    wc_out_lines(text, wc_native_values);
    put_object(text);
}
