/* Linear forms: see linear.h. The number of a form is that of an atom made of its terms, so that
 * one table serves both. */
#include "compiler/sema/linear.h"

#include "vm/base/text.h"

#define WC_SLOTS_FIRST 64u
#define WC_KEY_FORM    UINT64_MAX /* first word of the key of an atom that numbers a form */

static const wc_linear zero_form = {0, NULL};

const wc_linear *wc_linear_zero(void)
{
    return &zero_form;
}

/* --- atoms ------------------------------------------------------------------------------------ */

static uint32_t hash_key(const uint64_t *key)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (unsigned i = 0; i < WC_KEY_WORDS; i++) {
        hash = (hash ^ key[i]) * UINT64_C(1099511628211);
        hash ^= hash >> 29;
    }
    return (uint32_t)(hash ^ hash >> 32);
}

static void put_slot(wc_linear_space *space, const wc_atom *atom, uint32_t number)
{
    uint32_t at = hash_key(atom->key) & (space->slot_count - 1);
    while (space->slots[at] != 0) at = (at + 1) & (space->slot_count - 1);
    space->slots[at] = number + 1;
}

static void grow(wc_linear_space *space)
{
    space->slot_count = space->slot_count == 0 ? WC_SLOTS_FIRST : 2 * space->slot_count;
    space->slots = WC_SEMA_ARRAY(space->sema, uint32_t, space->slot_count);
    for (uint32_t i = 0; i < space->atoms.count; i++) {
        put_slot(space, wc_sema_at(&space->atoms, i), i);
    }
}

static uint32_t atom_number(wc_linear_space *space, const wc_atom *atom)
{
    if (2 * (space->atoms.count + 1) > space->slot_count) grow(space);
    uint32_t mask = space->slot_count - 1;
    for (uint32_t at = hash_key(atom->key) & mask; space->slots[at] != 0; at = (at + 1) & mask) {
        wc_atom *known = wc_sema_at(&space->atoms, space->slots[at] - 1);
        if (memcmp(known->key, atom->key, sizeof(atom->key)) != 0) continue;
        known->range = wc_range_meet(known->range, atom->range);
        return space->slots[at] - 1;
    }
    wc_atom *added = WC_SEMA_NEW(space->sema, wc_atom);
    *added = *atom;
    wc_sema_push(space->sema, &space->atoms, added);
    put_slot(space, added, space->atoms.count - 1);
    return space->atoms.count - 1;
}

void wc_linear_init(wc_linear_space *space, wc_sema *sema)
{
    *space = (wc_linear_space){.sema = sema};
    const wc_atom one = {.key = {0}, .range = wc_range_of(1, 1)};
    uint32_t number = atom_number(space, &one);
    wc_assert(number == 0);
}

const wc_atom *wc_linear_atom_at(const wc_linear_space *space, uint32_t atom)
{
    return wc_sema_at(&space->atoms, atom);
}

/* --- forms ------------------------------------------------------------------------------------ */

static const wc_linear *make(wc_linear_space *space, const wc_linear_term *terms, uint32_t count)
{
    if (count == 0) return &zero_form;
    wc_linear *form = WC_SEMA_NEW(space->sema, wc_linear);
    form->terms = terms;
    form->count = count;
    return form;
}

static const wc_linear *single(wc_linear_space *space, uint32_t atom, wc_i128 factor)
{
    wc_linear_term *term = WC_SEMA_NEW(space->sema, wc_linear_term);
    *term = (wc_linear_term){atom, factor};
    return make(space, term, wc_i128_sign(factor) == 0 ? 0 : 1);
}

const wc_linear *wc_linear_number(wc_linear_space *space, wc_i128 value)
{
    return single(space, 0, value);
}

const wc_linear *wc_linear_atom(wc_linear_space *space, const wc_atom *atom)
{
    return single(space, atom_number(space, atom), wc_i128_of(1));
}

static wc_i128 multiply(wc_linear_space *space, wc_i128 a, wc_i128 b)
{
    wc_i128 product = wc_i128_of(0);
    int64_t narrow;
    wc_status status = WC_OVERFLOW;
    if (wc_i128_narrow(b, &narrow) == WC_OK) {
        status = wc_i128_mul_i64(a, narrow, &product);
    } else if (wc_i128_narrow(a, &narrow) == WC_OK) {
        status = wc_i128_mul_i64(b, narrow, &product);
    }
    if (status != WC_OK) space->has_overflow = true;
    return product;
}

static wc_i128 add(wc_linear_space *space, wc_i128 a, wc_i128 b)
{
    wc_i128 sum = wc_i128_of(0);
    if (wc_i128_add(a, b, &sum) != WC_OK) space->has_overflow = true;
    return sum;
}

const wc_linear *wc_linear_add(wc_linear_space *space, const wc_linear *a, const wc_linear *b,
                               wc_i128 factor_of_b)
{
    wc_linear_term *terms = WC_SEMA_ARRAY(space->sema, wc_linear_term, a->count + b->count);
    uint32_t count = 0;
    uint32_t i = 0;
    uint32_t j = 0;
    while (i < a->count || j < b->count) {
        bool take_a = j == b->count || (i < a->count && a->terms[i].atom <= b->terms[j].atom);
        bool take_b = i == a->count || (j < b->count && b->terms[j].atom <= a->terms[i].atom);
        wc_linear_term term = {take_a ? a->terms[i].atom : b->terms[j].atom, wc_i128_of(0)};
        if (take_a) term.factor = a->terms[i++].factor;
        if (take_b) {
            term.factor =
                add(space, term.factor, multiply(space, b->terms[j++].factor, factor_of_b));
        }
        if (wc_i128_sign(term.factor) != 0) terms[count++] = term;
    }
    return make(space, terms, count);
}

const wc_linear *wc_linear_scale(wc_linear_space *space, const wc_linear *a, wc_i128 factor)
{
    return wc_linear_add(space, &zero_form, a, factor);
}

bool wc_linear_is_constant(const wc_linear *form, wc_i128 *value)
{
    *value = wc_i128_of(0);
    if (form->count == 0) return true;
    if (form->count > 1 || form->terms[0].atom != 0) return false;
    *value = form->terms[0].factor;
    return true;
}

bool wc_linear_equal(const wc_linear *a, const wc_linear *b)
{
    if (a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->terms[i].atom != b->terms[i].atom) return false;
        if (wc_i128_compare(a->terms[i].factor, b->terms[i].factor) != 0) return false;
    }
    return true;
}

/* A form is numbered as a chain: the number of its last term together with that of what is before.
 */
uint64_t wc_linear_id(wc_linear_space *space, const wc_linear *form)
{
    uint64_t id = 1; /* the empty form; 0 stands for an operand that is not there */
    for (uint32_t i = 0; i < form->count; i++) {
        const wc_linear_term *term = &form->terms[i];
        wc_atom link = {
            .key = {WC_KEY_FORM, id, term->atom, term->factor.lo, (uint64_t)term->factor.hi},
            .range = wc_range_widest()};
        id = (uint64_t)atom_number(space, &link) + 2;
    }
    return id;
}

const wc_linear *wc_linear_of_id(wc_linear_space *space, uint64_t id)
{
    if (id == 1) return &zero_form;
    const wc_atom *last = wc_linear_atom_at(space, (uint32_t)(id - 2));
    wc_assert(last->key[0] == WC_KEY_FORM);
    uint32_t count = 0;
    for (uint64_t at = id; at != 1; at = wc_linear_atom_at(space, (uint32_t)(at - 2))->key[1]) {
        count++;
    }
    wc_linear_term *terms = WC_SEMA_ARRAY(space->sema, wc_linear_term, count);
    for (uint32_t i = count; i > 0; i--) {
        terms[i - 1] = (wc_linear_term){(uint32_t)last->key[2],
                                        {.lo = last->key[3], .hi = (int64_t)last->key[4]}};
        if (i > 1) last = wc_linear_atom_at(space, (uint32_t)(last->key[1] - 2));
    }
    return make(space, terms, count);
}

const wc_atom *wc_linear_only_atom(const wc_linear_space *space, const wc_linear *form)
{
    wc_assert(form->count == 1 && form->terms[0].atom != 0);
    wc_assert(wc_i128_compare(form->terms[0].factor, wc_i128_of(1)) == 0);
    return wc_linear_atom_at(space, form->terms[0].atom);
}

uint64_t wc_linear_born(const wc_linear_space *space, const wc_linear *form)
{
    uint64_t born = 0;
    for (uint32_t i = 0; i < form->count; i++) {
        const wc_atom *atom = wc_linear_atom_at(space, form->terms[i].atom);
        if (atom->born > born) born = atom->born;
    }
    return born;
}

/* --- text ------------------------------------------------------------------------------------- */

/* factor * 10^-scale without the zeros at its end. */
static void put_factor(wc_buf *buf, wc_i128 factor, unsigned scale)
{
    char digits[WC_DECIMAL_MAX];
    wc_buf text;
    wc_buf_init(&text, digits, sizeof(digits));
    wc_put_scaled_wide(&text, factor, scale);
    size_t len = text.len;
    while (scale > 0 && digits[len - 1] == '0') len--;
    if (scale > 0 && digits[len - 1] == '.') len--;
    wc_buf_put(buf, digits, len);
}

static void put_term(wc_linear_space *space, wc_buf *buf, const wc_linear_term *term,
                     unsigned scale, bool is_first)
{
    const wc_atom *atom = wc_linear_atom_at(space, term->atom);
    wc_i128 factor = term->factor;
    bool is_negative = wc_i128_sign(factor) < 0;
    if (is_negative && wc_i128_neg(factor, &factor) != WC_OK) factor = WC_I128_MAX;
    wc_buf_put_text(buf, is_negative ? (is_first ? "-" : " - ") : (is_first ? "" : " + "));
    wc_i128 one = wc_i128_of(wc_power_of_ten(scale - atom->scale));
    bool is_one = wc_i128_compare(factor, one) == 0;
    if (term->atom == 0 || !is_one) put_factor(buf, factor, scale - atom->scale);
    if (term->atom == 0) return;
    if (!is_one) wc_buf_put_text(buf, " * ");
    const char *form = atom->is_count ? "rounds of {}" : atom->is_sum ? "sum of {}" : "{}";
    wc_format(buf, form, wc_sema_source_text(space->sema, atom->span));
}

wc_str wc_linear_text(wc_linear_space *space, const wc_linear *form, unsigned scale)
{
    char bytes[400];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof(bytes));
    for (uint32_t i = 0; i < form->count && !buf.full; i++) {
        put_term(space, &buf, &form->terms[i], scale, i == 0);
    }
    wc_str text = {bytes, buf.len};
    return wc_sema_join(space->sema, &text, 1);
}
