package number

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// FuzzParse holds both readers against the exact value of a text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"1000", "1_000", "1e3", "10k", "2M", "4Ki", "1.5M", "18446744073709551615", "18446744073709551616", "16Ei", "1E", "0e64", "1.0", "1e65", "_1", "1__0", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range []struct {
			read     func(string) (uint64, error)
			thousand int64
		}{{Parse, 1000}, {ParseBytes, 1024}} {
			got, err := c.read(text)
			want, ok := exact(text, c.thousand)
			if ok != (err == nil) || ok && got != want {
				t.Errorf("%q, k being %d: %d, %v, want %d, %t", text, c.thousand, got, err, want, ok)
			}
			if err != nil {
				continue
			}
			if again, err := c.read(strconv.FormatUint(got, 10)); err != nil || again != got {
				t.Errorf("%q is %d, which reads as %d, %v", text, got, again, err)
			}
		}
	})
}

var form = regexp.MustCompile(`^([0-9]+(?:_[0-9]+)*)(?:\.([0-9]+(?:_[0-9]+)*))?(?:[eE]([0-9]+)|([kKMGTPE])(i?))?$`)

// exact is the value of a text as the documentation gives it.
func exact(text string, thousand int64) (uint64, bool) {
	m := form.FindStringSubmatch(text)
	if m == nil || len(text) > 64 {
		return 0, false
	}
	fraction := strings.ReplaceAll(m[2], "_", "")
	v, ok := new(big.Rat).SetString(strings.ReplaceAll(m[1], "_", "") + "." + fraction + "0")
	if !ok {
		return 0, false
	}
	if m[3] != "" {
		e, err := strconv.Atoi(m[3])
		if err != nil || e > 64 {
			return 0, false
		}
		v.Mul(v, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(e)), nil)))
	}
	if m[4] != "" {
		if m[5] != "" {
			thousand = 1024
		}
		for range 1 + strings.Index("KMGTPE", strings.ToUpper(m[4])) {
			v.Mul(v, new(big.Rat).SetInt64(thousand))
		}
	}
	if !v.IsInt() || !v.Num().IsUint64() {
		return 0, false
	}
	return v.Num().Uint64(), true
}

// FuzzParseDuration: what is read is above 0, has no part below 0, and reads back as it is written.
func FuzzParseDuration(f *testing.F) {
	for _, text := range []string{"90s", "2d1h30m", "0.5d", "1:30:00", "1-12:00:00", "1d-1h", "-1d", "1h-1m", "99999d300000h", "106751d23h47m16.854s", "9223372036.9s", "2562047:47:16", "2562048:00:00", "1e4d", "1e-9d", "\u0661s", "1us", "1µs"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDuration(text)
		if err != nil {
			return
		}
		if d <= 0 || strings.Contains(text, "-") && !regexp.MustCompile(`^[0-9_]+-[0-9_]+:[0-9_]+:[0-9_]+$`).MatchString(text) {
			t.Errorf("%q is %v", text, d)
		}
		if again, err := ParseDuration(FormatDuration(d)); err != nil || again != d {
			t.Errorf("%q is %v, which is written %s and read %v, %v", text, d, FormatDuration(d), again, err)
		}
	})
}
