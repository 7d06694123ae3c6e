/* The API's own limits, from limits.def: WC_API_BATCH_MAX and so on. */
#ifndef WC_NODE_API_LIMITS_H
#define WC_NODE_API_LIMITS_H

enum {
#define WC_API_LIMIT(name, number, text) WC_API_##name = (number),
#include "node/api/limits.def"
#undef WC_API_LIMIT
};

#endif
