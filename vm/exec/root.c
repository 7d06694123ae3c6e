/* The root record of an instance (vm.h has the layout): between bytes and call memory. */
#include "vm/base/codec.h"
#include "vm/exec/call.h"

/* ---- in parts, for readers ----------------------------------------------------------------------
 */

WC_MUST_USE static wc_status read_part(const wc_module *module, uint16_t type, wc_reader *reader,
                                       wc_slice *part)
{
    size_t before = reader->at;
    if (type != WC_NONE) WC_TRY(wc_abi_skip(module, &module->types[type], reader));
    *part = wc_slice_of(reader->bytes.data + before, reader->at - before);
    return WC_OK;
}

/* Version, entered, deployed, state: the bytes that every record begins with. */
WC_MUST_USE static wc_status read_head(const wc_module *module, wc_reader *reader, int64_t *entered,
                                       int64_t *deployed, uint16_t *state)
{
    uint8_t version;
    WC_TRY(wc_read_u8(reader, &version));
    if (version != WC_ROOT_VERSION) return WC_BAD_VERSION;
    WC_TRY(wc_read_i64(reader, entered));
    WC_TRY(wc_read_i64(reader, deployed));
    WC_TRY(wc_read_u16(reader, state));
    return *state < module->state_count ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_root_read(const wc_module *module, wc_slice root, wc_root_parts *parts)
{
    wc_reader reader = wc_reader_of(root);
    wc_root_parts read = {0};
    WC_TRY(read_head(module, &reader, &read.entered, &read.deployed, &read.state));
    WC_TRY(read_part(module, module->states[read.state].data, &reader, &read.state_data));
    WC_TRY(read_part(module, module->parties_type, &reader, &read.parties));
    WC_TRY(read_part(module, module->terms_type, &reader, &read.terms));
    WC_TRY(read_part(module, module->storage_type, &reader, &read.fields));
    WC_TRY(wc_read_end(&reader));
    *parts = read;
    return WC_OK;
}

/* ---- into call memory ---------------------------------------------------------------------------
 */

/* Reads the data of the state that the record names. */
WC_MUST_USE static wc_status load_state(wc_exec *exec, uint16_t state, wc_reader *reader)
{
    const wc_module *module = exec->module;
    uint8_t *at = exec->root[WC_ROOT_STATE];
    exec->sys[WC_SYS_STATE] = state;
    wc_mem_set_i64(at, state);
    const wc_type *type = &module->types[module->state_type];
    if (type->kind == WC_TYPE_TAG) return WC_OK;

    /* Data of other states becomes zero: a ref can only be made to the current one's, but memory
     * that has a type always holds a value of it. */
    memset(at + 8, 0, type->size - 8);
    uint16_t data = module->states[state].data;
    if (data == WC_NONE) return WC_OK;
    return wc_abi_read(module, &module->types[data], reader, at + type->variants[state].offset);
}

WC_MUST_USE static wc_status load_part(wc_exec *exec, wc_root_part part, uint16_t type,
                                       wc_reader *reader)
{
    const wc_type *row = &exec->module->types[type];
    return row->size == 0 ? WC_OK : wc_abi_read(exec->module, row, reader, exec->root[part]);
}

/* One pass over the record, in its order. */
WC_MUST_USE static wc_status load(wc_exec *exec, wc_slice record)
{
    const wc_module *module = exec->module;
    wc_reader reader = wc_reader_of(record);
    uint16_t state;
    WC_TRY(read_head(module, &reader, &exec->sys[WC_SYS_ENTERED], &exec->sys[WC_SYS_DEPLOYED],
                     &state));
    WC_TRY(load_state(exec, state, &reader));
    WC_TRY(load_part(exec, WC_ROOT_PARTIES, module->parties_type, &reader));
    WC_TRY(load_part(exec, WC_ROOT_TERMS, module->terms_type, &reader));
    WC_TRY(load_part(exec, WC_ROOT_STORAGE, module->storage_type, &reader));
    return wc_read_end(&reader);
}

bool wc_root_load(wc_exec *exec, wc_slice record)
{
    if (load(exec, record) == WC_OK) return true;
    return wc_exec_host_stop(exec);
}

/* ---- and back -----------------------------------------------------------------------------------
 */

WC_MUST_USE static wc_status write_part(const wc_exec *exec, wc_root_part part, uint16_t type,
                                        wc_buf *buf)
{
    return wc_abi_write(exec->module, wc_exec_type(exec, type), exec->root[part], buf);
}

WC_MUST_USE static wc_status write_record(const wc_exec *exec, wc_buf *buf)
{
    const wc_module *module = exec->module;
    uint16_t state = (uint16_t)exec->sys[WC_SYS_STATE];
    wc_buf_put_u8(buf, WC_ROOT_VERSION);
    wc_buf_put_i64(buf, exec->sys[WC_SYS_ENTERED]);
    wc_buf_put_i64(buf, exec->sys[WC_SYS_DEPLOYED]);
    wc_buf_put_u16(buf, state);
    uint16_t data = module->states[state].data;
    if (data != WC_NONE) {
        uint32_t offset = module->types[module->state_type].variants[state].offset;
        const uint8_t *at = exec->root[WC_ROOT_STATE] + offset;
        WC_TRY(wc_abi_write(module, &module->types[data], at, buf));
    }
    /* Addresses are encoded as they lie in memory. */
    wc_buf_put(buf, exec->root[WC_ROOT_PARTIES], module->types[module->parties_type].size);
    WC_TRY(write_part(exec, WC_ROOT_TERMS, module->terms_type, buf));
    return write_part(exec, WC_ROOT_STORAGE, module->storage_type, buf);
}

bool wc_root_save(wc_exec *exec, wc_slice old)
{
    wc_buf buf;
    wc_buf_init(&buf, exec->record, exec->image->map.record_size);
    wc_status status = write_record(exec, &buf);
    if (status != WC_OK) return wc_exec_status(exec, status, 0, 0, 0);
    wc_assert(!buf.full); /* map.c has measured the longest record */
    wc_slice record = wc_buf_slice(&buf);
    if (wc_slice_equal(record, old)) return true;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_ROOT_WRITE, 1, record.len)) return false;
    exec->outcome->root_changed = true;
    exec->outcome->root = record;
    return true;
}
