package ptxsim

// What the parser makes of a file, before it is compiled.

// operandKind says which fields of an operand count.
type operandKind byte

const (
	opReg      operandKind = iota // reg, neg for !%p
	opInt                         // imm
	opFloat32                     // imm: the bits of a 0f literal
	opFloat64                     // imm: the bits of a 0d or a decimal literal
	opSymbol                      // sym, off: the address of a variable, or a function
	opSpecial                     // sym: %tid.x
	opAddress                     // vec[0]: what stands in brackets, off
	opVector                      // vec: {a, b}
	opPair                        // vec: a|b
	opSink                        // _
	opLabelSet                    // vec of symbols: a list of branch targets or call arguments
)

type operand struct {
	kind operandKind
	neg  bool
	reg  int
	imm  uint64
	off  int64
	sym  string
	vec  []operand
	at   place // of a variable, once its function is placed in a kernel
}

// place is where a variable lies: an offset in a state space.
type place struct {
	space  string
	offset int
	size   int
}

// instr is one instruction. Its line is where it begins.
type instr struct {
	line   int
	op     string
	mods   []string
	guard  int // predicate register, -1 for none
	negate bool
	args   []operand
}

// stmt is a label or an instruction of a function's body.
type stmt struct {
	label string
	in    *instr
}

// variable is a declaration in a state space.
type variable struct {
	name    string
	space   string // global, const, shared, local, param
	typ     typ
	align   int
	size    int // bytes; 0 for an extern array without bounds
	dynamic bool
	init    []byte
	line    int
	offset  int
}

// register is a virtual register of a function.
type register struct {
	name string
	typ  typ
}

// function is a .func or an .entry.
type function struct {
	name    string
	line    int
	entry   bool
	body    []stmt
	defined bool
	regs    []register
	params  []*variable
	results []*variable
	vars    map[string]*variable // shared, local and param declared inside
	targets map[string][]string  // .branchtargets
	maxntid [3]int
	reqntid bool
}
