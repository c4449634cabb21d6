package task

// A Modelled is a Sized problem of which a model says how long it takes on more ranks
// than there are.
type Modelled interface {
	Sized
	Model(one Measurement) (Model, error)
}

// A Measurement is a run on one rank.
type Measurement struct {
	Size    Size
	DType   string  // as --dtype names it
	Threads int     // of the rank
	Seconds float64 // that the run took
	Units   float64 // of work that it did
}

// A Model predicts runs of the problem that was measured, on processors.
type Model interface {
	// On is a run on so many ranks over links, strong or, with a problem of that size
	// for each rank, weak. The ranks share what they compute on.
	On(ranks int, weak bool, l Link, s Sharing) Cost
}

// Cost is what one run is predicted to take, in seconds of the rank that takes the
// longest.
type Cost struct{ Compute, Messages float64 }

// A Link is LogGP's parameters of a kind of link, in seconds (Alexandrov, Ionescu,
// Schauser and Scheiman, "LogGP: incorporating long messages into the LogP model",
// SPAA 1995); the zero Link is an infinitely fast one.
type Link struct {
	L, O, Gap, G float64 // latency, overhead, gap of messages and of bytes: L, o, g, G
	OByte        float64 // the part of G that keeps the sender
}

// Send is the time that a message of so many bytes keeps its sender.
func (l Link) Send(bytes float64) float64 { return l.O + bytes*l.OByte }

// Leaves is the time between two messages of so many bytes.
func (l Link) Leaves(bytes float64) float64 { return max(l.Gap, l.O) + bytes*l.G }

// Hop is the time from a send to the end of its receive.
func (l Link) Hop(bytes float64) float64 { return l.O + bytes*l.G + l.L + l.O }

// Sharing is what ranks that compute at once lose to each other. Where cores are the
// limit, all computing takes longer; where memory is, as much as its part.
type Sharing struct {
	Times float64 // as long
	More  float64 // seconds for a unit of work
}

// Of is how long a rank computes so many units of work that would take so many
// seconds alone.
func (s Sharing) Of(seconds, work float64) float64 { return seconds*s.Times + work*s.More }
