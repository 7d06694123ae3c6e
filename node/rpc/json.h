/* Reading and making JSON values of messages, with jansson. */
#ifndef WC_NODE_RPC_JSON_H
#define WC_NODE_RPC_JSON_H

#include <jansson.h>

#include "vm/base/slice.h"

/* The text at a path of keys ("textDocument", "uri", NULL). False: there is none. */
bool wc_json_text(const json_t *from, wc_str *text, ...);
json_t *wc_json_at(const json_t *from, ...); /* borrowed; NULL: none */
bool wc_json_is_true(const json_t *from, ...);
bool wc_json_has_word(const json_t *list, const char *word);

/* A string; bytes that are no UTF-8 become `?`. */
json_t *wc_json_str(wc_str text);
json_t *wc_json_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
