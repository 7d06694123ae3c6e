/* The engine of images that run by a compiled object. Cells stay those of the interpreter: they are
 * what functions of the machine read their operands from, and places of failures count in them. */
#include "vm/exec/exec.h"
#include "vm/exec/object.h"

static bool run(wc_exec *exec, const wc_code *code)
{
    wc_native_function function = exec->image->native[code->index];
    return function(exec, code, exec->calls, exec->registers, exec->frames);
}

static wc_cell no_cell(wc_handler handler)
{
    wc_assert(handler == WC_HANDLER_COUNT); /* an image is translated before it is attached */
    return (wc_cell){.wide = {0, 0}};
}

static const wc_engine engine = {.cell = no_cell, .run = run};

bool wc_image_attach(wc_image *image, const wc_native_object *object)
{
    if (image->observer != NULL || image->module->is_test_image) return false;
    if (object->function_count != image->module->function_count) return false;
    image->native = object->functions;
    image->engine = &engine;
    return true;
}
