/* The ledger's memory, and reading through it outside blocks. */
#include "node/ledger/ledger.h"

#include "node/ledger/admit.h"
#include "node/ledger/frame.h"

/* Frames: entry and call memory of an action and WC_INSTANCE_DEPTH_MAX views, and what natives and
 * the storing of an entry take for a moment. */
#define STACK_BYTES                                                                                \
    ((size_t)(WC_INSTANCE_DEPTH_MAX + 1u) * (WC_CALL_MEMORY_MAX + WC_STATE_VALUE_MAX + 4096u) +    \
     (size_t)4 * WC_STATE_VALUE_MAX)
#define SENDS_BYTES ((size_t)WC_SENDS_MAX * (WC_ARGS_MAX + 16u))

/* Decoded transactions are at most four times their bytes and 2 KiB each; then receipts, outcomes,
 * records. */
#define ARENA_BYTES ((size_t)192u << 20)

/* Every job may report its failure and its fee beyond the block's limit. */
#define REPORT_BYTES                                                                               \
    ((size_t)WC_BLOCK_REPORT_BYTES_MAX + (size_t)WC_BLOCK_RECEIPTS_MAX * WC_JOB_TAIL_BYTES_MAX)

/* Of what is asked between blocks: it writes nothing, and most of it reads a few values. */
#define READING_LIMITS ((wc_overlay_limits){1, 1, 1, 1, 4096, 1u << 20})

/* One piece of the ledger's memory after the other. */
static void *carve(uint8_t *memory, size_t *at, size_t size)
{
    uint8_t *piece = memory == NULL ? NULL : memory + *at;
    *at += (size + 63) & ~(size_t)63;
    return piece;
}

/* Lays the ledger out; with memory NULL only *size is computed. */
static wc_ledger *lay_out(uint8_t *memory, size_t *size)
{
    const wc_overlay_limits limits = WC_OVERLAY_DEFAULT, reading = READING_LIMITS;
    size_t at = 0;
    wc_ledger *ledger = carve(memory, &at, sizeof *ledger);
    if (ledger != NULL) memset(ledger, 0, sizeof *ledger);
    uint8_t *overlay = carve(memory, &at, wc_overlay_memory(&limits));
    uint8_t *reader = carve(memory, &at, wc_overlay_memory(&reading));
    uint8_t *images = carve(memory, &at, WC_IMAGE_SLOTS * WC_IMAGE_BYTES);
    uint8_t *stack = carve(memory, &at, STACK_BYTES);
    uint8_t *sends = carve(memory, &at, SENDS_BYTES);
    uint8_t *arena = carve(memory, &at, ARENA_BYTES);
    uint8_t *report = carve(memory, &at, REPORT_BYTES);
    wc_posted_entry *posted = carve(memory, &at, WC_POSTED_SLOTS * sizeof *posted);
    wc_timer_log_entry *log = carve(memory, &at, WC_BLOCK_TIMER_CHANGES_MAX * sizeof *log);
    wc_receipt_page *pages = carve(memory, &at, WC_BLOCK_RECEIPTS_MAX * sizeof *pages);
    wc_timer *heap = carve(memory, &at, WC_BLOCK_TIMERS_MAX * sizeof *heap);
    *size = at;
    if (ledger == NULL) return NULL;

    ledger->overlay_memory = overlay;
    ledger->of_reading = (wc_overlay *)(void *)reader; /* until its base is known */
    wc_images_init(&ledger->images, images);
    ledger->stack = (wc_stack){stack, STACK_BYTES, 0};
    ledger->sends = (wc_stack){sends, SENDS_BYTES, 0};
    wc_arena_init(&ledger->arena, arena, ARENA_BYTES);
    wc_buf_init(&ledger->report, report, REPORT_BYTES);
    ledger->posted.slots = posted;
    ledger->timer_log = log;
    ledger->timer_heap = heap;
    ledger->pages = pages;
    return ledger;
}

size_t wc_ledger_memory(void)
{
    size_t size;
    (void)lay_out(NULL, &size);
    return size;
}

wc_ledger *wc_ledger_init(void *memory, const wc_hash *genesis_hash, wc_slice chain_id,
                          const wc_ledger_ports *ports)
{
    size_t size;
    wc_assert(chain_id.len <= WC_CHAIN_ID_MAX);
    wc_ledger *ledger = lay_out(memory, &size);
    ledger->genesis_hash = *genesis_hash;
    memcpy(ledger->chain_id, chain_id.data, chain_id.len);
    ledger->chain_id_len = (uint8_t)chain_id.len;
    ledger->fees = wc_address_system(WC_SYSTEM_FEES);
    ledger->issuance = wc_address_system(WC_SYSTEM_ISSUANCE);
    ledger->system = wc_address_system(WC_SYSTEM_LEDGER);
    ledger->ports = *ports;
    ledger->images.observer = ports->observer;
    ledger->images.native = ports->native;
    const wc_overlay_limits reading = READING_LIMITS;
    ledger->of_reading = wc_overlay_init(ledger->of_reading, &reading, ports->state);
    wc_ledger_limit_writes(ledger, WC_BLOCK_WRITE_BYTES_MAX);
    ledger->overlay = ledger->of_block;
    return ledger;
}

void wc_ledger_limit_writes(wc_ledger *ledger, uint32_t block_bytes)
{
    if (ledger->overlay_block_bytes == block_bytes) return;
    wc_overlay_limits limits = WC_OVERLAY_DEFAULT;
    wc_assert(block_bytes <= limits.block_bytes); /* the memory was made for that */
    limits.block_bytes = block_bytes;
    ledger->of_block = wc_overlay_init(ledger->overlay_memory, &limits, ledger->ports.state);
    ledger->overlay_block_bytes = block_bytes;
}

void wc_ledger_watch(wc_ledger *ledger, const wc_observer *observer)
{
    wc_images_watch(&ledger->images, observer);
}

void wc_ledger_watch_writes(wc_ledger *ledger, wc_writes_fn fn, void *self)
{
    ledger->on_writes = fn;
    ledger->on_writes_self = self;
}

uint32_t wc_ledger_receipt(const wc_ledger *ledger)
{
    return ledger->page_count;
}

/* ---- reading --------------------------------------------------------------------------------- */

wc_status wc_ledger_admit(wc_ledger *ledger, uint64_t height, int64_t time_s, wc_slice raw,
                          wc_admission *admission)
{
    WC_TRY(wc_ledger_begin_reading(ledger, height, time_s));
    wc_candidate candidate;
    wc_verdict_task task;
    wc_hash raw_hash = wc_tx_raw_hash(raw);
    WC_TRY(wc_admit_static(ledger, raw, &raw_hash, &candidate, &task));
    *admission = (wc_admission){
        .refusal = candidate.refusal, .fault = candidate.fault, .raw_hash = raw_hash};
    if (candidate.tx == NULL) return WC_OK;
    admission->tx_id = candidate.id;
    admission->sender = candidate.tx->auth[0].address;
    admission->lane = candidate.tx->lane;
    admission->nonce = candidate.tx->nonce;
    admission->gas_limit = candidate.tx->gas_limit;
    admission->payer = candidate.tx->auth[candidate.tx->payer].address;
    admission->expiry_time_s = candidate.tx->expiry_time_s;
    if (candidate.refusal != WC_REFUSAL_NONE) return WC_OK;
    ledger->ports.verify(ledger->ports.self, &task, 1);
    if (!task.is_genuine) {
        admission->refusal = WC_REFUSAL_SIGNATURE_BAD;
        return WC_OK;
    }
    WC_TRY(wc_admit_running(ledger, &candidate, &admission->refusal));
    if (admission->refusal != WC_REFUSAL_NONE && admission->refusal != WC_REFUSAL_NONCE_GAP) {
        return WC_OK;
    }
    return wc_admit_fee(ledger, &candidate, &admission->fee, &admission->beside_gap);
}

wc_status wc_ledger_image(wc_ledger *ledger, const wc_hash *code, const wc_image **image)
{
    wc_ledger_read_only(ledger);
    wc_image_slot *slot;
    WC_TRY(wc_ledger_load(ledger, code, &slot));
    wc_images_unpin(slot);
    *image = slot->image;
    return WC_OK;
}

wc_status wc_ledger_view(wc_ledger *ledger, const wc_view_call *view, wc_outcome *outcome)
{
    WC_TRY(wc_ledger_begin_reading(ledger, ledger->height, view->now_s));
    wc_job_begin(ledger, WC_RECEIPT_SYSTEM, view->gas_limit);
    wc_frame frame;
    WC_TRY(wc_frame_open(&frame, &ledger->job, WC_FRAME_VIEW, &view->instance));
    uint16_t entry = wc_image_entry(frame.image->image, WC_ENTRY_VIEW, view->method);
    wc_status status = WC_NOT_FOUND;
    if (entry != WC_NONE) {
        status = wc_frame_run(&frame, entry, view->args, view->gas_limit, outcome);
    }
    /* Closing gives the memory back but leaves the outcome's bytes until the next call. */
    wc_frame_close(&frame);
    return status;
}

uint16_t wc_ledger_view_failure(const wc_ledger *ledger, wc_slice *outcome)
{
    wc_assert(ledger->job.is_failed);
    *outcome = ledger->job.outcome;
    return ledger->job.status;
}
