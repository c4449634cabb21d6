// Package bootcache keeps what was measured of this machine until it is started anew, in
// the user's cache directory:
//
//	~/.cache/hybrid/memory-5d41402abc4b2a76.json   {"Boot": ..., "Key": ..., "Value": ...}
//
// What it keeps saves time and is needed for nothing: where there is no such directory, no
// way to tell one boot from another, or anything is not as it should be, Load finds
// nothing. Nobody else's word is taken: the file, its directory and the user's cache
// directory must belong to the user, and nobody else may write them.
package bootcache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// most is the size of a file that is read.
const most = 1 << 16

// An entry is what a file has.
type entry struct {
	Boot       string
	Key, Value json.RawMessage
}

// A cache is where files are, and which boot this is.
type cache struct{ dir, boot string }

// Load sets value, a pointer, to what was stored under a name and a key since the machine
// was started, and tells whether there was something. Keys are compared as JSON has them.
func Load(name string, key, value any) bool {
	c, err := here()
	return err == nil && c.load(name, key, value) == nil
}

// Store keeps a value under a name, of letters, and a key. It replaces what was there.
func Store(name string, key, value any) error {
	c, err := here()
	if err != nil {
		return err
	}
	return c.store(name, key, value)
}

func here() (cache, error) {
	id := boot()
	if id == "" {
		return cache{}, errors.New("bootcache: this system does not tell one boot from another")
	}
	dir, err := os.UserCacheDir()
	return cache{dir, id}, err
}

// path is the file of a name and a key, the same in every boot.
func (c cache) path(name string, key []byte) string {
	sum := sha256.Sum256(key)
	return filepath.Join(c.dir, "hybrid", name+"-"+hex.EncodeToString(sum[:8])+".json")
}

func (c cache) load(name string, key, value any) error {
	text, err := json.Marshal(key)
	if err != nil {
		return err
	}
	path := c.path(name, text)
	if err := c.safe(); err != nil {
		return err
	}
	f, err := openOwn(path)
	if err != nil {
		return err
	}
	defer f.Close()
	all, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		return err
	}
	var e entry
	if err := json.Unmarshal(all, &e); err != nil {
		return err
	}
	if e.Boot != c.boot || !bytes.Equal(e.Key, text) {
		return fmt.Errorf("bootcache: %s is of another boot or key", path)
	}
	return json.Unmarshal(e.Value, value)
}

func (c cache) store(name string, key, value any) error {
	e := entry{Boot: c.boot}
	var err error
	if e.Key, err = json.Marshal(key); err != nil {
		return err
	}
	if e.Value, err = json.Marshal(value); err != nil {
		return err
	}
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	path := c.path(name, e.Key)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := c.safe(); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "new-*") // nobody reads half a file
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// safe reports a directory that is not the user's alone.
func (c cache) safe() error {
	for _, dir := range []string{c.dir, filepath.Join(c.dir, "hybrid")} {
		info, err := os.Lstat(dir)
		if err != nil {
			return err
		}
		if !info.IsDir() || !own(info) {
			return fmt.Errorf("bootcache: %s is not a directory that the user alone may write", dir)
		}
	}
	return nil
}
