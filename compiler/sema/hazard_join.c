/* Where branches meet: what is known on all of them. See hazard.h. */
#include "compiler/sema/hazard.h"

wc_symbolic_env wc_hazard_copy_env(wc_hazards *self, const wc_symbolic_env *env)
{
    size_t locals = self->flow.symbolic.routine->local_count;
    size_t fields = self->flow.symbolic.contract->field_count;
    wc_symbolic_env copy = *env;
    copy.locals = WC_SEMA_ARRAY(self->sema, const wc_linear *, locals);
    copy.local_versions = WC_SEMA_ARRAY(self->sema, uint64_t, locals);
    copy.fields = WC_SEMA_ARRAY(self->sema, const wc_linear *, fields);
    copy.field_versions = WC_SEMA_ARRAY(self->sema, uint64_t, fields);
    for (size_t i = 0; i < locals; i++) {
        copy.locals[i] = env->locals[i];
        copy.local_versions[i] = env->local_versions[i];
    }
    for (size_t i = 0; i < fields; i++) {
        copy.fields[i] = env->fields[i];
        copy.field_versions[i] = env->field_versions[i];
    }
    return copy;
}

wc_hazard_meeting wc_hazard_meet_open(wc_hazards *self)
{
    wc_hazard_meeting m = {.start = wc_hazard_copy_env(self, &self->flow.symbolic.env),
                           .mark = self->flow.fact_count};
    return m;
}

void wc_hazard_branch_open(wc_hazards *self, const wc_hazard_meeting *m)
{
    self->flow.symbolic.env = wc_hazard_copy_env(self, &m->start);
    self->flow.fact_count = m->mark;
}

static void use_facts(wc_hazards *self, uint32_t mark, const wc_linear *const *facts,
                      uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) wc_flow_put(&self->flow, mark + i, facts[i]);
    self->flow.fact_count = mark + count;
}

static bool is_known(const wc_linear *const *facts, uint32_t count, const wc_linear *fact)
{
    for (uint32_t i = 0; i < count; i++) {
        if (wc_linear_equal(facts[i], fact)) return true;
    }
    return false;
}

typedef struct value_pair {
    const wc_linear *joined, *now;
} value_pair;

/* The range that covers the value on both sides. */
static wc_sema_range cover(wc_hazards *self, const wc_hazard_meeting *m, value_pair pair,
                           const wc_linear *const *facts, uint32_t count)
{
    use_facts(self, m->mark, m->facts, m->fact_count);
    wc_sema_range joined = wc_flow_range(&self->flow, pair.joined);
    use_facts(self, m->mark, facts, count);
    return wc_range_union(joined, wc_flow_range(&self->flow, pair.now));
}

typedef struct merged {
    wc_sema_range *locals, *fields; /* where has_* says so */
    bool *has_local, *has_field;
} merged;

const wc_linear *wc_hazard_in_env(wc_hazards *self, wc_symbolic_env *env,
                                  const wc_sema_local *local, uint16_t field)
{
    wc_symbolic *symbolic = &self->flow.symbolic;
    wc_symbolic_env keep = symbolic->env;
    symbolic->env = *env;
    const wc_linear *form =
        local != NULL ? wc_symbolic_local(symbolic, local) : wc_symbolic_field(symbolic, field);
    symbolic->env = keep;
    return form;
}

/* Ranges of what the two sides hold different values of; those get a new value. */
static merged merge(wc_hazards *self, wc_hazard_meeting *m, const wc_linear *const *facts,
                    uint32_t count)
{
    wc_symbolic *symbolic = &self->flow.symbolic;
    const wc_sema_routine *routine = symbolic->routine;
    uint16_t field_count = symbolic->contract->field_count;
    merged out = {WC_SEMA_ARRAY(self->sema, wc_sema_range, routine->local_count),
                  WC_SEMA_ARRAY(self->sema, wc_sema_range, field_count),
                  WC_SEMA_ARRAY(self->sema, bool, routine->local_count),
                  WC_SEMA_ARRAY(self->sema, bool, field_count)};
    wc_symbolic_merge_parties(symbolic, &m->joined);
    for (uint16_t i = 0; i < routine->local_count; i++) {
        const wc_sema_local *local = routine->locals[i];
        value_pair pair = {wc_hazard_in_env(self, &m->joined, local, 0),
                           wc_hazard_in_env(self, &symbolic->env, local, 0)};
        if (wc_linear_equal(pair.joined, pair.now)) continue;
        out.has_local[i] = wc_sema_is_scalar(local->type);
        if (out.has_local[i]) out.locals[i] = cover(self, m, pair, facts, count);
        symbolic->env.locals[i] = NULL;
        symbolic->env.local_versions[i] = ++symbolic->serial;
    }
    for (uint16_t i = 0; i < field_count; i++) {
        value_pair pair = {wc_hazard_in_env(self, &m->joined, NULL, i),
                           wc_hazard_in_env(self, &symbolic->env, NULL, i)};
        if (wc_linear_equal(pair.joined, pair.now)) continue;
        out.has_field[i] = wc_sema_is_scalar(symbolic->contract->fields[i].type);
        if (out.has_field[i]) out.fields[i] = cover(self, m, pair, facts, count);
        symbolic->env.fields[i] = NULL;
        symbolic->env.field_versions[i] = ++symbolic->serial;
    }
    return out;
}

static void join_another(wc_hazards *self, wc_hazard_meeting *m)
{
    wc_flow *flow = &self->flow;
    uint32_t count = flow->fact_count - m->mark, common = 0;
    const wc_linear **facts = WC_SEMA_ARRAY(self->sema, const wc_linear *, count);
    for (uint32_t i = 0; i < count; i++) facts[i] = flow->facts[m->mark + i];
    merged values = merge(self, m, facts, count);
    for (uint32_t i = 0; i < m->fact_count; i++) {
        if (is_known(facts, count, m->facts[i])) m->facts[common++] = m->facts[i];
    }
    use_facts(self, m->mark, m->facts, common);
    for (uint16_t i = 0; i < flow->symbolic.routine->local_count; i++) {
        if (!values.has_local[i]) continue;
        const wc_linear *form =
            wc_symbolic_local(&flow->symbolic, flow->symbolic.routine->locals[i]);
        wc_flow_assume_within(flow, form, values.locals[i]);
    }
    for (uint16_t i = 0; i < flow->symbolic.contract->field_count; i++) {
        if (!values.has_field[i]) continue;
        wc_flow_assume_within(flow, wc_symbolic_field(&flow->symbolic, i), values.fields[i]);
    }
}

void wc_hazard_branch_close(wc_hazards *self, wc_hazard_meeting *m, bool falls_through)
{
    if (!falls_through) return;
    if (m->has_any) join_another(self, m);
    m->has_any = true;
    m->joined = self->flow.symbolic.env;
    m->fact_count = self->flow.fact_count - m->mark;
    m->facts = WC_SEMA_ARRAY(self->sema, const wc_linear *, m->fact_count);
    for (uint32_t i = 0; i < m->fact_count; i++) m->facts[i] = self->flow.facts[m->mark + i];
}

void wc_hazard_meet_close(wc_hazards *self, const wc_hazard_meeting *m)
{
    if (m->has_any) self->flow.symbolic.env = m->joined;
    use_facts(self, m->mark, m->facts, m->has_any ? m->fact_count : 0);
}
