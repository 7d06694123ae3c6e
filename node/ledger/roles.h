/* The role table of the consortium, derived from roles.def. */
#ifndef WC_NODE_LEDGER_ROLES_H
#define WC_NODE_LEDGER_ROLES_H

#include "vm/base/slice.h"

typedef enum wc_role {
    WC_ROLE_NONE = 0,
#define WC_ROLE(number, name, clause, text) WC_ROLE_##name = (number),
#include "node/ledger/roles.def"
#undef WC_ROLE
} wc_role;

/* True when number stands in roles.def. 0 does not. */
WC_MUST_USE bool wc_role_exists(uint16_t number);

/* Name in Clause ("GridOperator"); "" for a number not in the table. */
wc_str wc_role_name(uint16_t number);

/* Sentence of roles.def; "" for a number not in the table. */
wc_str wc_role_text(uint16_t number);

/* Number of a role by its name in Clause; WC_ROLE_NONE when there is none. */
wc_role wc_role_find(wc_str name);

#endif
