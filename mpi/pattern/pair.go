package pattern

// Pair exchanges messages between this rank and another, which both call it, by
// nothing but blocking calls: the lower one sends and then receives, the other one
// receives and then sends. If both sent first, each might wait for the other to
// receive. Two messages, one after the other: 2 (alpha + n beta).
func Pair(e Endpoint, send, recv []byte, other int) error {
	if e.Rank() < other {
		if err := e.Send(send, other, tagPair); err != nil {
			return err
		}
		return e.Recv(recv, other, tagPair)
	}
	if err := e.Recv(recv, other, tagPair); err != nil {
		return err
	}
	return e.Send(send, other, tagPair)
}
