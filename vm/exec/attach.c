/* The engine of images that run by a compiled object. Cells stay those of the interpreter: they are
 * what functions of the machine read their operands from, and places of failures count in them. */
#include "vm/exec/exec.h"
#include "vm/exec/object.h"

static bool run(wc_exec *exec, const wc_code *code)
{
    wc_native_function function = exec->image->native[code->index];
    bool is_done = function(exec, code, exec->calls, exec->registers, exec->frames);
    exec->slots = exec->frames; /* a function that was called may have left its own */
    return is_done;
}

/* No cells are made for it: an image is translated before it is attached. */
static const wc_engine engine = {.run = run};

bool wc_image_attach(wc_image *image, const wc_native_object *object)
{
    if (image->observer != NULL || image->module->is_test_image) return false;
    if (object->function_count != image->module->function_count) return false;
    image->native = object->functions;
    image->engine = &engine;
    return true;
}
