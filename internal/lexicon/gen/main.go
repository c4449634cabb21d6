// Command gen writes the kernel of package lexicon.
//
// Looking a word up takes a load that may miss the cache. So 64 words at a time
// are looked at first: each is cut out by a mask, hashed, and its slot asked for.
// When they are compared with their slots, the first of these have arrived. In
// neither loop is a branch that is hard to foresee: that a word is longer than 16
// bytes, or not in the slot that its hash says, is rare.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Of package lexicon.
const (
	batchWords = 64
	keys       = 0
	slots      = keys + 16*batchWords
	seed       = slots + 8*batchWords

	slotBytes = 32
)

func main() {
	ConstraintExpr("amd64,!noasm")
	TEXT("countAVX2", NOSPLIT, "func(text *byte, edges *uint16, words int, slots *uint64, end uintptr, shift int, batch *uint64, long *uint16) (nlong, added int)")
	Pragma("noescape")
	Doc("countAVX2 is a countKernel.")
	param := func(name string) reg.GPVirtual {
		r := GP64()
		Load(Param(name), r)
		return r
	}
	text, edges, table, shift := param("text"), param("edges"), param("slots"), param("shift")
	batch, long := param("batch"), param("long")
	total, end, added := inMemory(Param("words")), inMemory(Param("end")), inMemory(ReturnIndex(1))
	next := GP64()
	XORQ(next, next)
	MOVQ(next, added)
	masks := GP64()
	LEAQ(masksOf(), masks)

	Label("batch")
	{
		fill, stop := GP64(), GP64()
		Comment("The words next to stop are looked at, and the short ones put into the batch.")
		LEAQ(Mem{Base: next, Disp: batchWords}, stop)
		CMPQ(stop, total)
		CMOVQGT(total, stop)
		XORQ(fill, fill)
		Label("look")
		begin, length := GP32(), GP32()
		MOVWLZX(Mem{Base: edges, Index: next, Scale: 4}, begin)
		MOVWLZX(Mem{Base: edges, Index: next, Scale: 4, Disp: 2}, length)
		SUBL(begin, length)
		CMPL(length, Imm(16))
		JA(LabelRef("long"))
		SHLL(Imm(4), length)
		word := XMM()
		VMOVDQU(Mem{Base: text, Index: begin.As64(), Scale: 1}, word)
		VPAND(Mem{Base: masks, Index: length.As64(), Scale: 1}, word, word)
		key := GP64()
		MOVQ(fill, key)
		SHLQ(Imm(4), key)
		VMOVDQU(word, Mem{Base: batch, Index: key, Scale: 1, Disp: keys})
		lo, hi, k := reg.RDX, GP64(), GP64()
		VMOVQ(word, lo)
		VPEXTRQ(Imm(1), word, hi)
		XORQ(Mem{Base: batch, Disp: seed}, lo)
		XORQ(Mem{Base: batch, Disp: seed + 8}, hi)
		MULXQ(hi, hi, k)
		XORQ(k, hi)
		SHRXQ(shift, hi, hi)
		SHLQ(Imm(5), hi)
		ADDQ(table, hi)
		PREFETCHT0(Mem{Base: hi})
		MOVQ(hi, Mem{Base: batch, Index: fill, Scale: 8, Disp: slots})
		INCQ(fill)
		Label("looked")
		INCQ(next)
		CMPQ(next, stop)
		JB(LabelRef("look"))

		Comment("Those in the batch are counted.")
		i, at := GP64(), GP64()
		XORQ(i, i)
		MOVQ(batch, at)
		TESTQ(fill, fill)
		JZ(LabelRef("counted"))
		Label("count")
		slot, difference := GP64(), XMM()
		MOVQ(Mem{Base: batch, Index: i, Scale: 8, Disp: slots}, slot)
		VMOVDQU(Mem{Base: at, Disp: keys}, difference)
		VPXOR(Mem{Base: slot}, difference, difference)
		VPTEST(difference, difference)
		JNZ(LabelRef("other"))
		INCQ(Mem{Base: slot, Disp: 16})
		Label("next")
		ADDQ(Imm(16), at)
		INCQ(i)
		CMPQ(i, fill)
		JB(LabelRef("count"))
		Label("counted")
		CMPQ(next, total)
		JB(LabelRef("batch"))
		JMP(LabelRef("done"))

		Comment("A slot further on has the word, or takes it.")
		Label("other")
		found := XMM()
		VMOVDQU(Mem{Base: at, Disp: keys}, difference)
		Label("probe")
		VMOVDQU(Mem{Base: slot}, found)
		VPTEST(found, found)
		JZ(LabelRef("empty"))
		VPXOR(difference, found, found)
		VPTEST(found, found)
		JZ(LabelRef("found"))
		ADDQ(Imm(slotBytes), slot)
		CMPQ(slot, end)
		CMOVQCC(table, slot)
		JMP(LabelRef("probe"))
		Label("empty")
		VMOVDQU(difference, Mem{Base: slot})
		INCQ(added)
		Label("found")
		INCQ(Mem{Base: slot, Disp: 16})
		JMP(LabelRef("next"))

		Label("long")
		MOVW(next.As16(), Mem{Base: long})
		ADDQ(Imm(2), long)
		JMP(LabelRef("looked"))
	}
	Label("done")
	first := param("long")
	SUBQ(first, long)
	SHRQ(Imm(1), long)
	Store(long, ReturnIndex(0))
	RET()
	Generate()
}

// inMemory is where an argument or result is, for what is seldom needed.
func inMemory(c gotypes.Component) Mem {
	b, err := c.Resolve()
	if err != nil {
		panic(err) // a name that the function does not have
	}
	return b.Addr
}

// masksOf has, for every length from 0 to 16, a mask of the first so many bytes.
func masksOf() Mem {
	at := GLOBL("masks", RODATA|NOPTR)
	for length := range 17 {
		for i := range 16 {
			value := uint8(0)
			if i < length {
				value = 0xff
			}
			DATA(16*length+i, U8(value))
		}
	}
	return at
}
