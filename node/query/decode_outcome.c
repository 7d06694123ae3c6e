/* Events and failures as text. */
#include "node/query/decode.h"
#include "node/query/when.h"
#include "vm/base/text.h"
#include "vm/isa/isa.h"

/* ---- contracts ---------------------------------------------------------------------------------
 */

/* Name and arguments; an empty list of arguments is left out. */
static void put_named(wc_buf *text, const wc_decoder *decoder, const wc_signature_decl *decl,
                      wc_slice args)
{
    wc_str name = decoder->module->strings[decl->name];
    wc_buf_put(text, name.data, name.len);
    if (decoder->module->types[decl->args].count == 0) return;
    wc_decode_put(text, decoder, decl->args, args);
}

void wc_decode_event(wc_buf *text, const wc_decoder *decoder, uint16_t event, wc_slice data)
{
    if (event < decoder->module->event_count) {
        put_named(text, decoder, &decoder->module->events[event], data);
        return;
    }
    wc_buf_put_text(text, "event ");
    wc_buf_put_decimal(text, event);
}

/* ---- built-in errors ---------------------------------------------------------------------------
 */

/* Their amounts are in the module's currency of that number. */
static void put_minor(wc_buf *text, const wc_decoder *decoder, uint32_t currency, int64_t amount)
{
    if (decoder->module == NULL || currency >= decoder->module->currency_count) {
        wc_buf_put_decimal(text, amount);
        return;
    }
    const wc_currency *entry = &decoder->module->currencies[currency];
    wc_str code = decoder->module->strings[entry->code];
    wc_put_scaled(text, amount, entry->minor);
    wc_buf_put_text(text, " ");
    wc_buf_put(text, code.data, code.len);
}

static wc_status put_short(wc_buf *text, const wc_decoder *decoder, wc_reader *reader)
{
    wc_address party;
    uint32_t currency;
    int64_t need, have;
    WC_TRY(wc_read_bytes(reader, party.bytes, sizeof party.bytes));
    WC_TRY(wc_read_u32(reader, &currency));
    WC_TRY(wc_read_i64(reader, &need));
    WC_TRY(wc_read_i64(reader, &have));
    wc_buf_put_text(text, "(party ");
    wc_names_put(text, decoder->names, &party);
    wc_buf_put_text(text, ", need ");
    put_minor(text, decoder, currency, need);
    wc_buf_put_text(text, ", have ");
    put_minor(text, decoder, currency, have);
    wc_buf_put_text(text, ")");
    return WC_OK;
}

static wc_status put_state(wc_buf *text, const wc_decoder *decoder, wc_reader *reader)
{
    uint16_t state;
    WC_TRY(wc_read_u16(reader, &state));
    wc_buf_put_text(text, "(in state ");
    if (decoder->module != NULL && state < decoder->module->state_count) {
        wc_str name = decoder->module->strings[decoder->module->states[state].name];
        wc_buf_put(text, name.data, name.len);
    } else {
        wc_buf_put_decimal(text, state);
    }
    wc_buf_put_text(text, ")");
    return WC_OK;
}

static wc_status put_builtin_args(wc_buf *text, const wc_decoder *decoder, uint16_t number,
                                  wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    int64_t value;
    uint32_t small;
    switch (number) {
    case WC_BUILTIN_InsufficientEscrow: return put_short(text, decoder, &reader);
    case WC_BUILTIN_WrongState: return put_state(text, decoder, &reader);
    case WC_BUILTIN_TimedOut:
        WC_TRY(wc_read_i64(&reader, &value));
        wc_buf_put_text(text, "(due ");
        wc_put_time(text, value);
        break;
    case WC_BUILTIN_BadArguments:
    case WC_BUILTIN_Full:
        WC_TRY(wc_read_u32(&reader, &small));
        wc_buf_put_text(text, number == WC_BUILTIN_Full ? "(limit " : "(at byte ");
        wc_buf_put_decimal(text, small);
        break;
    default: return WC_OK;
    }
    wc_buf_put_text(text, ")");
    return WC_OK;
}

static void put_error(wc_buf *text, const wc_decoder *decoder, const wc_error_outcome *error)
{
    uint16_t number = (uint16_t)(error->error & ~WC_ERROR_BUILTIN);
    if ((error->error & WC_ERROR_BUILTIN) != 0 && wc_builtin_name(number) != NULL) {
        wc_buf_put_text(text, wc_builtin_name(number));
        if (put_builtin_args(text, decoder, number, error->args) != WC_OK) {
            wc_buf_put_text(text, "(malformed)");
        }
        return;
    }
    if (decoder->module != NULL && error->error < decoder->module->error_count) {
        put_named(text, decoder, &decoder->module->errors[error->error], error->args);
        return;
    }
    wc_buf_put_text(text, "error ");
    wc_buf_put_decimal(text, number);
}

/* ---- traps -------------------------------------------------------------------------------------
 */

static void put_trap(wc_buf *text, const wc_decoder *decoder, const wc_trap_outcome *trap)
{
    const char *name = wc_trap_name(trap->trap);
    wc_buf_put_text(text, "trap ");
    wc_buf_put_text(text, name != NULL ? name : "of an unknown number");
    if (decoder->module != NULL && trap->function < decoder->module->function_count) {
        wc_str function = decoder->module->strings[decoder->module->functions[trap->function].name];
        wc_buf_put_text(text, " in ");
        wc_buf_put(text, function.data, function.len);
    }
    wc_buf_put_text(text, ", word ");
    wc_buf_put_decimal(text, trap->word);
    for (uint8_t i = 0; i < trap->value_count; i++) {
        wc_buf_put_text(text, i == 0 ? ", values " : ", ");
        wc_put_scaled_wide(text, trap->values[i], 0);
    }
}

void wc_decode_view_failure(wc_buf *text, const wc_decoder *decoder, const wc_outcome *outcome)
{
    uint16_t builtin = outcome->kind == WC_OUTCOME_BUILTIN ? WC_ERROR_BUILTIN : 0;
    const wc_error_outcome error = {.error = (uint16_t)(outcome->code | builtin),
                                    .args = outcome->args};
    wc_trap_outcome trap = {.trap = outcome->code,
                            .function = outcome->function,
                            .word = outcome->word,
                            .value_count = outcome->operand_count};
    for (uint8_t i = 0; i < outcome->operand_count; i++) {
        trap.values[i] = wc_i128_of(outcome->operands[i]);
    }
    switch (outcome->kind) {
    case WC_OUTCOME_OK: return;
    case WC_OUTCOME_ERROR:
    case WC_OUTCOME_BUILTIN: put_error(text, decoder, &error); return;
    case WC_OUTCOME_TRAP: put_trap(text, decoder, &trap); return;
    case WC_OUTCOME_CALLEE: wc_buf_put_text(text, "a view of another contract failed"); return;
    }
}

bool wc_failure_code(uint16_t status, wc_slice outcome, wc_hash *code)
{
    wc_error_outcome error;
    wc_trap_outcome trap;
    if (status == WC_RECEIPT_ERROR && wc_outcome_error(&error, outcome) == WC_OK) {
        *code = error.code;
        return true;
    }
    if (status == WC_RECEIPT_TRAP && wc_outcome_trap(&trap, outcome) == WC_OK) {
        *code = trap.code;
        return true;
    }
    return false;
}

void wc_decode_failure(wc_buf *text, const wc_decoder *decoder, uint16_t status, wc_slice outcome)
{
    wc_error_outcome error;
    wc_trap_outcome trap;
    const wc_refusal_entry *refusal = wc_refusal_find(status);
    if (status == WC_RECEIPT_OK) return;
    if (refusal != NULL) {
        wc_buf_put(text, refusal->text.data, refusal->text.len);
    } else if (status == WC_RECEIPT_ERROR && wc_outcome_error(&error, outcome) == WC_OK) {
        put_error(text, decoder, &error);
    } else if (status == WC_RECEIPT_TRAP && wc_outcome_trap(&trap, outcome) == WC_OK) {
        put_trap(text, decoder, &trap);
    } else {
        wc_buf_put_text(text, "status ");
        wc_buf_put_decimal(text, status);
    }
}
