package show

import (
	"slices"
	"strconv"
	"strings"

	"hybrid/study/result"
)

// Named is a result whose kernels are told apart by their sizes where it has several of
// one kernel: "matmul 100", "matmul 200". Of a series it is that on one worker.
func Named(r *result.Result) *result.Result {
	var several []string
	for i, p := range r.Kernels {
		if slices.ContainsFunc(r.Kernels[:i], func(q result.Point) bool {
			return q.Kernel == p.Kernel && q.DType == p.DType && q.Device == p.Device && !q.Size.Equal(p.Size)
		}) {
			several = append(several, p.Kernel)
		}
	}
	if several == nil {
		return r
	}
	name := func(kernel *string, size result.Size) {
		if slices.Contains(several, *kernel) {
			*kernel += " " + bare(size)
		}
	}
	n := *r
	n.Kernels, n.Scaling = slices.Clone(r.Kernels), slices.Clone(r.Scaling)
	n.Versus, n.Projection = slices.Clone(r.Versus), slices.Clone(r.Projection)
	for i := range n.Kernels {
		name(&n.Kernels[i].Kernel, n.Kernels[i].Size)
	}
	for i := range n.Scaling {
		if s := &n.Scaling[i]; len(s.Points) > 0 {
			name(&s.Kernel, s.Points[0].Size)
		}
	}
	for i := range n.Versus {
		name(&n.Versus[i].Kernel, n.Versus[i].Size)
	}
	for i := range n.Projection {
		name(&n.Projection[i].Kernel, n.Projection[i].Size)
	}
	return &n
}

// bare is a size without the names of its flags: "4096x4096x200", and "100" where all
// numbers are the same.
func bare(size result.Size) string {
	if len(slices.Compact(slices.Clone(size.Numbers))) == 1 {
		return strconv.Itoa(size.Numbers[0])
	}
	var numbers []string
	for _, n := range size.Numbers {
		numbers = append(numbers, strconv.Itoa(n))
	}
	return strings.Join(numbers, "x")
}
