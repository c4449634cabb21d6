// A kernel that does nothing: what it costs to start one.
extern "C" __global__ void __launch_bounds__(32) empty() {}
