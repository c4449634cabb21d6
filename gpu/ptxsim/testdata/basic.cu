// Memory, barriers, shuffles and matrix products, with and without races.
//
// variants: 61 80
extern "C" __global__ void __launch_bounds__(256) saxpy(float a, const float* __restrict__ x, float* y, int n){
 int i=blockIdx.x*blockDim.x+threadIdx.x; if(i<n) y[i]=fmaf(a,x[i],y[i]);
}
extern "C" __global__ void reduce(const double* x, double* out, int n){
 __shared__ double s[256];
 double v=0; for(int i=threadIdx.x;i<n;i+=blockDim.x) v+=x[i];
 s[threadIdx.x]=v; __syncthreads();
 for(int k=blockDim.x/2;k>=32;k/=2){ if(threadIdx.x<k) s[threadIdx.x]+=s[threadIdx.x+k]; __syncthreads();}
 if(threadIdx.x<32){ v=s[threadIdx.x]; for(int o=16;o;o>>=1) v+=__shfl_down_sync(~0u,v,o); if(threadIdx.x==0) *out=v; }
}
template<int V> __device__ void mm(const float*A,const float*B,float*C,int n){
 __shared__ float a[16][16], b[16][16];
 int r=blockIdx.y*16+threadIdx.y,c=blockIdx.x*16+threadIdx.x; float acc=0;
 for(int k=0;k<n;k+=16){ a[threadIdx.y][threadIdx.x]=A[r*n+k+threadIdx.x]; b[threadIdx.y][threadIdx.x]=B[(k+threadIdx.y)*n+c]; if(V!=1)__syncthreads();
  for(int j=0;j<16;j++) acc=fmaf(a[threadIdx.y][j],b[j][threadIdx.x],acc); if(V!=2)__syncthreads(); }
 C[r*n+c]=acc;
}
extern "C" __global__ void matmul(const float*A,const float*B,float*C,int n){mm<0>(A,B,C,n);}
extern "C" __global__ void norace1(const float*A,const float*B,float*C,int n){mm<1>(A,B,C,n);}
extern "C" __global__ void norace2(const float*A,const float*B,float*C,int n){mm<2>(A,B,C,n);}
extern "C" __global__ void partial(int*x){ if(threadIdx.x<40) __syncthreads(); x[threadIdx.x]=1; }
extern "C" __global__ void early(int*x){ if(threadIdx.x>=64) return; __syncthreads(); x[threadIdx.x]=1; }
