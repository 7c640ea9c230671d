/* Completion scripts, from the command and option tables. */
#include "cli/command.h"

#include "cli/options.h"
#include "cli/output.h"

#include <string.h>

/* `text` between single quotes of a shell. */
static void put_quoted(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++)
        fputs(*text == '\'' ? "'\\''" : (char[]){*text, 0}, out);
    fputc('\'', out);
}

static bool is_choice(const cb_option *option)
{
    return option->kind == CB_KIND_CHOICE || option->kind == CB_KIND_FORMAT;
}

/* "table json csv" from "table|json|csv". */
static void put_words(FILE *out, const char *choices)
{
    for (; *choices; choices++)
        fputc(*choices == '|' ? ' ' : *choices, out);
}

static void put_option_names(FILE *out, const cb_command *command)
{
    for (size_t i = 0; i < cb_option_count; i++)
        if (cb_option_applies(&cb_option_table[i], command))
            fprintf(out, " --%s", cb_option_table[i].long_name);
}

static void put_bash_values(FILE *out)
{
    fputs("    case $before in\n", out);
    for (size_t i = 0; i < cb_option_count; i++) {
        const cb_option *option = &cb_option_table[i];
        if (!is_choice(option))
            continue;
        fprintf(out, "    --%s) COMPREPLY=($(compgen -W '", option->long_name);
        put_words(out, option->metavar);
        fputs("' -- \"$word\")); return ;;\n", out);
    }
    fputs("    --output | -o | --root) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"
          "    esac\n",
          out);
}

static void write_bash(FILE *out)
{
    fputs("# bash completion for cachebound\n_cachebound() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "    local command=${COMP_WORDS[1]} options= words=\n"
          "    [[ $before == '=' ]] && before=${COMP_WORDS[COMP_CWORD - 2]}\n"
          "    [[ $word == '=' ]] && before=${COMP_WORDS[COMP_CWORD - 1]} && word=\n",
          out);
    put_bash_values(out);
    fputs("    case $command in\n", out);
    for (size_t i = 0; i < cb_command_count; i++) {
        fprintf(out, "    %s) options='", cb_commands[i].name);
        put_option_names(out, &cb_commands[i]);
        fputs("' ;;\n", out);
    }
    fputs("    esac\n    case $command in\n    plot) words='latest' ;;\n"
          "    completions) words='bash zsh fish' ;;\n    esac\n"
          "    if ((COMP_CWORD == 1)) || { [[ $command == help ]] && ((COMP_CWORD == 2)); }; then\n"
          "        options='--help --version'\n        words='",
          out);
    for (size_t i = 0; i < cb_command_count; i++)
        fprintf(out, "%s%s", i ? " " : "", cb_commands[i].name);
    fputs("'\n    fi\n    [[ $word == -* ]] && words=$options\n"
          "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
          "    [[ $command == plot && $word != -* ]] && COMPREPLY+=($(compgen -f -- \"$word\"))\n"
          "    return 0\n}\ncomplete -o filenames -F _cachebound cachebound\n",
          out);
}

/* zsh runs bash's script. */
static void write_zsh(FILE *out)
{
    fputs("#compdef cachebound\nautoload -U +X bashcompinit && bashcompinit\n", out);
    write_bash(out);
}

static void put_fish_option(FILE *out, const cb_option *option)
{
    fprintf(out, "complete -c cachebound -f -l %s", option->long_name);
    if (option->short_name)
        fprintf(out, " -s %c", option->short_name);
    fputs(" -n '__fish_seen_subcommand_from", out);
    for (size_t i = 0; i < cb_command_count; i++)
        if (cb_option_applies(option, &cb_commands[i]))
            fprintf(out, " %s", cb_commands[i].name);
    fputs("'", out);
    if (option->kind != CB_KIND_FLAG)
        fputs(" -r", out);
    if (is_choice(option)) {
        fputs(" -a '", out);
        put_words(out, option->metavar);
        fputs("'", out);
    }
    if (strcmp(option->metavar, "PATH") == 0 || strcmp(option->metavar, "DIR") == 0)
        fputs(" -F", out);
    fputs(" -d ", out);
    put_quoted(out, option->help);
    fputc('\n', out);
}

static void write_fish(FILE *out)
{
    fputs("# fish completion for cachebound\n", out);
    for (size_t i = 0; i < cb_command_count; i++) {
        fprintf(out, "complete -c cachebound -f -n __fish_use_subcommand -a %s -d ",
                cb_commands[i].name);
        put_quoted(out, cb_commands[i].summary);
        fputc('\n', out);
    }
    fputs("complete -c cachebound -F -n '__fish_seen_subcommand_from plot'\n"
          "complete -c cachebound -f -n '__fish_seen_subcommand_from completions' -a 'bash zsh "
          "fish'\n",
          out);
    for (size_t i = 0; i < cb_option_count; i++)
        put_fish_option(out, &cb_option_table[i]);
}

cb_status cb_cmd_completions(const cb_options *options, cb_error *err)
{
    static const struct {
        const char *shell;
        void (*write)(FILE *out);
    } shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};
    const char *wanted = options->operand_count == 1 ? options->operands[0] : "";
    cb_output output;
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(shells[i].shell, wanted) != 0)
            continue;
        cb_status status = cb_output_open(options, err, &output);
        if (status != CB_OK)
            return status;
        shells[i].write(output.stream);
        return cb_output_close(&output, CB_OK, err);
    }
    return cb_fail(err, CB_USAGE, "completions takes one shell: bash, zsh or fish");
}
