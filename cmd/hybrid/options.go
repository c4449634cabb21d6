package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"hybrid/internal/number"
	kernel "hybrid/study/work"
)

// An option is a flag and the environment variable that stands in for it.
type option struct {
	name   string
	kind   optionKind
	values []string // that completion offers
}

type optionKind int

const (
	text     optionKind = iota // --name value
	toggle                     // --name
	list                       // --name value, as often as one likes
	operands                   // no flag: the arguments that come after the flags, such as files
)

// env is the variable that is read where the flag is not given.
func (o option) env() string {
	return "HYBRID_" + strings.ToUpper(strings.ReplaceAll(o.name, "-", "_"))
}

// flagsOf declares the options to the flag parser. It is given text alone, so
// that every message about a value is ours.
func flagsOf(options []option) []cli.Flag {
	var flags []cli.Flag
	for _, o := range options {
		switch o.kind {
		case toggle:
			flags = append(flags, &cli.BoolFlag{Name: o.name})
		case operands:
		case list:
			flags = append(flags, &cli.StringSliceFlag{Name: o.name, KeepSpace: true})
		default:
			flags = append(flags, &cli.StringFlag{Name: o.name})
		}
	}
	return flags
}

// settings are the flags and variables of one call.
type settings struct {
	flags   *cli.Context
	env     func(string) string
	options []option        // that the command takes
	kernels []kernel.Kernel // that bench can measure
}

// given are the settings that all ranks must have been told alike, as flags and
// in order, whether flags or variables gave them. The number of threads and what
// a rank computes on may depend on the machine: they change no result.
func (s settings) given() []string {
	var given []string
	for _, o := range s.options {
		r := s.reader()
		var values []string
		if o.kind == operands {
			for _, v := range r.operands() {
				given = append(given, strconv.Quote(v))
			}
			continue
		}
		switch v, ok := r.text(o.name); {
		case o.name == "threads" || o.name == "gpu":
		case o.kind == toggle && r.toggle(o.name):
			given = append(given, "--"+o.name)
		case o.kind == list:
			values = r.list(o.name)
		case o.kind == text && ok:
			values = append(values, v)
		}
		for _, v := range values {
			given = append(given, fmt.Sprintf("--%s %q", o.name, v))
		}
	}
	return given
}

// A reader turns settings into numbers and names. The first mistake stays.
type reader struct {
	settings
	from map[string]string // what gave each option: "--nx" or "HYBRID_NX"
	err  error
}

func (s settings) reader() *reader { return &reader{settings: s, from: map[string]string{}} }

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = bad(format, args...)
	}
}

// text is the option's value and whether there is one.
func (r *reader) text(name string) (string, bool) {
	if r.flags.IsSet(name) {
		r.from[name] = "--" + name
		return r.flags.String(name), true
	}
	env := option{name: name}.env()
	if v := r.env(env); v != "" {
		r.from[name] = env
		return v, true
	}
	r.from[name] = "--" + name
	return "", false
}

func (r *reader) toggle(name string) bool {
	if r.flags.IsSet(name) {
		return r.flags.Bool(name)
	}
	v, ok := r.text(name)
	if !ok {
		return false
	}
	on, err := strconv.ParseBool(v)
	if err != nil {
		r.fail("%s is %q: want 1 or 0, true or false", r.from[name], v)
	}
	return on
}

// list is every value of a flag, or those of the variable between colons.
func (r *reader) list(name string) []string {
	if r.flags.IsSet(name) {
		r.from[name] = "--" + name
		return r.flags.StringSlice(name)
	}
	if v, ok := r.text(name); ok {
		return strings.Split(v, ":")
	}
	return nil
}

// operands are the arguments that are no flags, of a command that has an option
// of that kind.
func (r *reader) operands() []string { return r.flags.Args().Slice() }

// choice is one of the allowed words, the first by default.
func (r *reader) choice(name string, allowed ...string) string {
	v, ok := r.text(name)
	if !ok {
		return allowed[0]
	}
	if !slices.Contains(allowed, v) {
		r.fail("%s is %q%s: want one of %s", r.from[name], v, didYouMean(v, allowed, ""), strings.Join(allowed, ", "))
	}
	return v
}

// whole is a whole number from least to most, otherwise by default.
func (r *reader) whole(name string, otherwise, least, most int) int {
	v, ok := r.text(name)
	if !ok {
		return otherwise
	}
	n, err := number.Parse(v)
	if err != nil || n < uint64(least) || n > uint64(most) {
		r.fail("%s is %q: want a whole number from %d to %d, such as %s", r.from[name], v, least, most, number.Forms)
		return otherwise
	}
	return int(n)
}

// seed is a number of 64 bits.
func (r *reader) seed(name string) uint64 {
	v, ok := r.text(name)
	if !ok {
		return 0
	}
	n, err := number.Parse(v)
	if err != nil {
		r.fail("%s is %q: want a whole number from 0 to %d, such as %s", r.from[name], v, uint64(math.MaxUint64), number.Forms)
	}
	return n
}

// positive is a positive finite number; 0 where there is none.
func (r *reader) positive(name string) float64 {
	v, ok := r.text(name)
	if !ok {
		return 0
	}
	x, err := strconv.ParseFloat(v, 64)
	if err != nil || !(x > 0) || math.IsInf(x, 0) {
		r.fail("%s is %q: want a number above 0, such as 0.01 or 1e-2", r.from[name], v)
		return 0
	}
	return x
}

// finite is a finite number, otherwise by default.
func (r *reader) finite(name string, otherwise float64) float64 {
	v, ok := r.text(name)
	if !ok {
		return otherwise
	}
	x, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		r.fail("%s is %q: want a finite number, such as -0.5 or 1e3", r.from[name], v)
		return otherwise
	}
	return x
}

// name is what to call an option in a message: what gave its value.
func (r *reader) name(option string) string {
	if from, ok := r.from[option]; ok {
		return from
	}
	return fmt.Sprintf("--%s", option)
}
