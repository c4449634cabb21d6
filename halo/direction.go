package halo

// directions are all there are: those along one dimension first, then along two and
// three, so that edges and corners are unpacked over what came with a face.
func directions(dims int) [][]int {
	byLength := make([][][]int, dims+1)
	all := 1
	for range dims {
		all *= 3
	}
	for i := range all {
		dir, length := make([]int, dims), 0
		for d, rest := 0, i; d < dims; d, rest = d+1, rest/3 {
			if dir[d] = rest%3 - 1; dir[d] != 0 {
				length++
			}
		}
		byLength[length] = append(byLength[length], dir)
	}
	var found [][]int
	for _, some := range byLength[1:] {
		found = append(found, some...)
	}
	return found
}

func opposite(dir []int) []int {
	o := make([]int, len(dir))
	for d := range dir {
		o[d] = -dir[d]
	}
	return o
}

// number tells directions apart: 0 to 26.
func number(dir []int) int {
	n := 0
	for _, step := range dir {
		n = 3*n + step + 1
	}
	return n
}

// edge is the box of own cells that travels in a direction, halo the one beyond the
// opposite side where such cells arrive.
func (g *Grid) edge(dir []int, depth int) Box {
	b := g.Own()
	for d, step := range dir {
		switch step {
		case -1:
			b.Hi[d] = b.Lo[d] + depth
		case 1:
			b.Lo[d] = b.Hi[d] - depth
		}
	}
	return b
}

func (g *Grid) halo(dir []int, depth int) Box {
	b := g.Own()
	for d, step := range dir {
		switch step {
		case -1:
			b.Lo[d] = b.Hi[d]
			b.Hi[d] += depth
		case 1:
			b.Hi[d] = b.Lo[d]
			b.Lo[d] -= depth
		}
	}
	return b
}
