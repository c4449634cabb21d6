package output

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hybrid/internal/vti"
)

// FuzzPieces reads any text as the index of an old set, whose pieces are to go. What goes has the
// name of a piece of that index, beside it, as a rank of some run gave it.
func FuzzPieces(f *testing.F) {
	const dir, index = "/some/where", "/some/where/out.pvti"
	whole := vti.Index[float64](vti.Field{NX: 9, NY: 8, DX: 1, DY: 1, Name: "temperature"}, []int{0, 3, 5, 8},
		func(k int) string { return Set{Index: index, Ending: ".vti"}.Piece("1f03a97c", k) })
	f.Add(string(whole))
	for _, source := range []string{"out_1f03a97c_0.vti", "../out_1f03a97c_0.vti", "out_1f03a97c_0.vti/", "/etc/passwd", "out.pvti", "out_1f03a97c_00.vti", "out_1F03A97C_0.vti", "out_1f03a97c_-1.vti",
		"out_1f03a97c_+1.vti", "out_1f03a97c_0", "out_1f03a9_0.vti", "out_1f03a97c_0.vti&#0;", "out_1f03a97c_99999999999999999999.vti", "a/out_1f03a97c_0.vti"} {
		f.Add(`<VTKFile><PImageData><Piece Source="` + source + `"/><Piece Source='out_1f03a97c_2.vti' Source="out_1f03a97c_3.vti"/></PImageData>`)
	}
	name := regexp.MustCompile(`^out_[0-9a-fA-F]{8}_(0|-?[1-9][0-9]*)\.vti$`)
	f.Fuzz(func(t *testing.T, text string) {
		s := Set{Index: index, Ending: ".vti", Listed: vti.Pieces}
		listed := vti.Pieces(strings.NewReader(text))
		for token, paths := range s.pieces(strings.NewReader(text)) {
			for _, path := range paths {
				base := filepath.Base(path)
				if filepath.Dir(path) != dir || !name.MatchString(base) || !strings.Contains(base, "_"+token+"_") || !slices.Contains(listed, base) {
					t.Errorf("%q would go, of %q", path, listed)
				}
			}
		}
	})
}
