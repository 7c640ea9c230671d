/* Inside of models/levels: cache sizes. */
#ifndef CB_MODELS_LEVELS_SIZES_H
#define CB_MODELS_LEVELS_SIZES_H

#include "models/levels.h"

/* Fills core_kind's levels: stated, measured, verdict. Rates stay as they are. */
cb_status cb_levels_sizes(const json_t *document, cb_levels *levels);

/* Fills rates and latencies, once the sizes are there. */
cb_status cb_levels_rates(const json_t *document, cb_levels *levels);

#endif
