package pattern

// A Side is what a rank exchanges with its two neighbours along one dimension of a
// grid of ranks: the layers at its edges for those beyond them. A negative rank is
// no neighbour, as at the end of a line that is not closed to a ring. All parts of
// a dimension have one length on all ranks.
//
//	  low neighbour                 this rank                 high neighbour
//	... | SendHigh | RecvHigh |  | RecvLow | SendLow | ... | SendHigh | RecvHigh |  | RecvLow | SendLow | ...
type Side struct {
	Low, High         int    // the neighbours' ranks
	SendLow, SendHigh []byte // this rank's own layers at its two edges
	RecvLow, RecvHigh []byte // where those of the neighbours go
}

// HaloExchange exchanges the edges of a grid of any number of dimensions, one after
// the other: so what came along the first can be part of what goes along the
// second, which brings the corners too. Everyone passes something up and then
// down; no rank waits for one that waits for it.
func HaloExchange(e Endpoint, sides ...Side) error {
	for _, s := range sides {
		if err := shift(e, s.SendHigh, s.High, s.RecvLow, s.Low, tagHalo); err != nil {
			return err
		}
		if err := shift(e, s.SendLow, s.Low, s.RecvHigh, s.High, tagHalo); err != nil {
			return err
		}
	}
	return nil
}
