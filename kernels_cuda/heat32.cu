// Steps of the heat equation in float32: see heat.cuh.
//
// loop: heat_f32_1 FFMA
// loop: heat_f32_2 FFMA
// loop: heat_f32_4 FFMA
// loop: heat_f32_8 FFMA
// loop: heat_f32_1_flush FFMA
// loop: heat_f32_2_flush FFMA
// loop: heat_f32_4_flush FFMA
// loop: heat_f32_8_flush FFMA
#include "heat.cuh"

//     name, type, columns of a lane, steps, whether it flushes
KERNEL(heat_f32_1, float, 8, 1, false)
KERNEL(heat_f32_2, float, 8, 2, false)
KERNEL(heat_f32_4, float, 8, 4, false)
KERNEL(heat_f32_8, float, 8, 8, false)
KERNEL(heat_f32_1_flush, float, 8, 1, true)
KERNEL(heat_f32_2_flush, float, 8, 2, true)
KERNEL(heat_f32_4_flush, float, 8, 4, true)
KERNEL(heat_f32_8_flush, float, 8, 8, true)
