//go:build layers

package layers

import (
	"strings"
	"testing"
)

// TestPeers runs hybrid beside the peers that this machine has, on problems that are too
// small for their ratios to say anything: every program must start, and have hybrid's
// answer.
func TestPeers(t *testing.T) {
	need(t, "mpi")
	t.Parallel()
	build(t)
	res := must(t, command{args: strings.Fields("go run ./bench/peers -quick -widest -rounds 1 -time 0.001 -only " +
		"heat,matmul,pi,mandelbrot,sort,messages,wordcount -size heat=60x20 -size matmul=70x50x90 -size pi=100000 " +
		"-size mandelbrot=60x50x100 -size sort=10000 -size wordcount=1 -size messages=100")})
	for _, row := range []string{"| heat 60 x 60, 20 steps | C, OpenMP |", "| heat 60 x 60, 20 steps | C, MPI |",
		"| heat 60 x 60, 20 steps | C, OpenMP, tiled in time |", "| heat 60 x 60, 20 steps | hybrid, its command |",
		"| pi 100000 | C, MPI |", "| mandelbrot 60 x 50, 100 iterations | C, MPI, blocks of rows |",
		"| messages allreduce, 1048576 bytes | C |", "| wordcount 1 MiB of text | tr, tr, sort, uniq -c, sort |"} {
		if !strings.Contains(res.stdout, row) {
			t.Errorf("no row %q\n%s", row, res)
		}
	}
}
