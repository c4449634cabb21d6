package ptx

// signature reads results, name and parameters of a .func or .entry.
func (p *parser) signature(entry bool) *Function {
	f := &Function{Line: p.last, Entry: entry}
	if p.peek() == "(" {
		f.Results = p.params()
	}
	f.Name = p.name()
	if p.peek() == "(" {
		f.Params = p.params()
	}
	return f
}

// maxParam is the most bytes of a parameter (PTX ISA 8.1, of kernels).
const maxParam = 32764

// params reads a list of parameters in parentheses and lays it out.
func (p *parser) params() (all []*Variable) {
	p.expect("(")
	end := 0
	p.list(")", func() {
		p.expect(".param")
		v := p.variable("param")
		if v.Size > maxParam {
			p.fail("parameter %s has %d bytes, more than %d", v.Name, v.Size, maxParam)
		}
		v.Offset = (end + v.Align - 1) &^ (v.Align - 1)
		end = v.Offset + v.Size
		all = append(all, v)
	})
	return all
}

// function reads a .func or .entry after that word.
func (p *parser) function(entry, extern bool) {
	f := p.signature(entry)
	p.limits(f)
	old := p.file.Functions[f.Name]
	if old != nil && old.Defined && p.peek() == "{" {
		p.fail("function %s is defined twice", f.Name)
	}
	if old == nil || p.peek() == "{" {
		p.file.Functions[f.Name] = f
	}
	if p.accept(";") {
		return
	}
	p.expect("{")
	if extern {
		p.fail("extern function %s has a body", f.Name)
	}
	f.Defined, f.Variables, f.Targets = true, map[string]*Variable{}, map[string][]string{}
	for _, list := range [][]*Variable{f.Params, f.Results} {
		for _, v := range list {
			if f.Variables[v.Name] != nil {
				p.fail("%s is declared twice", v.Name)
			}
			f.Variables[v.Name] = v
		}
	}
	p.fn = f
	p.block()
	p.fn = nil
	if entry {
		p.file.Entries = append(p.file.Entries, f)
	}
}

// limits reads the directives between parameters and body, which bound what the
// function may take of a multiprocessor.
func (p *parser) limits(f *Function) {
	for {
		switch s := p.peek(); s {
		case ".maxntid", ".reqntid":
			p.next()
			f.MaxThreads, f.Exact = [3]int{1, 1, 1}, s == ".reqntid"
			f.MaxThreads[0] = int(p.integer(1, 1024))
			for i := 1; i < 3 && p.accept(","); i++ {
				f.MaxThreads[i] = int(p.integer(1, 1024))
			}
		case ".minnctapersm", ".maxnreg", ".maxnctapersm":
			p.next()
			p.integer(1, 1<<20)
		case ".noreturn":
			p.next()
		case ".pragma":
			p.pragma()
		default:
			return
		}
	}
}

// pragma reads .pragma "nounroll"; which tells an optimizer something.
func (p *parser) pragma() {
	p.expect(".pragma")
	if s := p.next(); s != `"nounroll"` {
		p.fail("unknown pragma %s", s)
	}
	p.expect(";")
}
