package cores

// Slots returns the number of threads that each of a node's ranks runs when all measure at once and no core has two of
// them: rank r, which computes with threads[r] and may run on the cores masks[r], gets as many as the ranks before it
// have left, perhaps none.
//
//	threads 2 2, masks {0 1} {0 1}      2 and 0
//	threads 2 2, masks {0 1} {2}        2 and 1
func Slots(masks [][]int, threads []int) []int {
	union := map[int]bool{}
	for _, mask := range masks {
		for _, core := range mask {
			union[core] = true
		}
	}
	left, slots := len(union), make([]int, len(masks))
	for r, n := range threads {
		slots[r] = min(left, n)
		left -= slots[r]
	}
	return slots
}
