/* Calendar instructions: local clocks by the tables of the module (section 5), and dates. */
#include "vm/exec/exec.h"

static const wc_zone *zone_of(const wc_exec *exec, const wc_cell *pc)
{
    return &exec->module->calendars[pc->c].table;
}

/* The value in operand B lies outside the table, or what would come out of it does. */
static bool answer(wc_exec *exec, const wc_cell *pc, const wc_slot *r, wc_status status)
{
    if (status == WC_OK) return true;
    return wc_exec_trap(exec, WC_TRAP_CALENDAR, 1, r[pc->b].i, 0);
}

bool wc_op_clocal(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    int64_t local = 0;
    if (!answer(exec, pc, r, wc_zone_local(zone_of(exec, pc), r[pc->b].i, &local))) return false;
    r[pc->a].i = local;
    return true;
}

bool wc_op_ctime(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    int64_t instant = 0;
    wc_status status = wc_zone_instant(zone_of(exec, pc), r[pc->b].i, &instant);
    if (!answer(exec, pc, r, status)) return false;
    r[pc->a].i = instant;
    return true;
}

bool wc_op_cdate(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    int64_t date = 0;
    if (!answer(exec, pc, r, wc_zone_date(zone_of(exec, pc), r[pc->b].i, &date))) return false;
    r[pc->a].i = date;
    return true;
}

/* Operands: A result, B date, C steps, D unit. */
bool wc_op_dfirst(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    int64_t first = 0;
    int64_t date = r[pc->b].i;
    int64_t steps = r[pc->c].i;
    if (wc_date_first(date, steps, (wc_date_unit)pc->d, &first) != WC_OK) {
        return wc_exec_trap(exec, WC_TRAP_CALENDAR, 2, date, steps);
    }
    r[pc->a].i = first;
    return true;
}

bool wc_op_dpart(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    int64_t value = 0;
    wc_status status = wc_date_part_of(r[pc->b].i, (wc_date_part)pc->c, &value);
    if (!answer(exec, pc, r, status)) return false;
    r[pc->a].i = value;
    return true;
}
