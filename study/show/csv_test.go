package show

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hybrid/study/result"
)

// rows reads what CSV wrote: a map by column for each row.
func rows(t *testing.T, r *result.Result) []map[string]string {
	t.Helper()
	var b strings.Builder
	if err := CSV(&b, r); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(all[0], header) {
		t.Fatalf("the first row is %q", all[0])
	}
	var maps []map[string]string
	for _, fields := range all[1:] {
		m := map[string]string{}
		for i, f := range fields {
			m[header[i]] = f
		}
		maps = append(maps, m)
	}
	return maps
}

func TestCSV(t *testing.T) {
	r := made(4, true)
	r.Probes[0].On = "one core, \"the first\"\nof it"
	all := rows(t, r)
	find := func(section, name, quantity string, more ...string) map[string]string {
		for _, m := range all {
			if m["section"] != section || m["name"] != name || m["quantity"] != quantity {
				continue
			}
			ok := true
			for i := 0; i < len(more); i += 2 {
				ok = ok && m[more[i]] == more[i+1]
			}
			if ok {
				return m
			}
		}
		t.Errorf("no %s of %s %s %v", quantity, section, name, more)
		return nil
	}
	same := func(m map[string]string, key string, want float64) {
		t.Helper()
		if got, err := strconv.ParseFloat(m[key], 64); m != nil && (err != nil || got != want) {
			t.Errorf("%s of %v: want %v", key, m, want)
		}
	}
	m := find("probe", "copy", "rate", "on", r.Probes[0].On)
	same(m, "value", r.Probes[0].Median)
	same(m, "low", r.Probes[0].Low)
	same(m, "repeats", 9)
	same(find("probe", "launch", "time"), "value", r.Probes[len(r.Probes)-1].Median)
	same(find("kernel", "heat", "fraction"), "value", r.Kernels[0].Fraction)
	same(find("kernel", "matmul", "limit", "unit", "flop/s"), "value", r.Kernels[1].Limit.Rate)
	last := r.Scaling[0].Points[1]
	same(find("scaling", "heat", "speedup", "law", "strong", "over", "ranks", "ranks", "2"), "high", last.Speedup.High)
	same(find("scaling", "heat", "serial_fraction", "ranks", "2"), "value", *last.SerialFraction)
	same(find("fit", "heat", "amdahl_serial", "over", "ranks"), "value", r.Scaling[0].Fit.Serial)
	same(find("projection", "matmul", "efficiency", "law", "weak", "ranks", "100000"), "value", r.Projection[3].Points[8].Efficiency)
	same(find("cpu_gpu", "heat", "ratio"), "low", r.Versus[0].Ratio.Low)
	same(find("comparison", "kernel heat f64", "then"), "value", r.Comparison.Rows[0].Old.Median)
	if n := len(rows(t, &result.Result{})); n != 0 {
		t.Errorf("nothing measured, and %d rows", n)
	}
}
