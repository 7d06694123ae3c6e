/* The engine of images that run by a compiled object. Cells stay those of the interpreter: they are
 * what functions of the machine read their operands from, and places of failures count in them. */
#include "vm/exec/object.h"
#include "vm/exec/view.h"

static bool run(wc_exec *exec, const wc_code *code)
{
    wc_native_function function = exec->image->native[code->index];
    bool is_done = function(exec, code, exec->calls, exec->registers, exec->frames);
    exec->slots = exec->frames; /* a function that was called may have left its own */
    return is_done;
}

static bool run_view(wc_scalar_view *view, uint64_t gas_limit, const int64_t *args, int64_t *result)
{
    wc_exec *exec = view->exec;
    if (!wc_view_takes(view, gas_limit, args, exec->registers)) {
        return wc_view_in_steps(view, gas_limit, args, result);
    }
    view->gas_limit = gas_limit;
    view->into = result;
    exec->gas = gas_limit - view->entry_gas; /* the code takes what its first block costs */
    bool has_ended = view->native(exec, view->code, exec->calls, exec->registers, exec->frames);
    if (WC_LIKELY(has_ended) && wc_view_gives(exec, view, exec->gas, exec->registers[0].i)) {
        return true;
    }
    return wc_view_end_in_steps(exec, has_ended);
}

/* No cells are made for it: an image is translated before it is attached. */
static const wc_engine engine = {.run = run, .view = run_view};

bool wc_image_attach(wc_image *image, const wc_native_object *object)
{
    if (image->observer != NULL || image->module->is_test_image) return false;
    if (object->function_count != image->module->function_count) return false;
    image->native = object->functions;
    image->engine = &engine;
    return true;
}
