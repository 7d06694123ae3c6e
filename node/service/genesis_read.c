/* Reading the lines of a genesis description, section by section. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/ledger/roles.h"
#include "node/ledger/tx.h"
#include "node/query/nearest.h"
#include "node/query/when.h"
#include "node/service/genesis_inside.h"
#include "vm/base/text.h"

/* ---- values ---------------------------------------------------------------------------------- */

static wc_status unknown_key(const wc_ini_line *line, wc_ini_problem *problem, const char *known)
{
    return wc_ini_refuse(problem, line->number, "[%s] has no key `%s`; it has %s", line->section,
                         line->key, known);
}

static wc_status take_number(const wc_ini_line *line, wc_ini_problem *problem, int64_t least,
                             int64_t most, int64_t *number)
{
    if (wc_ini_number(line->value, least, most, number)) return WC_OK;
    return wc_ini_refuse(problem, line->number,
                         "`%s` is a whole number from %lld to %lld, not `%s`", line->key,
                         (long long)least, (long long)most, line->value);
}

static wc_status take_name(const wc_ini_line *line, wc_ini_problem *problem, const char *text,
                           wc_draft_name *name)
{
    size_t len = strlen(text);
    bool is_good = len > 0 && len < sizeof name->text;
    for (size_t i = 0; is_good && i < len; i++) {
        char c = text[i];
        is_good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
    }
    if (!is_good) {
        return wc_ini_refuse(problem, line->number,
                             "`%s` is no name: 1 to %u letters, digits, '-', '_' or '.'", text,
                             WC_GENESIS_NAME_MAX - 1);
    }
    memcpy(name->text, text, len + 1);
    name->line = line->number;
    return WC_OK;
}

static wc_status take_key(const wc_ini_line *line, wc_ini_problem *problem, const char *text,
                          uint8_t pub[32])
{
    wc_public_key key;
    if (wc_parse_hex(wc_str_of(text), key.bytes, sizeof key.bytes) != WC_OK) {
        return wc_ini_refuse(problem, line->number,
                             "`%s` is no public key: needed are 64 hexadecimal digits", text);
    }
    if (wc_public_key_check(&key) != WC_OK) {
        return wc_ini_refuse(problem, line->number,
                             "no signature could ever verify under the key %s", text);
    }
    memcpy(pub, key.bytes, sizeof key.bytes);
    return WC_OK;
}

/* ---- [chain] --------------------------------------------------------------------------------- */

static wc_status take_time(wc_genesis_draft *draft, const wc_ini_line *line,
                           wc_ini_problem *problem)
{
    int64_t end_s;
    wc_str text = wc_str_of(line->value);
    if (wc_parse_span(text, &draft->genesis.time_s, &end_s) != WC_OK ||
        end_s != draft->genesis.time_s + 1) {
        return wc_ini_refuse(problem, line->number,
                             "`%s` is no time like 2026-12-01T00:00:00Z (UTC)", line->value);
    }
    draft->has_time = true;
    return WC_OK;
}

static wc_status take_chain(wc_genesis_draft *draft, const wc_ini_line *line,
                            wc_ini_problem *problem)
{
    if (strcmp(line->key, "time") == 0) return take_time(draft, line, problem);
    if (strcmp(line->key, "id") == 0) {
        if (!wc_chain_id_is_valid(wc_slice_of(line->value, strlen(line->value)))) {
            return wc_ini_refuse(problem, line->number,
                                 "`%s` is no chain id: 1 to %u of a-z, 0-9 and '-', a letter first",
                                 line->value, WC_CHAIN_ID_MAX);
        }
        (void)snprintf(draft->chain_id, sizeof draft->chain_id, "%s", line->value);
        draft->chain_line = line->number;
        return WC_OK;
    }
    if (strcmp(line->key, "clock") == 0) {
        bool is_system = strcmp(line->value, "system") == 0;
        if (!is_system && strcmp(line->value, "scripted") != 0) {
            return wc_ini_refuse(problem, line->number, "`clock` is system or scripted, not `%s`",
                                 line->value);
        }
        draft->genesis.clock = is_system ? WC_CLOCK_SYSTEM : WC_CLOCK_SCRIPTED;
        return WC_OK;
    }
    if (strcmp(line->key, "initial_height") == 0) {
        int64_t height;
        WC_TRY(take_number(line, problem, 1, INT64_MAX / 16, &height));
        draft->genesis.initial_height = (uint64_t)height;
        return WC_OK;
    }
    return unknown_key(line, problem, "id, time, clock and initial_height");
}

/* ---- [params] -------------------------------------------------------------------------------- */

typedef struct params_row {
    const char *key;
    size_t offset, size;
} params_row;

static const params_row params_rows[] = {
#define WC_PARAM(name) {#name, offsetof(wc_params, name), sizeof(((wc_params *)0)->name)},
#include "node/ledger/params.def"
#undef WC_PARAM
};

/* Bounds are those of wc_params_decode, which reads the encoded parameters at the end. */
static wc_status take_param(wc_genesis_draft *draft, const wc_ini_line *line,
                            wc_ini_problem *problem)
{
    const char *best = NULL;
    size_t slips = WC_NEAREST_SLIPS_MAX + 1;
    for (size_t i = 0; i < WC_ARRAY_LEN(params_rows); i++) {
        const params_row *row = &params_rows[i];
        wc_nearest_offer(line->key, row->key, &best, &slips);
        if (strcmp(row->key, line->key) != 0) continue;
        int64_t number;
        WC_TRY(take_number(line, problem, 0, row->size == 4 ? INT32_MAX : INT64_MAX / 16, &number));
        uint32_t small = (uint32_t)number;
        char *member = (char *)&draft->params + row->offset;
        memcpy(member, row->size == 4 ? (const void *)&small : (const void *)&number, row->size);
        wc_params checked;
        uint8_t bytes[WC_PARAMS_SIZE];
        wc_buf buf;
        wc_buf_init(&buf, bytes, sizeof bytes);
        wc_params_put(&buf, &draft->params);
        if (wc_params_decode(&checked, wc_buf_slice(&buf)) == WC_OK) return WC_OK;
        return wc_ini_refuse(problem, line->number, "`%s` = %s is outside of what a chain may have",
                             line->key, line->value);
    }
    return wc_ini_refuse(problem, line->number, "there is no parameter `%s`%s%s%s", line->key,
                         best != NULL ? "; did you mean `" : "", best != NULL ? best : "",
                         best != NULL ? "`?" : "");
}

/* ---- [asset CODE] ---------------------------------------------------------------------------- */

static wc_draft_asset *asset_of(wc_genesis_draft *draft, const char *code, unsigned line)
{
    for (uint32_t i = 0; i < draft->asset_count; i++) {
        if (strcmp(draft->assets[i].code, code) == 0) return &draft->assets[i];
    }
    if (draft->asset_count == WC_ASSETS_MAX || strlen(code) >= WC_GENESIS_NAME_MAX) return NULL;
    wc_draft_asset *asset = &draft->assets[draft->asset_count++];
    memcpy(asset->code, code, strlen(code) + 1);
    asset->line = line;
    return asset;
}

static wc_status take_asset(wc_genesis_draft *draft, const wc_ini_line *line,
                            wc_ini_problem *problem)
{
    int64_t number;
    wc_draft_asset *asset = asset_of(draft, line->section + strlen("asset "), line->number);
    if (asset == NULL) {
        return wc_ini_refuse(problem, line->number,
                             "there are more than %u assets, or the name "
                             "is too long",
                             WC_ASSETS_MAX);
    }
    if (strcmp(line->key, "number") == 0) {
        WC_TRY(take_number(line, problem, 1, UINT32_MAX, &number));
        asset->asset.asset = (uint32_t)number;
        return WC_OK;
    }
    if (strcmp(line->key, "scale") == 0) {
        WC_TRY(take_number(line, problem, 0, WC_ASSET_SCALE_MAX, &number));
        asset->asset.entry.scale = (uint8_t)number;
        asset->has_scale = true;
        return WC_OK;
    }
    if (strcmp(line->key, "issuer") == 0) {
        return take_name(line, problem, line->value, &asset->issuer);
    }
    return unknown_key(line, problem, "number, scale and issuer");
}

/* ---- [account NAME] -------------------------------------------------------------------------- */

wc_draft_account *wc_genesis_account(wc_genesis_draft *draft, const char *name)
{
    for (uint32_t i = draft->account_count; i-- > 0;) { /* mostly the one that is being read */
        if (strcmp(draft->accounts[i].name.text, name) == 0) return &draft->accounts[i];
    }
    return NULL;
}

static wc_status open_account(wc_genesis_draft *draft, const wc_ini_line *line,
                              wc_ini_problem *problem, wc_draft_account **account)
{
    const char *name = line->section + strlen("account ");
    *account = wc_genesis_account(draft, name);
    if (*account != NULL) return WC_OK;
    if (draft->account_count == WC_GENESIS_TEXT_ACCOUNTS_MAX) {
        return wc_ini_refuse(problem, line->number, "there are more than %u accounts",
                             WC_GENESIS_TEXT_ACCOUNTS_MAX);
    }
    wc_draft_account *opened = &draft->accounts[draft->account_count];
    memset(opened, 0, sizeof *opened);
    WC_TRY(take_name(line, problem, name, &opened->name));
    opened->line = line->number;
    opened->account.kind = WC_ACCOUNT_PARTY;
    opened->account.status = WC_ACCOUNT_ACTIVE;
    draft->account_count++;
    *account = opened;
    return WC_OK;
}

/* Splits "A B" at the blank; false: there is none. */
static bool split(const char *value, char *first, char *second, size_t size)
{
    const char *blank = strchr(value, ' ');
    if (blank == NULL || blank == value || (size_t)(blank - value) >= size) return false;
    memcpy(first, value, (size_t)(blank - value));
    first[blank - value] = '\0';
    while (*blank == ' ') blank++;
    if (*blank == '\0' || strlen(blank) >= size) return false;
    memcpy(second, blank, strlen(blank) + 1);
    return true;
}

static wc_status add_key(wc_draft_account *account, const wc_ini_line *line,
                         wc_ini_problem *problem)
{
    char key[80], weight[80];
    int64_t number = 1;
    bool has_weight = split(line->value, key, weight, sizeof key);
    if (has_weight && !wc_ini_number(weight, 1, WC_ACCOUNT_WEIGHT_MAX, &number)) {
        return wc_ini_refuse(problem, line->number, "`%s` is no weight from 1 to %u", weight,
                             WC_ACCOUNT_WEIGHT_MAX);
    }
    if (account->account.key_count == WC_ACCOUNT_KEYS_MAX) {
        return wc_ini_refuse(problem, line->number, "an account has at most %u keys",
                             WC_ACCOUNT_KEYS_MAX);
    }
    wc_account_key *added = &account->account.keys[account->account.key_count];
    *added = (wc_account_key){.key_id = account->account.key_count,
                              .scheme = WC_SCHEME_ED25519,
                              .weight = (uint16_t)number,
                              .scope = WC_SCOPE_ALL,
                              .to_h = WC_HEIGHT_NONE,
                              .revoked_h = WC_HEIGHT_NONE};
    WC_TRY(take_key(line, problem, has_weight ? key : line->value, added->pub));
    account->account.key_count++;
    return WC_OK;
}

static wc_status add_role(wc_draft_account *account, const wc_ini_line *line,
                          wc_ini_problem *problem)
{
    wc_role role = wc_role_find(wc_str_of(line->value));
    wc_account *entry = &account->account;
    if (role == WC_ROLE_NONE) {
        const char *best = NULL;
        size_t slips = WC_NEAREST_SLIPS_MAX + 1;
#define WC_ROLE(number, name, clause, text) wc_nearest_offer(line->value, clause, &best, &slips);
#include "node/ledger/roles.def"
#undef WC_ROLE
        return wc_ini_refuse(problem, line->number, "there is no role `%s`%s%s%s", line->value,
                             best != NULL ? "; did you mean `" : "", best != NULL ? best : "",
                             best != NULL ? "`?" : "");
    }
    uint8_t at = 0;
    while (at < entry->role_count && entry->roles[at].role < role) at++;
    if (at < entry->role_count && entry->roles[at].role == role) {
        return wc_ini_refuse(problem, line->number, "the account has the role %s already",
                             line->value);
    }
    if (entry->role_count == WC_ACCOUNT_ROLES_MAX) {
        return wc_ini_refuse(problem, line->number, "an account has at most %u roles",
                             WC_ACCOUNT_ROLES_MAX);
    }
    memmove(&entry->roles[at + 1], &entry->roles[at],
            (size_t)(entry->role_count - at) * sizeof entry->roles[0]);
    entry->roles[at] = (wc_account_role){.role = (uint16_t)role, .to_h = WC_HEIGHT_NONE};
    entry->role_count++;
    return WC_OK;
}

static wc_status add_balance(wc_genesis_draft *draft, const wc_draft_account *account,
                             const wc_ini_line *line, wc_ini_problem *problem)
{
    if (draft->balance_count == draft->balance_room) {
        uint32_t room = draft->balance_room == 0 ? 64 : 2 * draft->balance_room;
        wc_draft_balance *grown = realloc(draft->balances, room * sizeof *grown);
        if (grown == NULL) return WC_NO_MEMORY;
        draft->balances = grown;
        draft->balance_room = room;
    }
    wc_draft_balance *balance = &draft->balances[draft->balance_count];
    balance->account = (uint32_t)(account - draft->accounts);
    balance->line = line->number;
    if (!split(line->value, balance->amount, balance->code, sizeof balance->amount)) {
        return wc_ini_refuse(problem, line->number, "`%s` is no balance like `12.34 CNY`",
                             line->value);
    }
    draft->balance_count++;
    return WC_OK;
}

static wc_status take_account(wc_genesis_draft *draft, const wc_ini_line *line,
                              wc_ini_problem *problem)
{
    wc_draft_account *account;
    int64_t number;
    WC_TRY(open_account(draft, line, problem, &account));
    if (strcmp(line->key, "key") == 0) return add_key(account, line, problem);
    if (strcmp(line->key, "role") == 0) return add_role(account, line, problem);
    if (strcmp(line->key, "balance") == 0) return add_balance(draft, account, line, problem);
    if (strcmp(line->key, "threshold") == 0) {
        WC_TRY(take_number(line, problem, 1, WC_ACCOUNT_WEIGHT_MAX, &number));
        account->account.threshold = (uint16_t)number;
        return WC_OK;
    }
    if (strcmp(line->key, "owner") == 0) {
        account->account.kind = WC_ACCOUNT_DEVICE;
        return take_name(line, problem, line->value, &account->owner);
    }
    return unknown_key(line, problem, "role, key, threshold, balance and owner");
}

/* ---- [admin], [validator NAME], [modules] ---------------------------------------------------- */

static wc_status take_admin(wc_genesis_draft *draft, const wc_ini_line *line,
                            wc_ini_problem *problem)
{
    int64_t number;
    if (strcmp(line->key, "threshold") == 0) {
        WC_TRY(take_number(line, problem, 1, WC_ADMINS_MAX, &number));
        draft->admin_threshold = (uint8_t)number;
        return WC_OK;
    }
    if (strcmp(line->key, "member") != 0) return unknown_key(line, problem, "threshold and member");
    if (draft->member_count == WC_ADMINS_MAX) {
        return wc_ini_refuse(problem, line->number, "there are more than %u members",
                             WC_ADMINS_MAX);
    }
    return take_name(line, problem, line->value, &draft->members[draft->member_count++]);
}

static wc_status take_validator(wc_genesis_draft *draft, const wc_ini_line *line,
                                wc_ini_problem *problem)
{
    const char *name = line->section + strlen("validator ");
    uint32_t at = 0;
    int64_t number;
    while (at < draft->validator_count && strcmp(draft->operators[at].text, name) != 0) at++;
    if (at == draft->validator_count) {
        if (at == WC_VALIDATORS_MAX) {
            return wc_ini_refuse(problem, line->number, "there are more than %u validators",
                                 WC_VALIDATORS_MAX);
        }
        WC_TRY(take_name(line, problem, name, &draft->operators[at]));
        draft->validators.list[at].power = 1;
        draft->validator_count++;
    }
    wc_validator *validator = &draft->validators.list[at];
    if (strcmp(line->key, "power") == 0) {
        WC_TRY(take_number(line, problem, 0, INT64_C(1) << 40, &number));
        validator->power = (uint64_t)number;
        return WC_OK;
    }
    if (strcmp(line->key, "key") != 0) return unknown_key(line, problem, "key and power");
    draft->has_validator_key[at] = true;
    if (strcmp(line->value, "sequencer") == 0) {
        memcpy(validator->pub, draft->base->sequencer->bytes, sizeof validator->pub);
        return WC_OK;
    }
    return take_key(line, problem, line->value, validator->pub);
}

static wc_status take_module(wc_genesis_draft *draft, const wc_ini_line *line,
                             wc_ini_problem *problem)
{
    if (strcmp(line->key, "file") != 0) return unknown_key(line, problem, "file");
    if (draft->module_count == WC_GENESIS_MODULES_MAX) {
        return wc_ini_refuse(problem, line->number, "there are more than %u modules",
                             WC_GENESIS_MODULES_MAX);
    }
    wc_draft_module *module = &draft->modules[draft->module_count++];
    (void)snprintf(module->file, sizeof module->file, "%s", line->value);
    module->line = line->number;
    return WC_OK;
}

wc_status wc_genesis_take(void *self, const wc_ini_line *line, wc_ini_problem *problem)
{
    wc_genesis_draft *draft = self;
    const char *section = line->section;
    if (strcmp(section, "chain") == 0) return take_chain(draft, line, problem);
    if (strcmp(section, "params") == 0) return take_param(draft, line, problem);
    if (strcmp(section, "admin") == 0) return take_admin(draft, line, problem);
    if (strcmp(section, "modules") == 0) return take_module(draft, line, problem);
    if (strncmp(section, "asset ", 6) == 0) return take_asset(draft, line, problem);
    if (strncmp(section, "account ", 8) == 0) return take_account(draft, line, problem);
    if (strncmp(section, "validator ", 10) == 0) return take_validator(draft, line, problem);
    return wc_ini_refuse(problem, line->number,
                         "there is no section [%s]; there are [chain], [params], [asset CODE], "
                         "[account NAME], [admin], [validator NAME] and [modules]",
                         section);
}
