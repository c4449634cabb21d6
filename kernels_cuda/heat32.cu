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
// loop: heat_f32_16 FFMA
#include "heat.cuh"

//     name, type, columns of a lane in narrow and in wide tiles, steps of a warp, warps, whether it flushes
KERNEL(heat_f32_1, float, 1, 8, 1, 1, false)
KERNEL(heat_f32_2, float, 1, 8, 2, 1, false)
KERNEL(heat_f32_4, float, 1, 8, 4, 1, false)
KERNEL(heat_f32_8, float, 1, 8, 8, 1, false)
KERNEL(heat_f32_1_flush, float, 1, 8, 1, 1, true)
KERNEL(heat_f32_2_flush, float, 1, 8, 2, 1, true)
KERNEL(heat_f32_4_flush, float, 1, 8, 4, 1, true)
KERNEL(heat_f32_8_flush, float, 1, 8, 8, 1, true)
// Every 16th step flushes, so 16 steps never pass without.
KERNEL(heat_f32_16, float, 4, 16, 4, 4, true)

COLUMNS(heat_f32_columns, float)
