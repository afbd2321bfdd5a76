/* The commands, in the order in which help shows them. */
#include "options.h"

extern const cli_command command_run, command_analyze, command_audit, command_phase, command_drift,
    command_forecast, command_train, command_report, command_export, command_weights, command_paper,
    command_list, command_explain, command_help;

const cli_command *const cli_commands[] = {
    &command_run,      &command_analyze, &command_audit,   &command_phase,  &command_drift,
    &command_forecast, &command_train,   &command_report,  &command_export, &command_weights,
    &command_paper,    &command_list,    &command_explain, &command_help,   NULL};
