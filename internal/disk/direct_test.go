package disk

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"unsafe"
)

// TestAFileSystemThatRefusesDirectWrites has one that takes the flag, and then some writes or none.
func TestAFileSystemThatRefusesDirectWrites(t *testing.T) {
	if Direct == 0 {
		return // a system without
	}
	room := make([]byte, 9*PageSize)
	all := room[-uintptr(unsafe.Pointer(&room[0]))%PageSize:][:8*PageSize]
	for i := range all {
		all[i] = byte(i>>7 + i)
	}
	for taken := range 3 {
		path := filepath.Join(t.TempDir(), "a")
		opened, err := OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|Direct, 0o666)
		if err != nil {
			t.Fatal(err)
		}
		f := opened.(*file)
		asked := 0
		f.past = func(p []byte, off int64) (int, error) {
			if asked++; asked <= taken {
				return f.f.WriteAt(p, off)
			}
			return 0, &fs.PathError{Op: "write", Path: path, Err: errInvalid}
		}
		for at := 0; at < len(all); at += 2 * PageSize {
			if n, err := f.WriteAt(all[at:at+2*PageSize], int64(at)); n != 2*PageSize || err != nil {
				t.Errorf("%d direct writes taken: %d bytes at %d, %v", taken, n, at, err)
			}
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			t.Error(err)
		}
		if text, err := os.ReadFile(path); err != nil || !bytes.Equal(text, all) {
			t.Errorf("%d direct writes taken: other content, %v", taken, err)
		}
		if f.direct.Load() && asked > 0 || asked > taken+1 {
			t.Errorf("%d direct writes taken: asked for %d", taken, asked)
		}
	}
}

// TestAFileWithoutDirectWrites refuses the flag, as a device without pages does.
func TestAFileWithoutDirectWrites(t *testing.T) {
	f, err := OpenFile(os.DevNull, os.O_WRONLY|Direct, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.(*file).direct.Load() {
		t.Errorf("%s takes direct writes", os.DevNull)
	}
	if n, err := f.WriteAt(make([]byte, PageSize), 0); n != PageSize || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
}
