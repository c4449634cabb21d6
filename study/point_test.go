package study

import (
	"testing"

	"hybrid/solvers/task"
	"hybrid/study/result"
)

func TestNetworked(t *testing.T) {
	memory := result.Limit{Rate: 100, By: "memory"}
	about := task.Work{Units: 1000, Between: func(nodes int) float64 { return 50 * float64(nodes) }}
	for _, c := range []struct {
		name  string
		limit result.Limit
		about task.Work
		nodes int
		link  float64
		rate  float64
		by    string
	}{
		{"one node", memory, about, 1, 1, 100, "memory"},
		{"nothing sent", memory, task.Work{Units: 1000}, 4, 1, 100, "memory"},
		{"no probe", memory, about, 4, 0, 100, "memory"},
		{"a fast network", memory, about, 4, 5.5, 100, "memory"}, // 1000 units take 4*50 bytes over 4 links
		{"a slow network", memory, about, 4, 2, 40, "network"},
		{"nothing else is known", result.Limit{}, about, 4, 20, 400, "network"},
	} {
		if got := networked(c.limit, c.about, c.nodes, c.link); got.Rate != c.rate || got.By != c.by {
			t.Errorf("%s: %+v, want %v by %s", c.name, got, c.rate, c.by)
		}
	}
}
