/* What the status of a kernel means. */
#include "tapc_runtime.h"

const char *tapc_runtime_status(int status)
{
    switch (status) {
    case 0:
        return "ok";
    case TAPC_E_NULL:
        return "a tensor that is not empty is NULL";
    case TAPC_E_SIZE:
        return "sizes do not meet the kernel's conditions";
    case TAPC_E_ALIAS:
        return "an output overlaps another argument";
    case TAPC_E_ALIGN:
        return "a tensor is not aligned to its elements";
    case TAPC_E_DEVICE:
        return "no device, or the device failed";
    default:
        return "unknown status";
    }
}
