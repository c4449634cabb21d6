package study

import (
	"hybrid/solvers/task"
	"hybrid/study/result"
)

// Verdict is that on the answers of all kernels of a study. One that was wrong would
// have ended it.
func Verdict(r *result.Result) task.Verdict {
	points := append([]result.Point(nil), r.Kernels...)
	for _, s := range r.Scaling {
		for _, p := range s.Points {
			points = append(points, p.Point)
		}
	}
	for _, v := range r.Versus {
		points = append(points, v.CPU, v.GPU)
	}
	if len(points) == 0 {
		return task.Unknown("no kernel was run")
	}
	for _, p := range points {
		if !p.Verified {
			return task.Unknown("%s %s: %s", p.Kernel, p.Size, p.Check)
		}
	}
	return task.Right("every answer, before anything was timed")
}
