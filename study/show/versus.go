package show

import (
	"hybrid/study/result"
)

// versus is the section of processors against devices.
func versus(r *result.Result) section {
	s := section{ID: "versus", Short: "CPU against GPU", Title: "CPU against GPU"}
	if len(r.Versus) == 0 {
		return s
	}
	t := table{
		Caption: "All processors against all devices of the run, and what it costs to bring the data there and back",
		Columns: []column{col("kernel"), col("dtype"), num("CPU"), num("±"), num("GPU"), num("±"),
			num("CPU/GPU"), num("transfer"), num("with it")},
	}
	what := table{
		Caption: "What was run on what",
		Columns: []column{col("kernel"), {Name: "size", Width: 28}, num("CPU ranks\u00a0× threads"), num("GPU ranks"), {Name: "device", Width: 28}},
	}
	careful := false
	for _, v := range r.Versus {
		transfer, with := words("none"), cell{}
		if v.Transfer > 0 {
			transfer, with = number(v.Transfer, in("s")), number(v.RatioWithTransfer, times)
		}
		t.add(words(v.Kernel), words(v.DType), median(v.CPU.Seconds, in("s")), spread(v.CPU.Seconds), median(v.GPU.Seconds, in("s")), spread(v.GPU.Seconds),
			interval(v.Ratio, times), transfer, with)
		what.add(words(v.Kernel), code(v.Size.Flags()...), on(v.CPU.Ranks, v.CPU.Threads), whole(v.GPU.Ranks), words(v.GPU.Device))
		careful = careful || v.CPU.Seconds.Wide || v.GPU.Seconds.Wide
	}
	p := part{Full: true, Tables: []table{t, what}}
	if careful {
		p.Notes = []note{{Is: phrase{words(wideNote)}}}
	}
	s.Parts = []part{p}
	return s
}

func times(v float64) string { return factor(v) + "×" }
