/* Who is in the contract, whose money it can move, and who can read what. */
#include "compiler/doc/sheet.h"

static uint64_t bit(unsigned index)
{
    return UINT64_C(1) << index;
}

static bool moves_money(const wc_sheet *sheet)
{
    return sheet->contract->currency_count > 0;
}

static bool names_party(const wc_sema_routine *routine, uint16_t party)
{
    for (uint8_t i = 0; i < routine->who_count; i++) {
        if (!routine->who[i].is_role && routine->who[i].party == party) return true;
    }
    return false;
}

/* The party's own signature is enough to start it. */
static bool is_alone(const wc_sema_routine *routine, uint16_t party)
{
    if (routine->by == WC_BY_ANY_PARTY) return true;
    bool is_one = routine->by == WC_BY_ANY ||
                  (routine->by == WC_BY_QUORUM && routine->quorum == 1) ||
                  (routine->by == WC_BY_ALL && routine->who_count == 1);
    return is_one && names_party(routine, party);
}

/* ---- parties -----------------------------------------------------------------------------------
 */

/* Actions that name the party, or all that anybody may start. */
static bool put_startable(wc_sheet *sheet, uint16_t party, bool anybody)
{
    bool is_first = true;
    for (uint16_t i = 0; i < sheet->contract->action_count; i++) {
        const wc_sema_routine *action = sheet->contract->actions[i];
        bool is_open = action->by == WC_BY_ANY_PARTY;
        if (is_open != anybody || (!is_open && !names_party(action, party))) continue;
        wc_doc_comma(sheet->doc, &is_first);
        wc_doc_code(sheet->doc, action->name);
        if (!is_alone(action, party)) wc_doc_say(sheet->doc, " (with others)");
    }
    return !is_first;
}

static bool is_open_to_anybody(const wc_sheet *sheet)
{
    for (uint16_t i = 0; i < sheet->contract->action_count; i++) {
        if (sheet->contract->actions[i]->by == WC_BY_ANY_PARTY) return true;
    }
    return false;
}

static void put_rights(wc_sheet *sheet, uint16_t party)
{
    bool has_own = put_startable(sheet, party, false), is_open = is_open_to_anybody(sheet);
    if (!has_own && !is_open) wc_doc_say(sheet->doc, "nothing");
    if (has_own && is_open) wc_doc_break(sheet->doc);
    if (!is_open) return;
    wc_doc_say(sheet->doc, "as anybody: ");
    (void)put_startable(sheet, party, true);
}

/* Duties: what nobody can do without this party. */
static void put_duties(wc_sheet *sheet, uint16_t party)
{
    bool is_first = true;
    for (uint16_t i = 0; i < sheet->contract->action_count; i++) {
        const wc_sema_routine *action = sheet->contract->actions[i];
        bool is_needed = action->by == WC_BY_ALL && names_party(action, party);
        if (!is_needed) continue;
        wc_doc_comma(sheet->doc, &is_first);
        wc_doc_code(sheet->doc, action->name);
    }
    if (is_first) wc_doc_say(sheet->doc, "nothing");
}

void wc_sheet_people(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {{"party", "party"},
                                            {"needs", "must be"},
                                            {"signs", "signs the contract"},
                                            {"can_start", "can start"},
                                            {"needed_for", "cannot be done without it"},
                                            {"meaning", "meaning"}};
    wc_doc *doc = sheet->doc;
    const wc_sema_contract *contract = sheet->contract;
    wc_doc_section_open(doc, "parties", "Parties");
    bool has_signatory = false;
    for (uint16_t i = 0; i < contract->party_count; i++) {
        has_signatory = has_signatory || contract->parties[i].is_signatory;
    }
    if (!has_signatory) {
        wc_doc_para(doc);
        wc_doc_say(doc, "No party is a signatory: one of them, whichever, signs when the contract "
                        "is made.");
    }
    wc_doc_table(doc, "parties", columns, WC_ARRAY_LEN(columns));
    for (uint16_t i = 0; i < contract->party_count; i++) {
        const wc_sema_party *party = &contract->parties[i];
        wc_doc_row_open(doc, &party->span);
        wc_doc_cell(doc);
        wc_doc_code(doc, party->name);
        wc_doc_cell(doc);
        if (party->role.len > 0) {
            wc_doc_say(doc, "holder of role ");
            wc_doc_code(doc, party->role);
        } else {
            wc_doc_say(doc, "any account or contract");
        }
        wc_doc_cell(doc);
        wc_doc_say(doc, party->is_signatory ? "yes" : "no");
        wc_doc_cell(doc);
        put_rights(sheet, i);
        wc_doc_cell(doc);
        put_duties(sheet, i);
        wc_doc_cell(doc);
        wc_doc_words(doc, wc_sheet_comment(sheet, party->span));
    }
}

/* ---- money and ways out ------------------------------------------------------------------------
 */

static bool touches(const wc_authority_move *move, uint16_t party)
{
    if (move->effect == WC_AUTHORITY_CLOSE || move->effect == WC_AUTHORITY_UNLOCK_ALL ||
        move->effect == WC_AUTHORITY_UNLOCK || move->effect == WC_AUTHORITY_LOCK ||
        move->effect == WC_AUTHORITY_SEND || move->effect == WC_AUTHORITY_TAKE) {
        return false;
    }
    if (move->from.owner == WC_OWNER_PARTY) return move->from.party == party;
    return move->from.owner != WC_OWNER_SELF && move->from.owner != WC_OWNER_NOBODY;
}

static void put_starter(wc_sheet *sheet, const wc_sema_routine *routine)
{
    if (routine->kind == WC_ROUTINE_AFTER) {
        wc_doc_code(sheet->doc, wc_sheet_text(sheet, routine->due->span));
    } else {
        wc_doc_code(sheet->doc, routine->name);
    }
}

/* party >= party_count: anybody else who has put money in. */
static void put_losses(wc_sheet *sheet, uint16_t party)
{
    bool is_first = true;
    for (uint32_t i = 0; i < sheet->authority->row_count; i++) {
        const wc_authority_row *row = &sheet->authority->rows[i];
        for (uint32_t k = 0; k < row->move_count; k++) {
            if (!touches(&row->moves[k], party)) continue;
            if (!is_first) wc_doc_break(sheet->doc);
            is_first = false;
            if (row->routine->kind == WC_ROUTINE_AFTER) wc_doc_say(sheet->doc, "by time at ");
            put_starter(sheet, row->routine);
            wc_doc_say(sheet->doc, " ");
            wc_sheet_move(sheet, &row->moves[k]);
            wc_doc_say(sheet->doc, " (");
            wc_doc_place(sheet->doc, row->moves[k].span);
            wc_doc_say(sheet->doc, ")");
        }
    }
    if (is_first) wc_doc_say(sheet->doc, "no clause takes from its money");
}

static bool can_lose(const wc_sheet *sheet, uint16_t party)
{
    for (uint32_t i = 0; i < sheet->authority->row_count; i++) {
        const wc_authority_row *row = &sheet->authority->rows[i];
        for (uint32_t k = 0; k < row->move_count; k++) {
            if (touches(&row->moves[k], party)) return true;
        }
    }
    return false;
}

/* Some clause locks its money in a call that it need not sign. */
static bool is_drawn(const wc_sheet *sheet, uint16_t party)
{
    for (uint32_t i = 0; i < sheet->authority->row_count; i++) {
        const wc_authority_row *row = &sheet->authority->rows[i];
        for (uint32_t k = 0; k < row->move_count; k++) {
            const wc_authority_move *move = &row->moves[k];
            bool is_its = move->effect == WC_AUTHORITY_LOCK && move->from.owner == WC_OWNER_PARTY &&
                          move->from.party == party;
            if (is_its && !names_party(row->routine, party)) return true;
        }
    }
    return false;
}

/* Others than the parties can put money in: whoever calls, or whom a term or an argument names. */
static bool has_strangers(const wc_sheet *sheet)
{
    for (uint32_t i = 0; i < sheet->authority->row_count; i++) {
        const wc_authority_row *row = &sheet->authority->rows[i];
        for (uint32_t k = 0; k < row->move_count; k++) {
            const wc_authority_move *move = &row->moves[k];
            if (move->effect == WC_AUTHORITY_LOCK && move->from.owner != WC_OWNER_PARTY) {
                return true;
            }
        }
    }
    return false;
}

static uint64_t finals(const wc_sheet *sheet)
{
    uint64_t found = 0;
    for (uint16_t i = 0; i < sheet->contract->state_count; i++) {
        if (sheet->contract->states[i].is_final) found |= bit(i);
    }
    return found;
}

/* Actions that end the contract and need nobody else. */
static void put_exits(wc_sheet *sheet, uint16_t party)
{
    bool is_first = true;
    for (uint16_t i = 0; i < sheet->contract->action_count; i++) {
        const wc_sema_routine *action = sheet->contract->actions[i];
        bool ends = (action->leads_to & finals(sheet)) != 0;
        bool may = party < sheet->contract->party_count ? is_alone(action, party)
                                                        : action->by == WC_BY_ANY_PARTY;
        if (!ends || !may) continue;
        wc_doc_say(sheet->doc, is_first ? "alone, by " : ", ");
        is_first = false;
        wc_doc_code(sheet->doc, action->name);
    }
    if (is_first) wc_doc_say(sheet->doc, "not alone; by time, as below");
}

static void put_money_row(wc_sheet *sheet, uint16_t party)
{
    wc_doc *doc = sheet->doc;
    bool is_party = party < sheet->contract->party_count;
    wc_doc_row_open(doc, is_party ? &sheet->contract->parties[party].span : NULL);
    wc_doc_cell(doc);
    if (is_party) {
        wc_doc_code(doc, sheet->contract->parties[party].name);
    } else {
        wc_doc_say(doc, "anybody else who puts money in");
    }
    wc_doc_cell(doc);
    if (can_lose(sheet, party)) {
        wc_doc_strong(doc, "all that it has put into this contract");
        wc_doc_say(doc, is_drawn(sheet, party) ? ", and what its mandate lets the contract draw"
                                               : "; never more");
    } else {
        wc_doc_strong(doc, "nothing");
    }
    wc_doc_cell(doc);
    put_losses(sheet, party);
    wc_doc_cell(doc);
    put_exits(sheet, party);
}

/* States from which time alone leads to a final state whatever the time-outs decide. */
static uint64_t ended_by_time(const wc_sheet *sheet)
{
    uint64_t good = finals(sheet), before;
    do { /* gains a state each round: at most 64 */
        before = good;
        for (uint16_t i = 0; i < sheet->contract->after_count; i++) {
            const wc_sema_routine *after = sheet->contract->afters[i];
            uint64_t outside = after->leads_to & ~good & ~after->when;
            bool moves_on = (after->leads_to & good) != 0;
            if (outside == 0 && moves_on) good |= after->when;
        }
    } while (good != before);
    return good;
}

static void put_timed_exit(wc_sheet *sheet, uint16_t state)
{
    wc_doc *doc = sheet->doc;
    bool is_first = true;
    for (uint16_t i = 0; i < sheet->contract->after_count; i++) {
        const wc_sema_routine *after = sheet->contract->afters[i];
        if ((after->when & bit(state)) == 0) continue;
        if (!is_first) wc_doc_break(doc);
        is_first = false;
        wc_doc_say(doc, "at ");
        wc_doc_code(doc, wc_sheet_text(sheet, after->due->span));
        wc_doc_say(doc, " to ");
        wc_sheet_states_of(sheet, after->leads_to);
    }
    if (!is_first) return;
    if (moves_money(sheet)) {
        wc_doc_say(doc, "never: what it holds is in the custody of a bank, and only what the bank "
                        "reports ends it");
    } else {
        wc_doc_say(doc, "never; somebody must act");
    }
}

static void put_exit_table(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {{"state", "state"},
                                            {"by_time", "left by time alone"},
                                            {"ends", "so it ends without anybody"}};
    uint64_t ends = ended_by_time(sheet);
    wc_doc_table(sheet->doc, "exits", columns, WC_ARRAY_LEN(columns));
    for (uint16_t i = 0; i < sheet->contract->state_count; i++) {
        const wc_sema_state *state = &sheet->contract->states[i];
        if (state->is_final) continue;
        wc_doc_row_open(sheet->doc, &state->span);
        wc_doc_cell(sheet->doc);
        wc_doc_code(sheet->doc, state->name);
        wc_doc_cell(sheet->doc);
        put_timed_exit(sheet, i);
        wc_doc_cell(sheet->doc);
        if ((ends & bit(i)) != 0) {
            wc_doc_say(sheet->doc, "yes");
        } else {
            wc_doc_strong(sheet->doc, "no");
        }
    }
}

void wc_sheet_money(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {{"party", "party"},
                                            {"worst_case", "can lose at worst"},
                                            {"taken_by", "what takes from it"},
                                            {"exit", "can end the contract"}};
    wc_doc *doc = sheet->doc;
    wc_doc_section_open(doc, "money", "What it can cost, and the ways out");
    wc_doc_para(doc);
    if (!moves_money(sheet)) {
        wc_doc_strong(doc, "This contract moves no money.");
        wc_doc_say(doc, " It may state what is due; another contract collects it, and its sheet "
                        "says under which mandate.");
    } else {
        wc_doc_say(doc, "A free balance is touched only within a limit that its owner signed: in "
                        "the call itself, or in a mandate. What was put into the contract is held "
                        "for its owner, and leaves only by the clauses named here. ");
        if (finals(sheet) != 0) {
            wc_doc_say(doc, "Entering ");
            wc_sheet_states_of(sheet, finals(sheet));
            wc_doc_say(doc, " gives everybody back what is left of theirs.");
        }
        wc_doc_table(doc, "money", columns, WC_ARRAY_LEN(columns));
        for (uint16_t i = 0; i < sheet->contract->party_count; i++) put_money_row(sheet, i);
        if (has_strangers(sheet)) put_money_row(sheet, sheet->contract->party_count);
    }
    put_exit_table(sheet);
}

/* ---- authority ---------------------------------------------------------------------------------
 */

void wc_sheet_authority(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {
        {"who", "who"}, {"starts", "by, or at"}, {"states", "in"}, {"effect", "effect on money"}};
    wc_doc *doc = sheet->doc;
    wc_doc_section_open(doc, "authority", "Who can do what to whose money");
    if (!moves_money(sheet)) {
        wc_doc_para(doc);
        wc_doc_say(doc, "Nobody can do anything to anybody's money here.");
        return;
    }
    wc_doc_table(doc, "authority", columns, WC_ARRAY_LEN(columns));
    for (uint32_t i = 0; i < sheet->authority->row_count; i++) {
        const wc_authority_row *row = &sheet->authority->rows[i];
        for (uint32_t k = 0; k < row->move_count; k++) {
            const wc_authority_move *move = &row->moves[k];
            wc_doc_row_open(doc, &move->span);
            wc_doc_cell(doc);
            if (row->routine->kind == WC_ROUTINE_AFTER) {
                wc_doc_strong(doc, "time alone");
            } else {
                wc_sheet_by(sheet, row->routine);
            }
            wc_doc_cell(doc);
            put_starter(sheet, row->routine);
            wc_doc_cell(doc);
            wc_sheet_states_of(sheet, move->states);
            wc_doc_cell(doc);
            wc_sheet_move(sheet, move);
        }
    }
}

/* ---- who reads ---------------------------------------------------------------------------------
 */

static void put_readers(wc_sheet *sheet)
{
    bool is_first = true, has_any = false;
    for (uint16_t i = 0; i < sheet->contract->party_count; i++) {
        const wc_sema_party *party = &sheet->contract->parties[i];
        if (!party->is_signatory && !party->is_visible) continue;
        wc_doc_comma(sheet->doc, &is_first);
        wc_doc_code(sheet->doc, party->name);
        has_any = true;
    }
    if (!has_any) wc_doc_say(sheet->doc, "every party of the contract");
}

static void put_readable(wc_sheet *sheet, const char *kind, wc_str name, const wc_span *span)
{
    wc_doc_row_open(sheet->doc, span);
    wc_doc_cell(sheet->doc);
    wc_doc_code(sheet->doc, name);
    wc_doc_cell(sheet->doc);
    wc_doc_say(sheet->doc, "{}", kind);
    wc_doc_cell(sheet->doc);
    put_readers(sheet);
}

void wc_sheet_readers(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {
        {"what", "what"}, {"kind", "kind"}, {"readers", "who can read it"}};
    const wc_sema_contract *contract = sheet->contract;
    wc_doc_section_open(sheet->doc, "readers", "Who can read what");
    wc_doc_para(sheet->doc);
    wc_doc_say(sheet->doc,
               "This is the right to read through the interface of a node: signatories, and whom "
               "the contract names as readers. Whoever runs a node sees the public state; "
               "only detached personal data stays unreadable without its key.");
    wc_doc_table(sheet->doc, "readers", columns, WC_ARRAY_LEN(columns));
    for (uint16_t i = 0; i < contract->term_count; i++) {
        put_readable(sheet, "term", contract->terms[i].name, &contract->terms[i].span);
    }
    for (uint16_t i = 0; i < contract->field_count; i++) {
        put_readable(sheet, "storage", contract->fields[i].name, &contract->fields[i].span);
    }
    for (uint16_t i = 0; i < contract->event_count; i++) {
        put_readable(sheet, "event", contract->events[i]->name, &contract->events[i]->span);
    }
    wc_span span = contract->span;
    put_readable(sheet, "state and its data", WC_STR("state"), &span);
}
