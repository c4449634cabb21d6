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
#include "heat.cuh"

//     name, type, columns of a lane, steps, whether it flushes
KERNEL(heat_f64_1, double, 4, 1, false)
KERNEL(heat_f64_2, double, 4, 2, false)
KERNEL(heat_f64_4, double, 4, 4, false)
KERNEL(heat_f64_8, double, 4, 8, false)
KERNEL(heat_f64_1_flush, double, 4, 1, true)
KERNEL(heat_f64_2_flush, double, 4, 2, true)
KERNEL(heat_f64_4_flush, double, 4, 4, true)
KERNEL(heat_f64_8_flush, double, 4, 8, true)
