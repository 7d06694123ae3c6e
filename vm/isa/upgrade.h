/* Is one module the next version of another (language D24)?
 *
 * Both are verified modules. What stays in an instance - parties, terms, state, fields - must mean
 * the same in both; the storage that the upgrade function reads must be the one the older module
 * writes. Field numbers are given by version: a field that version n introduces has a number in
 * [256 n, 256 n + 256), in the first version [0, 256), so that none is used twice. */
#ifndef WC_VM_ISA_UPGRADE_H
#define WC_VM_ISA_UPGRADE_H

#include "vm/isa/module.h"

#define WC_UPGRADE_FIELDS      256u   /* field numbers of one version */
#define WC_UPGRADE_TEXT_MAX    16384u /* bytes of the text of a type that can be compared */
#define WC_UPGRADE_SCRATCH     (2 * (size_t)WC_UPGRADE_TEXT_MAX)
#define WC_UPGRADE_VERSION_MAX 255u

typedef enum wc_upgrade_rule {
    WC_UPGRADE_FITS = 0,
#define WC_UPGRADE(number, name, text, way_out) WC_UPGRADE_##name = (number),
#include "vm/isa/upgrade.def"
#undef WC_UPGRADE
} wc_upgrade_rule;

typedef struct wc_upgrade_fault {
    wc_upgrade_rule rule;
    uint16_t
        row; /* of the older module: party, term, field, state, entry; FIELD_ID: of the newer */
} wc_upgrade_fault;

/* The version of a module's source: 1 without `upgrade`. */
static inline uint16_t wc_module_version(const wc_module *module)
{
    return module->source_version == 0 ? 1 : module->source_version;
}

/* The UPGRADE entry; WC_NONE without one. */
uint16_t wc_module_upgrade(const wc_module *module);

#define WC_UPGRADE_ALL_STATES ((uint16_t)0xffff)
#define WC_UPGRADE_NO_STATE   ((uint16_t)0xfffe)

/* The first fault, or FITS. state: the only state that has to exist in both, or one of the two
 * above. scratch: WC_UPGRADE_SCRATCH bytes. Does not look at interfaces. */
wc_upgrade_fault wc_upgrade_check(const wc_module *old, const wc_module *next, uint16_t state,
                                  uint8_t *scratch);

/* Whether every action and view that can be called through an interface is still there. */
wc_upgrade_fault wc_upgrade_interface(const wc_module *old, const wc_module *next,
                                      wc_sha256_fn hash);

/* REFERENCE when a term, or the items of one, were parties and are contract references now; else
 * FITS. What authors are told: signatures spell both the same, so wc_upgrade_check lets it pass,
 * and a ledger refuses it only where it would make the instance deeper (docs/adr/0082). Requires
 * that wc_upgrade_check accepted both. */
wc_upgrade_fault wc_upgrade_references(const wc_module *old, const wc_module *next);

/* What a fault is about: *kind "term", "field" and the like, and its name; *name is empty where the
 * fault names nothing (VERSION, NO_UPGRADE). */
void wc_upgrade_subject(const wc_module *old, const wc_module *next, wc_upgrade_fault fault,
                        const char **kind, wc_str *name);

/* The state of that name in the module, or WC_NONE. */
uint16_t wc_module_state(const wc_module *module, wc_str name);

/* Two types of two modules that encode alike: units, scales, bounds and names of fields included.
 * A type whose text is longer than WC_UPGRADE_TEXT_MAX is like no other. */
bool wc_types_alike(const wc_module *a, uint16_t type_a, const wc_module *b, uint16_t type_b,
                    uint8_t *scratch);

const char *wc_upgrade_text(wc_upgrade_rule rule);
const char *wc_upgrade_way_out(wc_upgrade_rule rule);

#endif
