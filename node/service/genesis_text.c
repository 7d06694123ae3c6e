/* Putting the draft together: names to addresses, order, and the encoding. */
#include "node/service/genesis_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/service/genesis_inside.h"
#include "node/service/place.h"
#include "vm/base/json.h"
#include "vm/base/text.h"
#include "vm/isa/isa.h"
#include "vm/isa/module.h"

#define SMALL_PARTS ((size_t)64 << 10) /* parameters, validators, administration */

/* Those of the tests and the demo, but changes take effect no sooner than a day after approval. */
wc_params wc_genesis_defaults(void)
{
    wc_params params = wc_params_default();
    params.governance_delay_s = 86400;
    return params;
}

/* Address of a name. */
static wc_status resolve(wc_genesis_draft *draft, const wc_draft_name *name,
                         wc_ini_problem *problem, wc_address *address)
{
    const wc_draft_account *account = wc_genesis_account(draft, name->text);
    if (account == NULL) {
        return wc_ini_refuse(problem, name->line, "there is no [account %s]", name->text);
    }
    *address = account->address;
    return WC_OK;
}

static wc_status require_chain(const wc_genesis_draft *draft, wc_ini_problem *problem)
{
    if (draft->chain_line == 0) return wc_ini_refuse(problem, 0, "[chain] lacks `id`");
    if (!draft->has_time) {
        return wc_ini_refuse(problem, draft->chain_line, "[chain] lacks `time`");
    }
    bool may_script =
        strncmp(draft->chain_id, "demo-", 5) == 0 || strncmp(draft->chain_id, "test-", 5) == 0;
    if (draft->genesis.clock == WC_CLOCK_SCRIPTED && !may_script) {
        return wc_ini_refuse(problem, draft->chain_line,
                             "clock = scripted is for chains whose id begins with demo- or test-");
    }
    if (draft->account_count == 0) return wc_ini_refuse(problem, 0, "there is no [account NAME]");
    if (draft->asset_count == 0) {
        return wc_ini_refuse(problem, 0,
                             "there is no [asset CODE] with number = 1, the network "
                             "unit in which fees are paid");
    }
    return WC_OK;
}

/* Keys of the demo come from a seed that everybody has (D34). */
static wc_status check_secret(const wc_genesis_draft *draft, const wc_draft_account *account,
                              wc_ini_problem *problem)
{
    bool is_demo = strncmp(draft->chain_id, "demo-", 5) == 0;
    for (uint8_t i = 0; !is_demo && i < account->account.key_count; i++) {
        if (draft->base->is_public == NULL ||
            !draft->base->is_public(account->account.keys[i].pub)) {
            continue;
        }
        return wc_ini_refuse(
            problem, account->line,
            "[account %s] has a key of the demo, which everybody can sign with; it "
            "is for chains whose id begins with demo-",
            account->name.text);
    }
    return WC_OK;
}

static wc_status settle_accounts(wc_genesis_draft *draft, wc_ini_problem *problem)
{
    wc_slice id = wc_slice_of(draft->chain_id, strlen(draft->chain_id));
    for (uint32_t i = 0; i < draft->account_count; i++) {
        wc_draft_account *account = &draft->accounts[i];
        if (account->account.key_count == 0) {
            return wc_ini_refuse(problem, account->line, "[account %s] lacks `key`",
                                 account->name.text);
        }
        if (account->account.threshold == 0) account->account.threshold = 1;
        WC_TRY(check_secret(draft, account, problem));
        account->address = wc_address_genesis(id, i, account->account.keys[0].pub);
    }
    for (uint32_t i = 0; i < draft->account_count; i++) {
        wc_draft_account *account = &draft->accounts[i];
        if (account->account.kind == WC_ACCOUNT_DEVICE) {
            WC_TRY(resolve(draft, &account->owner, problem, &account->account.owner));
        }
        uint8_t bytes[WC_ACCOUNT_SIZE_MAX];
        wc_buf buf;
        wc_account checked;
        wc_buf_init(&buf, bytes, sizeof bytes);
        wc_account_put(&buf, &account->account);
        if (wc_account_decode(&checked, wc_buf_slice(&buf)) != WC_OK) {
            return wc_ini_refuse(problem, account->line,
                                 "[account %s]: its keys do not reach its threshold of %u",
                                 account->name.text, account->account.threshold);
        }
    }
    return WC_OK;
}

static int compare_assets(const void *a, const void *b)
{
    const wc_draft_asset *x = a, *y = b;
    return x->asset.asset < y->asset.asset ? -1 : x->asset.asset > y->asset.asset;
}

static wc_status settle_assets(wc_genesis_draft *draft, wc_ini_problem *problem)
{
    qsort(draft->assets, draft->asset_count, sizeof draft->assets[0], compare_assets);
    for (uint32_t i = 0; i < draft->asset_count; i++) {
        wc_draft_asset *asset = &draft->assets[i];
        wc_asset *entry = &asset->asset.entry;
        if (asset->asset.asset == 0 || asset->issuer.text[0] == '\0') {
            return wc_ini_refuse(problem, asset->line, "[asset %s] lacks `number` or `issuer`",
                                 asset->code);
        }
        if (i > 0 && asset->asset.asset == asset[-1].asset.asset) {
            return wc_ini_refuse(problem, asset->line, "[asset %s] and [asset %s] have one number",
                                 asset->code, asset[-1].code);
        }
        bool is_network = asset->asset.asset == WC_ASSET_NETWORK;
        if (is_network && !asset->has_scale) entry->scale = WC_ASSET_NETWORK_SCALE;
        if ((is_network && entry->scale != WC_ASSET_NETWORK_SCALE) ||
            (!is_network && !asset->has_scale)) {
            return wc_ini_refuse(problem, asset->line,
                                 "[asset %s] needs `scale`; that of number 1 is %u", asset->code,
                                 WC_ASSET_NETWORK_SCALE);
        }
        entry->kind = is_network ? WC_ASSET_UNITS : WC_ASSET_CURRENCY;
        entry->code = wc_slice_of(asset->code, strlen(asset->code));
        WC_TRY(resolve(draft, &asset->issuer, problem, &entry->issuer));
        draft->genesis.assets[i] = asset->asset;
    }
    draft->genesis.asset_count = (uint16_t)draft->asset_count;
    if (draft->assets[0].asset.asset == WC_ASSET_NETWORK) return WC_OK;
    return wc_ini_refuse(problem, draft->assets[0].line,
                         "no asset has number = 1: the network unit in which fees are paid");
}

static wc_status settle_balance(const wc_genesis_draft *draft, const wc_draft_balance *balance,
                                wc_ini_problem *problem, wc_genesis_balance *settled)
{
    for (uint32_t i = 0; i < draft->asset_count; i++) {
        const wc_draft_asset *asset = &draft->assets[i];
        if (strcmp(asset->code, balance->code) != 0) continue;
        settled->owner = draft->accounts[balance->account].address;
        settled->asset = asset->asset.asset;
        if (wc_parse_scaled(wc_str_of(balance->amount), asset->asset.entry.scale,
                            &settled->amount) == WC_OK &&
            settled->amount > 0) {
            return WC_OK;
        }
        return wc_ini_refuse(problem, balance->line,
                             "`%s` is no amount of %s: above 0, at most %u decimals",
                             balance->amount, asset->code, asset->asset.entry.scale);
    }
    return wc_ini_refuse(problem, balance->line, "there is no [asset %s]", balance->code);
}

static int compare_balances(const void *a, const void *b)
{
    const wc_genesis_balance *x = a, *y = b;
    int order = memcmp(x->owner.bytes, y->owner.bytes, sizeof x->owner.bytes);
    if (order != 0) return order;
    return x->asset < y->asset ? -1 : x->asset > y->asset;
}

static wc_status put_balances(wc_genesis_draft *draft, wc_ini_problem *problem, wc_buf *parts)
{
    wc_genesis_balance *settled = calloc(draft->balance_count + 1u, sizeof *settled);
    if (settled == NULL) return WC_NO_MEMORY;
    wc_status status = WC_OK;
    for (uint32_t i = 0; status == WC_OK && i < draft->balance_count; i++) {
        status = settle_balance(draft, &draft->balances[i], problem, &settled[i]);
    }
    if (status == WC_OK) {
        qsort(settled, draft->balance_count, sizeof *settled, compare_balances);
        for (uint32_t i = 0; i < draft->balance_count; i++) {
            wc_genesis_put_balance(parts, &settled[i]);
        }
    }
    free(settled);
    return status;
}

static int compare_addresses(const void *a, const void *b)
{
    return memcmp(((const wc_address *)a)->bytes, ((const wc_address *)b)->bytes, WC_ADDRESS_SIZE);
}

static wc_status put_admin(wc_genesis_draft *draft, wc_ini_problem *problem, wc_buf *parts)
{
    wc_admin_rule rule = {.threshold = draft->admin_threshold,
                          .count = (uint8_t)draft->member_count};
    if (draft->member_count == 0 || rule.threshold == 0 || rule.threshold > rule.count) {
        return wc_ini_refuse(problem, 0,
                             "[admin] needs `threshold` and as many `member` lines or more");
    }
    for (uint32_t i = 0; i < draft->member_count; i++) {
        WC_TRY(resolve(draft, &draft->members[i], problem, &rule.members[i]));
    }
    qsort(rule.members, rule.count, sizeof rule.members[0], compare_addresses);
    for (uint8_t i = 1; i < rule.count; i++) {
        if (!wc_address_equal(&rule.members[i - 1], &rule.members[i])) continue;
        return wc_ini_refuse(problem, draft->members[0].line, "[admin] names a member twice");
    }
    wc_admin_rule_put(parts, &rule);
    return WC_OK;
}

static wc_status put_validators(wc_genesis_draft *draft, wc_ini_problem *problem, wc_buf *parts)
{
    if (draft->validator_count == 0) {
        return wc_ini_refuse(problem, 0,
                             "there is no [validator NAME]; the first one seals the chain");
    }
    draft->validators.count = (uint16_t)draft->validator_count;
    for (uint32_t i = 0; i < draft->validator_count; i++) {
        const wc_draft_name *name = &draft->operators[i];
        if (!draft->has_validator_key[i]) {
            return wc_ini_refuse(problem, name->line, "[validator %s] lacks `key`", name->text);
        }
        WC_TRY(resolve(draft, name, problem, &draft->validators.list[i].operator_account));
    }
    wc_validators_put(parts, &draft->validators);
    return WC_OK;
}

/* ---- modules --------------------------------------------------------------------------------- */

typedef struct module_file {
    uint8_t *bytes; /* owned */
    wc_slice module;
    wc_hash code;
} module_file;

static wc_status read_module(const wc_genesis_draft *draft, const wc_draft_module *module,
                             wc_ini_problem *problem, module_file *file)
{
    char path[WC_FOLDER_PATH_MAX + WC_INI_LINE_MAX];
    wc_store_problem why;
    size_t len, own;
    bool is_absolute = module->file[0] == '/';
    (void)snprintf(path, sizeof path, "%s%s%s", is_absolute ? "" : draft->base->folder,
                   is_absolute ? "" : "/", module->file);
    wc_status status = wc_place_read(&why, path, (size_t)8 << 20, &file->bytes, &len);
    if (status == WC_NO_MEMORY) return status;
    if (status != WC_OK) return wc_ini_refuse(problem, module->line, "%s", why.text);
    if (wc_module_length(wc_slice_of(file->bytes, len), &own) != WC_OK) {
        return wc_ini_refuse(problem, module->line, "%s is no module (wattclause build makes one)",
                             path);
    }
    file->module = wc_slice_of(file->bytes, own);
    file->code = wc_code_id(file->module);
    return WC_OK;
}

static int compare_modules(const void *a, const void *b)
{
    return memcmp(((const module_file *)a)->code.bytes, ((const module_file *)b)->code.bytes,
                  WC_HASH_SIZE);
}

/* ---- together -------------------------------------------------------------------------------- */

static size_t room_needed(const wc_genesis_draft *draft, const module_file *files)
{
    size_t size = SMALL_PARTS + draft->account_count * (WC_ACCOUNT_SIZE_MAX + 2u) +
                  draft->balance_count * 44u;
    for (uint32_t i = 0; i < draft->module_count; i++) size += files[i].module.len + 4u;
    return size;
}

/* Every part behind the one before; the genesis points to them. */
static wc_status put_parts(wc_genesis_draft *draft, const module_file *files,
                           wc_ini_problem *problem, wc_buf *parts)
{
    wc_genesis *genesis = &draft->genesis;
    size_t start = parts->len;
    wc_params_put(parts, &draft->params);
    genesis->params = wc_slice_of(parts->data + start, parts->len - start);
    start = parts->len;
    for (uint32_t i = 0; i < draft->account_count; i++) {
        wc_genesis_put_account(parts, &draft->accounts[i].account);
    }
    genesis->account_count = draft->account_count;
    genesis->accounts = wc_slice_of(parts->data + start, parts->len - start);
    start = parts->len;
    WC_TRY(put_balances(draft, problem, parts));
    genesis->balance_count = draft->balance_count;
    genesis->balances = wc_slice_of(parts->data + start, parts->len - start);
    start = parts->len;
    for (uint32_t i = 0; i < draft->module_count; i++)
        wc_genesis_put_module(parts, files[i].module);
    genesis->module_count = (uint16_t)draft->module_count;
    genesis->modules = wc_slice_of(parts->data + start, parts->len - start);
    start = parts->len;
    WC_TRY(put_validators(draft, problem, parts));
    genesis->validators = wc_slice_of(parts->data + start, parts->len - start);
    start = parts->len;
    WC_TRY(put_admin(draft, problem, parts));
    genesis->admin = wc_slice_of(parts->data + start, parts->len - start);
    return wc_buf_status(parts);
}

static void put_names(const wc_genesis_draft *draft, wc_buf *text)
{
    for (uint32_t i = 0; i < draft->account_count; i++) {
        wc_buf_put_text(text, i == 0 ? "{\n  " : ",\n  ");
        wc_json_quote(text, wc_str_of(draft->accounts[i].name.text));
        wc_buf_put_text(text, ": \"");
        wc_address_put(text, &draft->accounts[i].address);
        wc_buf_put_text(text, "\"");
    }
    wc_buf_put_text(text, "\n}\n");
}

static wc_status encode(wc_genesis_draft *draft, const module_file *files, wc_ini_problem *problem,
                        wc_genesis_result *result)
{
    size_t room = room_needed(draft, files), bad = 0;
    size_t names_room = 16 + draft->account_count * (size_t)(WC_GENESIS_NAME_MAX + 80u);
    uint8_t *memory = malloc(room);
    wc_genesis *checked = malloc(sizeof *checked);
    wc_genesis_result made = {malloc(room + SMALL_PARTS), 0, malloc(names_room), 0};
    wc_buf parts, whole, names;
    wc_status status = WC_NO_MEMORY;
    if (memory == NULL || checked == NULL || made.bytes == NULL || made.names == NULL) goto done;
    wc_buf_init(&parts, memory, room);
    status = put_parts(draft, files, problem, &parts);
    if (status != WC_OK) goto done;
    draft->genesis.chain_id = wc_slice_of(draft->chain_id, strlen(draft->chain_id));
    draft->genesis.hash_suite = WC_SUITE_SHA256;
    wc_buf_init(&whole, made.bytes, room + SMALL_PARTS);
    wc_genesis_put(&whole, &draft->genesis);
    wc_assert(!whole.full);
    made.len = whole.len;
    status = wc_genesis_decode(checked, &bad, wc_buf_slice(&whole));
    if (status != WC_OK) {
        status =
            wc_ini_refuse(problem, 0, "no node takes this genesis: byte %zu of its encoding: %s",
                          bad, wc_status_text(status));
        goto done;
    }
    wc_buf_init(&names, made.names, names_room);
    put_names(draft, &names);
    made.names_len = names.len;
    *result = made;
    made = (wc_genesis_result){0};

done:
    wc_genesis_result_free(&made);
    free(checked);
    free(memory);
    return status;
}

static wc_status compile(wc_genesis_draft *draft, wc_genesis_result *result,
                         wc_ini_problem *problem)
{
    WC_TRY(require_chain(draft, problem));
    WC_TRY(settle_accounts(draft, problem));
    WC_TRY(settle_assets(draft, problem));
    module_file *files = calloc(draft->module_count + 1u, sizeof *files);
    if (files == NULL) return WC_NO_MEMORY;
    wc_status status = WC_OK;
    for (uint32_t i = 0; status == WC_OK && i < draft->module_count; i++) {
        status = read_module(draft, &draft->modules[i], problem, &files[i]);
    }
    if (status == WC_OK) {
        qsort(files, draft->module_count, sizeof *files, compare_modules);
        status = encode(draft, files, problem, result);
    }
    for (uint32_t i = 0; i < draft->module_count; i++) free(files[i].bytes);
    free(files);
    return status;
}

wc_status wc_genesis_compile(wc_genesis_result *result, wc_ini_problem *problem, wc_str text,
                             const wc_genesis_base *base)
{
    wc_genesis_draft *draft = calloc(1, sizeof *draft);
    if (draft == NULL) return WC_NO_MEMORY;
    *problem = (wc_ini_problem){0};
    draft->base = base;
    draft->params = wc_genesis_defaults();
    draft->genesis.clock = WC_CLOCK_SYSTEM;
    draft->genesis.initial_height = 1;
    draft->accounts = malloc(WC_GENESIS_TEXT_ACCOUNTS_MAX * sizeof *draft->accounts);
    wc_status status = WC_NO_MEMORY;
    if (draft->accounts != NULL) {
        status = wc_ini_read(text, problem, wc_genesis_take, draft);
        if (status == WC_OK) status = compile(draft, result, problem);
    }
    free(draft->accounts);
    free(draft->balances);
    free(draft);
    return status;
}

void wc_genesis_result_free(wc_genesis_result *result)
{
    free(result->bytes);
    free(result->names);
    *result = (wc_genesis_result){0};
}
