package gpu

// PeakBandwidth is the device's memory bandwidth in bytes a second, by its clock
// and the width of its bus, two transfers a cycle; 0 where that is not known.
func (i Info) PeakBandwidth() float64 {
	return 2 * i.MemoryClockHz * float64(i.BusBits) / 8
}

// rates are operations a cycle of one multiprocessor.
type rates struct{ f32, f64, int32 float64 }

// perSM is the number of results a cycle and multiprocessor, by compute capability
// times ten: fused multiply-adds in float32 and float64, and products of 32-bit
// integers. Source: NVIDIA, CUDA C++ Programming Guide, table "Throughput of Native
// Arithmetic Instructions"; from 10.0 on the data sheets of B200 (75 and 37 TFLOP/s
// in float32 and float64), B300 (1.2 TFLOP/s in float64) and GeForce RTX 5090 (105
// and 1.6 TFLOP/s), and for integers what 9.0 has.
func (i Info) perSM() rates {
	switch c := 10*i.Major + i.Minor; {
	case c < 60:
		return rates{}
	case c == 60:
		return rates{64, 32, 0}
	case c < 70:
		return rates{128, 4, 0} // integer products are done in several instructions
	case c == 70 || c == 72:
		return rates{64, 32, 64}
	case c == 75:
		return rates{64, 2, 64}
	case c == 80:
		return rates{64, 32, 64}
	case c < 90:
		return rates{128, 2, 64}
	case c == 90 || c == 100:
		return rates{128, 64, 64}
	case c == 103 || c == 120 || c == 121:
		return rates{128, 2, 64}
	}
	return rates{}
}

// PeakFlops is the floating-point operations a second, in so many bits, that the
// ordinary cores can do, a fused multiply-add being two; 0 where that is not known,
// as for simulated devices and such that are newer than the table.
func (i Info) PeakFlops(bits int) float64 {
	if bits == 32 {
		return 2 * i.perSM().f32 * float64(i.SMs) * i.ClockHz
	}
	return 2 * i.perSM().f64 * float64(i.SMs) * i.ClockHz
}

// PeakIntOps is the 32-bit integer products a second; 0 where that is not known.
func (i Info) PeakIntOps() float64 { return i.perSM().int32 * float64(i.SMs) * i.ClockHz }
