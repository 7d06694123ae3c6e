/* Separation of duties: grants whose heights overlap are held against the table. */
#include "node/ledger/duties.h"

static const wc_duty table[] = {
#define WC_DUTY(first, second, why) {WC_ROLE_##first, WC_ROLE_##second, {(why), sizeof(why) - 1}},
#include "node/ledger/duties.def"
#undef WC_DUTY
};

const wc_duty *wc_duty_table(size_t *count)
{
    *count = WC_ARRAY_LEN(table);
    return table;
}

static bool is_about(const wc_duty *duty, uint16_t a, uint16_t b)
{
    return (duty->first == a && duty->second == b) || (duty->first == b && duty->second == a);
}

/* Grants are half-open: one that ends where the other begins does not meet it. */
static bool overlap(const wc_account_role *a, const wc_account_role *b, uint64_t from_h)
{
    uint64_t begin = a->from_h > b->from_h ? a->from_h : b->from_h;
    uint64_t end = a->to_h < b->to_h ? a->to_h : b->to_h;
    return (begin > from_h ? begin : from_h) < end;
}

const wc_duty *wc_duty_broken(const wc_account *account, uint64_t from_h)
{
    for (uint8_t i = 0; i < account->role_count; i++) {
        for (uint8_t j = 0; j < i; j++) {
            if (!overlap(&account->roles[i], &account->roles[j], from_h)) continue;
            for (size_t d = 0; d < WC_ARRAY_LEN(table); d++) {
                if (is_about(&table[d], account->roles[i].role, account->roles[j].role)) {
                    return &table[d];
                }
            }
        }
    }
    return NULL;
}
