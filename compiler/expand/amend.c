/* Amendable terms: the open proposal in the storage, and the actions that make and accept it.
 *
 *   amendable strike : Price;      signatory seller, buyer;      becomes
 *
 *   storage  strike_proposed : option<Price>; strike_accepted_seller, strike_accepted_buyer : bool;
 *   action   propose_strike(value)  by any(seller, buyer): the open proposal is this one, whatever
 *            was open before
 *   action   accept_strike(value)   by any(seller, buyer): of the open proposal and no other
 *   events   StrikeProposed, StrikeAccepted, StrikeAmended;  errors StrikeNotProposed,
 *            StrikeAlreadyAccepted
 *
 * Whoever accepts last makes `strike = value;`, which no author can write. A signatory that holds
 * two places accepts for both. The only signatory of a contract amends by proposing. */
#include "compiler/expand/inside.h"

/* The name in capitals for events and errors: min_take is MinTake. */
static void put_camel(wc_expander *x, wc_str name)
{
    bool is_start = true;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        if (c == '_') {
            is_start = true;
            continue;
        }
        if (is_start && c >= 'a') c = (char)(c - 'a' + 'A');
        is_start = false;
        wc_buf_put(&x->text, &c, 1);
    }
}

typedef struct amendable {
    wc_str name, type;
    const wc_ast_list *signers; /* of wc_ast_name */
} amendable;

/* Puts a pattern: $n the term, $N its name in capitals, $t its type, $s the signatory. */
static void put(wc_expander *x, const amendable *a, wc_str signer, const char *pattern)
{
    for (const char *at = pattern; *at != '\0'; at++) {
        if (*at != '$') {
            wc_buf_put(&x->text, at, 1);
            continue;
        }
        at++;
        if (*at == 'n') wc_expand_put(x, a->name);
        if (*at == 'N') put_camel(x, a->name);
        if (*at == 't') wc_expand_put(x, a->type);
        if (*at == 's') wc_expand_put(x, signer);
    }
}

/* The pattern for each signatory, with what stands between two of them. */
static void put_each(wc_expander *x, const amendable *a, const char *pattern, const char *between)
{
    for (uint32_t i = 0; i < a->signers->count; i++) {
        const wc_ast_name *signer = wc_ast_at(a->signers, i);
        if (i > 0) wc_expand_put_text(x, between);
        put(x, a, signer->text, pattern);
    }
}

static void put_all(wc_expander *x, const amendable *a, const char *pattern)
{
    put(x, a, WC_STR(""), pattern);
}

static void put_change(wc_expander *x, const amendable *a)
{
    wc_expand_put_text(x, "if ");
    put_each(x, a, "self.$n_accepted_$s", " && ");
    put_all(x, a, " { emit $NAmended($n, value); $n = value; self.$n_proposed = none; }\n}\n");
}

static void put_propose(wc_expander *x, const amendable *a)
{
    put_all(x, a, "action propose_$n(value : $t) by any(");
    put_each(x, a, "$s", ", ");
    put_all(x, a, ") {\nself.$n_proposed = some(value);\n");
    put_each(x, a, "self.$n_accepted_$s = caller() == $s;\n", "");
    put_all(x, a, "emit $NProposed(caller(), value);\n");
    put_change(x, a);
}

static void put_accept(wc_expander *x, const amendable *a)
{
    put_all(x, a, "action accept_$n(value : $t) by any(");
    put_each(x, a, "$s", ", ");
    put_all(x, a, ")\nrequires self.$n_proposed == some(value) : $NNotProposed(value);\nrequires ");
    put_each(x, a, "(caller() == $s && !self.$n_accepted_$s)", " || ");
    put_all(x, a, " : $NAlreadyAccepted();\n{\n");
    put_each(x, a, "if caller() == $s { self.$n_accepted_$s = true; }\n", "");
    put_all(x, a, "emit $NAccepted(caller(), value);\n");
    put_change(x, a);
}

static void put_text(wc_expander *x, const amendable *a)
{
    bool is_alone = a->signers->count == 1;
    x->text.len = 0;
    put_all(x, a, "module made;\n");
    put_all(x, a, "event $NProposed(proposer : party, value : $t);\n");
    if (!is_alone) put_all(x, a, "event $NAccepted(acceptor : party, value : $t);\n");
    put_all(x, a, "event $NAmended(was : $t, becomes : $t);\n");
    if (!is_alone) {
        put_all(x, a, "error $NNotProposed(value : $t);\nerror $NAlreadyAccepted();\n");
    }
    put_all(x, a, "contract made {\nstorage {\n$n_proposed : option<$t>;\n");
    put_each(x, a, "$n_accepted_$s : bool;\n", "");
    put_all(x, a, "}\n");
    put_propose(x, a);
    if (!is_alone) put_accept(x, a);
    put_all(x, a, "}\n");
}

wc_status wc_expand_terms(wc_expander *x)
{
    for (uint32_t i = 0; i < x->contract->terms.count; i++) {
        const wc_ast_field *term = wc_ast_at(&x->contract->terms, i);
        if (!term->is_amendable) continue;
        if (x->contract->signatories.count == 0) {
            wc_diag *diag = wc_diag_report(x->job->diags, WC_E1208, term->span,
                                           "nobody could agree to another `{}`", term->name.text);
            wc_diag_add_note(x->job->diags, diag, "the signatories agree on it: signatory a, b;");
            continue;
        }
        amendable a = {.name = term->name.text,
                       .type = wc_source_text(x->file->source, term->type->span),
                       .signers = &x->contract->signatories};
        wc_ast_part part = {.origin = term->span, .name = term->name.text}, *added;
        put_text(x, &a);
        WC_TRY(wc_expand_parse(x, &part, x->file->source->name, false, &added));
    }
    return WC_OK;
}
