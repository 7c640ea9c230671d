/* What the time model says of each operator of a document: how long it should take, what binds it,
 * and what would change that most. */
#ifndef CB_COST_EXPLAIN_H
#define CB_COST_EXPLAIN_H

#include "models/cachebound.h"
#include "models/cost/cost_file.h"

/* Where the figures of the model came from. */
typedef enum {
    CB_COST_GIVEN,   /* a cost file */
    CB_COST_FITTED,  /* to the same document's rows */
    CB_COST_STARTING /* nothing determines them: as on no machine in particular */
} cb_cost_origin;

/* The model of one kind of core. Not to be copied: hardware is pointed to. */
typedef struct {
    char kind[64];
    cb_hardware hardware;
    cb_costs costs;
    double spread; /* the model's own uncertainty, as log(predicted / measured) */
    cb_cost_origin origin;
    size_t rows;  /* that were fitted to */
    bool what_if; /* hardware is another machine's: nothing was measured there */
} cb_explainer;

/* `machine` is the document whose ceilings count (a document of operators alone takes the cost
 * file's, which then has to stay); figures come from `cost`, if there is one, else
 * from the operators of `document`, if these are enough (400 at most, evenly taken). */
cb_status cb_explainer_make(const json_t *document, const json_t *machine, const cb_cost_file *cost,
                            const char *core_kind, cb_error *err, cb_explainer *explainer);

typedef struct {
    bool known;   /* the model can follow the row */
    bool assumed; /* the row does not tell its loops: those of a blocked product were taken */
    cb_time time;
    double state;      /* of the machine beside the row, 1: undisturbed */
    double measured_s; /* without the neighbour; 0: not known */
    double error;      /* predicted / measured - 1; in a what-if, how the time would change */
    bool disagrees;    /* by more than twice the model's uncertainty; not in a what-if */
    char advice[96];   /* "" when nothing that it can change gains 2 % */
    double gain;       /* that the advice predicts, as a part of the time */
} cb_explanation;

void cb_explain(const cb_explainer *explainer, const cb_operator *op, cb_explanation *explanation);

#endif
