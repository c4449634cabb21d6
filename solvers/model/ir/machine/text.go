package machine

import (
	"fmt"
	"strings"
)

var generalNames = [...]string{"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"}

// text is an instruction in Intel's syntax, as GNU as reads it. Addresses of constants and
// targets count from the beginning of the code.
func (i *instruction) text(c *code, at []int, next int) string {
	if c.arm {
		return i.textARM(c, at, next-4)
	}
	name := func(r register, k class) string {
		switch {
		case k == general:
			return generalNames[r]
		case k == ofMasks:
			return fmt.Sprintf("k%d", r)
		case c.wide:
			return fmt.Sprintf("zmm%d", r)
		}
		return fmt.Sprintf("ymm%d", r)
	}
	class, first := i.class, i.class
	switch class {
	case toMask:
		class, first = vector, ofMasks
	case ofMasks128:
		class, first = ofMasks, ofMasks
	}
	var args []string
	for _, a := range i.args {
		var s string
		switch a {
		case 'r':
			s = name(i.r, first)
		case 'v':
			s = name(i.v, class)
		case 'm':
			if s = ""; i.mem != nil {
				s = i.mem.text(c, at, next)
			} else {
				s = name(i.m, class)
			}
		case 'i':
			s = fmt.Sprintf("%#x", i.imm)
		case 's':
			if c.wide {
				args[0] += fmt.Sprintf("{k%d}", i.mask)
				continue
			}
			s = name(i.mask, class)
		case 'l':
			s = fmt.Sprintf("%#x", at[i.target])
		}
		args = append(args, s)
	}
	return strings.TrimSpace(i.name + " " + strings.Join(args, ", "))
}

func (m *memory) text(c *code, at []int, next int) string {
	var s string
	switch {
	case m.base < 0:
		s = fmt.Sprintf("[rip+%#x]", c.constantAt(m.constant, at)-next)
	default:
		s = "[" + generalNames[m.base]
		if m.index >= 0 {
			s += "+" + generalNames[m.index]
		}
		if m.disp != 0 {
			s += fmt.Sprintf("%+#x", m.disp)
		}
		s += "]"
	}
	if m.spread {
		s += fmt.Sprintf("{1to%d}", c.lanes())
	}
	return s
}
