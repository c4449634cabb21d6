package ir

import (
	"math"

	"hybrid/internal/fma"
)

// Eval is what an operation makes of operands, all as bits; a mask is all zeros or all ones.
// It is the definition that every backend is held to.
func (t Type) Eval(op Op, imm uint64, x [3]uint64) uint64 {
	if ops[op].args[0] == AFloat {
		if t == F32 {
			return uint64(evalFloat(op, f32(x[0]), f32(x[1]), f32(x[2]), func(v float32) uint64 { return uint64(math.Float32bits(v)) }, t))
		}
		return evalFloat(op, math.Float64frombits(x[0]), math.Float64frombits(x[1]), math.Float64frombits(x[2]), math.Float64bits, t)
	}
	switch op {
	case And, IAnd:
		return x[0] & x[1]
	case Or, IOr:
		return x[0] | x[1]
	case Not:
		return ^x[0] & t.mask()
	case Select:
		if x[0] != 0 {
			return x[1]
		}
		return x[2]
	case Float:
		return x[0]
	case IAdd:
		return (x[0] + x[1]) & t.mask()
	case ISub:
		return (x[0] - x[1]) & t.mask()
	case IXor:
		return x[0] ^ x[1]
	case IShl:
		return x[0] << imm & t.mask()
	case IShr:
		return x[0] >> imm
	}
	panic("ir: " + op.String() + " has no operands")
}

func f32(bits uint64) float32 { return math.Float32frombits(uint32(bits)) }

func evalFloat[T float32 | float64](op Op, a, b, c T, bits func(T) uint64, t Type) uint64 {
	truth := func(is bool) uint64 {
		if is {
			return t.mask()
		}
		return 0
	}
	switch op {
	case Neg:
		return bits(a) ^ 1<<(t.Width()-1)
	case Abs:
		return bits(a) &^ (1 << (t.Width() - 1))
	case Sqrt:
		return bits(T(math.Sqrt(float64(a)))) // of a float32 the square root in float64 rounds as it should
	case Floor:
		return bits(T(math.Floor(float64(a))))
	case Add:
		return bits(a + b)
	case Sub:
		return bits(a - b)
	case Mul:
		return bits(a * b)
	case Div:
		return bits(a / b)
	case Min:
		if a < b {
			return bits(a)
		}
		return bits(b)
	case Max:
		if a > b {
			return bits(a)
		}
		return bits(b)
	case FMA:
		return bits(fma.FMA(a, b, c))
	case Less:
		return truth(a < b)
	case LessEq:
		return truth(a <= b)
	case Equal:
		return truth(a == b)
	case Bits:
		return bits(a)
	}
	panic("ir: " + op.String() + " takes no floats")
}
