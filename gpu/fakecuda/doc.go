//go:build fakecuda

// Command fakecuda is a CUDA driver for tests: a libcuda.so.1 whose devices are
// memory of the host, and which runs kernels in package ptxsim. With it a program
// built with the tag cuda goes all the way, through trampolines, gorgonia.org/cu and
// the packing of arguments, on a machine without a GPU:
//
//	go build -tags fakecuda -buildmode=c-shared -o libcuda.so.1 ./gpu/fakecuda
//	HYBRID_LIBCUDA=$PWD/libcuda.so.1 hybrid heat --gpu on
//
// It has the functions that package gpu calls, and refuses what a driver refuses:
// calls without a context on the thread, handles that it has not given out or that
// were given back, addresses beyond an allocation, host memory that is not pinned in
// an asynchronous copy. Work of a stream is done at once. A device's memory lies at addresses of
// the process, so that an MPI library can be given it; what is exported by cuIpcGetMemHandle
// lies in a file without a name, which is gone when its processes are.
//
// The environment chooses what it is like:
//
//	CUDA_VISIBLE_DEVICES=1,0   as for a real driver, by numbers alone
//	FAKECUDA_DEVICES=2         number of devices (default 1)
//	FAKECUDA_CAPABILITY=8.0    compute capability (default 9.0)
//	FAKECUDA_MEMORY=1048576    bytes of each device (default 2 GiB)
//	FAKECUDA_VERSION=11040     of the driver (default 12040)
//	FAKECUDA_SAME_UUID=1       all devices have one UUID
//	FAKECUDA_PTX=any           takes PTX that the interpreter does not know, and refuses to
//	                           launch it
//	FAKECUDA_FAIL=NAME         none: no device; exclusive: devices are taken;
//	                           peer: no device reaches another's memory;
//	                           launch: kernels cannot be launched; CALL:CODE: that call
//	                           returns that code; CALL:CODE:N: from the N-th of a
//	                           device on. CALL is cuInit, cuModuleLoadDataEx,
//	                           cuMemAlloc, cuMemHostAlloc, cuMemcpyAsync,
//	                           cuCtxEnablePeerAccess, cuMemcpyPeerAsync,
//	                           cuIpcGetMemHandle, cuIpcOpenMemHandle, and so for events,
//	                           cuStreamBeginCapture, cuGraphLaunch,
//	                           cuLaunchKernel, after which a code that breaks a
//	                           device is found by the next call, or
//	                           cuStreamSynchronize
//	FAKECUDA_FAIL_DEVICE=1     only that device, by its number in the machine
package main
