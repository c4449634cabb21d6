// Control flow, calls, local and constant memory, tables: what a compiler makes
// of ordinary code.
//
// variants: 61 90
__constant__ float weights[8] = {1, 2, 3, 4, 5, 6, 7, 8};
__device__ int counter = 5;
__device__ unsigned long long bytes[4] = {0x0102030405060708ull, 2, 3, 4};

// Lanes leave a loop at different times and take different ways in it.
extern "C" __global__ void collatz(const unsigned *in, unsigned *out, int n) {
	int i = blockIdx.x * blockDim.x + threadIdx.x;
	if (i >= n) return;
	unsigned v = in[i], steps = 0;
	while (v != 1) {
		if (v & 1) v = 3 * v + 1;
		else v /= 2;
		if (++steps > 500) break;
	}
	out[i] = steps;
}

// An array of each thread, with an index known at run time only.
extern "C" __global__ void sorted(const int *in, int *out) {
	int a[16], t = blockIdx.x * blockDim.x + threadIdx.x;
	for (int i = 0; i < 16; i++) a[i] = in[16 * t + i];
	for (int i = 1; i < 16; i++)
		for (int j = i; j > 0 && a[j - 1] > a[j]; j--) {
			int x = a[j];
			a[j] = a[j - 1];
			a[j - 1] = x;
		}
	for (int i = 0; i < 16; i++) out[16 * t + i] = a[i];
}

__device__ __noinline__ int collect(int x, int *sum) {
	if (x > 40) return *sum;
	__syncthreads();
	*sum += x;
	return x * 7;
}

__device__ __noinline__ double twice(double x) { return x < 0 ? -2 * x : 2 * x; }

extern "C" __global__ void calls(int *out, double *f, int n) {
	int s = threadIdx.x;
	int a = collect(n, &s);
	out[threadIdx.x] = a + collect(n + 1, &s) + s;
	f[threadIdx.x] = twice(threadIdx.x - 10.0) + twice(twice(3));
}

extern "C" __global__ void table(const int *in, int *out) {
	int v = in[threadIdx.x], r;
	switch (v) {
	case 0: r = v + 11; break;
	case 1: r = v * 5; break;
	case 2: r = 7 - v; break;
	case 3: r = v << 3; break;
	case 4: r = v ^ 99; break;
	case 5: r = v * v * v; break;
	case 6: r = -v; break;
	case 7: r = ~v; break;
	default: r = 1000;
	}
	out[threadIdx.x] = r;
}

struct Shape { int n; double scale[3]; float shift; };

extern "C" __global__ void structure(Shape s, double *out) {
	out[threadIdx.x] = s.scale[threadIdx.x % 3] * s.n + s.shift + weights[threadIdx.x & 7];
	if (threadIdx.x == 0) {
		out[0] += bytes[1];
		atomicAdd(&counter, 2);
	}
}

extern __shared__ float dynamic[];
extern "C" __global__ void reversed(float *x) {
	__shared__ float fixed[32];
	fixed[threadIdx.x % 32] = 0.5f;
	dynamic[threadIdx.x] = x[threadIdx.x];
	__syncthreads();
	x[threadIdx.x] = dynamic[blockDim.x - 1 - threadIdx.x] + fixed[threadIdx.x % 32];
}

// The last block to finish adds what all blocks have left.
__device__ unsigned finished;
extern "C" __global__ void lastblock(const double *x, double *part, double *out) {
	__shared__ bool last;
	double s = x[blockIdx.x * blockDim.x + threadIdx.x];
	for (int o = 16; o; o >>= 1) s += __shfl_xor_sync(~0u, s, o);
	if (threadIdx.x == 0) {
		part[blockIdx.x] = s;
		__threadfence();
		last = atomicInc(&finished, gridDim.x - 1) == gridDim.x - 1;
	}
	__syncthreads();
	if (last && threadIdx.x == 0) {
		double t = 0;
		for (int i = 0; i < gridDim.x; i++) t += ((volatile double *)part)[i];
		*out = t;
	}
}
extern "C" __global__ void maths(const double *x, double *out, const float *y, float *z, int n) {
	int i = blockIdx.x * blockDim.x + threadIdx.x;
	if (i >= n) return;
	double *o = out + 8 * i;
	o[0] = sin(x[i]); o[1] = cos(x[i]); o[2] = exp(x[i]); o[3] = log(fabs(x[i]));
	o[4] = pow(fabs(x[i]), 1.5); o[5] = sqrt(fabs(x[i])); o[6] = 1 / x[i]; o[7] = atan(x[i]);
	float *p = z + 8 * i;
	p[0] = sinf(y[i]); p[1] = cosf(y[i]); p[2] = expf(y[i]); p[3] = logf(fabsf(y[i]));
	p[4] = powf(fabsf(y[i]), 1.5f); p[5] = sqrtf(fabsf(y[i])); p[6] = 1 / y[i]; p[7] = tanhf(y[i]);
}
