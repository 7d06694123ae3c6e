/* Terms that a contract has been deployed with before, for another world: what its tests agree on
 * passes its invariants, where made terms would seldom. References name instances of the new world;
 * everything else stays. Types nest WC_TYPE_NESTING_MAX deep at most. */
#include "node/runner/fuzz_play.h"

typedef struct copying {
    const wc_fuzz *fuzz;
    const wc_module *module;
    wc_reader reader;
    wc_buf *to;
} copying;

static bool copy_bytes(copying *c, size_t size)
{
    wc_slice bytes;
    if (wc_read_slice(&c->reader, size, &bytes) != WC_OK) return false;
    wc_buf_put_slice(c->to, bytes);
    return true;
}

static bool copy_length(copying *c, uint32_t *length)
{
    if (wc_read_u32(&c->reader, length) != WC_OK) return false;
    wc_buf_put_u32(c->to, *length);
    return true;
}

static bool copy_party(copying *c, const wc_type *type)
{
    wc_address instance;
    wc_slice old;
    if (type->item == WC_NONE) return copy_bytes(c, 32);
    if (wc_read_slice(&c->reader, 32, &old) != WC_OK) return false;
    if (!wc_fuzz_refer(c->fuzz, c->module, type->item, &instance)) return false;
    wc_buf_put(c->to, instance.bytes, sizeof(instance.bytes));
    return true;
}

static bool copy(copying *c, uint16_t index);

static bool copy_items(copying *c, const wc_type *type)
{
    uint32_t length;
    if (!copy_length(c, &length)) return false;
    for (uint32_t i = 0; i < length; i++) {
        if (!copy(c, type->item)) return false;
        if (type->kind == WC_TYPE_MAP && !copy(c, type->value)) return false;
    }
    return true;
}

static bool copy_enum(copying *c, const wc_type *type)
{
    uint16_t tag;
    if (wc_read_u16(&c->reader, &tag) != WC_OK || tag >= type->count) return false;
    wc_buf_put_u16(c->to, tag);
    bool has_data = type->kind == WC_TYPE_ENUM && type->variants[tag].data != WC_NONE;
    return !has_data || copy(c, type->variants[tag].data);
}

static bool copy(copying *c, uint16_t index)
{
    const wc_type *type = &c->module->types[index];
    uint32_t length;
    switch (type->kind) {
    case WC_TYPE_BOOL: return copy_bytes(c, 1);
    case WC_TYPE_INT:
    case WC_TYPE_DEC:
    case WC_TYPE_TIME:
    case WC_TYPE_DATE: return copy_bytes(c, 8);
    case WC_TYPE_INTERVAL: return copy_bytes(c, 16);
    case WC_TYPE_BYTES: return copy_bytes(c, type->capacity);
    case WC_TYPE_TEXT: return copy_length(c, &length) && copy_bytes(c, length);
    case WC_TYPE_SERIES:
        return copy_bytes(c, 8) && copy_length(c, &length) && copy_bytes(c, (size_t)length * 9);
    case WC_TYPE_PARTY: return copy_party(c, type);
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP: return copy_items(c, type);
    case WC_TYPE_TAG:
    case WC_TYPE_ENUM: return copy_enum(c, type);
    case WC_TYPE_TUPLE:
        for (uint16_t i = 0; i < type->count; i++) {
            if (!copy(c, type->fields[i].type)) return false;
        }
        return true;
    case WC_TYPE_SORTED: break; /* no term is one */
    }
    return false;
}

bool wc_fuzz_recall(wc_fuzz *fuzz, uint16_t contract, wc_slice *terms)
{
    const wc_fuzz_job *job = fuzz->job;
    uint64_t known = 0;
    for (uint32_t i = 0; i < job->example_count; i++) {
        known += job->examples[i].contract == contract;
    }
    if (known == 0) return false;
    uint64_t wanted = wc_draw_hint(&fuzz->draw, 2) == 0 ? 0 : 1 + wc_draw_hint(&fuzz->draw, known);
    uint64_t which = wc_draw_keep(&fuzz->draw, known + 1, wanted);
    for (uint32_t i = 0; i < job->example_count && which > 0; i++) {
        if (job->examples[i].contract != contract || --which > 0) continue;
        wc_buf buf;
        wc_buf_init(&buf, fuzz->memory, WC_FUZZ_ARGS_MAX);
        copying c = {fuzz, wc_image_module(fuzz->images[contract]),
                     wc_reader_of(job->examples[i].terms), &buf};
        bool is_copied = copy(&c, c.module->terms_type) && wc_read_end(&c.reader) == WC_OK;
        *terms = wc_buf_slice(&buf);
        return is_copied && wc_buf_status(&buf) == WC_OK;
    }
    return false;
}
