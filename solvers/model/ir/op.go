package ir

// An Op is an operation. Its operands are A, B, C of the node, of the kinds that Kinds names.
type Op uint8

// The operations. Int is an unsigned integer of the type's width, for the bits of a
// float; Mask is true or false.
const (
	Const Op = iota // the float with the bits Imm
	Int             // the integer Imm
	Time            // of the step or stage, rounded to the type
	Coord           // of the cell's middle along axis Imm (0 plane, 1 row, 2 column)
	Load            // of field Field at Offset

	Neg  // -a: the sign's bit
	Abs  // |a|
	Sqrt // rounded correctly
	Floor
	Add
	Sub
	Mul
	Div
	Min // a < b ? a : b
	Max // a > b ? a : b
	FMA // a*b + c, rounded once

	Less   // a < b, false with NaN
	LessEq // a <= b, false with NaN
	Equal  // a == b, false with NaN
	And    // of masks
	Or
	Not

	Select // mask a ? b : c, floats
	Bits   // those of a float
	Float  // that has such bits
	IAdd   // integers, modulo 2^width
	ISub
	IAnd
	IOr
	IXor
	IShl // by Imm
	IShr // by Imm, zeros from above
)

// A Kind is what a node's value is.
type Kind uint8

const (
	Nothing Kind = iota // of an operand: there is none
	AFloat
	AnInt
	AMask
)

// ops are the kinds of what an operation makes and of its operands, and its name.
var ops = [...]struct {
	name string
	Kind Kind
	args [3]Kind
}{
	Const:  {"const", AFloat, [3]Kind{}},
	Int:    {"int", AnInt, [3]Kind{}},
	Time:   {"time", AFloat, [3]Kind{}},
	Coord:  {"coord", AFloat, [3]Kind{}},
	Load:   {"load", AFloat, [3]Kind{}},
	Neg:    {"neg", AFloat, [3]Kind{AFloat}},
	Abs:    {"abs", AFloat, [3]Kind{AFloat}},
	Sqrt:   {"sqrt", AFloat, [3]Kind{AFloat}},
	Floor:  {"floor", AFloat, [3]Kind{AFloat}},
	Add:    {"add", AFloat, [3]Kind{AFloat, AFloat}},
	Sub:    {"sub", AFloat, [3]Kind{AFloat, AFloat}},
	Mul:    {"mul", AFloat, [3]Kind{AFloat, AFloat}},
	Div:    {"div", AFloat, [3]Kind{AFloat, AFloat}},
	Min:    {"min", AFloat, [3]Kind{AFloat, AFloat}},
	Max:    {"max", AFloat, [3]Kind{AFloat, AFloat}},
	FMA:    {"fma", AFloat, [3]Kind{AFloat, AFloat, AFloat}},
	Less:   {"less", AMask, [3]Kind{AFloat, AFloat}},
	LessEq: {"lesseq", AMask, [3]Kind{AFloat, AFloat}},
	Equal:  {"equal", AMask, [3]Kind{AFloat, AFloat}},
	And:    {"and", AMask, [3]Kind{AMask, AMask}},
	Or:     {"or", AMask, [3]Kind{AMask, AMask}},
	Not:    {"not", AMask, [3]Kind{AMask}},
	Select: {"select", AFloat, [3]Kind{AMask, AFloat, AFloat}},
	Bits:   {"bits", AnInt, [3]Kind{AFloat}},
	Float:  {"float", AFloat, [3]Kind{AnInt}},
	IAdd:   {"iadd", AnInt, [3]Kind{AnInt, AnInt}},
	ISub:   {"isub", AnInt, [3]Kind{AnInt, AnInt}},
	IAnd:   {"iand", AnInt, [3]Kind{AnInt, AnInt}},
	IOr:    {"ior", AnInt, [3]Kind{AnInt, AnInt}},
	IXor:   {"ixor", AnInt, [3]Kind{AnInt, AnInt}},
	IShl:   {"ishl", AnInt, [3]Kind{AnInt}},
	IShr:   {"ishr", AnInt, [3]Kind{AnInt}},
}

func (o Op) String() string { return ops[o].name }

// Kind is what the operation makes.
func (o Op) Kind() Kind { return ops[o].Kind }

// Args are the kinds of its operands; Nothing after the last.
func (o Op) Args() [3]Kind { return ops[o].args }
