/* The largest thing to change in an operator's blocking or packing, by prediction. */
#ifndef CB_COST_ADVICE_H
#define CB_COST_ADVICE_H

#include "models/cost/time.h"

/* Writes "L2-L1 traffic: kc 384 -> 256 predicts -8 %" and the gain (0.08), or "" and 0 when nothing
 * gains 2 %. */
void cb_advise(const cb_operator *op, const cb_demand *demand, const cb_hardware *hardware,
               const cb_costs *costs, const cb_time *time, char *text, size_t bytes, double *gain);

#endif
