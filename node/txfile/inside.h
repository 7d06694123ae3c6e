/* Inside the files of transactions: what their parts share. */
#ifndef WC_NODE_TXFILE_INSIDE_H
#define WC_NODE_TXFILE_INSIDE_H

#include <jansson.h>
#include <stdarg.h>

#include "node/ledger/account.h"
#include "node/txfile/txfile.h"
#include "vm/base/json.h"

/* Fills in the sentence; answers OUT_OF_DOMAIN. */
wc_status wc_txfile_refuse(wc_txfile_fault *fault, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The JSON object of a file; *root is to be released also on failure (NULL then, or not). */
WC_MUST_USE wc_status wc_txfile_parse(json_t **root, wc_txfile_fault *fault, wc_slice json);

/* Bytes of a text of hex digits, in the arena. OUT_OF_DOMAIN; NO_MEMORY. */
WC_MUST_USE wc_status wc_txfile_hex(wc_slice *bytes, wc_arena *arena, const json_t *value);

/* Puts a signature in its place. EXISTS, TOO_LARGE, with *fault. */
WC_MUST_USE wc_status wc_txfile_add(wc_txfile *file, wc_txfile_fault *fault, const wc_tx_sig *sig);

/* Appends the arguments of a native method by its row of natives.def (native_args.c); names may be
 * NULL. OUT_OF_DOMAIN with *fault; NO_MEMORY. The buffer may become full. */
WC_MUST_USE wc_status wc_native_args(wc_buf *out, wc_txfile_fault *fault, wc_arena *arena,
                                     wc_str form, const json_t *values, const wc_names *names);

/* The address that a JSON text means, or why it is none, behind `what`. OUT_OF_DOMAIN, with
 * *fault. */
WC_MUST_USE wc_status wc_txfile_address(wc_address *address, wc_txfile_fault *fault,
                                        const char *what, const json_t *value,
                                        const wc_names *names);

/* Members of objects among arguments (key_args.c). Members that are not in known, which ends with
 * NULL: OUT_OF_DOMAIN with *fault. A whole number in [low, high], or a height or "never"; absent:
 * what stands there. False: something else. */
WC_MUST_USE wc_status wc_args_members(wc_txfile_fault *fault, const json_t *object,
                                      const char *const *known, const char *place);
bool wc_args_number(const json_t *object, const char *name, int64_t low, int64_t high,
                    int64_t *number);
bool wc_args_height(const json_t *object, const char *name, uint64_t *height);

/* Appends a new account, given as an object (account_args.c); names may be NULL. OUT_OF_DOMAIN with
 * *fault; NO_MEMORY. The buffer may become full. The other way: false, and nothing is written, when
 * no description makes these bytes. */
WC_MUST_USE wc_status wc_account_of_json(wc_buf *out, wc_txfile_fault *fault, wc_arena *arena,
                                         const json_t *object, const wc_names *names);
bool wc_account_to_json(wc_json *json, const char *name, wc_slice bytes);

/* Appends the body of a proposal of this kind, or writes it as member `body` (proposal_args.c), in
 * the same way. */
WC_MUST_USE wc_status wc_proposal_of_json(wc_buf *out, wc_txfile_fault *fault, wc_arena *arena,
                                          uint16_t kind, const json_t *value,
                                          const wc_names *names);
bool wc_proposal_to_json(wc_json *json, uint16_t kind, wc_slice body);

/* A key of an account as an object (key_args.c). OUT_OF_DOMAIN with *fault; NO_MEMORY. */
WC_MUST_USE wc_status wc_key_of_json(wc_account_key *key, wc_txfile_fault *fault, wc_arena *arena,
                                     const json_t *object);

/* Writes them as members of the open object; false: they are not of that form, and what was
 * written is to be cut off. */
bool wc_native_view(wc_json *json, wc_str form, wc_slice args);

#endif
