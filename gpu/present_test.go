package gpu

import (
	"testing"
	"testing/fstest"
)

func TestPresent(t *testing.T) {
	const at = "sys/bus/pci/devices/0000:3b:00.0/"
	pci := func(vendor, class string) map[string]string {
		return map[string]string{at + "vendor": vendor + "\n", at + "class": class + "\n"}
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"nothing":                 {nil, false},
		"a device":                {map[string]string{"dev/nvidia0": ""}, true},
		"the kernel's driver":     {map[string]string{"proc/driver/nvidia/version": ""}, true},
		"Windows' Linux":          {map[string]string{"dev/dxg": ""}, true},
		"a card without a driver": {pci("0x10de", "0x030200"), true},
		"another vendor's card":   {pci("0x1002", "0x030000"), false},
		"a bridge of NVIDIA's":    {pci("0x10de", "0x068000"), false},
	} {
		root := fstest.MapFS{}
		for file, text := range c.files {
			root[file] = &fstest.MapFile{Data: []byte(text)}
		}
		if got := present(root); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
