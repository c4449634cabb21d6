package heat

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"

	"hybrid/internal/shorttest"
)

var update = flag.Bool("update", false, "write testdata/golden.json anew")

const goldenFile = "testdata/golden.json"

// TestGolden compares hashes of fields, the little-endian bytes of their rows,
// with those in testdata/golden.json. They were made on amd64 by this test with
// -update and hold on every architecture.
func TestGolden(t *testing.T) {
	got, cases := map[string]string{}, shorttest.Every(3)
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		for _, shape := range Shapes {
			p := problem(71, 58, b)
			if *update || !cases.Skip() {
				golden[float64](t, got, p, shape)
			}
			if *update || !cases.Skip() {
				golden[float32](t, got, p, shape)
			}
		}
	}
	if *update {
		text, err := json.MarshalIndent(got, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(goldenFile, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]string
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	for name, hash := range got {
		if hash != want[name] {
			t.Errorf("%s: hash %s, want %s", name, hash, want[name])
		}
	}
	if all := 3 * len(Shapes) * 2; len(want) != all || !testing.Short() && len(got) != all {
		t.Errorf("%d hashes, want %d of %d", len(got), len(want), all)
	}
}

func golden[T Real](t *testing.T, hashes map[string]string, p Problem, shape string) {
	t.Helper()
	rows, err := Initial[T](shape, p)
	if err != nil {
		t.Fatal(err)
	}
	u := make([]T, p.NX*p.NY)
	for i := range p.NY {
		if err := rows(i, u[i*p.NX:(i+1)*p.NX]); err != nil {
			t.Fatal(err)
		}
	}
	out, err := solve(p, u, 3, Options{Threads: 2}, 100)
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	if err := binary.Write(h, binary.LittleEndian, out); err != nil {
		t.Fatal(err)
	}
	hashes[fmt.Sprintf("%v %s %T", p.Boundary, shape, out[0])] = fmt.Sprintf("%x", h.Sum(nil)[:8])
}
