package number

import (
	"strings"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "10m": 10 * time.Minute, "1h30m": 90 * time.Minute, "2d": 48 * time.Hour, "2d1h": 49 * time.Hour, "0.5d": 12 * time.Hour,
		"1:30:00": 90 * time.Minute, "100:00:01": 100*time.Hour + time.Second, "1-12:00:00": 36 * time.Hour, "250ms": 250 * time.Millisecond,
	} {
		got, err := ParseDuration(text)
		if err != nil || got != want {
			t.Errorf("%s is %v, %v; want %v", text, got, err, want)
		}
		if again, err := ParseDuration(FormatDuration(want)); err != nil || again != want {
			t.Errorf("%v is written %s, and read %v, %v", want, FormatDuration(want), again, err)
		}
	}
	for _, text := range []string{"", "10", "0s", "-1h", "1h-1m", "1d-1h", "1:60:00", "1:00:61", "1:30", "1-1h", "x", "d", "1e9d", "300000000h", "9999999:00:00", "-1-00:00:00", "+1:00:00", "1::", strings.Repeat("1", 99) + "s"} {
		if got, err := ParseDuration(text); err == nil {
			t.Errorf("%q is %v; want an error", text, got)
		}
	}
	if got := FormatDuration(2 * time.Hour); got != "2h" {
		t.Errorf("2 h is written %s", got)
	}
}
