package kernels

import (
	"math/rand/v2"
	"sync"
	"testing"

	"hybrid/gpu"
	"hybrid/gpu/ptxsim"
)

// wavefronts is how many cycles shared memory takes for an access of a warp: its 32 banks
// give or take a word of 4 bytes each. Accesses of 8 and 16 bytes a lane are served half
// and a quarter of a warp at a time, two of these together where lanes i and i ^ 1, or i
// and i ^ 2, all touch the same (the rule that CUTLASS's maps of lanes follow).
func wavefronts(a ptxsim.SharedAccess) int {
	lanes, sum := 128/max(a.Bytes, 4), 0
	for first := 0; first < 32; {
		n := lanes
		if n < 32 && first%(2*n) == 0 && (alike(a, first, 2*n, 1) || alike(a, first, 2*n, 2)) {
			n *= 2
		}
		var banks [32]map[uint64]bool
		most := 0
		for i := first; i < first+n; i++ {
			if a.Lanes>>i&1 == 0 {
				continue
			}
			for word := a.At[i] / 4; word <= (a.At[i]+uint64(a.Bytes)-1)/4; word++ {
				bank := &banks[word%32]
				if *bank == nil {
					*bank = map[uint64]bool{}
				}
				(*bank)[word] = true
				most = max(most, len(*bank))
			}
		}
		sum += most
		first += n
	}
	return sum
}

// Cycles of shared memory that a warp takes for a step of k, of a whole tile: to read, as the
// table in docs/performance.md has them, and to bring A and B. A read of 16 bytes a lane takes 2
// where lanes read the same in pairs, and one that no two lanes share, on tensor cores,
// as many as its bytes fill; what is brought takes no more than its bytes fill.
func TestMatmulBanks(t *testing.T) {
	testBanks[float32](t, Chains, map[string][2]float64{
		"matmul_f32_128x256": {12, 1.5}, "matmul_f32_128x128": {8, 1}, "matmul_f32_64x64": {6, 1}, "matmul_f32_32x32": {4, 1}, "matmul_f32_128x8": {5.0625, 1.125},
	})
	testBanks[float32](t, TF32, map[string][2]float64{"matmul_f32_tf32": {4, 2}})
	testBanks[float64](t, Chains, map[string][2]float64{
		"matmul_f64_128x128": {16, 2}, "matmul_f64_64x64": {12, 2}, "matmul_f64_32x32": {8, 2}, "matmul_f64_128x8": {10, 2.25},
	})
	testBanks[float64](t, Tensor, map[string][2]float64{"matmul_f64_tensor": {6, 2}})
}

func testBanks[T Real](t *testing.T, how Arithmetic, want map[string][2]float64) {
	var mu sync.Mutex
	sums := map[string]int{}
	d := gpu.Sim(gpu.SimOptions{OnShared: func(a ptxsim.SharedAccess) {
		n := wavefronts(a)
		mu.Lock()
		sums[a.Op] += n
		mu.Unlock()
	}})
	defer d.Close()
	s, err := d.NewStream()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	x, err := LoadMatmul[T](d)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for _, tile := range tiles(how, sizeOf[T]()) {
		clear(sums)
		p := product{m: tile.m, n: tile.n, k: 3 * tile.k}
		if _, err := newMatrices[T](rand.New(rand.NewPCG(1, 2)), p).onDevice(d, s, x, how, tile.name, p); err != nil {
			t.Fatal(err)
		}
		each := float64(p.k * tile.threads / 32)
		got := [2]float64{float64(sums["ld"]) / each, float64(sums["cp"]) / each}
		if got != want[tile.name] {
			t.Errorf("%s: %v cycles of shared memory for a warp and a step of k to read, and to bring A and B; want %v", tile.name, got, want[tile.name])
		}
	}
}

// alike tells whether of n lanes each touches what that with bit d of its number changed does.
func alike(a ptxsim.SharedAccess, first, n, d int) bool {
	for i := first; i < first+n; i++ {
		if a.At[i] != a.At[i^d] {
			return false
		}
	}
	return true
}
