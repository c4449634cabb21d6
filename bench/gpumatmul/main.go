// Command gpumatmul runs hybrid's matrix product on a GPU beside cuBLAS, in turn on
// the same device and the same matrices, and prints a table of both:
//
//	scripts/withcuda go run -tags cuda ./bench/gpumatmul
//	... -shapes 8192x8192x8192 -rounds 9
//
// Each round lets cuBLAS multiply for a while and then hybrid; the table shows the
// median over the rounds of the ratio of the two rates, and the best rates. Before
// that some elements of hybrid's product are computed again on the CPU: chains must
// have its bits, tensor cores keep to their bound. cuBLAS is looked for when the
// program runs, on the loader's path, in Python environments and in toolkits; that
// there is none is an error, unless -peer none asks for hybrid alone.
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"hybrid/gpu"
	"hybrid/kernels_cuda"
)

// A shape is a product to measure: m x k times k x n.
type shape struct{ m, n, k int }

func (s shape) flops() float64 { return 2 * float64(s.m) * float64(s.n) * float64(s.k) }

// A row is what is compared: an arithmetic of ours, and how cuBLAS multiplies.
type row struct {
	name string
	bits int
	how  kernels.Arithmetic
	mode int // of cuBLAS
}

// Modes of cuBLAS (cublasMath_t): what it chooses itself, on tensor cores for
// float64; one that leaves them alone; TF32.
const (
	ordinary = 0
	pedantic = 2
	tf32     = 3
)

var rows = []row{
	{"f32", 32, kernels.Chains, ordinary},
	{"f64", 64, kernels.Chains, pedantic},
	{"f64 beside tensor cores", 64, kernels.Chains, ordinary},
	{"f64 on tensor cores", 64, kernels.Tensor, ordinary},
	{"f32 as TF32", 32, kernels.TF32, tf32},
}

func main() {
	shapes := flag.String("shapes", "8192x8192x8192,4096x4096x4096,1024x1024x1024,8192x8192x512,100000x64x64", "products, each MxNxK")
	rounds := flag.Int("rounds", 7, "times that each program runs")
	seconds := flag.Float64("seconds", 0.1, "that a program multiplies in a round")
	device := flag.Int("device", 0, "number of the GPU")
	with := flag.String("peer", "cublas", "what to compare with: cublas or none")
	flag.Parse()
	if err := run(*shapes, *rounds, *seconds, *device, *with, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench/gpumatmul:", err)
		os.Exit(1)
	}
}

func run(shapes string, rounds int, seconds float64, device int, with string, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q", rest[0])
	}
	if rounds < 1 || !(seconds > 0) {
		return fmt.Errorf("-rounds %d and -seconds %g: want at least 1 and more than 0", rounds, seconds)
	}
	if with != "cublas" && with != "none" {
		return fmt.Errorf("-peer %q: want cublas or none", with)
	}
	var todo []shape
	for text := range strings.SplitSeq(shapes, ",") {
		s, err := parseShape(text)
		if err != nil {
			return err
		}
		todo = append(todo, s)
	}
	d, err := gpu.Open(device)
	if err != nil {
		return err
	}
	defer d.Close()
	info, name := d.Info(), "without cuBLAS"
	var peer *blas
	if with == "cublas" {
		if peer, err = openBLAS(device); err != nil {
			return err
		}
		defer peer.close()
		name = peer.version()
	}
	fmt.Printf("%s, %d.%d, driver %s; %s; %d rounds; product MxNxK\n\n", info.Name, info.Major, info.Minor, info.Driver, name, rounds)
	fmt.Println("| product | arithmetic | kernel | hybrid TFLOP/s | of peak | cuBLAS TFLOP/s | ratio: median (least to most) |")
	fmt.Println("|---|---|---|---:|---:|---:|---:|")
	for _, s := range todo {
		for _, r := range rows {
			compare := compare[float64]
			if r.bits == 32 {
				compare = compareSingle
			}
			if err := compare(d, peer, s, r, rounds, seconds); err != nil {
				return fmt.Errorf("%dx%dx%d, %s: %w", s.m, s.n, s.k, r.name, err)
			}
		}
	}
	return nil
}

func compareSingle(d *gpu.Device, peer *blas, s shape, r row, rounds int, seconds float64) error {
	return compare[float32](d, peer, s, r, rounds, seconds)
}

func parseShape(text string) (shape, error) {
	var s shape
	part := strings.Split(text, "x")
	for i, to := range []*int{&s.m, &s.n, &s.k} {
		if len(part) != 3 {
			break
		}
		*to, _ = strconv.Atoi(part[i])
	}
	if s.m < 1 || s.n < 1 || s.k < 1 {
		return s, fmt.Errorf("-shapes %q: want MxNxK, as 8192x8192x512", text)
	}
	return s, nil
}
