package ptxsim

// ticking reports whether a special register changes while a block runs.
func ticking(name string) bool {
	switch name {
	case "%clock", "%clock_hi", "%clock64", "%globaltimer", "%globaltimer_lo", "%globaltimer_hi":
		return true
	}
	return false
}

// special fills v with a special register that stays as it is during a block.
func (w *warp) special(name string, v *[32]uint32) {
	b := w.b
	uniform := func(n int) {
		for i := range v {
			v[i] = uint32(n)
		}
	}
	switch name {
	case "%tid.x", "%tid.y", "%tid.z":
		for i := range v {
			v[i] = uint32(b.thread(w.index, i)[name[5]-'x'])
		}
	case "%ntid.x", "%ntid.y", "%ntid.z":
		uniform(b.l.Block[name[6]-'x'])
	case "%ctaid.x", "%ctaid.y", "%ctaid.z":
		uniform(b.id[name[7]-'x'])
	case "%nctaid.x", "%nctaid.y", "%nctaid.z":
		uniform(b.l.Grid[name[8]-'x'])
	case "%warpid":
		uniform(w.index)
	case "%nwarpid":
		uniform(len(b.warps))
	case "%nsmid":
		uniform(1)
	case "%smid", "%gridid":
		uniform(0)
	case "%dynamic_smem_size":
		uniform(b.l.Shared)
	case "%total_smem_size":
		uniform(b.k.shared + b.l.Shared)
	default:
		for i := range v {
			eq := uint32(1) << i
			switch name {
			case "%laneid":
				v[i] = uint32(i)
			case "%lanemask_eq":
				v[i] = eq
			case "%lanemask_lt":
				v[i] = eq - 1
			case "%lanemask_le":
				v[i] = eq | (eq - 1)
			case "%lanemask_gt":
				v[i] = ^(eq | (eq - 1))
			case "%lanemask_ge":
				v[i] = ^(eq - 1)
			}
		}
	}
}
