// Kernels of the benchmarks.
template <typename T> __device__ void chain(T *out, int n) {
	T a = threadIdx.x * T(0.001), b[8];
	for (int i = 0; i < 8; i++) b[i] = i;
	for (int i = 0; i < n; i++)
		for (int j = 0; j < 8; j++) b[j] = fma(b[j], a, T(0.5));
	T s = 0;
	for (int i = 0; i < 8; i++) s += b[i];
	out[blockIdx.x * blockDim.x + threadIdx.x] = s;
}
extern "C" __global__ void fma32(float *out, int n) { chain(out, n); }
extern "C" __global__ void fma64(double *out, int n) { chain(out, n); }
extern "C" __global__ void int32(unsigned *out, int n) {
	unsigned a = threadIdx.x, b = 1;
	for (int i = 0; i < n; i++) {
		b = __umulhi(b * 0xD2511F53u, a) ^ (b + i);
		a += 0x9E3779B9u;
	}
	out[blockIdx.x * blockDim.x + threadIdx.x] = a ^ b;
}
// One step of heat from device memory, n times over.
extern "C" __global__ void heat64(double *u, int n) {
	int i = blockIdx.x * blockDim.x + threadIdx.x + 256;
	for (int k = 0; k < n; k++) {
		double c = u[i], w = u[i - 1], e = u[i + 1], s = u[i + 128], t = u[i - 128];
		u[i + 8192] = fma(0.1, w + e, fma(0.1, s + t, 0.6 * c));
	}
}
