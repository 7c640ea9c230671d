/* The parts of a document's context that are about the program and the run, not the machine. */
#ifndef CB_RESULTS_CONTEXT_H
#define CB_RESULTS_CONTEXT_H

#include <jansson.h>

/* "tool": version, commit, compiler and flags of this build, and the command as typed. */
json_t *cb_context_tool(int argc, char *const *argv);

/* "libraries": the versions of what this program runs with, null for what it is built without. */
json_t *cb_context_libraries(void);

/* Now, ISO 8601 with milliseconds and zone: "2024-05-01T12:30:00.123+02:00". */
json_t *cb_context_now(void);

#endif
