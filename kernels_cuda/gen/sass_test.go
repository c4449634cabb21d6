package main

import (
	"math"
	"slices"
	"testing"
)

const listing = `	.section	.text.f,"ax",@progbits
f:
.text.f:
        /*0000*/                   IMAD.MOV.U32 R1, RZ, RZ, c[0x0][0x28] ;
.L_x_1:
        /*0010*/                   FFMA R2, R2, R3, R4 ;
.L_x_2:
        /*0020*/              @!P0 IADD3 R0, R0, 0x1, RZ ;
        /*0030*/                   IMAD.WIDE.U32 R4, R2, R3, RZ ;
        /*0040*/               @P0 BRA ` + "`(.L_x_2)" + ` ;
        /*0050*/                   LDS.128 R4, [UR4] ;
        /*0060*/              @!P1 BRA ` + "`(.L_x_1)" + ` ;
        /*0070*/                   BRA ` + "`(.L_x_4)" + ` ;
.L_x_4:
        /*0080*/                   EXIT ;
.L_x_3:
        /*0090*/                   BRA ` + "`(.L_x_3)" + `;
	.section	.text.g,"ax",@progbits
        /*0000*/                   EXIT ;
`

func TestLoops(t *testing.T) {
	found := loops(listing)
	if all, ok := found["g"]; !ok || len(all) != 0 {
		t.Errorf("g has the loops %v", all)
	}
	inner := []string{"IADD3", "IMAD.WIDE.U32", "BRA"}
	outer := slices.Concat([]string{"FFMA"}, inner, []string{"LDS.128", "BRA"})
	for work, want := range map[string][]string{"": inner, "FFMA": outer, "IMAD.WIDE": inner, "IMAD": inner, "LDS": outer} {
		if l, ok := hottest(found["f"], work); !ok || !slices.Equal(l.opcodes, want) {
			t.Errorf("the loop of %q is %v", work, l)
		}
	}
	if l, ok := hottest(found["f"], "DFMA"); ok {
		t.Errorf("the loop of DFMA is %v", l)
	}
	if l, _ := hottest(found["f"], ""); workOf(l, "") != "IMAD.WIDE" {
		t.Errorf("its work is %s", workOf(l, ""))
	}
}

// TestBound works the time of loops out by hand.
func TestBound(t *testing.T) {
	rates := map[unit]float64{fp32: 128, imad: 64, alu: 64, lsu: 32, issue: 128}
	mix := func(ffma, wide, lop, lds, bra int) loop {
		return loop{opcodes: slices.Concat(slices.Repeat([]string{"FFMA"}, ffma), slices.Repeat([]string{"IMAD.WIDE.U32"}, wide),
			slices.Repeat([]string{"LOP3.LUT"}, lop), slices.Repeat([]string{"LDS.128"}, lds), slices.Repeat([]string{"BRA"}, bra))}
	}
	for _, v := range []struct {
		l        loop
		work     string
		cycles   float64
		busiest  unit
		fraction float64
	}{
		{mix(64, 0, 0, 0, 0), "FFMA", 16, fp32, 1},
		{mix(64, 0, 0, 16, 0), "FFMA", 20, issue, 0.8},
		{mix(64, 0, 0, 32, 0), "FFMA", 32, lsu, 0.5},
		{mix(64, 64, 0, 0, 0), "FFMA", 32, fp32, 0.5},
		{mix(0, 20, 25, 0, 1), "IMAD.WIDE", 12.5, alu, 0.8},
		{mix(0, 20, 10, 0, 0), "IMAD.WIDE", 10, imad, 1},
	} {
		cycles, busiest, fraction := v.l.bound(rates, v.work)
		if math.Abs(cycles-v.cycles) > 1e-12 || busiest != v.busiest || math.Abs(fraction-v.fraction) > 1e-12 {
			t.Errorf("%s: %v cycles, %s, %v, want %v, %s, %v", v.l.opcodes, cycles, busiest, fraction, v.cycles, v.busiest, v.fraction)
		}
	}
}

// TestResidents compares with NVIDIA's occupancy calculator.
func TestResidents(t *testing.T) {
	by := func(capability int) arch {
		return archs[slices.IndexFunc(archs, func(a arch) bool { return a.capability == capability })]
	}
	for _, v := range []struct{ capability, block, registers, shared, want int }{
		{61, 256, 32, 0, 8},
		{61, 256, 38, 0, 6}, // 40 registers with their granularity
		{75, 256, 38, 0, 4}, // its 1024 threads
		{80, 32, 16, 0, 32}, // its 32 blocks
		{80, 128, 32, 48 << 10, 3},
		{80, 1024, 64, 0, 1},
		{80, 1024, 65, 0, 0}, // more registers than there are
		{86, 128, 128, 0, 4},
		{90, 256, 32, 227 << 10, 1},
	} {
		if got := by(v.capability).residents(v.block, v.registers, v.shared); got != v.want {
			t.Errorf("%+v: %d blocks", v, got)
		}
	}
}
