package model

import "fmt"

// A network is an event simulation of LogGP: ranks that run programs of their own
// and meet in messages alone. It knows nothing of heat, matmul or the model.
type network struct {
	link
	ranks []*process
	mail  map[[2]int][]float64 // from, to -> arrivals, in order
}

type process struct {
	number  int
	now     float64
	leaving float64 // when its link is free again
	program []action
	next    int
}

// An action is done by a rank; it says false if it has to wait for a message that
// has not been sent yet.
type action func(n *network, p *process) bool

func compute(seconds float64) action {
	return func(_ *network, p *process) bool { p.now += seconds; return true }
}

func send(to int, bytes float64) action {
	return func(n *network, p *process) bool {
		start := max(p.now, p.leaving) // messages queue for the link, and the rank goes on
		p.now += n.O + bytes*n.OByte
		p.leaving = start + max(n.Gap, n.O) + bytes*n.G
		n.mail[[2]int{p.number, to}] = append(n.mail[[2]int{p.number, to}], max(start+n.O+bytes*n.G, p.now)+n.L)
		return true
	}
}

func receive(from int) action {
	return func(n *network, p *process) bool {
		box := [2]int{from, p.number}
		if len(n.mail[box]) == 0 {
			return false
		}
		p.now = max(p.now, n.mail[box][0]) + n.O
		n.mail[box] = n.mail[box][1:]
		return true
	}
}

// simulate runs a program on each rank and returns when the last one is done. What a
// rank does depends on messages that it names alone, so the order in which
// ranks are looked at changes nothing.
func simulate(l link, programs [][]action) float64 {
	n := &network{link: l, mail: map[[2]int][]float64{}}
	for i, p := range programs {
		n.ranks = append(n.ranks, &process{number: i, program: p})
	}
	for moved := true; moved; {
		moved = false
		for _, p := range n.ranks {
			for p.next < len(p.program) && p.program[p.next](n, p) {
				p.next++
				moved = true
			}
		}
	}
	last := 0.0
	for _, p := range n.ranks {
		if p.next < len(p.program) {
			panic(fmt.Sprintf("rank %d waits for ever", p.number))
		}
		last = max(last, p.now)
	}
	return last
}

// A heatExchange is what ranks of heat on a grid do: in each period they send edges of so
// many bytes and compute for so many seconds, a part of which needs no rows and corners.
type heatExchange struct {
	rows, columns, periods    int // of ranks; of exchanges
	ofColumn, ofRow, ofCorner float64
	seconds, ahead            float64
}

// programs is the exchange of solvers/heat/team.go: at the begin of each period
// edges go to the neighbours, columns first; a rank waits for columns, and computes what
// it can before it needs rows and corners.
func (x heatExchange) programs() [][]action {
	rows, columns := x.rows, x.columns
	programs := make([][]action, rows*columns)
	for r := range programs {
		beside := func(dirs ...[2]int) (all []int) {
			for _, d := range dirs {
				if i, j := r/columns+d[0], r%columns+d[1]; i >= 0 && i < rows && j >= 0 && j < columns {
					all = append(all, i*columns+j)
				}
			}
			return all
		}
		sides, ends := beside([2]int{0, -1}, [2]int{0, 1}), beside([2]int{-1, 0}, [2]int{1, 0})
		corners := beside([2]int{-1, -1}, [2]int{-1, 1}, [2]int{1, -1}, [2]int{1, 1})
		add := func(do func(b int) action, to []int) {
			for _, b := range to {
				programs[r] = append(programs[r], do(b))
			}
		}
		for range x.periods {
			add(func(b int) action { return send(b, x.ofColumn) }, sides)
			add(func(b int) action { return send(b, x.ofRow) }, ends)
			add(func(b int) action { return send(b, x.ofCorner) }, corners)
			add(receive, sides)
			programs[r] = append(programs[r], compute(x.ahead*x.seconds))
			add(receive, ends)
			add(receive, corners)
			programs[r] = append(programs[r], compute((1-x.ahead)*x.seconds))
		}
	}
	return programs
}

// matmulPrograms is Multiply of solvers/matmul/summa.go on a grid: panel i of A is
// of column ownerA[i] and goes to the right, that of B of row ownerB[i] and goes
// down. Owners send a panel before they multiply with the last one, others pass one on
// as soon as they wait for it.
func matmulPrograms(rows, cols int, ownerA, ownerB []int, bytesA, bytesB, seconds []float64) [][]action {
	programs := make([][]action, rows*cols)
	for p := range rows {
		for q := range cols {
			r := p*cols + q
			var all []action
			right, left := p*cols+(q+1)%cols, p*cols+(q+cols-1)%cols
			down, up := (p+1)%rows*cols+q, (p+rows-1)%rows*cols+q
			own := func(i int) {
				if i == len(seconds) {
					return
				}
				if cols > 1 && ownerA[i] == q {
					all = append(all, send(right, bytesA[i]))
				}
				if rows > 1 && ownerB[i] == p {
					all = append(all, send(down, bytesB[i]))
				}
			}
			own(0)
			for i := range seconds {
				if cols > 1 && ownerA[i] != q {
					all = append(all, receive(left))
					if (q+1)%cols != ownerA[i] {
						all = append(all, send(right, bytesA[i]))
					}
				}
				if rows > 1 && ownerB[i] != p {
					all = append(all, receive(up))
					if (p+1)%rows != ownerB[i] {
						all = append(all, send(down, bytesB[i]))
					}
				}
				own(i + 1)
				all = append(all, compute(seconds[i]))
			}
			programs[r] = all
		}
	}
	return programs
}
