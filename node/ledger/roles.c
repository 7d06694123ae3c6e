/* Lookups in roles.def. The table is short and looked up at deployment and in tools only, so a
 * linear search is enough. */
#include "node/ledger/roles.h"

typedef struct role_entry {
    uint16_t number;
    wc_str name;
    wc_str text;
} role_entry;

static const role_entry role_table[] = {
#define WC_ROLE(number, name, clause, text)                                                        \
    {(number), {(clause), sizeof(clause) - 1}, {(text), sizeof(text) - 1}},
#include "node/ledger/roles.def"
#undef WC_ROLE
};

static const role_entry *role_find_number(uint16_t number)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(role_table); i++) {
        if (role_table[i].number == number) return &role_table[i];
    }
    return NULL;
}

bool wc_role_exists(uint16_t number)
{
    return role_find_number(number) != NULL;
}

wc_str wc_role_name(uint16_t number)
{
    const role_entry *entry = role_find_number(number);
    return entry != NULL ? entry->name : WC_STR("");
}

wc_str wc_role_text(uint16_t number)
{
    const role_entry *entry = role_find_number(number);
    return entry != NULL ? entry->text : WC_STR("");
}

wc_role wc_role_find(wc_str name)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(role_table); i++) {
        if (wc_str_equal(role_table[i].name, name)) return (wc_role)role_table[i].number;
    }
    return WC_ROLE_NONE;
}
