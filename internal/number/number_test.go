package number

import (
	"math"
	"testing"
)

func TestWholeNumbersAreExact(t *testing.T) {
	for text, want := range map[string]uint64{
		"0": 0, "7": 7, "007": 7, "1000": 1000, "1_000": 1000, "1_000_000": 1e6, "12_34": 1234,
		"1e6": 1e6, "1E6": 1e6, "25e1": 250, "1e0": 1, "1.5e6": 1_500_000, "1e19": 1e19,
		"10k": 10_000, "10K": 10_000, "2M": 2e6, "1.5M": 1_500_000, "3G": 3e9, "1T": 1e12, "1P": 1e15, "1E": 1e18,
		"4Ki": 4096, "4ki": 4096, "1.5Ki": 1536, "1Mi": 1 << 20, "1Gi": 1 << 30, "1Ti": 1 << 40, "1Pi": 1 << 50, "15Ei": 15 << 60,
		"18446744073709551615": math.MaxUint64, "9007199254740993": 1<<53 + 1,
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("%q: %d, %v, want %d", text, got, err, want)
		}
	}
}

func TestWhatIsNoWholeNumberIsRefused(t *testing.T) {
	for _, text := range []string{
		"", " ", "1 ", " 1", "-0", "-1", "+1", "1.5", "1.0001k", "1e-3", "1e+3", "1e", "e6", "1e1e1", "1e3k", "1e3Ki",
		"1__0", "1e1_0", "_1", "1_", "1_k", "1._5k", "1.", "1.k", ".5k", "0x10", "0b1", "1,000", "1k0", "1kk", "1i", "1kMi", "1m", "1B", "1KiB",
		"1e40", "1e99999999999999999999", "18446744073709551616", "16Ei", "19E", "nan", "inf", "ten", "١", "1²",
		"1000000000000000000000000000000000000000000000000000000000000000000000000000000",
	} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
}

func TestBytesHavePrefixesOfPowersOf1024(t *testing.T) {
	for text, want := range map[string]uint64{"8": 8, "64K": 64 << 10, "64k": 64 << 10, "64Ki": 64 << 10, "1M": 1 << 20, "1G": 1 << 30, "1e3": 1000} {
		if got, err := ParseBytes(text); err != nil || got != want {
			t.Errorf("%q: %d, %v, want %d", text, got, err, want)
		}
	}
}
