package cores

import (
	"slices"
	"testing"
	"testing/fstest"
)

func TestCaches(t *testing.T) {
	for _, c := range []struct {
		files [][3]string // level, type, size
		want  []Cache
		last  int
	}{
		{nil, nil, 0},
		{[][3]string{{"1", "Data", "48K"}, {"1", "Instruction", "32K"}, {"2", "Unified", "2048K"}, {"3", "Unified", "266240K"}},
			[]Cache{{1, 48 << 10}, {2, 2 << 20}, {3, 260 << 20}}, 260 << 20},
		{[][3]string{{"1", "Unified", "1000"}, {"2", "Unified", "x"}, {"x", "Data", "64K"}, {"2", "Unified", "4M"}, {"3", "Unified", ""}},
			[]Cache{{1, 1000}, {2, 4 << 20}}, 4 << 20},
	} {
		dir := fstest.MapFS{"uevent": {}}
		for i, f := range c.files {
			for j, name := range []string{"level", "type", "size"} {
				dir["index"+string(rune('0'+i))+"/"+name] = &fstest.MapFile{Data: []byte(f[j] + "\n")}
			}
		}
		got := caches(dir)
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.files, got, c.want)
		}
		if last := LastLevel(got); last != c.last {
			t.Errorf("%v: last level %d, want %d", c.files, last, c.last)
		}
	}
}
