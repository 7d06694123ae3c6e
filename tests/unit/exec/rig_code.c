/* The code of a contract on the bench: registers, constants and outputs; see rig.h. */
#include <stdarg.h>

#include "tests/unit/exec/rig.h"

/* ---- code ---------------------------------------------------------------------------------------
 */

uint16_t rig_int(wc_rig *rig)
{
    return wc_builder_reg(rig->b, WC_REG_I64, WC_NONE);
}

uint16_t rig_wide(wc_rig *rig)
{
    return wc_builder_reg(rig->b, WC_REG_I128, WC_NONE);
}

uint16_t rig_ref(wc_rig *rig, uint16_t type)
{
    return wc_builder_reg(rig->b, WC_REG_REF, type);
}

uint16_t rig_refmut(wc_rig *rig, uint16_t type)
{
    return wc_builder_reg(rig->b, WC_REG_REFMUT, type);
}

uint16_t rig_constant(wc_rig *rig, int64_t value)
{
    return wc_builder_number(rig->b, wc_i128_of(value));
}

uint16_t rig_number(wc_rig *rig, int64_t value)
{
    uint16_t reg = rig_int(rig);
    RIG_EMIT(rig, ldc, reg, rig_constant(rig, value));
    return reg;
}

uint16_t rig_wide_number(wc_rig *rig, wc_i128 value)
{
    uint16_t reg = rig_wide(rig);
    RIG_EMIT(rig, ldcw, reg, wc_builder_number(rig->b, value));
    return reg;
}

uint16_t rig_value(wc_rig *rig, uint16_t type, wc_slice abi)
{
    uint16_t reg = rig_ref(rig, type);
    RIG_EMIT(rig, leac, reg, wc_builder_bytes(rig->b, type, abi));
    return reg;
}

uint16_t rig_new(wc_rig *rig, uint16_t type)
{
    uint16_t reg = rig_refmut(rig, type);
    RIG_EMIT(rig, new, reg, wc_builder_slot(rig->b, type));
    return reg;
}

uint16_t rig_copy(wc_rig *rig, uint16_t type, wc_slice abi)
{
    uint16_t from = rig_value(rig, type, abi);
    uint16_t to = rig_new(rig, type);
    RIG_EMIT(rig, copy, to, from);
    return to;
}

uint16_t rig_party_ref(wc_rig *rig, const wc_party *party)
{
    return rig_value(rig, rig->t.party, rig_abi(rig, "p", party));
}

void rig_put(wc_rig *rig, uint16_t reg)
{
    RIG_EMIT(rig, push, rig->out, reg);
}

void rig_put_flag_eqw(wc_rig *rig, uint16_t wide, wc_i128 expected)
{
    uint16_t flag = rig_int(rig);
    RIG_EMIT(rig, eqw, flag, wide, rig_wide_number(rig, expected));
    rig_put(rig, flag);
}

wc_slice rig_abi(wc_rig *rig, const char *pattern, ...)
{
    uint8_t *memory = wc_arena_alloc(&rig->arena, 2048, 1);
    assert_non_null(memory);
    wc_buf buf;
    wc_buf_init(&buf, memory, 2048);
    va_list args;
    va_start(args, pattern);
    for (const char *p = pattern; *p != 0; p++) {
        switch (*p) {
        case 'b': wc_buf_put_u8(&buf, (uint8_t)va_arg(args, int)); break;
        case 'h': wc_buf_put_u16(&buf, (uint16_t)va_arg(args, int)); break;
        case 'w': wc_buf_put_u32(&buf, (uint32_t)va_arg(args, int)); break;
        case 'q': wc_buf_put_i64(&buf, va_arg(args, int64_t)); break;
        case 's': wc_buf_put_text(&buf, va_arg(args, const char *)); break;
        case 't': {
            wc_str text = wc_str_of(va_arg(args, const char *));
            wc_buf_put_str32(&buf, wc_slice_of(text.data, text.len));
            break;
        }
        case 'p': wc_buf_put(&buf, va_arg(args, const wc_party *)->bytes, 32); break;
        default: fail_msg("unknown letter %c", *p);
        }
    }
    va_end(args);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

void rig_put_stored(wc_rig *rig, wc_key_part part, uint16_t field, wc_slice key, wc_slice value)
{
    wc_storage_key at = {part, wc_builder_module(rig->b)->fields[field].id, key};
    assert_int_equal(wc_fake_host_ops.store(&rig->host, &at, value), WC_HOST_OK);
    rig->host.log_len = 0;
}
