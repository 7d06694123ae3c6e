/* Pages from the arguments that registered them; see page_args.h. */
#include "node/txfile/page_args.h"

#include <string.h>

#include "node/ledger/meter.h"
#include "node/ledger/natives.h"
#include "node/ledger/read.h"
#include "node/query/when.h"
#include "vm/base/codec.h"

#define STEP_MIN_S 300

static wc_status read_args(wc_txfile_page *page, wc_slice args)
{
    wc_reader r = wc_reader_of(args);
    uint64_t energy_max;
    WC_TRY(wc_read_u32(&r, &page->number));
    WC_TRY(wc_read_hash(&r, &page->instance));
    WC_TRY(wc_read_u16(&r, &page->report));
    WC_TRY(wc_read_u16(&r, &page->settle));
    WC_TRY(wc_read_u8(&r, &page->channel));
    WC_TRY(wc_read_u32(&r, &page->step_s));
    WC_TRY(wc_read_u64(&r, &energy_max));
    page->energy_max = (int64_t)energy_max;
    WC_TRY(wc_read_i64(&r, &page->from_s));
    WC_TRY(wc_read_i64(&r, &page->until_s));
    WC_TRY(wc_read_u16(&r, &page->count));
    WC_TRY(wc_read_slice(&r, (size_t)page->count * WC_ADDRESS_SIZE, &page->meters));
    return wc_read_end(&r);
}

wc_status wc_page_of_args(wc_txfile_page *page, wc_txfile_fault *fault, wc_slice args)
{
    *page = (wc_txfile_page){.number = 0};
    if (read_args(page, args) != WC_OK) return wc_txfile_refuse(fault, "are not those of a page");
    if (page->count == 0 || page->count > WC_PAGE_METERS_MAX) {
        return wc_txfile_refuse(fault, "meter lists %u meters; a page has 1 to %u", page->count,
                                WC_PAGE_METERS_MAX);
    }
    if (page->step_s < STEP_MIN_S || WC_DAY_S % (int64_t)page->step_s != 0) {
        return wc_txfile_refuse(fault, "step_s divides a day into intervals of at least %d s",
                                STEP_MIN_S);
    }
    if (page->channel >= WC_CHANNEL_COUNT) {
        return wc_txfile_refuse(fault, "channel is 0 import, 1 export, 2 load or 3 PV");
    }
    if (page->energy_max <= 0) {
        return wc_txfile_refuse(fault, "energy_max is above 0: Wh in one interval");
    }
    bool is_on_grid = page->from_s % page->step_s == 0 && page->until_s % page->step_s == 0;
    if (page->from_s < 0 || page->from_s >= page->until_s || !is_on_grid) {
        return wc_txfile_refuse(fault,
                                "from_s and until_s are starts of intervals, the first before the "
                                "second");
    }
    return WC_OK;
}

wc_status wc_page_of_object(wc_txfile_page *page, wc_txfile_fault *fault, wc_arena *arena,
                            const json_t *object, const wc_names *names)
{
    wc_buf out;
    size_t max = WC_TXFILE_PAGE_ARGS_MAX;
    uint8_t *memory = wc_arena_alloc(arena, max, 1);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&out, memory, max);
    wc_str form = wc_native_find(WC_NATIVE_page_register)->args;
    WC_TRY(wc_native_args(&out, fault, arena, form, object, names));
    if (out.full) {
        return wc_txfile_refuse(fault, "meter lists more meters than a page has: %u",
                                WC_PAGE_METERS_MAX);
    }
    return wc_page_of_args(page, fault, wc_buf_slice(&out));
}

wc_status wc_txfile_read_page(wc_txfile_page *page, wc_txfile_fault *fault, wc_arena *arena,
                              wc_slice json, const wc_names *names)
{
    json_t *root;
    wc_status status = wc_txfile_parse(&root, fault, json);
    if (status == WC_OK) status = wc_page_of_object(page, fault, arena, root, names);
    json_decref(root);
    return status;
}

wc_address wc_txfile_page_meter(const wc_txfile_page *page, uint16_t slot)
{
    wc_address meter;
    wc_assert(slot < page->count);
    memcpy(meter.bytes, page->meters.data + (size_t)slot * WC_ADDRESS_SIZE, sizeof meter.bytes);
    return meter;
}
