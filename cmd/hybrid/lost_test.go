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
