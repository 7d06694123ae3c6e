/* The table of what compiled modules may call. */
#include "vm/exec/exec.h"
#include "vm/exec/object.h"
#include "vm/native/native.h"

/* In the order of the text (prologue.c). */
struct wc_native_calls {
    bool (*trap)(wc_exec *, wc_trap, uint8_t, int64_t, int64_t);
    bool (*full)(wc_exec *, uint32_t);
    wc_i128 (*product)(int64_t, int64_t);
    bool (*op_mdr)(wc_exec *, const wc_cell *, wc_slot *, wc_round);
    bool (*op_mdrw)(wc_exec *, const wc_cell *, wc_slot *, wc_round);
    bool (*op_mr)(wc_exec *, const wc_cell *, wc_slot *, wc_round, int64_t);
    bool (*op_mrw)(wc_exec *, const wc_cell *, wc_slot *, wc_round);
#define WC_NATIVE_OP(name) bool (*op_##name)(wc_exec *, const wc_cell *, wc_slot *);
#define WC_NATIVE_ROUND(name, op)
#define WC_NATIVE_ANSWER(name, op)                                                                 \
    bool (*op_##name)(wc_exec *, const wc_cell *, wc_slot *, wc_host_answer);
#include "vm/native/functions.def"
#undef WC_NATIVE_OP
#undef WC_NATIVE_ROUND
#undef WC_NATIVE_ANSWER
};

static const wc_native_calls calls = {
    .trap = wc_exec_trap,
    .full = wc_exec_full,
    .product = wc_i128_product,
#define WC_NATIVE_OP(name)         .op_##name = wc_op_##name,
#define WC_NATIVE_ROUND(name, op)  .op_##name = wc_op_##name,
#define WC_NATIVE_ANSWER(name, op) .op_##name = wc_op_##name,
#include "vm/native/functions.def"
#undef WC_NATIVE_OP
#undef WC_NATIVE_ROUND
#undef WC_NATIVE_ANSWER
};

bool wc_native_ready(const wc_native_object *object, const wc_native_name *name)
{
    bool fits = memcmp(object->magic, WC_NATIVE_MAGIC, sizeof object->magic) == 0 &&
                memcmp(object->emitter, name->emitter.bytes, sizeof object->emitter) == 0 &&
                memcmp(object->module, name->module.bytes, sizeof object->module) == 0;
    if (fits) *object->calls = &calls;
    return fits;
}

wc_hash wc_native_module_of(const wc_native_object *object)
{
    wc_hash hash;
    memcpy(hash.bytes, object->module, sizeof hash.bytes);
    return hash;
}

const char *wc_native_compiler_of(const wc_native_object *object)
{
    return object->compiler;
}
