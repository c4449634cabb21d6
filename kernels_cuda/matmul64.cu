// Products of float64 matrices: see matmul.cuh.
//
// variants: 61 80 90
// loop: matmul_f64_128x128 DFMA
// loop: matmul_f64_64x64 DFMA
// loop: matmul_f64_32x32 DFMA
// loop: matmul_f64_128x8 DFMA
// loop: matmul_f64_tensor DMMA
// shared: matmul_f64_128x128 50688
// shared: matmul_f64_64x64 26112
// shared: matmul_f64_32x32 13824
// shared: matmul_f64_128x8 27648
// shared: matmul_f64_tensor 101376
#include "matmul.cuh"

// Before 8.0 shared memory has no place for more than 3 blocks of the tall tile.
#if ASYNC
#define STAGES 3
#define TALL 4
#else
#define STAGES 2
#define TALL 3
#endif

//     name, type, BM, BN, BK, stages, threads, blocks, pad, KL, how A and B lie, how it multiplies
KERNEL(matmul_f64_128x128, double, 128, 128, 8, STAGES, 256, 1, 4, 4, ANY, ANY, Chains<double, 2, 8, 8, 8, 2, 2>)
KERNEL(matmul_f64_64x64, double, 64, 64, 8, STAGES, 128, 2, 4, 4, ANY, ANY, Chains<double, 2, 8, 8, 4, 2, 2>)
KERNEL(matmul_f64_32x32, double, 32, 32, 8, STAGES, 64, 6, 4, 4, ANY, ANY, Chains<double, 1, 8, 4, 4, 2, 2>)
KERNEL(matmul_f64_128x8, double, 128, 8, 8, STAGES, 128, TALL, 4, 4, ANY, ANY, Chains<double, 1, 1, 1, 8, 1, 2>)
#if ASYNC
KERNEL(matmul_f64_tensor, double, 128, 128, 16, 3, 256, 1, 4, 4, ANY, ANY, Tensor<double, 4, 64, 32>)
#endif
