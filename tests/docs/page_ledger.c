/* docs/reference/ledger.md: the tables of node/ledger, and the status codes of vm/base. */
#include "node/ledger/params.h"
#include "node/ledger/prices.h"
#include "tests/docs/page.h"

static void put_natives(void)
{
    doc_put("## Native calls\n\nWhat the ledger itself does when it is called (call kind 3). The "
            "number is the method; arguments follow one another as "
            "[ledger-formats.md](ledger-formats.md) writes integers and texts. Deploying a module, "
            "creating an instance and handing in readings are call kinds of their own. A call that "
            "cannot be done fails with a code of [refusals.md](refusals.md).\n\n");
    DOC_HEAD("number", "name", "who", "arguments", "what it does");
#define WC_NATIVE(number, name, who, arguments, text)                                              \
    DOC_ROW(#number, "`" #name "`", who, "`" arguments "`", text);
#include "node/ledger/natives.def"
#undef WC_NATIVE
}

static void put_roles(void)
{
    doc_put("\n## Roles\n\nAn account acts in a role that the administration has granted it. In "
            "Clause: `parties { bank : role SettlementBank; }`. Number 0 means no role.\n\n");
    DOC_HEAD("number", "name", "in Clause", "what the holder does");
#define WC_ROLE(number, name, clause, text) DOC_ROW(#number, #name, "`" clause "`", text);
#include "node/ledger/roles.def"
#undef WC_ROLE
}

static void put_duties(void)
{
    doc_put(
        "\n### Separation of duties\n\nNo account holds both roles of a row at the same height: "
        "such an account is not created, such a role is not granted (`DUTIES_CONFLICT`), such a "
        "genesis is refused.\n\n");
    DOC_HEAD("role", "and role", "why not");
#define WC_DUTY(first, second, why) DOC_ROW(#first, #second, why);
#include "node/ledger/duties.def"
#undef WC_DUTY
}

static void put_proposals(void)
{
    doc_put("\n## Proposals\n\nChanges to the chain's own rules. A member of the administration "
            "proposes one (`proposal_make`), as many members as its rule asks for approve it, and "
            "after `governance_delay_s` seconds of block time any member runs it. On a chain "
            "without delay the administration deploys modules with its signatures alone.\n\n");
    DOC_HEAD("kind", "name", "body", "what it does");
#define WC_PROPOSAL(number, name, body, text) DOC_ROW(#number, #name, "`" body "`", text);
#include "node/ledger/proposals.def"
#undef WC_PROPOSAL
}

static void put_account_changes(void)
{
    doc_put("\n### Account changes\n\nThe field `what` of `ACCOUNT_CHANGED`.\n\n");
    DOC_HEAD("what", "name", "third field", "what changed");
#define WC_ACCOUNT_CHANGE(number, name, third, text) DOC_ROW(#number, #name, third, text);
#include "node/ledger/account_changes.def"
#undef WC_ACCOUNT_CHANGE
}

static void put_spaces(void)
{
    doc_put("\n## State spaces\n\nA stored key is the space's number, one byte, and the logical "
            "key; the tree's key is `SHA256(space ‖ 00 ‖ logical key)`. Numbers in the logical key "
            "are bytes.\n\n");
    DOC_HEAD("number", "name", "logical key", "what lies there");
#define WC_SPACE(number, name, key, text) DOC_ROW(#number, #name, key, text);
#include "node/ledger/state_spaces.def"
#undef WC_SPACE
}

static void put_events(void)
{
    doc_put("\n## Events of the ledger\n\nEmitter: the system account `ledger`. Events of a "
            "contract have its instance as emitter and the module's event number as type.\n\n");
    DOC_HEAD("type", "name", "data", "what happened");
#define WC_EVENT(number, name, data, text) DOC_ROW(#number, #name, "`" data "`", text);
#include "node/ledger/events.def"
#undef WC_EVENT
}

static void put_statuses(void)
{
    doc_put("\n## Status codes\n\nWhat broke in the environment or in bytes from outside. An "
            "operator sees them; they never stand in a receipt.\n\n");
    DOC_HEAD("number", "name", "what was found");
#define WC_STATUS(number, name, text) DOC_ROW(#number, #name, text);
#include "vm/base/status.def"
#undef WC_STATUS
}

static void put_price(uint64_t gas, const char *of)
{
    doc_put("| ");
    doc_put_number(gas);
    doc_put(" | ");
    doc_put_prose(of);
    doc_put(" |\n");
}

static void put_prices(void)
{
    doc_put(
        "\n## Prices\n\nGas that the ledger charges around the machine, whose own prices are in "
        "[vm-instructions.md](vm-instructions.md#prices). A fee is gas used times the chain's "
        "price, per ");
    doc_put_number(WC_GAS_PER_PRICE);
    doc_put(" gas, rounded up.\n\n");
    DOC_HEAD("gas", "for each");
    put_price(WC_PRICE_TX, "transaction: nonce, receipt, roots");
    put_price(WC_PRICE_SIGNATURE, "signature");
    put_price(WC_PRICE_CALL, "call");
    put_price(WC_PRICE_BYTE, "byte of the transaction");
    put_price(WC_PRICE_NATIVE, "native call, beside the keys it touches");
    put_price(WC_PRICE_VERIFY, "byte of a deployed module");
    doc_put("\nA view whose bound exceeds ");
    doc_put_number(WC_VIEW_GAS_MAX);
    doc_put(" gas is not deployed.\n");
}

void doc_ledger(void)
{
    doc_put_title(
        "Ledger",
        "natives.def, roles.def, duties.def, proposals.def, state_spaces.def, events.def and "
        "account_changes.def in "
        "node/ledger, its prices.h, and vm/base/status.def");
    doc_put("The numbers of the ledger. All are stored or hashed, stable, and never reused.\n\n");
    put_natives();
    put_roles();
    put_duties();
    put_proposals();
    put_spaces();
    put_events();
    put_account_changes();
    put_prices();
    put_statuses();
}
