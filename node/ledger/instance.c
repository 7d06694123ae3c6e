/* Modules, instances and collection headers; see instance.h for the layouts. */
#include "node/ledger/instance.h"

#include "node/ledger/read.h"
#include "vm/isa/module.h"

void wc_module_entry_put(wc_buf *buf, const wc_module_entry *entry)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_hash(buf, &entry->deployer);
    wc_buf_put_i64(buf, entry->deployed_s);
    wc_buf_put_str32(buf, entry->module);
}

wc_status wc_module_entry_decode(wc_module_entry *entry, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_hash(&r, &entry->deployer));
    WC_TRY(wc_read_i64(&r, &entry->deployed_s));
    WC_TRY(wc_read_str32_in(&r, 1, WC_MODULE_SIZE_MAX, &entry->module));
    return wc_read_end(&r);
}

void wc_instance_put(wc_buf *buf, const wc_instance_entry *instance)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_hash(buf, &instance->code);
    wc_buf_put_u16(buf, instance->version);
    wc_buf_put_u8(buf, (uint8_t)instance->status);
    wc_buf_put_u16(buf, instance->state);
    wc_buf_put_i64(buf, instance->entered_s);
    wc_buf_put_i64(buf, instance->deployed_s);
    wc_buf_put_i64(buf, instance->due_s);
    wc_buf_put_u16(buf, instance->due_clause);
    wc_buf_put_u8(buf, instance->fails);
    wc_buf_put_u8(buf, instance->depth);
    wc_buf_put_u16(buf, instance->holders);
    wc_buf_put_hash(buf, &instance->offer);
    wc_buf_put_u8(buf, instance->party_count);
    wc_buf_put_slice(buf, instance->parties);
    wc_buf_put_str32(buf, instance->root);
}

static wc_status read_timer(wc_reader *r, wc_instance_entry *instance)
{
    WC_TRY(wc_read_i64(r, &instance->due_s));
    bool is_due = instance->due_s != WC_DUE_NONE;
    WC_TRY(wc_read_u16_in(r, 0, is_due ? UINT16_MAX : 0, &instance->due_clause));
    return wc_read_u8_in(r, 0, WC_TIMER_TRIES_MAX, &instance->fails);
}

wc_status wc_instance_decode(wc_instance_entry *instance, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    uint8_t status;
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_hash(&r, &instance->code));
    WC_TRY(wc_read_u16_in(&r, 1, UINT16_MAX, &instance->version));
    WC_TRY(wc_read_u8_in(&r, WC_INSTANCE_LIVE, WC_INSTANCE_STUCK, &status));
    instance->status = (wc_instance_status)status;
    WC_TRY(wc_read_u16(&r, &instance->state));
    WC_TRY(wc_read_i64(&r, &instance->entered_s));
    WC_TRY(wc_read_i64(&r, &instance->deployed_s));
    WC_TRY(read_timer(&r, instance));
    WC_TRY(wc_read_u8_in(&r, 1, WC_INSTANCE_DEPTH_MAX, &instance->depth));
    WC_TRY(wc_read_u16_in(&r, 0, WC_ESCROW_MAX, &instance->holders));
    WC_TRY(wc_read_hash(&r, &instance->offer));
    WC_TRY(wc_read_u8_in(&r, 0, WC_OFFER_PARTIES_MAX, &instance->party_count));
    WC_TRY(wc_read_slice(&r, instance->party_count * (size_t)WC_HASH_SIZE, &instance->parties));
    WC_TRY(wc_read_str32(&r, WC_STATE_VALUE_MAX, &instance->root));
    return wc_read_end(&r);
}

wc_address wc_instance_party(const wc_instance_entry *instance, uint8_t index)
{
    wc_assert(index < instance->party_count);
    wc_address party;
    memcpy(party.bytes, instance->parties.data + index * (size_t)WC_HASH_SIZE, WC_HASH_SIZE);
    return party;
}

void wc_field_header_put(wc_buf *buf, const wc_field_header *header)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u32(buf, header->len);
    wc_buf_put_u64(buf, header->next_seq);
}

wc_status wc_field_header_decode(wc_field_header *header, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    wc_field_header read;
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_u32(&r, &read.len));
    WC_TRY(wc_read_u64(&r, &read.next_seq));
    WC_TRY(wc_read_end(&r));
    *header = read;
    return WC_OK;
}
