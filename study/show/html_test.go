package show

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"hybrid/internal/plain"
	"hybrid/study/result"
)

// A page is what a reader of the page's text finds. The page is read as XML, strictly,
// so that every element must be closed where it should be.
type page struct {
	json     string
	numbers  [][2]string // value and text of the data elements
	text     string      // of everything else, and of them
	elements map[string]int
	outside  []string // addresses
}

func read(t *testing.T, r *result.Result) page {
	t.Helper()
	var b strings.Builder
	if err := HTML(&b, r); err != nil {
		t.Fatal(err)
	}
	p := page{elements: map[string]int{}}
	var words strings.Builder
	d := xml.NewDecoder(strings.NewReader(b.String()))
	var open []xml.StartElement
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			token = token.Copy()
			open = append(open, token)
			p.elements[token.Name.Local]++
			for _, a := range token.Attr {
				if (a.Name.Local == "src" || a.Name.Local == "href") && !strings.HasPrefix(a.Value, "#") || strings.HasPrefix(a.Name.Local, "on") {
					p.outside = append(p.outside, a.Name.Local+"="+a.Value)
				}
			}
			if token.Name.Local == "data" {
				p.numbers = append(p.numbers, [2]string{attribute(token, "value"), ""})
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) == 0 {
				continue
			}
			switch in := open[len(open)-1]; in.Name.Local {
			case "script":
				p.json += string(token)
			case "style":
			case "data":
				p.numbers[len(p.numbers)-1][1] += string(token)
				words.Write(token)
			default:
				words.Write(token)
			}
		}
	}
	p.text = words.String()
	return p
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// allNumbers are those of a JSON value.
func allNumbers(v any, into map[float64]bool) {
	switch v := v.(type) {
	case float64:
		into[v] = true
	case []any:
		for _, x := range v {
			allNumbers(x, into)
		}
	case map[string]any:
		for _, x := range v {
			allNumbers(x, into)
		}
	}
}

// shown reads a number as the page writes it: 1.23 ms, 70 %, 2.5 G updates/s, 64 KiB,
// 1.9×.
func shown(text string) (v, digit float64, err error) {
	text = strings.TrimPrefix(text, wide)
	number, unit, _ := strings.Cut(text, " ")
	number = strings.TrimSuffix(number, "×")
	if v, err = strconv.ParseFloat(number, 64); err != nil {
		return 0, 0, err
	}
	_, decimals, _ := strings.Cut(number, ".")
	digit = math.Pow(10, -float64(len(decimals)))
	scale := 1.0
	switch unit {
	case "", "B", "s", "B/s", "flop/s":
	case "%":
		scale = 0.01
	default:
		prefix := []rune(unit)[0]
		factor, ok := map[rune]float64{'n': 1e-9, 'µ': 1e-6, 'm': 1e-3, 'k': 1e3, 'K': 1024, 'M': 1e6, 'G': 1e9, 'T': 1e12}[prefix]
		if !ok {
			return 0, 0, fmt.Errorf("no unit %q", unit)
		}
		if strings.HasSuffix(unit, "iB") && prefix != 'K' {
			factor = map[rune]float64{'M': 1 << 20, 'G': 1 << 30}[prefix]
		}
		scale = factor
	}
	return v * scale, digit * scale, nil
}

// TestPageShowsTheJSON has every number of the page be one of the JSON in it, written
// as it is, and the JSON be the result.
func TestPageShowsTheJSON(t *testing.T) {
	for name, r := range studies() {
		p := read(t, r)
		var back result.Result
		if err := json.Unmarshal([]byte(p.json), &back); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want, _ := json.Marshal(r)
		if got, _ := json.Marshal(back); string(got) != string(want) {
			t.Errorf("%s: the page's JSON is not the result's", name)
		}
		var all any
		if err := json.Unmarshal([]byte(p.json), &all); err != nil {
			t.Fatal(err)
		}
		known := map[float64]bool{}
		allNumbers(all, known)
		for _, n := range p.numbers {
			v, err := strconv.ParseFloat(n[0], 64)
			if err != nil || !known[v] {
				t.Errorf("%s: %q (%v), shown as %q, is not in the JSON", name, n[0], err, n[1])
			}
			if text, digit, err := shown(n[1]); err != nil || math.Abs(text-v) > 0.51*digit {
				t.Errorf("%s: %v is shown as %q (%v)", name, v, n[1], err)
			}
		}
		has := map[string]bool{}
		for _, n := range p.numbers {
			has[n[0]] = true
		}
		for _, v := range must(r) {
			if !has[strconv.FormatFloat(v, 'g', -1, 64)] {
				t.Errorf("%s: %v is not shown", name, v)
			}
		}
	}
}

// must are the numbers that a page may not leave out.
func must(r *result.Result) []float64 {
	var all []float64
	for _, p := range r.Probes {
		all = append(all, p.Median)
	}
	for _, p := range r.Kernels {
		all = append(all, p.Seconds.Median, p.Rate)
		if p.Limit.Rate > 0 {
			all = append(all, p.Limit.Rate, p.Fraction)
		}
	}
	for _, s := range r.Scaling {
		for _, p := range s.Points {
			all = append(all, p.Seconds.Median, p.Speedup.Value, p.Efficiency.Value)
		}
		if s.Fit != nil {
			all = append(all, s.Fit.Serial, s.Fit.Residual)
		}
	}
	for _, p := range r.Projection {
		for _, q := range p.Points {
			all = append(all, q.Seconds, q.Speedup, q.Efficiency)
		}
	}
	for _, v := range r.Versus {
		all = append(all, v.CPU.Seconds.Median, v.GPU.Seconds.Median, v.Ratio.Value)
	}
	if r.Comparison != nil {
		for _, c := range r.Comparison.Rows {
			all = append(all, c.Old.Median, c.New.Median, c.Ratio.Value)
		}
	}
	return all
}

// TestPageStandsAlone has nothing in the page that is fetched or run, and no colour in
// a chart that the style sheet does not set.
func TestPageStandsAlone(t *testing.T) {
	for name, r := range studies() {
		p := read(t, r)
		if len(p.outside) > 0 {
			t.Errorf("%s: the page refers to %q", name, p.outside)
		}
		for _, e := range []string{"link", "img", "iframe", "object", "image"} {
			if p.elements[e] > 0 {
				t.Errorf("%s: %d elements %s", name, p.elements[e], e)
			}
		}
		if p.elements["script"] != 1 {
			t.Errorf("%s: %d scripts, want the JSON alone", name, p.elements["script"])
		}
		var b strings.Builder
		if err := HTML(&b, r); err != nil {
			t.Fatal(err)
		}
		_, body, _ := strings.Cut(b.String(), "</style>")
		body, _, _ = strings.Cut(body, "<script")
		if fixed := regexp.MustCompile(`#[0-9A-Fa-f]{6}\b`).FindAllString(body, -1); len(fixed) > 0 {
			t.Errorf("%s: charts have colours of their own: %q", name, fixed[:1])
		}
	}
}

// TestPageSetsAllColours has the style sheet set each variable that a chart uses,
// for light and for dark.
func TestPageSetsAllColours(t *testing.T) {
	light, dark, ok := strings.Cut(pageCSS, "prefers-color-scheme: dark")
	if !ok {
		t.Fatal("no dark scheme")
	}
	for name, c := range themed() {
		hex := fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
		if name != "muted" && name != "grid" && name != "band" && !strings.Contains(light, "--"+name+": "+hex+";") {
			t.Errorf("--%s is not %s in light", name, hex)
		}
		for scheme, css := range map[string]string{"light": light, "dark": dark} {
			if !strings.Contains(css, "--"+name+": ") {
				t.Errorf("--%s is not set in %s", name, scheme)
			}
		}
	}
}

// TestPageKeepsNames has names that could be taken for something else.
func TestPageKeepsNames(t *testing.T) {
	const evil = `</script><script>alert("1")</script> & <b>'x'</b> {{.}} ` + "\u2028"
	r := made(2, true)
	r.Machine.CPU, r.Machine.Hosts, r.Machine.ISA = evil, []string{evil}, evil
	r.Probes[0].On, r.Probes[0].Name = evil, evil
	r.Kernels[0].Kernel, r.Kernels[0].Check = evil, evil
	name := strings.ReplaceAll(evil, " ", "")
	r.Kernels[0].Size.Params = []string{name, name, name}
	r.Scaling[0].Kernel, r.Scaling[0].Over, r.Scaling[0].Sentence = evil, evil, evil
	r.Comparison.Baseline, r.Comparison.Rows[0].Name = evil, evil
	p := read(t, r)
	if p.elements["script"] != 1 || p.elements["b"] != 0 {
		t.Errorf("names have become elements: %v", p.elements)
	}
	if n := strings.Count(p.text, `</script><script>alert("1")</script> & <b>'x'</b> {{.}}`); n < 8 {
		t.Errorf("the name is shown %d times", n)
	}
	var back result.Result
	if err := json.Unmarshal([]byte(p.json), &back); err != nil || !reflect.DeepEqual(back.Machine, r.Machine) {
		t.Errorf("the JSON has changed the name: %v", err)
	}
}

// TestNamesFromOutside puts into every text of a study what a page, a chart, a table of a spreadsheet or
// a terminal would act on.
func TestNamesFromOutside(t *testing.T) {
	const evil = "=cmd|' /C calc'!A0</script><script>alert(1)</script><svg onload=x>\"'&]]>--><!--\x1b]0;owned\a\u202e\u009b31m"
	r := made(4, true)
	strange(reflect.ValueOf(r).Elem(), evil)
	r.Kernels[0].Kernel = "" // no name at all
	p := read(t, r)
	if p.elements["script"] != 1 || len(p.outside) > 0 {
		t.Errorf("elements %v, addresses %q", p.elements, p.outside)
	}
	var page strings.Builder
	if err := HTML(&page, r); err != nil {
		t.Fatal(err)
	}
	if clean, rest := plain.Lines(page.String()); clean+rest != page.String() {
		t.Error("the page would steer a terminal that shows its text")
	}
	var back result.Result
	if err := json.Unmarshal([]byte(p.json), &back); err != nil || !reflect.DeepEqual(back.Machine, r.Machine) || !reflect.DeepEqual(back.Comparison.Missing, r.Comparison.Missing) {
		t.Errorf("the JSON has changed names: %v", err)
	}
	for _, f := range Figures(r) {
		if !strings.HasSuffix(f.Name, ".svg") {
			continue
		}
		var b strings.Builder
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		clean, _ := plain.Lines(b.String())
		for d := xml.NewDecoder(strings.NewReader(clean)); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			if e, ok := token.(xml.StartElement); ok && (e.Name.Local == "script" || attribute(e, "onload") != "") {
				t.Errorf("%s has an element %v", f.Name, e)
			}
		}
	}
	for _, row := range rows(t, r) {
		for _, column := range []string{"name", "on", "library", "device"} {
			if text := row[column]; text != "" && strings.ContainsAny(text[:1], "=+-@") {
				t.Errorf("column %s of the table has the formula %q", column, text)
			}
		}
	}
}

// strange gives every text of a value a beginning.
func strange(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text + v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			strange(v.Elem(), text)
		}
	case reflect.Struct:
		if _, size := v.Interface().(result.Size); size {
			return // which has names of flags, without blanks
		}
		for i := range v.NumField() {
			strange(v.Field(i), text)
		}
	case reflect.Slice:
		for i := range v.Len() {
			strange(v.Index(i), text)
		}
	}
}

// TestPageHasHeadings has every table and chart be named for those who do not see it.
func TestPageHasHeadings(t *testing.T) {
	p := read(t, made(128, true))
	e := p.elements
	if e["h1"] != 1 || e["table"] == 0 || e["caption"] != e["table"] || e["figcaption"] != e["figure"] || e["figure"] == 0 || e["th"] == 0 {
		t.Errorf("elements %v", e)
	}
}
