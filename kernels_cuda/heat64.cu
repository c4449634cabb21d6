// Steps of the heat equation in float64: see heat.cuh.
//
// loop: heat_f64_1 DFMA
// loop: heat_f64_2 DFMA
// loop: heat_f64_4 DFMA
// loop: heat_f64_8 DFMA
// loop: heat_f64_1_flush DFMA
// loop: heat_f64_2_flush DFMA
// loop: heat_f64_4_flush DFMA
// loop: heat_f64_8_flush DFMA
// loop: heat_f64_16 DFMA
#include "heat.cuh"

//     name, type, columns of a lane in narrow and in wide tiles, steps of a warp, warps, whether it flushes
KERNEL(heat_f64_1, double, 1, 4, 1, 1, false)
KERNEL(heat_f64_2, double, 1, 4, 2, 1, false)
KERNEL(heat_f64_4, double, 1, 4, 4, 1, false)
KERNEL(heat_f64_8, double, 1, 4, 8, 1, false)
KERNEL(heat_f64_1_flush, double, 1, 4, 1, 1, true)
KERNEL(heat_f64_2_flush, double, 1, 4, 2, 1, true)
KERNEL(heat_f64_4_flush, double, 1, 4, 4, 1, true)
KERNEL(heat_f64_8_flush, double, 1, 4, 8, 1, true)
// Every 16th step flushes, so 16 steps never pass without.
KERNEL(heat_f64_16, double, 4, 8, 4, 4, true)

COLUMNS(heat_f64_columns, double)
