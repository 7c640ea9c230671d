/* In place of yaml.c in a build without libyaml: no platform or implementation file can be read. */
#include "models/accel/yaml.h"

cb_status cb_yaml_read(const char *path, cb_error *err, cb_yaml *file)
{
    *file = (cb_yaml){0};
    return cb_fail(err, CB_UNSUPPORTED,
                   "%.200s: this build cannot read YAML: it was made without libyaml-dev; install "
                   "it (Debian's name) and build again",
                   path);
}
