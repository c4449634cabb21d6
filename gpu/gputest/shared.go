package gputest

import (
	"errors"
	"fmt"

	"hybrid/gpu"
)

// bothPTX has 40 KiB of static shared memory, and writes to the ends of it and of the
// dynamic one before another thread reads there.
const bothPTX = `.version 7.8
.target sm_61
.address_size 64
.shared .align 4 .b8 fixed[40960];
.extern .shared .align 4 .b8 dynamic[];
.visible .entry both(
	.param .u64 out,
	.param .u32 bytes
)
{
	.reg .b32 %r<16>;
	.reg .b64 %rd<6>;
	ld.param.u64 %rd1, [out];
	ld.param.u32 %r1, [bytes];
	mov.u32 %r2, %tid.x;
	mov.u32 %r3, %ntid.x;
	shl.b32 %r4, %r2, 2;
	mov.u32 %r5, fixed;
	add.s32 %r6, %r5, 40956;
	sub.s32 %r6, %r6, %r4;
	st.shared.u32 [%r6], %r2;
	mov.u32 %r7, dynamic;
	add.s32 %r8, %r7, %r1;
	sub.s32 %r8, %r8, %r4;
	sub.s32 %r8, %r8, 4;
	st.shared.u32 [%r8], %r2;
	bar.sync 0;
	sub.s32 %r9, %r3, 1;
	sub.s32 %r9, %r9, %r2;
	shl.b32 %r9, %r9, 2;
	add.s32 %r10, %r5, 40956;
	sub.s32 %r10, %r10, %r9;
	ld.shared.u32 %r11, [%r10];
	add.s32 %r12, %r7, %r1;
	sub.s32 %r12, %r12, %r9;
	sub.s32 %r12, %r12, 4;
	ld.shared.u32 %r13, [%r12];
	mad.lo.s32 %r14, %r11, 1000, %r13;
	cvta.to.global.u64 %rd2, %rd1;
	mul.wide.u32 %rd3, %r2, 4;
	add.s64 %rd4, %rd2, %rd3;
	st.global.u32 [%rd4], %r14;
	ret;
}
`

// bothShared launches a block with more than the 48 KiB of shared memory that every
// block may have, of which neither the static nor the dynamic part is more.
func bothShared(d *gpu.Device) error {
	const threads, dynamic = 64, 16 << 10
	if d.Info().SharedPerBlock < 40<<10+dynamic {
		return nil // the device has no more
	}
	m, err := d.Load("both.ptx", []byte(bothPTX))
	if err != nil {
		return err
	}
	defer m.Unload()
	k, err := m.Kernel("both")
	if err != nil {
		return err
	}
	out, err := gpu.Alloc[int32](d, threads)
	if err != nil {
		return err
	}
	defer out.Free()
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	got := make([]int32, threads)
	if err := errors.Join(k.Launch(s, gpu.Dim{X: 1}, gpu.Dim{X: threads}, dynamic, out.Arg(), gpu.Value(int32(dynamic))), s.Synchronize(), out.Read(got)); err != nil {
		return err
	}
	for i, v := range got {
		if want := int32(threads-1-i) * 1001; v != want {
			return fmt.Errorf("thread %d has %d, want %d", i, v, want)
		}
	}
	return nil
}
