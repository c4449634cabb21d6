package cli

import (
	"fmt"
	"regexp"
	"strings"

	"hybrid/solvers/task/option"
)

// manPage is the help of a command, or of the program, as a manual page for man(7): its
// usage before its first paragraph, then a section for each heading, the variables in the
// place of flags among those of the environment.
func (p *Program) manPage(name string) string {
	page := "hybrid"
	if name != "hybrid" {
		page += "-" + name
	}
	first, body, _ := strings.Cut(p.HelpText(name), "\n\nUsage:\n")
	usage, body, _ := strings.Cut(body, "\n\n")
	summary := "compute on many processes at once, CPUs and GPUs"
	if m, ok := p.find(name); ok {
		summary = m.summary
	}
	var flags []string
	if o := p.Options()[name]; o != nil && name != "hybrid" {
		flags = variables(o)
	}
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 1 \"\" \"hybrid %s\" \"hybrid\"\n.nh\n.SH NAME\n%s \\- %s\n.SH SYNOPSIS\n.nf\n.in 0\n", strings.ToUpper(page), p.Version, page, roff(summary))
	for line := range strings.Lines(usage + "\n") {
		b.WriteString(roff(line))
	}
	fmt.Fprintf(&b, ".fi\n.SH DESCRIPTION\n%s\n.nf\n.in 0\n", roff(strings.Join(strings.Fields(first), " ")))
	heading, flag := regexp.MustCompile(`^[A-Z][A-Za-z ]*:$`), regexp.MustCompile(`^( +)((?:-\w, )*--[a-z-]+)`)
	literal, environment := true, false
	for line := range strings.Lines(body) {
		line = strings.TrimSuffix(line, "\n")
		prose := line != "" && line[0] != ' '
		if environment && prose { // behind the variables that the help explains
			b.WriteString(strings.Join(flags, ""))
			flags, environment, literal = nil, false, true
		}
		if heading.MatchString(line) {
			environment = line == "Environment:"
			fmt.Fprintf(&b, ".fi\n.SH %s\n.nf\n.in 0\n", strings.ToUpper(strings.TrimSuffix(line, ":")))
			literal = true
			continue
		}
		if prose == literal && line != "" { // prose is filled
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
	if flags != nil {
		b.WriteString(".SH ENVIRONMENT\n" + strings.Join(flags, "") + ".fi\n")
	}
	b.WriteString(".SH \"SEE ALSO\"\n")
	if name != "hybrid" {
		b.WriteString(".BR hybrid (1)\n")
		return b.String()
	}
	var others []string
	for _, m := range p.commands() {
		if m.name != "help" {
			others = append(others, fmt.Sprintf(".BR hybrid\\-%s (1)", m.name))
		}
	}
	b.WriteString(strings.Join(others, ",\n") + "\n")
	return b.String()
}

// variables are those in the place of flags, nil where there are none.
func variables(o *option.Set) []string {
	var lines []string
	for _, p := range o.Params() {
		if p.Kind != option.Operands && !p.NoEnv && !p.EnvOnly {
			lines = append(lines, roff(fmt.Sprintf("  %-24s --%s", o.Env(p), p.Name))+"\n")
		}
	}
	if lines == nil {
		return nil
	}
	return append([]string{".fi\n.in\n.PP\nA flag that is given goes before its variable:\n.nf\n.in 0\n"}, lines...)
}

// roff has man(7) print a line as it is.
func roff(line string) string {
	line = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(line)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	return line
}
