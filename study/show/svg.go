package show

import (
	"bytes"
	"fmt"
	"html/template"
	"image/color"
	"regexp"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// anyFont lets a reader without the Liberation fonts take one as wide.
func anyFont(svg []byte) []byte {
	return bytes.ReplaceAll(svg, []byte("font-family:Liberation Sans;"), []byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;"))
}

// themed are the colours that the page's style sheet sets, by the name of its
// variable.
func themed() map[string]color.RGBA {
	all := map[string]color.RGBA{"muted": mutedColor, "grid": gridColor, "band": bandColor, "paper": paper, "rest": restColor}
	for i, ink := range palette {
		if ink.color != inkColor {
			all[fmt.Sprintf("series%d", i+1)] = ink.color
		}
	}
	return all
}

// fonts is what the page's style sheet says of all texts of a chart.
var fonts = regexp.MustCompile(`font-family:[^;]*;font-variant:[^;]*;font-weight:[^;]*;font-style:[^;]*;`)

// inline makes of gonum's SVG one to stand in the page: in its colours and its
// font. Black is the default of a fill, which the page sets to that of its text.
func inline(svg []byte) template.HTML {
	s := string(svg)
	s = s[strings.Index(s, "<g "):strings.LastIndex(s, "</svg>")]
	s = fonts.ReplaceAllString(s, "")
	replace := []string{"stroke:#000000", "stroke:currentColor"}
	for name, c := range themed() {
		replace = append(replace, fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B), "var(--"+name+")")
	}
	return template.HTML(strings.NewReplacer(replace...).Replace(s))
}

// svgOf draws on a canvas of a size, for the page.
func svgOf(width, height vg.Length, paint func(draw.Canvas)) (template.HTML, error) {
	c := vgsvg.New(width, height)
	paint(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return "", err
	}
	return inline(b.Bytes()), nil
}
