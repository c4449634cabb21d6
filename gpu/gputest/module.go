package gputest

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"hybrid/gpu"
)

func wrongModules(d *gpu.Device) error {
	// The interpreter names the line as "broken.ptx:4", NVIDIA's compiler as "line 4".
	line := regexp.MustCompile(`broken\.ptx.*(line |:)4\b`)
	if _, err := d.Load("broken.ptx", []byte(".version 7.8\n.target sm_61\n.address_size 64\n.visible .entry f() { frobnicate.u32 %r1; }\n")); err == nil || !line.MatchString(err.Error()) {
		return fmt.Errorf("%v, want one of line 4 of broken.ptx", err)
	}
	if _, _, err := kernel(d, "nothing"); err == nil || !strings.Contains(err.Error(), `"nothing"`) {
		return fmt.Errorf("a kernel that is not there: %v", err)
	}
	later := strings.Replace(string(mix), "sm_61", "sm_90", 1)
	if i := d.Info(); i.Major < 9 {
		if _, err := d.Load("later.ptx", []byte(later)); err == nil {
			return errors.New("PTX for a later device was loaded")
		}
	}
	return nil
}

// twice loads the same text under two names, of which one is given back before a
// kernel of the other runs.
func twice(d *gpu.Device) error {
	first, err := d.Load("first.ptx", mix)
	if err != nil {
		return err
	}
	second, err := d.Load("second.ptx", mix)
	if err != nil {
		return errors.Join(err, first.Unload())
	}
	defer second.Unload()
	k, err := second.Kernel("beyond")
	if err := errors.Join(err, first.Unload()); err != nil {
		return err
	}
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	b, err := gpu.Alloc[float64](d, 1)
	if err != nil {
		return err
	}
	defer b.Free()
	one := gpu.Dim{X: 1}
	return errors.Join(gpu.Fill(s, b, 0), k.Launch(s, one, one, 0, b.Arg(), gpu.Value(int32(0))), s.Synchronize())
}
