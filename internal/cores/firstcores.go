package cores

// firstCores returns 0 ... n-1: the cores where there is no affinity mask to ask for.
func firstCores(n int) []int {
	cores := make([]int, n)
	for i := range cores {
		cores[i] = i
	}
	return cores
}
