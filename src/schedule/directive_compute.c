/* compute: parsed and refused until loop_build can place copies. */
#include "schedule/directive.h"

bool directive_compute(struct directive *directive)
{
    diag_error(directive->schedule->c->diag, directive->ast->name_range,
        DIAG_E0212, "'compute' is not supported yet");
    return false;
}
