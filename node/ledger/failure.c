/* Names of failures as users see them. */
#include "node/ledger/apply.h"

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* GateClosed -> GATE_CLOSED, AIsB -> A_IS_B, EBMSFault -> EBMS_FAULT. */
static void put_upper_snake(wc_buf *text, wc_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        if (i > 0 && is_upper(c)) {
            char before = name.data[i - 1];
            bool starts_word = i + 1 < name.len && is_lower_or_digit(name.data[i + 1]);
            if (is_lower_or_digit(before) || (is_upper(before) && starts_word)) {
                wc_buf_put_u8(text, '_');
            }
        }
        wc_buf_put_u8(text, (uint8_t)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c));
    }
}

static void put_error(wc_buf *text, const wc_error_outcome *error, const wc_module *module)
{
    uint16_t number = (uint16_t)(error->error & ~WC_ERROR_BUILTIN);
    if ((error->error & WC_ERROR_BUILTIN) != 0) {
        if (number == WC_BUILTIN_InsufficientEscrow) {
            wc_buf_put_text(text, "ESCROW_SHORT");
            return;
        }
        put_upper_snake(text, wc_str_of(wc_builtin_name(number)));
        return;
    }
    if (module != NULL && number < module->error_count) {
        put_upper_snake(text, module->strings[module->errors[number].name]);
        return;
    }
    wc_buf_put_text(text, "ERROR_");
    wc_buf_put_decimal(text, number);
}

void wc_failure_name(wc_buf *text, uint16_t status, wc_slice outcome, const wc_module *module)
{
    const wc_refusal_entry *refusal = wc_refusal_find(status);
    wc_error_outcome error;
    wc_trap_outcome trap;
    if (status == WC_RECEIPT_OK) return;
    if (refusal != NULL) {
        wc_buf_put(text, refusal->name.data, refusal->name.len);
    } else if (status == WC_RECEIPT_ERROR && wc_outcome_error(&error, outcome) == WC_OK) {
        put_error(text, &error, module);
    } else if (status == WC_RECEIPT_TRAP && wc_outcome_trap(&trap, outcome) == WC_OK) {
        wc_buf_put_text(text, "TRAP_");
        wc_buf_put_text(text, wc_trap_name(trap.trap));
    } else {
        wc_buf_put_text(text, "STATUS_");
        wc_buf_put_decimal(text, status);
    }
}
