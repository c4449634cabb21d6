package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"hybrid/gpu"
)

// damaged is the driver's word for memory with more wrong bits than can be mended.
var damaged = &gpu.Error{Call: "cuStreamSynchronize", Code: 214, Name: "CUDA_ERROR_ECC_UNCORRECTABLE", Text: "uncorrectable ECC error encountered"}

// losing runs hybrid on simulated devices, of which one fails at the n-th call of a name.
func losing(t *testing.T, call string, n int64, err error, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var calls atomic.Int64
	var out, text bytes.Buffer
	p := program(nil, &out, &text)
	p.Exit = func(status int) { t.Errorf("ended by exit with status %d", status) }
	p.Sim.Fail = func(name string) error {
		if name == call && calls.Add(1) == n {
			return err
		}
		return nil
	}
	status = p.Run(args)
	return status, out.String(), text.String()
}

// TestALostDevice has a device fail in every way: one line names the rank, the host and the
// device, and no rank hangs.
func TestALostDevice(t *testing.T) {
	for _, c := range []struct {
		call string
		err  *gpu.Error
		cure string
	}{
		{"cuStreamSynchronize", damaged, "take another GPU"},
		{"cuLaunchKernel", &gpu.Error{Call: "cuLaunchKernel", Code: 719, Name: "CUDA_ERROR_LAUNCH_FAILED", Text: "unspecified launch failure"}, "--gpu off"},
		{"cuLaunchKernel", &gpu.Error{Call: "cuLaunchKernel", Code: 700, Name: "CUDA_ERROR_ILLEGAL_ADDRESS", Text: "an illegal memory access was encountered"}, "--gpu off"},
		{"cuMemcpyAsync", &gpu.Error{Call: "cuMemcpyAsync", Code: 100, Name: "CUDA_ERROR_NO_DEVICE", Text: "no CUDA-capable device is detected"}, "nvidia-smi"},
		{"cuMemAlloc", &gpu.Error{Call: "cuMemAlloc", Code: 46, Name: "CUDA_ERROR_DEVICE_UNAVAILABLE", Text: "busy or unavailable"}, "nvidia-smi"},
	} {
		t.Run(c.err.Name, func(t *testing.T) {
			status, _, text := losing(t, c.call, 2, c.err, "heat", "--gpu", "sim", "--ranks", "2", "--nx", "60", "--ny", "60", "--steps", "500", "--quiet")
			if status != 1 || strings.Count(text, "\n") != 1 {
				t.Errorf("status %d, want 1 and one line:\n%s", status, text)
			}
			rank := "0"
			if strings.Contains(text, "rank 1") {
				rank = "1"
			}
			for _, want := range []string{"hybrid: heat: rank " + rank + " on ", ": device " + rank + ", simulated 9.0 (SIM-" + rank + "), is lost: " + c.err.Call + ": " + c.err.Name + ": " + c.err.Text, c.cure} {
				if !strings.Contains(text, want) {
					t.Errorf("want %q in\n%s", want, text)
				}
			}
		})
	}
}

// TestARunGoesOnWithoutALostDevice from its newest checkpoint, or from the beginning where there is none yet, to
// the same bytes.
func TestARunGoesOnWithoutALostDevice(t *testing.T) {
	for _, c := range []struct {
		args string
		n    int64 // the call of cuStreamSynchronize that fails
	}{
		{"pi --samples 3e5 --checkpoint-every 50000", 12},
		{"walk --walks 4000 --steps 100 --checkpoint-every 500 --out o.npy", 20},
		{"mandelbrot --width 300 --height 200 --checkpoint-every 4 --out o.npy", 6},
		{"matmul --n 100 --checkpoint-every 20 --out o.npy", 12},
		{"solve grayscott --set grid.size=[30,30] --steps 60 --checkpoint-every 10 --frames film --every 10 --out v=o.npy", 60},
		{"heat --nx 60 --ny 50 --steps 400 --checkpoint-every 50 --frames film --every 20 --out o.npy", 120},
	} {
		args := append(strings.Fields(c.args), "--ranks", "2", "--quiet", "--json", "--checkpoint", "ck")
		result := func(object string) string {
			text, _, _ := strings.Cut(object[strings.Index(object, `"result"`):], `"metrics"`)
			return text
		}
		want, got := t.TempDir(), t.TempDir()
		t.Chdir(want)
		status, object, text := call(t, nil, append(args, "--gpu", "off")...)
		if status != 0 {
			t.Fatal(text)
		}
		t.Chdir(got)
		status, on, text := losing(t, "cuStreamSynchronize", c.n, damaged, append(args, "--gpu", "sim")...)
		if status != 0 || strings.Count(text, "going on without devices, from the newest checkpoint in ck\n") != 1 || result(on) != result(object) {
			t.Errorf("%s: status %d\n%s%s\nwant\n%s", c.args, status, text, result(on), result(object))
		}
		for _, pattern := range []string{"o.npy", "film/*.png"} {
			files, _ := filepath.Glob(filepath.Join(want, pattern))
			for _, file := range files {
				name, err := filepath.Rel(want, file)
				must(t, err)
				a, err := os.ReadFile(file)
				must(t, err)
				if b, err := os.ReadFile(name); err != nil || !bytes.Equal(a, b) {
					t.Errorf("%s: %v: %s differs from that of a run that has lost nothing", c.args, err, name)
				}
			}
		}
	}
}

// TestWhereARunGoesOn without a device that was lost, by whether there is a checkpoint.
func TestWhereARunGoesOn(t *testing.T) {
	dir := t.TempDir()
	want, got := filepath.Join(dir, "want.npy"), filepath.Join(dir, "got.npy")
	flags := []string{"heat", "--ranks", "2", "--nx", "60", "--ny", "50", "--steps", "400", "--quiet"}
	if status, _, text := call(t, nil, append(flags, "--gpu", "off", "--out", want)...); status != 0 {
		t.Fatal(text)
	}
	// The loss may come while a checkpoint is written beside the steps.
	unfinished := regexp.MustCompile(`(?m)^hybrid: heat: \S+/ck/checkpoint_\d+ was not finished; going on from \S+/ck/checkpoint_\d+\n`)
	for name, n := range map[string]int64{"at the beginning": 1, "behind checkpoints": 120} {
		t.Run(name, func(t *testing.T) {
			status, object, text := losing(t, "cuStreamSynchronize", n, damaged,
				append(flags, "--json", "--gpu", "sim", "--checkpoint", filepath.Join(t.TempDir(), "ck"), "--checkpoint-every", "50", "--out", got)...)
			text = unfinished.ReplaceAllString(text, "")
			if status != 0 || strings.Count(text, "\n") != 1 || !strings.Contains(text, "is lost: cuStreamSynchronize: CUDA_ERROR_ECC") || !strings.Contains(text, "going on without devices") {
				t.Errorf("status %d, want 0 and one line:\n%s", status, text)
			}
			if began := strings.Contains(strings.ReplaceAll(object, " ", ""), `"from":""`); began != (n == 1) {
				t.Errorf("it began anew: %v\n%s", began, object)
			}
			a, err := os.ReadFile(got)
			b, err2 := os.ReadFile(want)
			if err != nil || err2 != nil || !bytes.Equal(a, b) {
				t.Errorf("%v, %v: the file differs from that of a run that has lost nothing", err, err2)
			}
			os.Remove(got)
		})
	}
}
