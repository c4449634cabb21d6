// Command gen writes the kernels of package lexicon.
//
// Both look words up where a load may miss the first-level cache, or all of them. So up
// to 64 words at a time are looked at first, hashed, and their places asked for. When
// they are compared with what is there, the first of these have arrived. That a
// word is longer than 16 bytes, or in a table not in the slot that its hash says, is
// rare, and a branch. Which of two words in a cache line it is, and whether it is one of
// them, which no processor foresees, is none: words that are not there are gathered, and
// take their places when the batch is through.
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
	hashes     = keys + 16*batchWords
	seed       = hashes + 8*batchWords
	missing    = seed + 16

	recordBytes = 32 // of a Record, whose fields are at
	keyAt       = 0
	countAt     = 16
	hashAt      = 24

	slotBytes = 32 // of a slot, that has its key and count at the same places

	packedBytes = 16 // of a Packed, whose last byte is its count
)

func main() {
	ConstraintExpr("amd64,!noasm")
	masks := masksOf()
	cache(masks)
	table()
	packed(masks)
	Generate()
}

func param(name string) reg.GPVirtual {
	r := GP64()
	Load(Param(name), r)
	return r
}

func cache(masksAt Mem) {
	TEXT("cacheAVX2", NOSPLIT, "func(text *byte, edges *uint16, words int, lines *uint64, shift int, batch *uint64, out *uint64, long *uint16) (nout, nlong int)")
	Pragma("noescape")
	Doc("cacheAVX2 is a cacheKernel.")
	text, edges, lines, shift := param("text"), param("edges"), param("lines"), param("shift")
	batch, out := param("batch"), param("out")
	total, nlong := inMemory(Param("words")), inMemory(ReturnIndex(1))
	next := GP64()
	XORQ(next, next)
	MOVQ(next, nlong)

	Label("batch")
	fill, stop := GP64(), GP64()
	Comment("The words next to stop are looked at, and the short ones put into the batch.")
	LEAQ(Mem{Base: next, Disp: batchWords}, stop)
	CMPQ(stop, total)
	CMOVQGT(total, stop)
	XORQ(fill, fill)
	masks := GP64()
	LEAQ(masksAt, masks)
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
	lo, hi, high := reg.RDX, GP64(), GP64()
	VMOVQ(word, lo)
	VPEXTRQ(Imm(1), word, hi)
	XORQ(Mem{Base: batch, Disp: seed}, lo)
	XORQ(Mem{Base: batch, Disp: seed + 8}, hi)
	MULXQ(hi, hi, high)
	XORQ(high, hi)
	MOVQ(hi, Mem{Base: batch, Index: fill, Scale: 8, Disp: hashes})
	SHRXQ(shift, hi, hi)
	SHLQ(Imm(6), hi)
	PREFETCHT0(Mem{Base: lines, Index: hi, Scale: 1})
	INCQ(fill)
	Label("looked")
	INCQ(next)
	CMPQ(next, stop)
	JB(LabelRef("look"))

	Comment("Those in the batch that are there are counted, and the others noted.")
	i, at, misses := GP64(), GP64(), GP64()
	XORQ(i, i)
	XORQ(misses, misses)
	TESTQ(fill, fill)
	JZ(LabelRef("settled"))
	line, second, difference, found := GP64(), GP64(), XMM(), XMM()
	// lineOf is the address of the cache line of word i, and its key.
	lineOf := func() {
		MOVQ(Mem{Base: batch, Index: i, Scale: 8, Disp: hashes}, line)
		SHRXQ(shift, line, line)
		SHLQ(Imm(6), line)
		ADDQ(lines, line)
		VMOVDQU(Mem{Base: at, Disp: keys}, difference)
	}
	// find looks for the key in the line: second is the offset of the word that may be it, and
	// the zero flag says that it is.
	find := func() {
		VPXOR(Mem{Base: line, Disp: keyAt}, difference, found)
		XORL(second.As32(), second.As32())
		VPTEST(found, found)
		SETNE(second.As8())
		SHLL(Imm(5), second.As32())
		VPXOR(Mem{Base: line, Index: second, Scale: 1, Disp: keyAt}, difference, found)
		VPTEST(found, found)
	}
	MOVQ(batch, at)
	Label("count")
	lineOf()
	hit := GP64()
	XORL(hit.As32(), hit.As32())
	find()
	SETEQ(hit.As8())
	ADDQ(hit, Mem{Base: line, Index: second, Scale: 1, Disp: countAt})
	MOVB(i.As8(), Mem{Base: batch, Index: misses, Scale: 1, Disp: missing})
	XORL(Imm(1), hit.As32())
	ADDQ(hit, misses)
	ADDQ(Imm(16), at)
	INCQ(i)
	CMPQ(i, fill)
	JB(LabelRef("count"))

	Comment("Those that were not there, but for one that the batch has twice.")
	noted := fill // as a register
	XORQ(noted, noted)
	Label("settle")
	CMPQ(noted, misses)
	JAE(LabelRef("settled"))
	MOVBQZX(Mem{Base: batch, Index: noted, Scale: 1, Disp: missing}, i)
	INCQ(noted)
	MOVQ(i, at)
	SHLQ(Imm(4), at)
	ADDQ(batch, at)
	lineOf()
	find()
	JNZ(LabelRef("new"))
	INCQ(Mem{Base: line, Index: second, Scale: 1, Disp: countAt})
	JMP(LabelRef("settle"))
	Label("settled")
	CMPQ(next, total)
	JB(LabelRef("batch"))
	JMP(LabelRef("done"))

	Comment("The word takes the place of the less frequent one, which is put out unless there is none.")
	Label("new")
	count, old := GP64(), GP64()
	MOVQ(Mem{Base: line, Disp: recordBytes + countAt}, count)
	XORL(second.As32(), second.As32())
	CMPQ(count, Mem{Base: line, Disp: countAt})
	SETCS(second.As8())
	SHLL(Imm(5), second.As32())
	ADDQ(second, line)
	VMOVDQU(Mem{Base: line, Disp: keyAt}, found)
	MOVQ(Mem{Base: line, Disp: countAt}, count)
	MOVQ(Mem{Base: line, Disp: hashAt}, old)
	VMOVDQU(found, Mem{Base: out, Disp: keyAt})
	MOVQ(count, Mem{Base: out, Disp: countAt})
	MOVQ(old, Mem{Base: out, Disp: hashAt})
	Comment("One record further if the count is not zero.")
	NEGQ(count)
	SBBQ(count, count)
	ANDQ(Imm(recordBytes), count)
	ADDQ(count, out)
	MOVQ(Mem{Base: batch, Index: i, Scale: 8, Disp: hashes}, old)
	VMOVDQU(difference, Mem{Base: line, Disp: keyAt})
	MOVQ(U32(1), count)
	MOVQ(count, Mem{Base: line, Disp: countAt})
	MOVQ(old, Mem{Base: line, Disp: hashAt})
	JMP(LabelRef("settle"))

	Label("long")
	long, n := param("long"), GP64()
	MOVQ(nlong, n)
	MOVW(next.As16(), Mem{Base: long, Index: n, Scale: 2})
	INCQ(nlong)
	JMP(LabelRef("looked"))

	Label("done")
	first := param("out")
	SUBQ(first, out)
	SHRQ(Imm(5), out)
	Store(out, ReturnIndex(0))
	RET()
}

func table() {
	TEXT("addAVX2", NOSPLIT, "func(records *uint64, n int, slots *uint64, end uintptr, skip, shift int) (added int)")
	Pragma("noescape")
	Doc("addAVX2 is an addKernel.")
	records, n, table, end := param("records"), param("n"), param("slots"), param("end")
	skip, shift := param("skip"), param("shift")
	added := GP64()
	XORQ(added, added)
	// home is the address of the slot of a hash.
	home := func(record reg.GPVirtual, slot reg.GPVirtual) {
		SHLXQ(skip, Mem{Base: record, Disp: hashAt}, slot)
		SHRXQ(shift, slot, slot)
		SHLQ(Imm(5), slot)
		ADDQ(table, slot)
	}

	at, left, slot := GP64(), GP64(), GP64()
	MOVQ(records, at)
	MOVQ(n, left)
	Label("ask")
	home(at, slot)
	PREFETCHT0(Mem{Base: slot})
	ADDQ(Imm(recordBytes), at)
	DECQ(left)
	JNZ(LabelRef("ask"))

	Label("add")
	home(records, slot)
	key := XMM()
	VMOVDQU(Mem{Base: records, Disp: keyAt}, key)
	count := GP64()
	MOVQ(Mem{Base: records, Disp: countAt}, count)
	probe(key, slot, table, end, count, added)
	ADDQ(Imm(recordBytes), records)
	DECQ(n)
	JNZ(LabelRef("add"))
	Store(added, ReturnIndex(0))
	RET()
}

// probe counts a word whose key is given, from the slot on where it belongs, or puts it into the
// first empty one.
func probe(key, slot, table, end, count, added reg.Register) {
	found, difference := XMM(), XMM()
	Label("probe")
	VMOVDQU(Mem{Base: slot, Disp: keyAt}, found)
	VPXOR(key, found, difference)
	VPTEST(difference, difference)
	JZ(LabelRef("found"))
	VPTEST(found, found)
	JZ(LabelRef("empty"))
	ADDQ(Imm(slotBytes), slot)
	CMPQ(slot, end)
	CMOVQCC(table, slot)
	JMP(LabelRef("probe"))
	Label("empty")
	VMOVDQU(key, Mem{Base: slot, Disp: keyAt})
	INCQ(added)
	Label("found")
	ADDQ(count, Mem{Base: slot, Disp: countAt})
}

func packed(masksAt Mem) {
	TEXT("addPackedAVX2", NOSPLIT, "func(words *uint64, n int, slots *uint64, end uintptr, skip, shift int, seed *uint64) (added int)")
	Pragma("noescape")
	Doc("addPackedAVX2 is a packedKernel.")
	words, n, table := param("words"), param("n"), param("slots")
	skip, shift, seed := param("skip"), param("shift"), param("seed")
	homes := AllocLocal(8 * batchWords)
	noCount := XMM()
	VMOVDQU(masksAt.Offset(16*15), noCount)

	at, i := GP64(), GP64()
	MOVQ(words, at)
	XORQ(i, i)
	Label("ask")
	lo, hi, high := reg.RDX, GP64(), GP64()
	MOVQ(Mem{Base: at, Disp: 8}, hi)
	SHLQ(Imm(8), hi)
	SHRQ(Imm(8), hi)
	MOVQ(Mem{Base: at}, lo)
	XORQ(Mem{Base: seed}, lo)
	XORQ(Mem{Base: seed, Disp: 8}, hi)
	MULXQ(hi, hi, high)
	XORQ(high, hi)
	SHLXQ(skip, hi, hi)
	SHRXQ(shift, hi, hi)
	SHLQ(Imm(5), hi)
	ADDQ(table, hi)
	MOVQ(hi, homes.Idx(i, 8))
	PREFETCHT0(Mem{Base: hi})
	ADDQ(Imm(packedBytes), at)
	INCQ(i)
	CMPQ(i, n)
	JB(LabelRef("ask"))

	end, added := param("end"), GP64()
	XORQ(added, added)
	XORQ(i, i)
	Label("add")
	slot, key, count := GP64(), XMM(), GP64()
	MOVQ(homes.Idx(i, 8), slot)
	VPAND(Mem{Base: words}, noCount, key)
	MOVBQZX(Mem{Base: words, Disp: packedBytes - 1}, count)
	probe(key, slot, table, end, count, added)
	ADDQ(Imm(packedBytes), words)
	INCQ(i)
	CMPQ(i, n)
	JB(LabelRef("add"))
	Store(added, ReturnIndex(0))
	RET()
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
