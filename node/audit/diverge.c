/* Comparing two runs line by line; see diverge.h. */
#include "node/audit/diverge.h"

#include <stdlib.h>
#include <string.h>

/* memory: the newest step of each depth, then `ours` and `theirs`. */
#define SLOTS (WC_DIVERGE_DEPTH_MAX + 3u)

typedef struct slot {
    uint32_t len;
    char text[WC_STEPS_LINE_MAX];
} slot;

static slot *slot_at(const wc_diverge *diverge, uint32_t index)
{
    return (slot *)(void *)diverge->memory + index;
}

static wc_str keep(const wc_diverge *diverge, uint32_t index, wc_str text)
{
    slot *kept = slot_at(diverge, index);
    kept->len = (uint32_t)(text.len < sizeof kept->text ? text.len : sizeof kept->text);
    if (kept->len > 0) memcpy(kept->text, text.data, kept->len);
    return (wc_str){kept->text, kept->len};
}

wc_status wc_diverge_open(wc_diverge *diverge)
{
    diverge->memory = calloc(SLOTS, sizeof(slot)); /* what nobody writes to costs nothing */
    return diverge->memory != NULL ? WC_OK : WC_NO_MEMORY;
}

void wc_diverge_close(wc_diverge *diverge)
{
    free(diverge->memory);
    diverge->memory = NULL;
}

wc_str wc_steps_column(wc_str line, unsigned column)
{
    for (; column > 0 && line.len > 0; column--) {
        const char *tab = memchr(line.data, '\t', line.len);
        size_t skip = tab != NULL ? (size_t)(tab - line.data) + 1 : line.len;
        line = (wc_str){line.data + skip, line.len - skip};
    }
    const char *end = line.len > 0 ? memchr(line.data, '\t', line.len) : NULL;
    if (end != NULL) line.len = (size_t)(end - line.data);
    return line;
}

/* The newest step of all is kept apart from those by depth. */
#define NEWEST WC_DIVERGE_DEPTH_MAX

static void note_step(wc_diverge *diverge, uint32_t depth, wc_str text)
{
    diverge->steps++;
    (void)keep(diverge, NEWEST, text);
    if (depth < WC_DIVERGE_DEPTH_MAX) (void)keep(diverge, depth, text);
}

static wc_str kept_at(const wc_diverge *diverge, uint32_t index)
{
    slot *kept = slot_at(diverge, index);
    return (wc_str){kept->text, kept->len};
}

/* The same place on both sides, but another charge: then the step itself is what differs. */
static bool is_other_charge(wc_str ours, wc_str theirs)
{
    return wc_str_equal(wc_steps_column(ours, 2), wc_steps_column(theirs, 2)) &&
           wc_str_equal(wc_steps_column(ours, 3), wc_steps_column(theirs, 3));
}

static void part(wc_diverge *diverge, wc_steps_kind kind, uint32_t depth, wc_str ours,
                 wc_str theirs)
{
    diverge->has_parted = true;
    diverge->ours = keep(diverge, WC_DIVERGE_DEPTH_MAX + 1, ours);
    diverge->theirs = keep(diverge, WC_DIVERGE_DEPTH_MAX + 2, theirs);
    diverge->instruction = kept_at(diverge, NEWEST);
    if (kind == WC_STEPS_SET && depth < WC_DIVERGE_DEPTH_MAX) {
        diverge->instruction = kept_at(diverge, depth); /* what a function returned is behind it */
    } else if (kind == WC_STEPS_STEP) {
        diverge->is_flow = true;
        if (is_other_charge(ours, theirs)) diverge->instruction = diverge->ours;
    }
}

void wc_diverge_line(void *self, wc_steps_kind kind, uint32_t depth, wc_str text)
{
    wc_diverge *diverge = self;
    wc_str theirs = {NULL, 0};
    if (diverge->has_parted) return;
    if (diverge->read != NULL && !diverge->read(diverge->self, &theirs)) {
        diverge->has_ended = true;
        part(diverge, WC_STEPS_END, depth, text, theirs);
        return;
    }
    if (diverge->read != NULL && !wc_str_equal(text, theirs)) {
        part(diverge, kind, depth, text, theirs);
        return;
    }
    if (kind == WC_STEPS_STEP) note_step(diverge, depth, text);
    if (kind != WC_STEPS_EVENT) return;
    bool is_it = diverge->read == NULL && diverge->events == diverge->stop_event;
    diverge->events++;
    if (!is_it) return;
    part(diverge, kind, depth, text, theirs);
    diverge->is_at_event = true;
}

void wc_diverge_end(wc_diverge *diverge)
{
    wc_str theirs = {NULL, 0};
    if (diverge->has_parted || diverge->read == NULL) return;
    if (!diverge->read(diverge->self, &theirs)) return;
    diverge->has_ended = true;
    part(diverge, WC_STEPS_END, 0, (wc_str){NULL, 0}, theirs);
}
