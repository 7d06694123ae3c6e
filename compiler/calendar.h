/* The tables of local clocks that are part of the compiler (stdlib/tz): releases of the IANA time
 * zone database, as text. The time zone files of the machine are never read. */
#ifndef WC_COMPILER_CALENDAR_H
#define WC_COMPILER_CALENDAR_H

#include "compiler/compiler.h"
#include "vm/base/arena.h"
#include "vm/base/calendar.h"

/* One row for each release, ascending; path is the release: "2026a". */
extern const wc_embedded wc_tz_files[];
extern const size_t wc_tz_file_count;

/* The text of a release, or NULL. */
const wc_embedded *wc_tz_release(wc_str version);

/* Table of a zone; its shifts live in the arena. NOT_FOUND, NO_MEMORY, and OUT_OF_DOMAIN for a text
 * that is not of the form that its first lines describe. */
WC_MUST_USE wc_status wc_tz_find(const wc_embedded *release, wc_str zone, wc_arena *arena,
                                 wc_zone *table);

/* The next zone name of a release. Begin with *at = 0; false at the end. */
bool wc_tz_next(const wc_embedded *release, size_t *at, wc_str *name);

#endif
