//go:build cuda && linux

package gpu_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/gpu"
	"hybrid/gpu/gputest"
	"hybrid/gpu/lazycuda"
)

// On a GPU, or on the driver that HYBRID_LIBCUDA names.
func TestCUDADevice(t *testing.T) {
	d, err := gpu.Open(0)
	if err != nil {
		t.Skipf("NOT TESTED: %v", err)
	}
	t.Logf("%+v", d.Info())
	for _, c := range gputest.Checks() {
		t.Run(c.Name, func(t *testing.T) {
			if err := c.Run(d); err != nil {
				t.Error(err)
			}
		})
	}
	if missing := lazycuda.Missing(); len(missing) > 0 {
		t.Logf("functions that this driver does not have: %v", missing)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// What the fake driver can be told to be like. A process binds its driver once, so
// each case is a process of its own.
func TestRefusals(t *testing.T) {
	if os.Getenv("GPU_TEST_OPEN") == "1" {
		d, err := gpu.Open(0)
		t.Log("open:", err)
		if err == nil {
			_, err = d.Load("empty.ptx", []byte(".version 7.8\n.target sm_61\n.address_size 64\n"))
			t.Log("load:", err)
		}
		return
	}
	fake := os.Getenv(lazycuda.Variable)
	if fake == "" {
		t.Skipf("NOT TESTED: %s does not name the fake driver", lazycuda.Variable)
	}
	for _, c := range []struct {
		env  []string
		want string
	}{
		{nil, "open: <nil>"},
		{[]string{"FAKECUDA_FAIL=none"}, "finds no GPU in this machine"},
		{[]string{"CUDA_VISIBLE_DEVICES=7"}, `CUDA_VISIBLE_DEVICES is "7"`},
		{[]string{"CUDA_VISIBLE_DEVICES="}, `CUDA_VISIBLE_DEVICES is ""`},
		{[]string{"FAKECUDA_DEVICES=3", "CUDA_VISIBLE_DEVICES=2,9,0"}, "open: <nil>"},
		{[]string{"FAKECUDA_DEVICES=0"}, "finds no GPU in this machine"},
		{[]string{"FAKECUDA_VERSION=11040"}, "of CUDA 11.4, the kernels need that of CUDA 11.8"},
		{[]string{"FAKECUDA_CAPABILITY=5.0"}, "has compute capability 5.0, and the kernels need 6.1 or later"},
		{[]string{"FAKECUDA_FAIL=cuInit:802"}, "CUDA_ERROR_SYSTEM_NOT_READY: system not yet initialized (machines whose GPUs are joined by NVSwitch need nvidia-fabricmanager"},
		{[]string{"FAKECUDA_FAIL=cuInit:803"}, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH: "},
		{[]string{"FAKECUDA_FAIL=cuInit:804"}, "take its directory (cuda/compat) out of LD_LIBRARY_PATH"},
		{[]string{"FAKECUDA_FAIL=cuInit:999"}, "run nvidia-modprobe -u"},
		{[]string{"FAKECUDA_FAIL=cuModuleLoadDataEx:221"}, "libnvidia-ptxjitcompiler.so.1, is not where the dynamic loader looks"},
		{[]string{"FAKECUDA_FAIL=exclusive"}, "holds Fake GPU 0 (GPU-66616b65-2064-6576-6963-652030303030) exclusively"},
		{[]string{lazycuda.Variable + "=/none/libcuda.so.1"}, "no CUDA driver: /none/libcuda.so.1: cannot open"},
	} {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestRefusals$", "-test.v")
		cmd.Env = append(append(os.Environ(), "GPU_TEST_OPEN=1"), c.env...)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%v: %v\n%s\nwant %q", c.env, err, out, c.want)
		}
	}
}

func TestDriversErrors(t *testing.T) {
	d, err := gpu.Open(0)
	if err != nil {
		t.Skipf("NOT TESTED: %v", err)
	}
	defer d.Close()
	m, err := d.Load("later.ptx", []byte(".version 7.8\n.target sm_99\n.address_size 64\n.visible .entry f()\n{\n\tret;\n}\n"))
	var e *gpu.Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Name, "CUDA_ERROR_") || e.Text == "" || e.Call != "cuModuleLoadDataEx" {
		t.Errorf("PTX for a later device: %v, %v", m, err)
	}
}

// What the driver takes is loaded, whether the interpreter knows it or not: an
// instruction and a version of the language that are newer than it.
func TestLaterPTX(t *testing.T) {
	const later = `.version 9.2
.target sm_90
.address_size 64
.visible .entry later(.param .u64 .ptr .global .align 16 out, .param .f32 x)
{
	an.instruction.of.tomorrow;
	ret;
}
`
	if os.Getenv("GPU_TEST_LATER") == "1" {
		d, err := gpu.Open(0)
		if err != nil {
			t.Fatal(err)
		}
		m, err := d.Load("later.ptx", []byte(later))
		if err != nil {
			t.Fatal(err)
		}
		k, err := m.Kernel("later")
		if err != nil {
			t.Fatal(err)
		}
		s, err := d.NewStream()
		if err != nil {
			t.Fatal(err)
		}
		one := gpu.Dim{X: 1}
		t.Log("too few:", k.Launch(s, one, one, 0, gpu.Value(uint64(0))))
		t.Log("launch:", k.Launch(s, one, one, 0, gpu.Value(uint64(0)), gpu.Value(float32(1))))
		return
	}
	if os.Getenv(lazycuda.Variable) == "" {
		t.Skipf("NOT TESTED: %s does not name the fake driver", lazycuda.Variable)
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestLaterPTX$", "-test.v")
	cmd.Env = append(os.Environ(), "GPU_TEST_LATER=1", "FAKECUDA_PTX=any")
	out, err := cmd.CombinedOutput()
	for _, want := range []string{"too few: gpu: kernel later: 1 arguments, want 2", "launch: gpu: cuLaunchKernel: CUDA_ERROR_NOT_SUPPORTED"} {
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%v\n%s\nwant %q", err, out, want)
		}
	}
}

// A driver that is named by its path brings the compiler that lies beside it.
func TestCompilerBesideDriver(t *testing.T) {
	const compiler = "libnvidia-ptxjitcompiler.so.1"
	if os.Getenv("GPU_TEST_BESIDE") == "1" {
		if _, err := gpu.Open(0); err != nil {
			t.Fatal(err)
		}
		maps, err := os.ReadFile("/proc/self/maps")
		t.Logf("loaded: %t, %v", strings.Contains(string(maps), compiler), err)
		return
	}
	fake := os.Getenv(lazycuda.Variable)
	if fake == "" {
		t.Skipf("NOT TESTED: %s does not name the fake driver", lazycuda.Variable)
	}
	dir := t.TempDir()
	if err := os.Symlink(fake, filepath.Join(dir, "libcuda.so.1")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"loaded: false, <nil>", "loaded: true, <nil>"} {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestCompilerBesideDriver$", "-test.v")
		cmd.Env = append(os.Environ(), "GPU_TEST_BESIDE=1", lazycuda.Variable+"="+filepath.Join(dir, "libcuda.so.1"))
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%v\n%s\nwant %q", err, out, want)
		}
		cc := exec.Command("cc", "-shared", "-o", filepath.Join(dir, compiler), "-x", "c", "/dev/null")
		if out, err := cc.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
}
