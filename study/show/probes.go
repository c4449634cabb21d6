package show

import (
	"cmp"
	"slices"
	"strings"

	"hybrid/internal/units"
	"hybrid/study/result"
)

// probes is the section of what the machine can do.
func probes(r *result.Result) section {
	s := section{ID: "probes", Short: "The machine", Title: "What the machine can do"}
	left := slices.Clone(r.Probes)
	take := func(names ...string) []result.Probe {
		var taken []result.Probe
		left = slices.DeleteFunc(left, func(p result.Probe) bool {
			if slices.Contains(names, p.Name) {
				taken = append(taken, p)
				return true
			}
			return false
		})
		return taken
	}
	add := func(p part) {
		if len(p.Tables) > 0 {
			s.Parts = append(s.Parts, p)
		}
	}
	add(memoryPart(take(result.Copy, result.Scale, result.Add, result.Triad)))
	add(arithmeticPart(take(result.FMA)))
	add(cachePart(take(result.Cache)))
	add(messagePart(take(result.Latency, result.Bandwidth, result.Overhead, result.LibraryLatency, result.LibraryBandwidth, result.LibraryOverhead)))
	add(allreducePart(take(result.Allreduce, result.LibraryAllreduce)))
	add(devicePart(take(result.DeviceCopy, result.HostToDevice, result.DeviceToHost, result.PageableIn, result.PageableOut, result.Launch)))
	add(otherPart(left))
	if slices.ContainsFunc(r.Probes, func(p result.Probe) bool { return p.Wide }) {
		s.Parts = append(s.Parts, part{Full: true, Notes: []note{{Is: phrase{words(wideNote)}}}})
	}
	return s
}

func memoryPart(ps []result.Probe) part {
	return partOf(ps, "Memory", "STREAM's four, by the bytes that a loop names", func(t *table) {
		t.Columns = []column{col("probe"), col("on"), num("ranks\u00a0× threads"), num("array"), num("bandwidth"), num("±")}
		for _, p := range ps {
			t.add(words(p.Name), words(p.On), on(p.Ranks, p.Threads), sizeOf(p.Bytes), median(p.Sample, in(p.Unit)), spread(p.Sample))
		}
	})
}

func arithmeticPart(ps []result.Probe) part {
	return partOf(ps, "Arithmetic", "Fused multiply-adds without a load, two operations each", func(t *table) {
		t.Columns = []column{col("dtype"), col("on"), num("ranks\u00a0× threads"), num("rate"), num("±")}
		for _, p := range ps {
			t.add(words(p.DType), words(p.On), on(p.Ranks, p.Threads), median(p.Sample, in(p.Unit)), spread(p.Sample))
		}
	})
}

func cachePart(ps []result.Probe) part {
	slices.SortStableFunc(ps, func(a, b result.Probe) int { return cmp.Compare(a.Level, b.Level) })
	return partOf(ps, "Caches", "Triad on data that a level holds", func(t *table) {
		t.Columns = []column{col("level"), col("on"), num("ranks\u00a0× threads"), num("working set"), num("bandwidth"), num("±")}
		for _, p := range ps {
			t.add(say("L%d", p.Level), words(p.On), on(p.Ranks, p.Threads), sizeOf(p.Bytes), median(p.Sample, in(p.Unit)), spread(p.Sample))
		}
	})
}

func allreducePart(ps []result.Probe) part {
	ps, _ = named(ps)
	slices.SortStableFunc(ps, func(a, b result.Probe) int {
		return cmp.Or(cmp.Compare(a.Ranks, b.Ranks), cmp.Compare(a.Bytes, b.Bytes))
	})
	caption := "Sum over all ranks, with the result on every one"
	if slices.ContainsFunc(ps, alone) {
		caption += "; in C is the library by itself"
	}
	return partOf(ps, "All-reduce", caption, func(t *table) {
		t.Columns = []column{num("bytes"), num("ranks"), col("between"), num("time"), num("±")}
		for _, p := range ps {
			t.add(sizeOf(p.Bytes), whole(p.Ranks), words(via(p)), median(p.Sample, in(p.Unit)), spread(p.Sample))
		}
	})
}

func devicePart(ps []result.Probe) part {
	return partOf(ps, "Devices", "A device's memory, its way to the host and its start of a kernel", func(t *table) {
		t.Columns = []column{col("probe"), {Name: "device", Width: 28}, num("bytes"), num("value"), num("±")}
		for _, p := range ps {
			t.add(words(p.Name), words(p.On), sizeOf(p.Bytes), median(p.Sample, in(p.Unit)), spread(p.Sample))
		}
	})
}

func otherPart(ps []result.Probe) part {
	return partOf(ps, "Other probes", "What else was measured", func(t *table) {
		t.Columns = []column{{Name: "probe", Width: 20}, {Name: "on", Width: 20}, num("ranks\u00a0× threads"), num("bytes"), num("value"), num("±")}
		for _, p := range ps {
			t.add(words(p.Name), words(p.On), on(p.Ranks, p.Threads), sizeOf(p.Bytes), median(p.Sample, in(p.Unit)), spread(p.Sample))
		}
	})
}

// partOf is a part of one table, and nothing without probes.
func partOf(ps []result.Probe, title, caption string, fill func(*table)) part {
	if len(ps) == 0 {
		return part{}
	}
	t := table{Caption: caption}
	fill(&t)
	return part{Title: title, Tables: []table{t}}
}

// sizeOf is a number of bytes, and nothing where there is none.
func sizeOf(n int) cell {
	if n == 0 {
		return cell{}
	}
	return number(float64(n), func(float64) string { return units.Binary(n) })
}

// via is what a message passed: the kind of pair, and the library that carried it,
// by hybrid's calls or by itself.
func via(p result.Probe) string {
	if alone(p) {
		return carried(p) + " in C"
	}
	return carried(p)
}

// carried is the kind of pair, and the library that carried the message where that
// is said.
func carried(p result.Probe) string {
	if p.Library == "" {
		return p.On
	}
	return p.On + ", " + p.Library
}

// named leaves out of probes the library that carried the messages, if that is one
// for all, and returns it.
func named(ps []result.Probe) ([]result.Probe, string) {
	libraries := slices.DeleteFunc(distinct(ps, func(p result.Probe) string { return p.Library }), func(s string) bool { return s == "" })
	if len(libraries) != 1 {
		return ps, ""
	}
	ps = slices.Clone(ps)
	for i := range ps {
		ps[i].Library = ""
	}
	return ps, libraries[0]
}

// ofLibrary is what the names of probes of a library by itself begin with.
const ofLibrary = "library "

func alone(p result.Probe) bool { return strings.HasPrefix(p.Name, ofLibrary) }

// quantity is what a probe is of, by whatever calls.
func quantity(p result.Probe) string { return strings.TrimPrefix(p.Name, ofLibrary) }
