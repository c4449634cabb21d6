package wordcount

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hybrid/mpi"
	"hybrid/simd"
)

// BenchmarkRun counts 32 MiB of text, 64 times the same, on one thread.
func BenchmarkRun(b *testing.B) {
	text := prose(512 << 10)
	path := filepath.Join(b.TempDir(), "text")
	if err := os.WriteFile(path, []byte(strings.Repeat(text+"\n", 64)), 0o666); err != nil {
		b.Fatal(err)
	}
	for _, p := range []Problem{{Words: ASCII, Fold: true}, {Words: Unicode, Fold: true}} {
		p.Paths = []string{path}
		want := expect(p, strings.Repeat(text+"\n", 64))
		for _, isa := range simd.Available() {
			b.Run(string(p.Words)+"/"+isa.String(), func(b *testing.B) {
				o := Options{ISA: isa}
				limit, err := p.ScanLimit(50*time.Millisecond, o)
				if err != nil {
					b.Fatal(err)
				}
				bytes := int64(0)
				for b.Loop() {
					err := mpi.Run(1, func(c *mpi.Comm) error {
						n, err := p.Run(context.Background(), c, o)
						if err == nil {
							bytes = n.Bytes
							check(b, n, want)
						}
						return err
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.SetBytes(bytes)
				b.ReportMetric(float64(bytes)*float64(b.N)/b.Elapsed().Seconds()/limit, "of-scan-limit")
			})
		}
	}
}
