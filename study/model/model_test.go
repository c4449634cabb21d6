package model

import (
	"math"
	"slices"
	"strings"
	"testing"

	"hybrid/solvers/heat"
	"hybrid/solvers/matmul"
	"hybrid/solvers/task"
	"hybrid/study/result"
)

// probes are what a link would be measured as, of messages from 1 B to 64 MiB.
func probes(l link) []result.Probe {
	var all []result.Probe
	add := func(name, unit string, bytes int, v float64) {
		all = append(all, result.Probe{Name: name, On: l.on, Bytes: bytes, Unit: unit, Sample: result.NewSample([]float64{v})})
	}
	for bytes := 1; bytes <= 64<<20; bytes *= 4 {
		n := float64(bytes)
		add(result.Latency, "s", bytes, l.Hop(n))
		add(result.Bandwidth, "B/s", bytes, n/(l.Gap+n*l.G))
		add(result.Overhead, "s", bytes, l.Send(n))
	}
	return all
}

// Links of different kinds: an InfiniBand, an Ethernet, a memory whose processors
// copy, and one so slow that little else counts.
var kinds = map[string]link{
	"infiniband": {task.Link{L: 1e-6, O: 3e-7, Gap: 5e-7, G: 1e-10}, otherNode},
	"ethernet":   {task.Link{L: 30e-6, O: 5e-6, Gap: 10e-6, G: 1e-9}, otherNode},
	"memory":     {task.Link{L: 3e-7, O: 1e-7, Gap: 2e-7, G: 2e-10, OByte: 1e-10}, sameNode},
	"slow":       {task.Link{L: 1e-3, O: 1e-5, Gap: 2e-5, G: 1e-8}, otherNode},
}

func TestLinkIsReadFromProbes(t *testing.T) {
	for name, want := range kinds {
		got, ok := readLink(probes(want), want.on)
		if !ok {
			t.Fatalf("%s: not read", name)
		}
		for _, c := range [][2]float64{{got.L, want.L}, {got.O, want.O}, {got.Gap, want.Gap}, {got.G, want.G}, {got.OByte, want.OByte}} {
			if math.Abs(c[0]-c[1]) > 1e-6*c[1]+1e-18 {
				t.Errorf("%s: got %+v, want %+v", name, got, want)
			}
		}
	}
}

// The fit is the nearest line in relative terms, whatever the noise.
func TestFitIsNearest(t *testing.T) {
	x := []float64{1, 8, 64, 512, 4096, 32768}
	y := []float64{1.1e-6, 1.0e-6, 1.3e-6, 1.2e-6, 2.5e-6, 9e-6}
	a, b := fit(x, y)
	distance := func(a, b float64) (sum float64) {
		for i := range x {
			r := (a+b*x[i])/y[i] - 1
			sum += r * r
		}
		return sum
	}
	for _, d := range []float64{-1e-3, 1e-3} {
		if distance(a*(1+d), b) <= distance(a, b) || distance(a, b*(1+d)) <= distance(a, b) {
			t.Errorf("%v, %v is not the nearest", a, b)
		}
	}
	// Lines that fall, or begin below 0, are none of a network.
	if a, b := fit([]float64{1, 2}, []float64{2, 1}); b != 0 || a != 1.2 {
		t.Errorf("falling: %v, %v", a, b)
	}
	if a, b := fit([]float64{1, 2}, []float64{1, 3}); a != 0 || math.Abs(b-15.0/13) > 1e-15 {
		t.Errorf("from below: %v, %v", a, b)
	}
	if a, b := fit([]float64{5, 5}, []float64{1, 1}); a != 1 || b != 0 {
		t.Errorf("of one size: %v, %v", a, b)
	}
}

// The model agrees with a simulation of the messages that the solvers send, event by
// event, within 10 % for heat; for matmul within 20 % where computing takes a third
// of the time and within 40 % everywhere, the largest difference being that of
// square grids that have a panel each.
func TestAgainstSimulation(t *testing.T) {
	for name, l := range kinds {
		for _, weak := range []bool{false, true} {
			for _, size := range []task.Size{{1026, 1026, 160}, {258, 130, 100}, {4098, 514, 96}} {
				updates := float64(size[0]-2) * float64(size[1]-2) * float64(size[2])
				h := modelOf(t, "heat", task.Measurement{Size: size, DType: "f64", Threads: 1, Seconds: updates * 2e-10, Units: updates})
				for _, ranks := range []int{2, 3, 4, 8, 16, 64} {
					c := h.On(ranks, weak, l.Link, alone)
					near(t, c, simulateHeat(size, c, ranks, weak, l), 0.1, 0.1, "heat", name, size, weak, ranks)
				}
			}
			for _, n := range []int{512, 1024, 2048} {
				p := matmul.Problem{M: n, N: n, K: n}
				m := modelOf(t, "matmul", task.Measurement{Size: task.Size{n, n, n}, DType: "f64", Threads: 1, Seconds: p.Flops() / 50e9, Units: p.Flops()})
				for _, ranks := range []int{2, 3, 4, 8, 9, 16, 36, 64} {
					c := m.On(ranks, weak, l.Link, alone)
					near(t, c, simulateMatmul(p, c, ranks, weak, l), 0.2, 0.4, "matmul", name, n, weak, ranks)
				}
			}
		}
	}
}

func near(t *testing.T, c task.Cost, want, ifComputing, ever float64, of ...any) {
	t.Helper()
	got, within := c.Compute+c.Messages, ever
	if c.Compute > want/3 {
		within = ifComputing
	}
	if math.Abs(got/want-1) > within {
		t.Errorf("%v: the model says %.4g s, of which %.4g computing, the simulation %.4g", of, got, c.Compute, want)
	}
}

// models are those of the problems that have one.
var models = map[string]task.Modelled{
	"heat":   heat.Statement(&task.Common{}).(task.Modelled),
	"matmul": matmul.Statement(&task.Common{}).(task.Modelled),
}

var alone = task.Sharing{Times: 1}

func modelOf(t *testing.T, name string, one task.Measurement) task.Model {
	t.Helper()
	m, err := models[name].Model(one)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ceil is the largest of so many parts of n.
func ceil(n, parts int) int { return (n + parts - 1) / parts }

func simulateHeat(size task.Size, c task.Cost, ranks int, weak bool, l link) float64 {
	nx, ny, steps := size[0], size[1], size[2]
	if weak {
		ny = (ny-2)*ranks + 2
	}
	s := heat.Problem{NX: nx, NY: ny}.Schedule(ranks, 1, steps)
	periods := (steps + s.Depth - 1) / s.Depth
	width := nx
	if s.GridColumns > 1 {
		width = s.Columns + 2*s.Depth
	}
	return simulate(l, heatExchange{rows: s.GridRows, columns: s.GridColumns, periods: periods,
		ofColumn: float64(s.Depth * s.Rows * 8), ofRow: float64(s.Depth * width * 8), ofCorner: float64(s.Depth * s.Depth * 8),
		seconds: c.Compute / float64(periods), ahead: s.Ahead}.programs())
}

func simulateMatmul(p matmul.Problem, c task.Cost, ranks int, weak bool, l link) float64 {
	if weak {
		p.M *= ranks
	}
	grid, panels := p.Layout(ranks)
	var ownerA, ownerB []int
	var bytesA, bytesB, seconds []float64
	rows, cols := ceil(p.M, grid.Rows), ceil(p.N, grid.Cols)
	for i := range len(panels) - 1 {
		width := panels[i+1] - panels[i]
		ownerA = append(ownerA, panels[i]*grid.Cols/p.K)
		ownerB = append(ownerB, panels[i]*grid.Rows/p.K)
		bytesA = append(bytesA, float64(rows*width*8))
		bytesB = append(bytesB, float64(cols*width*8))
		seconds = append(seconds, c.Compute*float64(width)/float64(p.K))
	}
	return simulate(l, matmulPrograms(grid.Rows, grid.Cols, ownerA, ownerB, bytesA, bytesB, seconds))
}

// study is one with heat and matmul on 1, 2 and 4 ranks, and no messages yet.
func study() *result.Result {
	r := &result.Result{Machine: result.Machine{Cores: 4, Hosts: []string{"a"}}}
	for _, k := range []struct {
		name, size, weak string
		work             float64
	}{
		{"heat", "--nx 1026 --ny 1026 --steps 64", "--nx 1026 --ny 2050 --steps 64", 1 << 26},
		{"matmul", "--m 1024 --n 1024 --k 1024", "--m 2048 --n 1024 --k 1024", 1 << 31},
	} {
		for _, law := range []string{result.Strong, result.Weak} {
			s := result.Series{Kernel: k.name, DType: "f64", Law: law, Over: "ranks"}
			for _, n := range []int{1, 2, 4} {
				p := result.ScalingPoint{Workers: n, Point: result.Point{Kernel: k.name, DType: "f64", Size: flags(k.size), Ranks: n, Threads: 1, Work: k.work}}
				t := 0.04
				if law == result.Weak {
					p.Work *= float64(n)
				} else {
					t /= float64(n)
				}
				p.Seconds = result.NewSample([]float64{t})
				s.Points = append(s.Points, p)
			}
			r.Scaling = append(r.Scaling, s)
		}
	}
	return r
}

// Over links that take no time, doubled ranks take half the time as long as rows and
// blocks can be halved, and one rank takes the time that was measured.
func TestInfiniteNetwork(t *testing.T) {
	s := study()
	for i := range s.Scaling {
		k, err := newModel(&s.Scaling[i], models[s.Scaling[i].Kernel])
		if err != nil {
			t.Fatal(err)
		}
		weak := s.Scaling[i].Law == result.Weak
		one := s.Scaling[i].Points[0].Seconds.Median
		for ranks := 1; ranks <= 16; ranks *= 2 {
			c := k.On(ranks, weak, task.Link{}, alone)
			want := one
			if !weak {
				want /= float64(ranks)
			}
			slack := 1e-12
			if s.Scaling[i].Kernel == "heat" && ranks > 1 {
				slack = 0.7 // halo rows of short bands, and shallow sweeps
			}
			if got := c.Compute + c.Messages; got < want*(1-1e-12) || got > want*(1+slack) {
				t.Errorf("%s on %d ranks, weak %v: %v s, want %v", s.Scaling[i].Kernel, ranks, weak, got, want)
			}
		}
	}
}

func TestProject(t *testing.T) {
	s := study()
	s.Probes = slices.Concat(probes(kinds["infiniband"]), probes(kinds["memory"]))
	all, notes := Project(s, models)
	if len(all) != 4 || notes != nil {
		t.Fatalf("%d projections, notes %q", len(all), notes)
	}
	for _, p := range all {
		if p.Model.Link != otherNode || p.Checked != 2 || p.Error <= 0 || p.Error > 0.5 || p.Model.Rate == 0 || p.Size.String() == "" {
			t.Errorf("%+v", p)
		}
		var at []int
		for i, q := range p.Points {
			at = append(at, q.Ranks)
			if math.Abs(q.Compute+q.Messages-q.Seconds) > 1e-12*q.Seconds || q.Messages < 0 || !(q.Compute > 0) {
				t.Errorf("%s %s: %+v", p.Kernel, p.Law, q)
			}
			if math.Abs(q.Speedup-q.Efficiency*float64(q.Ranks)) > 1e-9*q.Speedup || q.Efficiency > 1.3 {
				t.Errorf("%s %s: %+v", p.Kernel, p.Law, q)
			}
			if i == 0 && (q.Seconds != 0.04 || q.Speedup != 1) {
				t.Errorf("one rank: %+v", q)
			}
			if before := p.Points[max(i-1, 0)]; p.Law == result.Strong && q.Compute > before.Compute {
				t.Errorf("%s: computing grows from %+v to %+v", p.Kernel, before, q)
			}
		}
		if want := append([]int{1, 2, 4}, numbers...); !slices.Equal(at, want) {
			t.Errorf("ranks %v, want %v", at, want)
		}
		// More ranks than rows stand in columns, too, and still compute less each.
		last, before := p.Points[len(p.Points)-1], p.Points[len(p.Points)-2]
		if p.Kernel == "heat" && p.Law == result.Strong && last.Compute >= before.Compute {
			t.Errorf("a field of 1024 rows: %+v, %+v", before, last)
		}
	}
}

// A rank beyond those of a node is reached over the other link.
func TestNodes(t *testing.T) {
	s := study()
	s.Probes = slices.Concat(probes(kinds["slow"]), probes(kinds["memory"]))
	within := func(p result.Projection, ranks int) float64 {
		return p.Points[slices.IndexFunc(p.Points, func(q result.ProjectedPoint) bool { return q.Ranks == ranks })].Messages
	}
	all, _ := Project(s, models)
	s.Machine.Cores = 2 * 10
	larger, _ := Project(s, models)
	for i := range all {
		if a, b := within(all[i], 4), within(larger[i], 4); a != b {
			t.Errorf("4 ranks of a node: %v and %v", a, b)
		}
		if a, b := within(all[i], 10), within(larger[i], 10); a < 2*b {
			t.Errorf("10 ranks: %v s of messages between nodes, %v within one", a, b)
		}
	}
	// Without a link between nodes it is that of the node, and said so.
	s.Probes = probes(kinds["memory"])
	all, notes := Project(s, models)
	if len(all) != 4 || all[0].Model.Link != sameNode || len(notes) != 1 || !strings.Contains(notes[0], "none between nodes was measured") {
		t.Errorf("%+v, %q", all, notes)
	}
}

// Ranks that share a memory or cores that give less than so many times as much take
// longer, by what the limits say.
func TestSharing(t *testing.T) {
	for _, by := range []string{"memory", "compute"} {
		s := study()
		s.Probes = probes(kinds["memory"])
		alone, _ := Project(s, models)
		for i := range s.Scaling {
			for j := range s.Scaling[i].Points {
				p := &s.Scaling[i].Points[j]
				p.Limit = result.Limit{Rate: 2 * p.Work / p.Seconds.Median, By: by}
				if p.Workers == 4 {
					p.Limit.Rate /= 2 // of four ranks each gets a half
				}
			}
		}
		together, _ := Project(s, models)
		for i := range together {
			for j, q := range together[i].Points {
				was := alone[i].Points[j]
				// Half of one rank's time is memory's at its limit, and doubles; with cores all
				// of it does.
				want := 0.0
				if q.Ranks >= 4 && by == "compute" {
					want = was.Compute
				} else if q.Ranks >= 4 {
					want = 0.02
					if together[i].Law == result.Strong {
						want /= float64(q.Ranks)
					}
				}
				if more := q.Compute - was.Compute; q.Ranks <= 50 && math.Abs(more-want) > 0.3*want {
					t.Errorf("%s: %s %s on %d ranks: %v s more, want %v", by, together[i].Kernel, together[i].Law, q.Ranks, more, want)
				}
			}
		}
	}
}

func TestWhatCannotBeProjected(t *testing.T) {
	for _, c := range []struct {
		change func(*result.Result)
		say    string
		left   int
	}{
		{func(r *result.Result) { r.Probes = nil }, "no projection: the latency and bandwidth of messages were not measured", 0},
		{func(r *result.Result) { r.Probes = r.Probes[:2] }, "were not measured", 0},
		{func(r *result.Result) { r.Scaling = nil }, "no projection: nothing was scaled over ranks of which there is a model", 0},
		{func(r *result.Result) { r.Scaling[0].Over, r.Scaling[1].Over = "threads", "threads" }, "", 2},
		{func(r *result.Result) { r.Scaling[0].Device = "H200" }, "no projection of heat on H200", 3},
		{func(r *result.Result) { r.Scaling[0].Points = r.Scaling[0].Points[1:] }, "no projection of heat, strong: one rank was not measured", 3},
		{func(r *result.Result) { r.Scaling[3].Points = nil }, "no projection of matmul, weak: one rank was not measured", 3},
		{func(r *result.Result) { r.Scaling[0].Points[0].Size = flags("--samples 9") }, `its size is "--samples 9"`, 3},
		{func(r *result.Result) { r.Scaling[2].Points[0].Size = flags("--m 0 --n 1 --k 1") }, "its size is", 3},
		{func(r *result.Result) { r.Scaling[2].Points[0].Seconds.Median = 0 }, "the time of one rank is 0 s", 3},
	} {
		r := study()
		r.Probes = probes(kinds["ethernet"])
		c.change(r)
		all, notes := Project(r, models)
		if len(all) != c.left || !strings.Contains(strings.Join(notes, "\n"), c.say) || c.say == "" && notes != nil {
			t.Errorf("%d projections, notes %q, want %d and %q", len(all), notes, c.left, c.say)
		}
	}
}

// flags is the size that a text says.
func flags(text string) (s result.Size) {
	if err := s.UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return s
}
