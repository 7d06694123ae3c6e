/* Names for people, from the file names.json beside a ledger: {"home-1": "wc1...", ...}.
 *
 * Nobody has signed it, so it is a convenience and shown as such: results carry the address as
 * well, what is signed holds addresses alone, and no node reads it. Where the command line takes an
 * address it takes such a name (docs/reference/names.md). */
#ifndef WC_NODE_QUERY_NAMES_H
#define WC_NODE_QUERY_NAMES_H

#include "node/crypto/address.h"
#include "vm/base/arena.h"

#define WC_NAMES_MAX 4096u

typedef struct wc_name {
    wc_str id;
    wc_address address;
} wc_name;

/* All zero: no names. */
typedef struct wc_names {
    uint32_t count;
    const wc_name *list;
    bool is_whole; /* addresses without a name are written in full */
} wc_names;

/* Reads one JSON object of strings without escapes. Ids borrow from json, the list comes from the
 * arena. Errors: OUT_OF_DOMAIN - another form, at byte *bad; TOO_LARGE; CORRUPT - not an address;
 * NO_MEMORY. */
WC_MUST_USE wc_status wc_names_read(wc_names *names, size_t *bad, wc_arena *arena, wc_str json);

/* The address that somebody means: "wc1...", 64 hex digits, else a name; names may be NULL. An
 * address comes first, so that no file of names can put another in its place. NOT_FOUND. */
WC_MUST_USE wc_status wc_names_address(wc_address *address, const wc_names *names, wc_str text);

/* Appends why it means none, for people, with the names that are near it: "`hom-1` is no name of
 * names.json; near it: home-1, home-2". */
void wc_names_refuse(wc_buf *text, const wc_names *names, wc_str meant);

/* Appends the names that are near a word, at most 5: "; near it: home-1, home-2"; nothing when
 * there are none. names may be NULL. */
void wc_names_put_near(wc_buf *text, const wc_names *names, wc_str meant);

const wc_address *wc_names_find(const wc_names *names, wc_str id);    /* NULL: none */
wc_str wc_names_of(const wc_names *names, const wc_address *address); /* empty: none */

/* Appends the name, or the address: its first and last characters, "wc1qx7f...k3wd", unless names
 * says otherwise. names may be NULL. */
void wc_names_put(wc_buf *text, const wc_names *names, const wc_address *address);

#endif
