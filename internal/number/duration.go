package number

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Durations are ways to write a time, for a message.
const Durations = "90s, 10m, 1h30m, 2d, 1:30:00 or 1-12:00:00"

var errDuration = errors.New("not a time such as " + Durations)

// ParseDuration reads a time above 0: numbers with d, h, m, s or ms behind each, or, as
// Slurm writes it, hours, minutes and seconds with colons between them, days and a dash
// before them.
func ParseDuration(text string) (time.Duration, error) {
	const longest = 64
	if len(text) > longest {
		return 0, errDuration
	}
	d, err := colons(text)
	if err != nil {
		d, err = letters(text)
	}
	if err != nil || d <= 0 {
		return 0, errDuration
	}
	return d, nil
}

// colons reads H:MM:SS and D-HH:MM:SS.
func colons(text string) (time.Duration, error) {
	days, clock, has := strings.Cut(text, "-")
	if !has {
		days, clock = "0", text
	}
	parts := strings.Split(clock, ":")
	if len(parts) != 3 {
		return 0, errDuration
	}
	total := time.Duration(0)
	for _, part := range []struct {
		text  string
		unit  time.Duration
		below int
	}{{days, 24 * time.Hour, math.MaxInt}, {parts[0], time.Hour, math.MaxInt}, {parts[1], time.Minute, 60}, {parts[2], time.Second, 60}} {
		n, err := strconv.Atoi(part.text)
		if err != nil || !allDigits(part.text) || n >= part.below || n > int((math.MaxInt64-total)/part.unit) {
			return 0, errDuration
		}
		total += time.Duration(n) * part.unit
	}
	return total, nil
}

// letters reads 2d1h30m, with time.ParseDuration for all but days.
func letters(text string) (time.Duration, error) {
	days, rest, has := strings.Cut(text, "d")
	if !has {
		return time.ParseDuration(text)
	}
	n, err := strconv.ParseFloat(days, 64)
	if err != nil || n >= 1e5 || strings.Trim(days, "0123456789.") != "" {
		return 0, errDuration
	}
	d := time.Duration(n * 24 * float64(time.Hour))
	if rest == "" {
		return d, nil
	}
	more, err := time.ParseDuration(rest)
	if err != nil || strings.ContainsAny(rest, "+-") {
		return 0, errDuration
	}
	return d + more, nil
}

// FormatDuration writes a time as ParseDuration reads it, without zeros at the end: 10m.
func FormatDuration(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}

// ErrWantDuration is the error of an option that is no time.
var ErrWantDuration = fmt.Errorf("want a time above 0, such as %s", Durations)
