// Command gpuheat runs hybrid's heat kernels on a GPU beside the same kernel at one
// step a pass and a copy within the device's memory, in turn on the same device:
//
//	scripts/withcuda go run -tags cuda ./bench/gpuheat
//	... -sizes 16386 -rounds 9
//	... -device sim -sizes 130 -rounds 1 -seconds 0.01     the program itself, without a GPU
//
// The copy says what the memory gives: one pass a step cannot do more updates a second
// than it moves points. The table shows the best rate of each depth, and medians over
// the rounds of its ratio to the copy's bound and to the kernel at one step a pass.
// Before that every depth's field is compared, bit for bit, with that of single steps.
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"hybrid/bench/internal/nvidia"
)

func main() {
	sizes := flag.String("sizes", "16386,8194,4098,1026", "points a side, ring included")
	rounds := flag.Int("rounds", 7, "times that each kernel runs")
	seconds := flag.Float64("seconds", 0.1, "that a kernel runs in a round")
	device := flag.String("device", "0", "number of the GPU, or sim")
	flag.Parse()
	if err := run(*sizes, *rounds, *seconds, *device, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench/gpuheat:", err)
		os.Exit(1)
	}
}

func run(sizes string, rounds int, seconds float64, device string, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q", rest[0])
	}
	if rounds < 1 || !(seconds > 0) {
		return fmt.Errorf("-rounds %d and -seconds %g: want at least 1 and more than 0", rounds, seconds)
	}
	d, err := nvidia.Device(device)
	if err != nil {
		return err
	}
	defer d.Close()
	info := d.Info()
	fmt.Printf("%s, %d.%d, driver %s; %d rounds; updates a second, bounds in the same run\n\n", info.Name, info.Major, info.Minor, info.Driver, rounds)
	fmt.Println("| points | type | steps a pass | G updates/s | of arithmetic | copy GB/s | its bound, G updates/s | x the bound: median (least to most) | x one step a pass: median |")
	fmt.Println("|---|---|---:|---:|---:|---:|---:|---:|---:|")
	for text := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 3 {
			return fmt.Errorf("-sizes %q: want numbers of at least 3", text)
		}
		if err := measure[float64](d, n, rounds, seconds); err != nil {
			return fmt.Errorf("%d points a side, f64: %w", n, err)
		}
		if err := measure[float32](d, n, rounds, seconds); err != nil {
			return fmt.Errorf("%d points a side, f32: %w", n, err)
		}
	}
	return nil
}
