/* Runs a network, node after node, on one thread.
 *
 * Results are those of float32 arithmetic, in orders that network/op_*.c state; every Quant,
 * BipolarQuant and Trunc comes out bit for bit as in the reference executor. A backend may take
 * over single nodes. */
#ifndef CB_NETWORK_EXEC_H
#define CB_NETWORK_EXEC_H

#include "network/network.h"

/* What runs some nodes in the executor's place. */
typedef struct {
    void *context;
    /* Whether it runs this node; asked once, in cb_exec_new, for each node that is not folded. */
    bool (*takes)(void *context, const cb_network *network, size_t node);
    /* Runs it. `inputs` are as many as the node has, NULL where one is left out. */
    cb_status (*run)(void *context, const cb_network *network, size_t node,
                     const void *const *inputs, void *output, cb_error *err);
} cb_net_backend;

typedef struct cb_exec cb_exec;

/* The network and the backend (which may be NULL) must live longer. CB_NO_MEMORY. */
cb_status cb_exec_new(const cb_network *network, const cb_net_backend *backend, cb_error *err,
                      cb_exec **exec);
void cb_exec_free(cb_exec *exec);

/* Whether the backend has taken the node. */
bool cb_exec_is_taken(const cb_exec *exec, size_t node);

/* The elements of an input, to be filled before a run. */
float *cb_exec_input(cb_exec *exec, size_t input);

/* Runs every node that is not folded. */
cb_status cb_exec_run(cb_exec *exec, cb_error *err);

/* Runs one node that is not folded, with what its inputs hold now. */
cb_status cb_exec_run_node(cb_exec *exec, size_t node, cb_error *err);

/* The elements of a value (float or int64_t, as its shape says) after a run; constants at any time.
 */
const void *cb_exec_data(const cb_exec *exec, int value);

/* The made-up input by which two engines are compared: x = 12345, and for each element
 * x = (1103515245 x + 12345) mod 2^31, value ((x >> 8) mod 256) / 255. */
void cb_net_made_input(float *data, size_t count);

#endif
