/* Sources of a session: files that the client reads itself, texts inside the program that it asks
 * for. */
#include <stdlib.h>
#include <string.h>

#include "node/dap/inside.h"

static bool add_file(wc_dap *dap, wc_str path)
{
    const wc_dbg_program *program = &dap->travel.program;
    if (wc_dap_file_of(dap, path) != NULL) return true;
    if (dap->file_count == WC_DAP_FILES_MAX) return true; /* its lines are shown without it */
    wc_dap_file *file = &dap->files[dap->file_count++];
    *file = (wc_dap_file){.path = path};
    char *copy = strndup(path.data, path.len);
    if (copy == NULL) return false;
    file->absolute = realpath(copy, NULL);
    free(copy);
    for (uint32_t i = 0; file->absolute == NULL && i < program->source_count; i++) {
        if (wc_str_equal(program->sources[i].name, path)) file->reference = i + 1;
    }
    return true;
}

bool wc_dap_files_open(wc_dap *dap)
{
    for (uint16_t u = 0; u < dap->travel.program.unit_count; u++) {
        const wc_debug *debug = dap->travel.program.units[u].debug;
        for (uint16_t f = 0; debug != NULL && f < debug->file_count; f++) {
            if (!add_file(dap, debug->files[f].path)) return false;
        }
    }
    return true;
}

void wc_dap_files_close(wc_dap *dap)
{
    for (uint32_t i = 0; i < dap->file_count; i++) free(dap->files[i].absolute);
    dap->file_count = 0;
}

const wc_dap_file *wc_dap_file_of(const wc_dap *dap, wc_str path)
{
    for (uint32_t i = 0; i < dap->file_count; i++) {
        if (wc_str_equal(dap->files[i].path, path)) return &dap->files[i];
    }
    return NULL;
}

const wc_dap_file *wc_dap_file_meant(const wc_dap *dap, const json_t *source)
{
    wc_str path;
    uint32_t reference = 0;
    if (wc_dap_number(source, "sourceReference", &reference) && reference > 0) {
        for (uint32_t i = 0; i < dap->file_count; i++) {
            if (dap->files[i].reference == reference) return &dap->files[i];
        }
        return NULL;
    }
    if (!wc_json_text(source, &path, "path", NULL)) return NULL;
    char *copy = strndup(path.data, path.len);
    char *absolute = copy == NULL ? NULL : realpath(copy, NULL);
    free(copy);
    const wc_dap_file *found = NULL;
    for (uint32_t i = 0; found == NULL && i < dap->file_count; i++) {
        const wc_dap_file *file = &dap->files[i];
        bool is_it = absolute != NULL && file->absolute != NULL
                         ? strcmp(absolute, file->absolute) == 0
                         : wc_str_equal(file->path, path);
        if (is_it) found = file;
    }
    free(absolute);
    return found;
}

json_t *wc_dap_source_of(const wc_dap_file *file)
{
    const char *slash = file->absolute == NULL ? NULL : strrchr(file->absolute, '/');
    if (slash != NULL) {
        return json_pack("{s:o,s:o}", "name", wc_json_str(wc_str_of(slash + 1)), "path",
                         wc_json_str(wc_str_of(file->absolute)));
    }
    return json_pack("{s:o,s:I,s:s}", "name", wc_json_str(file->path), "sourceReference",
                     (json_int_t)file->reference, "origin", "inside the program");
}

WC_DAP_REQUEST(source)
{
    const wc_dbg_program *program = &dap->travel.program;
    uint32_t reference = 0;
    const json_t *source = json_object_get(arguments, "source");
    if (!wc_dap_number(source, "sourceReference", &reference) || reference == 0) {
        (void)wc_dap_number(arguments, "sourceReference", &reference);
    }
    if (reference == 0 || reference > program->source_count) {
        wc_dap_fail(reply, "there is no source with that reference");
        return;
    }
    reply->body = json_pack("{s:o}", "content", wc_json_str(program->sources[reference - 1].text));
}

WC_DAP_REQUEST(loaded_sources)
{
    (void)arguments;
    json_t *list = json_array();
    for (uint32_t i = 0; i < dap->file_count; i++) {
        (void)json_array_append_new(list, wc_dap_source_of(&dap->files[i]));
    }
    reply->body = json_pack("{s:o}", "sources", list);
}
