#include "models/accel/accel.h"

#include <stdlib.h>

static const struct {
    const char *name, *what;
} terms[CB_ACCEL_TERMS] = {
#define CB_ACCEL_TERM(id, name, what) {name, what},
#include "models/accel/terms.inc"
#undef CB_ACCEL_TERM
};

const char *cb_accel_term_name(int term)
{
    return terms[term].name;
}

const char *cb_accel_term_what(int term)
{
    return terms[term].what;
}

const char *cb_accel_implementation_name(cb_accel_implementation implementation)
{
    static const char *const names[CB_ACCEL_IMPLEMENTATIONS] = {"im2col", "direct", "lut",
                                                                "bit-serial", "slbc"};
    return names[implementation];
}

const char *cb_accel_quant_name(cb_accel_quant quant)
{
    static const char *const names[CB_ACCEL_QUANTS] = {"none", "dyadic", "thresholds", "lut"};
    return names[quant];
}

void cb_accel_model_free(cb_accel_model *model)
{
    free(model->layers);
    model->layers = NULL;
    model->count = 0;
}
