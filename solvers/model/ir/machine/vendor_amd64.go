//go:build (linux || darwin) && !noasm

package machine

func cpuid() (b, d, c uint32)

// amd tells whether the processor is one of AMD's.
func amd() bool {
	b, d, c := cpuid()
	return b == 0x68747541 && d == 0x69746e65 && c == 0x444d4163 // "AuthenticAMD"
}
