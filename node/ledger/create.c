/* Making modules and contract instances. */
#include "node/ledger/asset.h"
#include "node/ledger/authority.h"
#include "node/ledger/frame.h"
#include "node/ledger/ledger.h"
#include "node/ledger/natives.h"
#include "node/ledger/prices.h"
#include "node/ledger/roles.h"

/* ---- modules --------------------------------------------------------------------------------- */

/* Every role that the module names, in parties and in `by`, must exist. */
static bool roles_exist(const wc_module *module)
{
    for (uint16_t i = 0; i < module->party_count; i++) {
        uint16_t role = module->parties[i].role;
        if (role != WC_NONE && wc_role_find(module->strings[role]) == WC_ROLE_NONE) return false;
    }
    for (uint16_t i = 0; i < module->entry_count; i++) {
        const wc_entry *entry = &module->entries[i];
        for (uint8_t who = 0; who < entry->who_count; who++) {
            if ((entry->who[who] & WC_BY_ROLE) == 0) continue;
            wc_str name = module->strings[entry->who[who] & ~WC_BY_ROLE];
            if (wc_role_find(name) == WC_ROLE_NONE) return false;
        }
    }
    return true;
}

static bool bounds_fit(const wc_module *module, const wc_params *params)
{
    for (uint16_t i = 0; i < module->entry_count; i++) {
        const wc_entry *entry = &module->entries[i];
        if (entry->gas_bound > wc_params_gas_max(params, entry->kind)) return false;
    }
    return true;
}

/* The longest root record must fit a state value together with the rest of the entry. */
static bool record_fits(const wc_module *module)
{
    uint64_t longest = 19 + 32 * (uint64_t)module->party_count;
    longest += module->types[module->terms_type].encoded_max;
    longest += module->types[module->storage_type].encoded_max;
    wc_assert(module->state_type != WC_NONE); /* the verifier demands states of a contract */
    longest += module->types[module->state_type].encoded_max;
    return longest + 32 * (uint64_t)module->party_count + 256 <= WC_STATE_VALUE_MAX;
}

/* Outcome detail of MODULE_REFUSED: rule str8 | function u16 | word u32 | offset u64. */
static void refuse_module(wc_job *job, const wc_finding *finding)
{
    uint8_t bytes[64];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_str code = wc_str_of(finding->code != NULL ? finding->code : "");
    wc_buf_put_str8(&buf, wc_slice_of(code.data, code.len));
    wc_buf_put_u16(&buf, finding->function);
    wc_buf_put_u32(&buf, finding->word);
    wc_buf_put_u64(&buf, finding->offset);
    wc_job_fail(job, WC_REFUSAL_MODULE_REFUSED, wc_buf_slice(&buf));
}

/* What the consortium demands of a module beside being sound. */
static wc_status check_module(wc_ledger *ledger, wc_image_slot *slot, wc_refusal *refusal)
{
    const wc_module *module = slot->module;
    *refusal = WC_REFUSAL_MODULE_REFUSED;
    if (module->is_test_image || !record_fits(module)) return WC_OK;
    *refusal = WC_REFUSAL_ROLE_UNKNOWN;
    if (!roles_exist(module)) return WC_OK;
    *refusal = WC_REFUSAL_GAS_BOUND_TOO_HIGH;
    if (!bounds_fit(module, &ledger->params)) return WC_OK;
    return wc_ledger_bind_assets(ledger, slot, refusal);
}

wc_status wc_ledger_check_module(wc_ledger *ledger, const wc_hash *code, wc_refusal *refusal)
{
    WC_TRY(wc_ledger_begin_reading(ledger, 0, 0));
    wc_image_slot *slot;
    WC_TRY(wc_ledger_load(ledger, code, &slot));
    wc_status status = check_module(ledger, slot, refusal);
    wc_images_unpin(slot);
    return status;
}

static wc_status store_module(wc_job *job, const wc_hash *code, const wc_tx_call *call)
{
    wc_ledger *ledger = job->ledger;
    wc_module_entry entry = {job->tx->auth[call->principal].address, ledger->time_s, call->args};
    size_t size = call->args.len + 64;
    uint8_t *bytes = wc_stack_take(&ledger->stack, size);
    wc_assert(bytes != NULL);
    wc_buf buf;
    wc_buf_init(&buf, bytes, size);
    wc_module_entry_put(&buf, &entry);
    wc_assert(!buf.full);
    wc_state_key key = wc_key_module(code);
    wc_job_put(job, &key, wc_buf_slice(&buf));
    if (job->is_failed) return WC_OK;

    wc_event_data data;
    wc_buf *event = wc_event_data_begin(&data);
    wc_buf_put(event, code->bytes, sizeof code->bytes);
    wc_buf_put(event, entry.deployer.bytes, sizeof entry.deployer.bytes);
    wc_job_announce(job, WC_EVENT_MODULE_DEPLOYED, wc_buf_slice(event));
    wc_native_return(job, wc_slice_of(code->bytes, sizeof code->bytes));
    return WC_OK;
}

wc_status wc_call_deploy(wc_job *job, const wc_tx_call *call)
{
    wc_ledger *ledger = job->ledger;
    wc_hash code = wc_code_id(call->args);
    WC_TRY(wc_governance_allow_code(job, call, &code));
    if (job->is_failed) return WC_OK;
    if (call->args.len == 0 || call->args.len > WC_MODULE_SIZE_MAX) {
        wc_finding finding = {.function = WC_NONE};
        refuse_module(job, &finding);
        return WC_OK;
    }
    if (!wc_job_charge(job, WC_PRICE_VERIFY * (uint64_t)call->args.len)) return WC_OK;
    wc_state_key key = wc_key_module(&code);
    wc_slice existing;
    wc_status status = wc_job_get(job, &key, &existing);
    if (status == WC_OK) wc_job_refuse(job, WC_REFUSAL_MODULE_EXISTS);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (job->is_failed) return WC_OK;

    wc_finding finding;
    wc_image_slot *slot = wc_images_find(&ledger->images, &code);
    if (slot == NULL &&
        wc_images_load(&ledger->images, &code, call->args, &slot, &finding) != WC_OK) {
        refuse_module(job, &finding);
        return WC_OK;
    }
    wc_refusal refusal;
    status = check_module(ledger, slot, &refusal);
    wc_images_unpin(slot);
    if (status != WC_OK) return status;
    if (refusal == WC_REFUSAL_MODULE_REFUSED) {
        finding = (wc_finding){.function = WC_NONE};
        refuse_module(job, &finding);
    } else if (refusal != WC_REFUSAL_NONE) {
        wc_job_refuse(job, refusal);
    }
    if (job->is_failed) return WC_OK;
    return store_module(job, &code, call);
}

/* ---- instances ------------------------------------------------------------------------------- */

static bool has_signed(const wc_creation *creation, const wc_address *party)
{
    for (uint8_t i = 0; i < creation->signer_count; i++) {
        if (wc_hash_equal(&creation->signers[i], party)) return true;
    }
    return false;
}

static wc_address party_at(wc_slice parties, uint16_t index)
{
    wc_address party;
    memcpy(party.bytes, parties.data + 32 * (size_t)index, sizeof party.bytes);
    return party;
}

/* A bound party exists, and holds the role that its place demands. */
static wc_status check_party(wc_job *job, const wc_module *module, uint16_t index,
                             const wc_address *party)
{
    bool exists, is_open, is_held = true;
    WC_TRY(wc_party_find(job, party, &exists, &is_open));
    const wc_party_decl *decl = &module->parties[index];
    if (decl->role != WC_NONE) {
        uint16_t role = (uint16_t)wc_role_find(module->strings[decl->role]);
        WC_TRY(wc_role_is_held(job->ledger, party, role, &is_held));
    }
    if (!is_open || !is_held) wc_job_refuse(job, WC_REFUSAL_PARTY_UNFIT);
    return WC_OK;
}

/* D19: every signatory; without one, any of the bound parties; without any, whoever calls. */
static void check_signatures(wc_job *job, const wc_module *module, const wc_creation *creation)
{
    bool has_signatory = false, anyone = module->party_count == 0;
    for (uint16_t i = 0; i < module->party_count; i++) {
        wc_address party = party_at(creation->parties, i);
        bool is_signed = has_signed(creation, &party);
        anyone = anyone || is_signed;
        if (!module->parties[i].signatory) continue;
        has_signatory = true;
        if (!is_signed) wc_job_refuse(job, WC_REFUSAL_SIGNATORY_MISSING);
    }
    if (!has_signatory && !anyone) wc_job_refuse(job, WC_REFUSAL_SIGNATORY_MISSING);
}

static wc_status check_creation(wc_job *job, const wc_module *module, const wc_creation *creation,
                                uint8_t *depth)
{
    wc_assert(creation->party_count == module->party_count); /* the callers look */
    uint64_t gas = WC_GAS_KEY_READ * (uint64_t)module->party_count;
    if (!wc_job_charge(job, gas)) return WC_OK;
    for (uint16_t i = 0; i < module->party_count && !job->is_failed; i++) {
        wc_address party = party_at(creation->parties, i);
        WC_TRY(check_party(job, module, i, &party));
    }
    check_signatures(job, module, creation);
    if (job->is_failed) return WC_OK;
    wc_refusal refusal;
    WC_TRY(wc_references_check(job, module, creation->terms, depth, &refusal));
    /* Terms that do not parse get the machine's own error, which names the offset. */
    if (refusal != WC_REFUSAL_NONE && refusal != WC_REFUSAL_BAD_ARGUMENTS) {
        wc_job_refuse(job, refusal);
    }
    return WC_OK;
}

static void announce_instance(wc_job *job, const wc_address *id, const wc_creation *creation)
{
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put(buf, id->bytes, sizeof id->bytes);
    wc_buf_put(buf, creation->code.bytes, sizeof creation->code.bytes);
    wc_buf_put(buf, creation->offer.bytes, sizeof creation->offer.bytes);
    wc_buf_put_u8(buf, creation->party_count);
    wc_buf_put_slice(buf, creation->parties);
    wc_assert(!buf->full);
    wc_job_announce(job, WC_EVENT_INSTANCE_CREATED, wc_buf_slice(buf));
}

static wc_status run_creation(wc_frame *frame, const wc_creation *creation)
{
    wc_job *job = frame->job;
    wc_outcome outcome;
    WC_TRY(wc_frame_run(frame, 0, creation->terms, job->gas_limit - job->gas_used, &outcome));
    job->gas_used += outcome.gas_used;
    if (outcome.kind != WC_OUTCOME_OK) {
        wc_frame_fail(frame, &outcome);
        return WC_OK;
    }
    announce_instance(job, &frame->id, creation);
    if (job->is_failed) return WC_OK;
    return wc_frame_store(frame, &outcome);
}

wc_status wc_create_instance(wc_job *job, const wc_creation *creation, wc_address *id)
{
    wc_ledger *ledger = job->ledger;
    wc_frame frame = {.job = job, .kind = WC_FRAME_DEPLOY, .mark = ledger->stack.used};
    wc_origin origin = {job->tx_id, job->call, 0};
    frame.id = wc_address_instance(&origin);
    wc_status status = wc_ledger_load(ledger, &creation->code, &frame.image);
    if (status == WC_NOT_FOUND) {
        wc_job_refuse(job, WC_REFUSAL_MODULE_UNKNOWN);
        return WC_OK;
    }
    if (status != WC_OK) return status;
    wc_refusal refusal;
    uint8_t depth = 1;
    status = wc_ledger_bind_assets(ledger, frame.image, &refusal);
    if (status == WC_OK && refusal != WC_REFUSAL_NONE)
        status = WC_CORRUPT; /* bound when deployed */
    if (status == WC_OK) status = check_creation(job, frame.image->module, creation, &depth);
    if (status == WC_OK && !job->is_failed) {
        uint16_t version = frame.image->module->source_version;
        frame.entry = (wc_instance_entry){.code = creation->code,
                                          .version = version == 0 ? 1 : version,
                                          .status = WC_INSTANCE_LIVE,
                                          .entered_s = ledger->time_s,
                                          .deployed_s = ledger->time_s,
                                          .due_s = WC_DUE_NONE,
                                          .depth = depth,
                                          .offer = creation->offer,
                                          .party_count = creation->party_count,
                                          .parties = creation->parties};
        frame.signers = creation->signers;
        frame.signer_count = creation->signer_count;
        frame.principal = creation->principal;
        frame.has_principal = true;
        status = run_creation(&frame, creation);
    }
    wc_frame_close(&frame);
    *id = frame.id;
    return status;
}

wc_status wc_call_instantiate(wc_job *job, const wc_tx_call *call)
{
    wc_ledger *ledger = job->ledger;
    wc_slice existing;
    wc_state_key key = wc_key_module(&call->target);
    wc_status status = wc_job_get(job, &key, &existing);
    if (status == WC_NOT_FOUND) wc_job_refuse(job, WC_REFUSAL_MODULE_UNKNOWN);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (job->is_failed) return WC_OK;

    wc_image_slot *slot;
    WC_TRY(wc_ledger_load(ledger, &call->target, &slot));
    size_t party_bytes = 32 * (size_t)slot->module->party_count;
    uint8_t party_count = (uint8_t)slot->module->party_count;
    wc_images_unpin(slot);
    if (call->args.len < party_bytes) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    wc_address signers[WC_TX_AUTHS_MAX];
    uint8_t signer_count = 0;
    for (uint8_t i = 0; i < job->tx->auth_count; i++) {
        if ((call->auth_mask >> i & 1) != 0) signers[signer_count++] = job->tx->auth[i].address;
    }
    wc_creation creation = {
        .code = call->target,
        .parties = wc_slice_of(call->args.data, party_bytes),
        .party_count = party_count,
        .terms = wc_slice_of(call->args.data + party_bytes, call->args.len - party_bytes),
        .signers = signers,
        .signer_count = signer_count,
        .principal = job->tx->auth[call->principal].address};
    wc_address id;
    WC_TRY(wc_create_instance(job, &creation, &id));
    if (!job->is_failed) wc_native_return(job, wc_slice_of(id.bytes, sizeof id.bytes));
    return WC_OK;
}
