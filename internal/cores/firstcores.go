package cores

// upTo returns 0 ... n-1: the cores where there is no affinity mask to ask for.
func upTo(n int) []int {
	cores := make([]int, n)
	for i := range cores {
		cores[i] = i
	}
	return cores
}
