/* What the passes before and after the checker add to an index. */
#ifndef WC_COMPILER_INDEX_BUILD_H
#define WC_COMPILER_INDEX_BUILD_H

#include "compiler/index.h"
#include "compiler/parse/watch.h"
#include "compiler/sema/sema.h"

WC_MUST_USE wc_status wc_index_add_tokens(wc_source_index *index, wc_arena *arena,
                                          const wc_parse_watch *watch);

/* The worst case of each entry of a contract that has code. */
void wc_index_add_gas(wc_source_index *index, const wc_sema_contract *contract,
                      const wc_module *module);

#endif
