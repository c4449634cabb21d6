package study_test

import (
	"testing"

	"hybrid/solvers/task"
	"hybrid/study"
	"hybrid/study/result"
)

func TestVerdict(t *testing.T) {
	right := result.Point{Kernel: "pi", Size: size("samples", 9), Verified: true, Check: "all of them"}
	unknown := result.Point{Kernel: "walk", Size: size("walks", 9), Check: "there was nothing to compare"}
	series := func(ps ...result.Point) []result.Series {
		var s result.Series
		for _, p := range ps {
			s.Points = append(s.Points, result.ScalingPoint{Point: p})
		}
		return []result.Series{s}
	}
	yes, cannot := task.Right("every answer, before anything was timed"), task.Unknown("walk --walks 9: there was nothing to compare")
	for _, c := range []struct {
		r    result.Result
		want task.Verdict
	}{
		{result.Result{}, task.Unknown("no kernel was run")},
		{result.Result{Kernels: []result.Point{right, right}}, yes},
		{result.Result{Kernels: []result.Point{right, unknown}}, cannot},
		{result.Result{Kernels: []result.Point{right}, Scaling: series(right, unknown)}, cannot},
		{result.Result{Kernels: []result.Point{right}, Versus: []result.Versus{{CPU: right, GPU: unknown}}}, cannot},
	} {
		if got := study.Verdict(&c.r); got != c.want {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}

func size(param string, n int) result.Size {
	return result.Size{Params: []string{param}, Numbers: []int{n}}
}
