// Products of float32 matrices: see matmul.cuh.
//
// variants: 61 80
// loop: matmul_f32_128x256 FFMA
// loop: matmul_f32_128x128 FFMA
// loop: matmul_f32_64x64 FFMA
// loop: matmul_f32_32x32 FFMA
// loop: matmul_f32_128x8 FFMA
// loop: matmul_f32_tf32 HMMA
// shared: matmul_f32_128x128 33792
// shared: matmul_f32_64x64 17408
// shared: matmul_f32_32x32 9216
// shared: matmul_f32_128x8 18432
// shared: matmul_f32_128x256 75264
// shared: matmul_f32_tf32 52224
#include "matmul.cuh"

// Before 8.0 what is on its way waits in registers, of which there are not enough
// for longer steps, nor for two blocks.
#if ASYNC
#define BK 16
#define BLOCKS 2
#else
#define BK 8
#define BLOCKS 1
#endif

//     name, type, BM, BN, BK, stages, threads, blocks, pad, KL, how A and B lie, how it multiplies
KERNEL(matmul_f32_128x128, float, 128, 128, BK, 2, 256, BLOCKS, 4, 8, ANY, ANY, Chains<float, 2, 8, 8, 8, 4, 4>)
KERNEL(matmul_f32_64x64, float, 64, 64, BK, 2, 128, 4, 4, 8, ANY, ANY, Chains<float, 2, 8, 8, 4, 4, 4>)
KERNEL(matmul_f32_32x32, float, 32, 32, BK, 2, 64, 8, 4, 8, ANY, ANY, Chains<float, 1, 8, 4, 4, 4, 4>)
KERNEL(matmul_f32_128x8, float, 128, 8, BK, 2, 128, 4, 4, 8, ANY, ANY, Chains<float, 1, 1, 1, 8, 1, 4>)
#if ASYNC
KERNEL(matmul_f32_128x256, float, 128, 256, 16, 3, 256, 1, 4, 8, ALONG_P, VECTORS, Chains<float, 2, 8, 8, 16, 4, 4>)
KERNEL(matmul_f32_tf32, float, 128, 128, 16, 3, 128, 2, 8, 4, ANY, ANY, Tensor<float, 2, 64, 64>)
#endif
