//go:build layers

package layers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"hybrid/internal/mpilib"
)

// findCUDA says whether the CUDA side can be built and tried on the driver for
// tests.
func findCUDA() (string, error) {
	if runtime.GOOS != "linux" {
		return "", errors.New("the tag cuda is for Linux")
	}
	if _, err := exec.LookPath("cc"); err != nil {
		return "", errors.New("no C compiler: cc is not on the PATH (make deps)")
	}
	for _, h := range headers {
		if _, err := os.Stat(headerFolder("..", h.release)); err != nil {
			return "", fmt.Errorf("no headers of CUDA %s to compare with (make deps)", h.release)
		}
	}
	return "a driver for tests, in place of a GPU's", nil
}

// fakeDriver builds the driver for tests and returns the environment with which
// programs use it.
func fakeDriver(t *testing.T) []string {
	t.Helper()
	lib := filepath.Join(root(t), "build", "fakecuda", "libcuda.so.1")
	once(t, "fakecuda", command{env: []string{"CGO_ENABLED=1"}, args: []string{"go", "build", "-tags", "fakecuda", "-buildmode=c-shared", "-o", lib, "./gpu/fakecuda"}})
	return []string{"HYBRID_LIBCUDA=" + lib}
}

func TestCUDA(t *testing.T) {
	need(t, "cuda")
	t.Parallel()
	fake := fakeDriver(t)
	t.Run("conformance", func(t *testing.T) {
		tests := t.TempDir()
		must(t, command{args: tagged("test", "-c", "-o", tests, "./gpu", "./gpu/bind")})
		for _, devices := range []string{"1", "2", "3"} {
			passed := 0
			for folder, test := range map[string]string{"gpu": "gpu.test", "gpu/bind": "bind.test"} {
				res := must(t, command{
					dir:  filepath.Join(root(t), folder),
					env:  append([]string{"FAKECUDA_DEVICES=" + devices}, fake...),
					args: []string{filepath.Join(tests, test), "-test.v", "-test.run", "CUDA|Refusals|Errors|LaterPTX|Beside"},
				})
				if passed += strings.Count(res.stdout, "--- PASS: Test"); strings.Contains(res.stdout, "--- SKIP") {
					t.Errorf("%s", res)
				}
			}
			if passed < 6 {
				t.Errorf("%s devices: %d tests passed, want 6 or more", devices, passed)
			}
		}
	})
	hybrid := build(t)
	t.Run("needs no driver to start", func(t *testing.T) { testNoDriver(t, hybrid) })
	t.Run("commands", func(t *testing.T) { testDevices(t, command{env: fake}, hybrid, 0, 1) })
	t.Run("halos", func(t *testing.T) { testPeerHalos(t, fake, hybrid) })
	t.Run("goes on without a device", func(t *testing.T) {
		testGoesOnWithoutDevice(t, command{env: append([]string{"FAKECUDA_DEVICES=2"}, fake...)}, hybrid)
	})
	t.Run("example", func(t *testing.T) { testExampleKernel(t, fake) })
	worlds := mpilib.All()
	for i, w := range worlds {
		t.Run(w.Name, func(t *testing.T) {
			hybrid := build(t)
			testNoDriver(t, hybrid)
			c := launch(w, 2)
			c.env = append(append(c.env, fake...), "FAKECUDA_DEVICES=2")
			testDevices(t, c, hybrid, i, len(worlds))
			t.Run("halos", func(t *testing.T) { testHaloPaths(t, c, hybrid) })
			t.Run("lost device", func(t *testing.T) { testLostDevice(t, c, hybrid) })
			t.Run("goes on without a device", func(t *testing.T) { testGoesOnWithoutDevice(t, c, hybrid) })
		})
	}
}

// testNoDriver checks that a binary does not need libcuda, and what it says without.
func testNoDriver(t *testing.T, hybrid string) {
	res := must(t, command{args: []string{"readelf", "-d", hybrid}})
	if !strings.Contains(res.stdout, "NEEDED") || strings.Contains(res.stdout, "libcuda") {
		t.Errorf("want needed libraries, without libcuda\n%s", res)
	}
	none := []string{"HYBRID_LIBCUDA=/none/libcuda.so.1"}
	res = run(t, command{env: none, args: []string{hybrid, "heat", "--steps", "1", "--gpu", "on"}})
	if res.code != 1 || linesWith(res.stderr, "/none/libcuda.so.1: cannot open") != 1 {
		t.Errorf("want exit status 1, and a line that says what was looked for\n%s", res)
	}
	res = must(t, command{env: none, args: []string{hybrid, "heat", "--steps", "1", "--gpu", "auto"}})
	if linesWith(res.stderr, "no GPU") != 1 {
		t.Errorf("want a line that says there is no GPU\n%s", res)
	}
}

// testDevices compares the answers that commands give on devices with those of the
// CPU, of every so many commands.
func testDevices(t *testing.T, c command, hybrid string, first, every int) {
	for i := first; i < len(catalogue); i += every {
		entry := catalogue[i]
		name, _, _ := strings.Cut(entry.args, " ")
		if !entry.device {
			continue
		}
		t.Run(name, func(t *testing.T) {
			want, _ := ask(t, command{args: []string{hybrid}}, entry.args, "--gpu", "off")
			on := c
			on.args = append(append([]string{}, c.args...), hybrid)
			got, res := ask(t, on, entry.args, "--gpu", "on")
			sameAnswer(t, got, want, res)
			if !strings.Contains(strings.ReplaceAll(res.stdout, ": ", ":"), `"kind":"cuda"`) {
				t.Errorf("no device took part\n%s", res)
			}
		})
	}
}

// testPeerHalos has two devices of a process copy from each other's memory, and refuses
// them that.
func testPeerHalos(t *testing.T, fake []string, hybrid string) {
	for _, solver := range []string{
		"heat --nx 60 --ny 40 --steps 30 --balance off --out OUT.npy", // a rank without rows has no way
		"solve grayscott --set grid.size=[40,60] --steps 30 --out v=OUT.npy",
	} {
		testPeerHalosOf(t, fake, hybrid, solver)
	}
}

func testPeerHalosOf(t *testing.T, fake []string, hybrid, solver string) {
	want, _ := ask(t, command{args: []string{hybrid}}, solver, "--gpu", "off")
	for _, c := range []struct{ fail, way, says string }{
		{"", "auto", `"path":"peer"`},
		{"", "staged", `"path":"staged"`},
		{"peer", "auto", "gives device 0 no access to the memory of device 1"},
		{"cuCtxEnablePeerAccess:217", "auto", "CUDA_ERROR_PEER_ACCESS_UNSUPPORTED"},
	} {
		got, res := ask(t, command{env: append([]string{"FAKECUDA_DEVICES=2", "FAKECUDA_FAIL=" + c.fail}, fake...), args: []string{hybrid}},
			solver, "--gpu", "on", "--ranks", "2", "--gpu-halo", c.way)
		sameAnswer(t, got, want, res)
		if !strings.Contains(strings.ReplaceAll(res.stdout, ": ", ":"), c.says) {
			t.Errorf("want %q\n%s", c.says, res)
		}
	}
}

// testHaloPaths has devices of two processes give each other halos in every way that there
// is, with the bits of processors. The driver for tests says so where memory is freed that
// another process has open. A library that is loaded before MPI's says that MPI takes a
// device's memory; that of this driver lies at addresses of the process, so that it does.
func testHaloPaths(t *testing.T, c command, hybrid string) {
	aware := filepath.Join(t.TempDir(), "aware")
	if err := os.WriteFile(aware+".c", []byte("int MPIX_Query_cuda_support(void) { return 1; }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	must(t, command{args: []string{"cc", "-shared", "-fPIC", "-o", aware + ".so", aware + ".c"}})
	for _, solver := range []string{
		"heat --nx 60 --ny 50 --steps 150 --boundary periodic --balance off --out OUT.npy", // a rank without rows has no way
		"solve grayscott --set grid.size=[50,60] --steps 60 --out v=OUT.npy",
	} {
		testHaloPathsOf(t, c, hybrid, aware+".so", solver)
	}
}

func testHaloPathsOf(t *testing.T, c command, hybrid, aware, solver string) {
	want, _ := ask(t, command{args: []string{hybrid}}, solver, "--gpu", "off")
	for _, one := range []struct {
		env       []string
		way, says string
	}{
		{nil, "auto", `"path":"ipc"`},
		{[]string{"LD_PRELOAD=" + aware}, "mpi", `"path":"mpi"`},
		{[]string{"FAKECUDA_FAIL=cuIpcOpenMemHandle:1"}, "auto", `"path":"staged","reason":"cuIpcOpenMemHandle:`},
	} {
		on := c
		on.args = append(append(append([]string{}, c.args...), "env"), append(one.env, hybrid)...)
		got, res := ask(t, on, solver, "--gpu", "on", "--gpu-halo", one.way)
		sameAnswer(t, got, want, res)
		plain := strings.Join(strings.Fields(strings.ReplaceAll(res.stdout, ": ", ":")), "")
		if !strings.Contains(plain, one.says) || strings.Contains(res.stderr, "is freed") {
			t.Errorf("want %q\n%s", one.says, res)
		}
	}
}
