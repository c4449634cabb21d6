package neon

import "fmt"

// Float is what differs between the two types of floating-point numbers.
type Float struct {
	Name, Type string // in names of functions, and in Go
	Size       int    // bytes
	Lanes      int    // of a register
	Go, GNU    string // names of the lanes, in Go's and in GNU's assembler
	Log        int    // of Size
	Move       string // loads and stores one value
	double     uint32 // the bit of an instruction that tells the types apart
}

// The types.
var (
	F64    = Float{"F64", "float64", 8, 2, "D2", "2d", 3, "FMOVD", 1 << 22}
	F32    = Float{"F32", "float32", 4, 4, "S4", "4s", 2, "FMOVS", 0}
	Floats = []Float{F64, F32}
)

// Lane is one lane of a register, as Go's assembler writes it.
func (e Float) Lane(v V, lane int) string { return v.In(fmt.Sprintf("%c[%d]", e.Go[0], lane)) }

// Broadcast loads one value into all lanes.
func (e Float) Broadcast(from R, to V) { Op("VLD1R", At(from, 0), to.All(e.Go)) }

// Spread copies the first lane of a register to all lanes of another.
func (e Float) Spread(from, to V) { Op("VDUP", e.Lane(from, 0), to.In(e.Go)) }

// word writes an instruction as a number.
func word(code uint32, text string, args ...any) {
	fmt.Fprintf(&assembly, "\tWORD $0x%08x // %s\n", code, fmt.Sprintf(text, args...))
}

// three writes an instruction of two operands and a result.
func (e Float) three(code uint32, name string, d, n, m V) {
	word(code|e.double|m.number()<<16|n.number()<<5|d.number(), "%s v%d.%[3]s, v%[4]d.%[3]s, v%[5]d.%[3]s", name, d, e.GNU, n, m)
}

// Add is d = n + m.
func (e Float) Add(d, n, m V) { e.three(0x4e20d400, "fadd", d, n, m) }

// Sub is d = n - m.
func (e Float) Sub(d, n, m V) { e.three(0x4ea0d400, "fsub", d, n, m) }

// Mul is d = n m.
func (e Float) Mul(d, n, m V) { e.three(0x6e20dc00, "fmul", d, n, m) }

// FMA is d = n m + d with one rounding.
func (e Float) FMA(d, n, m V) { e.three(0x4e20cc00, "fmla", d, n, m) }

// FMAByLane is d = n m + d with one rounding, where m is one lane of a register.
func (e Float) FMAByLane(d, n, m V, lane int) {
	l := uint32(lane)
	bits, name := l<<11, "d" // H
	if e.Size == 4 {
		bits, name = l&1<<21|l>>1<<11, "s" // L, H
	}
	word(0x4f801000|e.double|bits|m.number()<<16|n.number()<<5|d.number(), "fmla v%d.%[2]s, v%[3]d.%[2]s, v%[4]d.%s[%d]", d, e.GNU, n, m, name, lane)
}

// GreaterEqual sets the lanes of d to ones where n >= m, else to zeros.
func (e Float) GreaterEqual(d, n, m V) { e.three(0x6e20e400, "fcmge", d, n, m) }

// Equal sets the lanes of d to ones where n = m, else to zeros.
func (e Float) Equal(d, n, m V) { e.three(0x4e20e400, "fcmeq", d, n, m) }

// GreaterSize sets the lanes of d to ones where |n| > |m|, else to zeros.
func (e Float) GreaterSize(d, n, m V) { e.three(0x6ea0ec00, "facgt", d, n, m) }

// AndNot is d = n and not m.
func AndNot(d, n, m V) { ints(0x4e601c00, "bic", "16b", d, "16b", n, m) }

// ints writes an instruction on vectors of integers.
func ints(code uint32, name, to string, d V, from string, n, m V) {
	word(code|m.number()<<16|n.number()<<5|d.number(), "%s v%d.%s, v%d.%s, v%d.%[5]s", name, d, to, n, from, m)
}

// MultiplyLong sets the two 64-bit lanes of d to the products of the first two 32-bit
// lanes of n and m.
func MultiplyLong(d, n, m V) { ints(0x2ea0c000, "umull", "2d", d, "2s", n, m) }

// MultiplyLong2 is MultiplyLong for the last two lanes.
func MultiplyLong2(d, n, m V) { ints(0x6ea0c000, "umull2", "2d", d, "4s", n, m) }

// HigherOrSame sets the 32-bit lanes of d to ones where n >= m, without signs, else to
// zeros.
func HigherOrSame(d, n, m V) { ints(0x6ea03c00, "cmhs", "4s", d, "4s", n, m) }

// AddPairs8 sets the 16-bit lanes of d to the sums of pairs of 8-bit lanes of n.
func AddPairs8(d, n V) {
	word(0x6e202800|n.number()<<5|d.number(), "uaddlp v%d.8h, v%d.16b", d, n)
}

// AddPairs16 sets the 32-bit lanes of d to the sums of pairs of 16-bit lanes of n.
func AddPairs16(d, n V) {
	word(0x6e602800|n.number()<<5|d.number(), "uaddlp v%d.4s, v%d.8h", d, n)
}
