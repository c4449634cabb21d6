#ifndef FAKECUDA_THREAD_H
#define FAKECUDA_THREAD_H

#include <stddef.h>
#include <stdlib.h>

// The context that is current on the calling thread.
void *fake_current(void);
void fake_set_current(void *context);

// A handle of memory or of an event for other processes.
struct ipc {
	char bytes[64];
};

// What cuMemcpy2DAsync takes: CUDA_MEMCPY2D, whose layout the tests compare.
struct rows {
	size_t src_x, src_y;
	int src_type;
	const void *src_host;
	unsigned long long src_device;
	void *src_array;
	size_t src_pitch;
	size_t dst_x, dst_y;
	int dst_type;
	void *dst_host;
	unsigned long long dst_device;
	void *dst_array;
	size_t dst_pitch;
	size_t width, height;
};

#endif
