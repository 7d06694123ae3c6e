/* Parts of the machine as text, lines up to a NULL: made from its sources by text.cmake. */
#ifndef WC_VM_NATIVE_TEXT_H
#define WC_VM_NATIVE_TEXT_H

extern const char *const wc_native_numbers[];  /* vm/base/int.h */
extern const char *const wc_native_access[];   /* vm/exec/access.h */
extern const char *const wc_native_machine[];  /* machine.inc */
extern const char *const wc_native_steps[];    /* vm/exec/steps.inc */
extern const char *const wc_native_handlers[]; /* vm/exec/handlers.inc, as macros H_name */
extern const char *const wc_native_values[];   /* vm/exec/handlers_values.inc, the same */
extern const char *const wc_native_sources[];  /* hashes of what decides the rest */

#endif
