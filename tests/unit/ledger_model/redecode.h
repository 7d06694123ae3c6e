/* Encodes a changed value and decodes it again, to see whether the change is accepted. */
#ifndef WC_TESTS_UNIT_LEDGER_MODEL_REDECODE_H
#define WC_TESTS_UNIT_LEDGER_MODEL_REDECODE_H

#include "node/ledger/limits.h"
#include "vm/base/buf.h"

/* Sets the variable `redecoded` to what decode says about the encoding of *value. */
#define REDECODE(type, decode, put, value)                                                         \
    do {                                                                                           \
        static uint8_t encoded_[WC_STATE_VALUE_MAX + 100];                                         \
        static type decoded_;                                                                      \
        wc_buf buf_;                                                                               \
        wc_buf_init(&buf_, encoded_, sizeof encoded_);                                             \
        put(&buf_, (value));                                                                       \
        assert_status(wc_buf_status(&buf_), WC_OK);                                                \
        redecoded = decode(&decoded_, wc_buf_slice(&buf_));                                        \
    } while (0)

#endif
