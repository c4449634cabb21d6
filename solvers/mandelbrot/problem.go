package mandelbrot

import (
	"fmt"
	"math"
)

// Problem is a picture of a part of the plane.
type Problem struct {
	Width, Height int // pixels
	// Re and Im are the middle of the picture, which is 3/Zoom wide.
	Re, Im, Zoom float64
	MaxIter      int32 // the greatest count
}

// MaxPixels is the greatest number of pixels of a picture.
const MaxPixels = 1 << 40

// Validate reports whether p can be counted.
func (p Problem) Validate() error {
	switch {
	case p.Width < 1 || p.Height < 1 || p.Width > math.MaxInt32 || p.Height > MaxPixels/p.Width:
		return fmt.Errorf("mandelbrot: %d x %d pixels: want 1 or more each way, and at most 2^40 in all", p.Width, p.Height)
	case p.MaxIter < 1:
		return fmt.Errorf("mandelbrot: at most %d iterations: want 1 to %d", p.MaxIter, math.MaxInt32)
	case !(p.Zoom > 0) || math.IsInf(p.Zoom, 0) || math.IsInf(p.Step(), 0) || p.Step() == 0:
		return fmt.Errorf("mandelbrot: zoom %g: want a positive number, with pixels 3/(zoom width) apart that float64 can tell", p.Zoom)
	case !(math.Abs(p.Re) <= 1e6) || !(math.Abs(p.Im) <= 1e6):
		return fmt.Errorf("mandelbrot: center %g, %g: want numbers within 10^6; the set lies within 2 of 0", p.Re, p.Im)
	}
	return nil
}

// Step is the distance of two pixels.
func (p Problem) Step() float64 { return 3 / (p.Zoom * float64(p.Width)) }

// Resolved reports whether a floating-point type with so many bits in its
// significand, 53 or 24, tells neighbouring pixels apart everywhere in the picture.
func (p Problem) Resolved(significand int) bool {
	s := p.Step()
	far := max(math.Abs(p.Re)+s*float64(p.Width)/2, math.Abs(p.Im)+s*float64(p.Height)/2)
	return s >= math.Ldexp(far, 1-significand)
}

// column is the real part of the pixels of column i.
func (p Problem) column(i int) float64 {
	return float64((float64(i)+0.5-float64(p.Width)/2)*p.Step()) + p.Re
}

// row is the imaginary part of the pixels of row j.
func (p Problem) row(j int) float64 {
	return float64((float64(p.Height)/2-float64(j)-0.5)*p.Step()) + p.Im
}
