// Command gpupi runs hybrid's pi on a GPU beside cuRAND, which makes random words with the same
// generator, Philox4x32-10, in turn on the same device:
//
//	scripts/withcuda go run -tags cuda ./bench/gpupi
//	... -rounds 9
//	... -device sim -peer none -words 4096 -rounds 1 -seconds 0.01     the program itself, without a GPU
//
// hybrid makes four words for two points and counts them in registers; cuRAND writes its
// words to memory, as its host interface does, and nobody reads them: what a program
// pays that takes them from there comes on top. The table shows the best rates, and the median
// over the rounds of their ratio. Before that hybrid's count of some points is compared with
// the CPU's. cuRAND is looked for as bench/gpumatmul looks for cuBLAS.
package main

import (
	"flag"
	"fmt"
	"os"

	"hybrid/bench/internal/nvidia"
	"hybrid/gpu"
	"hybrid/internal/philox"
	"hybrid/internal/tally"
	kernels "hybrid/kernels_cuda"
)

func main() {
	words := flag.Int("words", 1<<28, "random words of a call")
	rounds := flag.Int("rounds", 7, "times that each program runs")
	seconds := flag.Float64("seconds", 0.1, "that a program runs in a round")
	device := flag.String("device", "0", "number of the GPU, or sim")
	with := flag.String("peer", "curand", "what to compare with: curand or none")
	flag.Parse()
	if err := run(*words, *rounds, *seconds, *device, *with, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench/gpupi:", err)
		os.Exit(1)
	}
}

func run(words, rounds int, seconds float64, device, with string, rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q", rest[0])
	case words < 4 || words%4 != 0 || rounds < 1 || !(seconds > 0):
		return fmt.Errorf("-words %d, -rounds %d and -seconds %g: want a multiple of 4, at least 1 and more than 0", words, rounds, seconds)
	case with != "curand" && with != "none":
		return fmt.Errorf("-peer %q: want curand or none", with)
	}
	d, err := nvidia.Device(device)
	if err != nil {
		return err
	}
	defer d.Close()
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	pi, err := kernels.LoadPi(d, s)
	if err != nil {
		return err
	}
	defer pi.Close()
	if err := check(pi); err != nil {
		return err
	}
	ours := func(n int) error {
		for range n {
			if err := pi.Count(1, 0, uint64(words/4)); err != nil {
				return err
			}
		}
		return s.Synchronize()
	}
	var theirs func(n int) error
	name := "without cuRAND"
	if with == "curand" {
		g, err := openRand(d.Info().Index)
		if err != nil {
			return err
		}
		defer g.close()
		to, err := gpu.Alloc[uint32](d, words)
		if err != nil {
			return err
		}
		defer to.Free()
		theirs, name = func(n int) error { return g.generate(to.Address(), words, n) }, g.version()
	}
	info := d.Info()
	fmt.Printf("%s, %d.%d, driver %s; %s; %d rounds; random words a second, two of them a point\n\n", info.Name, info.Major, info.Minor, info.Driver, name, rounds)
	fmt.Println("| hybrid, made and counted: G words/s | cuRAND, made and written: G words/s | ratio: median (least to most) |")
	fmt.Println("|---:|---:|---:|")
	t, err := nvidia.InTurn(ours, theirs, float64(words), rounds, seconds)
	switch {
	case err != nil:
		return err
	case theirs == nil:
		fmt.Printf("| %.4g | none | |\n", t.Own/1e9)
	default:
		fmt.Printf("| %.4g | %.4g | %s |\n", t.Own/1e9, t.Peer/1e9, t.Ratio())
	}
	return nil
}

// check compares a count with the CPU's.
func check(pi *kernels.Pi) error {
	const first, n = 1<<32 - 500, 1000
	if err := pi.Count(7, first, n); err != nil {
		return err
	}
	got, err := pi.Inside()
	if err != nil {
		return err
	}
	want, s := uint64(0), philox.New(7, philox.Pi)
	for i := uint64(first); i < first+n; i++ {
		r := s.At(i, 0)
		want += tally.InsidePoint(r[0], r[1]) + tally.InsidePoint(r[2], r[3])
	}
	if got != want {
		return fmt.Errorf("%d of %d points are inside, want %d", got, 2*n, want)
	}
	return nil
}
