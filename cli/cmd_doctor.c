#include "cli/checks.h"
#include "cli/color.h"
#include "cli/output.h"
#include "cli/trust.h"
#include "results/writers.h"

#include <string.h>

static const char *color_of(cb_check_state state)
{
    return state == CB_CHECK_PROBLEM ? CB_COLOR_RED : state == CB_CHECK_WARN ? CB_COLOR_YELLOW : "";
}

static size_t count_state(const cb_checkup *checkup, cb_check_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < checkup->count; i++)
        count += checkup->checks[i].state == state;
    return count;
}

static void print_table(const cb_checkup *checkup, bool color, FILE *out)
{
    for (size_t i = 0; i < checkup->count; i++) {
        const cb_check *check = &checkup->checks[i];
        bool paint = color && color_of(check->state)[0];
        fprintf(out, "%s%-7s%s  %-11s  %s\n", cb_color(paint, color_of(check->state)),
                cb_check_state_name(check->state), cb_color(paint, CB_COLOR_RESET), check->name,
                check->found);
        if (check->command[0])
            fprintf(out, "%22s  $ %s\n", "", check->command);
    }
    fprintf(out, "\n%zu ok, %zu unknown, %zu warn, %zu problem; nothing was changed\n",
            count_state(checkup, CB_CHECK_OK), count_state(checkup, CB_CHECK_UNKNOWN),
            count_state(checkup, CB_CHECK_WARN), count_state(checkup, CB_CHECK_PROBLEM));
}

static void print_csv(const cb_checkup *checkup, FILE *out)
{
    fputs("check,state,found,command\n", out);
    for (size_t i = 0; i < checkup->count; i++) {
        const cb_check *check = &checkup->checks[i];
        fprintf(out, "%s,%s,", check->name, cb_check_state_name(check->state));
        cb_output_csv_cell(check->found, out);
        putc(',', out);
        cb_output_csv_cell(check->command, out);
        putc('\n', out);
    }
}

static cb_status print_json(const cb_checkup *checkup, FILE *out, cb_error *err)
{
    json_t *list = json_array();
    for (size_t i = 0; i < checkup->count; i++) {
        const cb_check *check = &checkup->checks[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:s?}", "check", check->name, "state",
                                        cb_check_state_name(check->state), "found", check->found,
                                        "command", check->command[0] ? check->command : NULL));
    }
    json_t *document = json_pack("{s:o}", "checks", list);
    if (!document)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the list of checks");
    cb_status status = cb_write_json(document, out, err);
    json_decref(document);
    return status;
}

static cb_status print(const cb_options *options, const cb_checkup *checkup, FILE *out,
                       cb_error *err)
{
    switch (cb_output_format(options)) {
    case CB_FORMAT_JSON:
        return print_json(checkup, out, err);
    case CB_FORMAT_CSV:
        print_csv(checkup, out);
        return CB_OK;
    case CB_FORMAT_TABLE:
        break;
    }
    print_table(checkup, !options->output && cb_color_wanted(options->color, stdout), out);
    return CB_OK;
}

cb_status cb_cmd_doctor(const cb_options *options, cb_error *err)
{
    cb_machine machine;
    cb_checkup checkup;
    cb_output output;
    cb_status status = cb_machine_read(options->root, err, &machine);
    if (status != CB_OK)
        return status;
    cb_checkup_run(options->root, &machine, &checkup);
    status = cb_output_open(options, err, &output);
    if (status == CB_OK)
        status = cb_output_close(&output, print(options, &checkup, output.stream, err), err);
    if (status == CB_OK && options->strict) {
        /* What --strict refuses is the same for every command. */
        cb_trust trust = cb_trust_machine(&machine, &machine.environment);
        status = cb_trust_strict(&trust, err);
    }
    cb_machine_free(&machine);
    return status;
}
