//go:build mpi

package mpi_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// BenchmarkSendrecvVersusC measures the exchange of 8 bytes between two ranks
// over MPI, in Go and in C, the two in turn, and reports both medians in
// microseconds and their ratio.
//
//	go test -tags mpi -run '^$' -bench VersusC -benchtime 10x ./mpi
func BenchmarkSendrecvVersusC(b *testing.B) {
	mpirun := ownLauncher(b)
	mpicc := os.Getenv("MPICC")
	if mpicc == "" {
		mpicc = strings.Replace(filepath.Base(mpirun), "mpirun", "mpicc", 1)
	}
	program := filepath.Join(b.TempDir(), "latency")
	if out, err := exec.Command(mpicc, "-O3", "-o", program, filepath.Join("testdata", "latency.c")).CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", mpicc, err, out)
	}
	var inGo, inC []float64
	for b.Loop() {
		_, out := launch(b, mpirun, 2, "latency")
		inGo = append(inGo, microseconds(b, out)...)
		_, out = launchCommand(b, mpirun, 2, "", program, fmt.Sprint(latencyRounds), fmt.Sprint(latencyExchanges))
		inC = append(inC, microseconds(b, out)...)
	}
	b.ReportMetric(median(inGo), "go-us")
	b.ReportMetric(median(inC), "c-us")
	b.ReportMetric(median(inGo)/median(inC), "go/c")
	b.ReportMetric(0, "ns/op") // of starting the programs, which says nothing
}

func microseconds(tb testing.TB, output string) []float64 {
	var all []float64
	for line := range strings.Lines(output) {
		var us float64
		if n, _ := fmt.Sscanf(line, "MICROSECONDS %g", &us); n == 1 {
			all = append(all, us)
		}
	}
	if len(all) != latencyRounds {
		tb.Fatalf("%d measurements, want %d; output:\n%s", len(all), latencyRounds, output)
	}
	return all
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
