package ptx

// A File is the syntax tree of one file.
type File struct {
	Name            string               // as given to Parse
	Version, Target string               // such as "7.8" and "sm_61"
	Entries         []*Function          // the kernels with a body, in the file's order
	Functions       map[string]*Function // kernels among them; that with a body where there are several
	Variables       map[string]*Variable // those that every function can name
	Globals         []*Variable          // the .global and .const variables of the file and of its functions, in order
}

// A Function is a .func or an .entry.
type Function struct {
	Name            string
	Line            int // of the file, from 1
	Entry           bool
	Params, Results []*Variable
	MaxThreads      [3]int // of a block, by .maxntid or .reqntid; 0 where neither is given
	Exact           bool   // a block must have MaxThreads, not fewer: .reqntid

	Defined   bool // it has a body, of which the following are made
	Body      []Statement
	Registers []Register
	Variables map[string]*Variable // declared inside, parameters among them
	Targets   map[string][]string  // .branchtargets, by their label
}

// A Variable is a declaration in a state space.
type Variable struct {
	Name   string
	Space  string // global, const, shared, local or param
	Type   Type   // of an element
	Align  int    // bytes
	Size   int    // bytes of all elements
	Offset int    // of a parameter: bytes in the parameter block
	// Dynamic variables are of shared memory and get their size with the launch.
	Dynamic bool
	Init    []byte // initial value; zeros follow
	Line    int
}

// A Register is a virtual register of a function.
type Register struct {
	Name string
	Type Type
}

// A Statement is a label, or else an instruction.
type Statement struct {
	Label       string
	Instruction *Instruction
}

// An Instruction is what ends in a semicolon.
type Instruction struct {
	Line      int // at which it begins
	Op        string
	Modifiers []string // what follows Op, without dots
	Guard     int      // number of the predicate register that it depends on, -1 for none
	Negated   bool     // it is executed where that is false
	Args      []Operand
}

// OperandKind says which fields of an Operand count.
type OperandKind byte

const (
	Reg     OperandKind = iota // Reg; Negated for !%p
	Int                        // Bits
	Float32                    // Bits, of a 0f literal
	Float64                    // Bits, of a 0d or a decimal literal
	Symbol                     // Name, Offset: a variable's address, a function or a label
	Special                    // Name, such as %tid.x
	Address                    // Parts[0]: what stands in brackets; Offset
	Vector                     // Parts: {a, b}
	Pair                       // Parts: a|b
	Sink                       // _
	List                       // Parts: results or arguments of a call
)

// An Operand is one of an instruction.
type Operand struct {
	Kind    OperandKind
	Negated bool
	Reg     int // number among the function's registers
	Bits    uint64
	Offset  int64 // bytes
	Name    string
	Parts   []Operand
}
