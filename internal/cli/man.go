package cli

import (
	"fmt"
	"regexp"
	"strings"

	"hybrid/solvers/task/option"
)

// manPage is the help of a command, or of the program, as a manual page for man(7): a
// paragraph before the first heading, a section for each, and the variables in the
// place of flags.
func (p *Program) manPage(name string) string {
	page := "hybrid"
	if name != "hybrid" {
		page += "-" + name
	}
	first, body, _ := strings.Cut(p.HelpText(name), "\n\n")
	summary := "compute on many processes at once, CPUs and GPUs"
	if m, ok := p.find(name); ok {
		summary = m.summary
	}
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 1 \"\" \"hybrid %s\" \"hybrid\"\n.SH NAME\n%s \\- %s\n.SH DESCRIPTION\n%s\n.nf\n.in 0\n", strings.ToUpper(page), p.Version, page,
		roff(summary), roff(strings.Join(strings.Fields(first), " ")))
	heading, flag := regexp.MustCompile(`^[A-Z][A-Za-z ]*:$`), regexp.MustCompile(`^( +)((?:-\w, )*--[a-z-]+)`)
	literal := true
	for line := range strings.Lines(body) {
		line = strings.TrimSuffix(line, "\n")
		if heading.MatchString(line) {
			fmt.Fprintf(&b, ".fi\n.SH %s\n.nf\n.in 0\n", strings.ToUpper(strings.TrimSuffix(line, ":")))
			literal = true
			continue
		}
		if prose := line != "" && line[0] != ' '; prose == literal && line != "" { // prose is filled
			literal = !prose
			b.WriteString(map[bool]string{true: ".nf\n.in 0\n", false: ".fi\n.in\n.PP\n"}[literal])
		}
		if at := flag.FindStringSubmatchIndex(line); at != nil {
			b.WriteString(roff(line[:at[4]]) + `\fB` + roff(line[at[4]:at[5]]) + `\fR` + roff(line[at[5]:]) + "\n")
			continue
		}
		b.WriteString(roff(line) + "\n")
	}
	b.WriteString(".fi\n")
	if o := p.Options()[name]; o != nil && name != "hybrid" {
		variables(&b, o)
	}
	if name != "hybrid" {
		b.WriteString(".SH \"SEE ALSO\"\n.BR hybrid (1)\n")
	}
	return b.String()
}

// variables are those in the place of flags.
func variables(b *strings.Builder, o *option.Set) {
	var lines []string
	for _, p := range o.Params() {
		if p.Kind != option.Operands && !p.NoEnv && !p.EnvOnly {
			lines = append(lines, roff(fmt.Sprintf("  %-24s --%s", o.Env(p), p.Name)))
		}
	}
	if lines != nil {
		fmt.Fprintf(b, ".SH VARIABLES\nA flag that is given goes before its variable.\n.nf\n.in 0\n%s\n.fi\n", strings.Join(lines, "\n"))
	}
}

// roff has man(7) print a line as it is.
func roff(line string) string {
	line = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(line)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	return line
}
