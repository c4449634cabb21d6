package probe

import "slices"

// A pair is two ranks between which messages are measured. That of one process is
// none of the communicator: ranks of the local transport inside rank 0.
type pair struct {
	on   string
	a, b int
}

// pairs returns one pair of each kind that there is. local tells that all ranks are
// in one process.
func pairs(all []rankInfo, local bool) []pair {
	var found []pair
	// A launcher that binds processes to single cores has no use for two ranks in one.
	if local || len(all[0].Cores) > 1 {
		found = append(found, pair{SameProcess, 0, 0})
	}
	if local {
		return found
	}
	first := map[int]int{} // of each node
	for r, p := range all {
		if a, met := first[p.Node]; met {
			found = append(found, pair{SameNode, a, r})
			break
		}
		first[p.Node] = r
	}
	if r := slices.IndexFunc(all, func(p rankInfo) bool { return p.Node != all[0].Node }); r > 0 {
		found = append(found, pair{OtherNode, 0, r})
	}
	return found
}

// farthest is the kind of pair that lies farthest apart of those in a collective.
func farthest(all []rankInfo, local bool) string {
	switch {
	case local || len(all) == 1:
		return SameProcess
	case slices.ContainsFunc(all, func(p rankInfo) bool { return p.Node != all[0].Node }):
		return OtherNode
	}
	return SameNode
}
