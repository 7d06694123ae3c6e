/* Inside compiler/sema: calendars and dates (calendar.c), series as values (series.c). */
#ifndef WC_COMPILER_SEMA_CALENDAR_H
#define WC_COMPILER_SEMA_CALENDAR_H

#include "compiler/sema/check.h"

/* Sets symbol->calendar, or reports. */
void wc_sema_calendar_define(wc_sema *sema, wc_sema_symbol *symbol);

/* C.name(...). */
wc_sema_expr *wc_sema_calendar_call(wc_sema *sema, wc_ast_expr *ast, wc_sema_symbol *symbol);

/* A method that methods[] of method.c lists for dates. */
wc_sema_expr *wc_sema_date_method(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *date);

/* --- series.c --------------------------------------------------------------------------------- */

wc_sema_expr *wc_sema_make_window(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object);
wc_sema_expr *wc_sema_make_copy(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object);
wc_sema_expr *wc_sema_make_fill(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object);
wc_sema_expr *wc_sema_make_resample(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object);
wc_sema_expr *wc_sema_make_blank(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);
wc_sema_expr *wc_sema_make_series(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);

/* Whether the constant interval `span` fits a series of the type; reports. Others fit or trap. */
bool wc_sema_span_fits(wc_sema *sema, const wc_sema_expr *span, const wc_sema_type *type);

/* Most intervals that a loop over a series or window passes. */
uint32_t wc_sema_most_intervals(const wc_sema_expr *series);

/* The enum Quality of std.energy, or NULL after a report. */
const wc_sema_type *wc_sema_quality_type(wc_sema *sema, wc_span span);

/* s.set(k, value, quality). */
wc_sema_stmt *wc_sema_series_set(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object);

#endif
