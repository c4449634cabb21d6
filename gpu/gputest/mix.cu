// Kernels of the conformance suite.
extern "C" __global__ void mix(double *out, const double *in, int n, unsigned u, long long l, unsigned long long v, float f, double d) {
	extern __shared__ double s[];
	int i = blockIdx.x * blockDim.x + threadIdx.x;
	s[threadIdx.x] = i < n ? in[i] : 0;
	__syncthreads();
	if (i < n)
		out[i] = s[threadIdx.x] * d + f + u + (double)l + (double)v;
}
extern "C" __global__ void beyond(double *out, int n) { out[n + threadIdx.x] = 1; }
