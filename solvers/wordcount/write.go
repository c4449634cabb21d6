package wordcount

import (
	"bufio"
	"container/heap"
	"encoding/json"
	"io"
	"strconv"

	"hybrid/internal/lexicon"
	"hybrid/mpi"
)

// Formats are the endings that Write knows.
var Formats = []string{".tsv", ".json"}

// Tags of the messages of Write: what rank 0 asks for, the length of what a rank
// sends, and that.
const (
	tagAsk = iota
	tagLength
	tagWords
)

// chunk is the bytes that a rank sends at a time.
const chunk = 256 << 10

// Write writes all words in order, on rank 0, to w; the other ranks send theirs a
// chunk at a time and ignore w. The ending says how: .tsv is a line "word\tcount\n"
// for each, .json an object with a member "word": count for each. It is
// collective; an error of w is one of all ranks.
func (n *Counts) Write(w io.Writer, ending string) error {
	n.list.sort(n.job.o.Threads)
	if n.comm.Rank() != 0 {
		return n.comm.Agree(n.serve())
	}
	out := bufio.NewWriterSize(w, 1<<20)
	sources := []*source{{entries: n.list.pull()}}
	for r := 1; r < n.comm.Size(); r++ {
		sources = append(sources, &source{comm: n.comm, rank: r})
	}
	f := newFormat(out, ending)
	err := merge(sources, f.put)
	if err == nil {
		err = f.end()
	}
	if err == nil {
		err = out.Flush()
	}
	for _, s := range sources[1:] {
		if e := s.stop(); err == nil {
			err = e
		}
	}
	return n.comm.Agree(err)
}

// A format writes words. Its errors are those of out, which keeps the first.
type format interface {
	put(e lexicon.Entry) error
	end() error // what follows the last word
}

func newFormat(out *bufio.Writer, ending string) format {
	if ending == ".json" {
		return &jsonFormat{out: out, before: "{"}
	}
	return &tsvFormat{out: out}
}

type tsvFormat struct {
	out    *bufio.Writer
	number []byte
}

func (f *tsvFormat) put(e lexicon.Entry) error {
	f.out.Write(e.Word)
	f.number = append(strconv.AppendUint(append(f.number[:0], '\t'), e.Count, 10), '\n')
	_, err := f.out.Write(f.number)
	return err
}

func (f *tsvFormat) end() error { return nil }

type jsonFormat struct {
	out    *bufio.Writer
	before string // what stands before the next word
	number []byte
}

func (f *jsonFormat) put(e lexicon.Entry) error {
	word, err := json.Marshal(string(e.Word))
	if err != nil {
		return err
	}
	f.out.WriteString(f.before)
	f.before = ","
	f.out.WriteString("\n ")
	f.out.Write(word)
	f.number = strconv.AppendUint(append(f.number[:0], ": "...), e.Count, 10)
	_, err = f.out.Write(f.number)
	return err
}

func (f *jsonFormat) end() error {
	if f.before == "{" {
		f.out.WriteString("{")
	}
	_, err := f.out.WriteString("\n}\n")
	return err
}

// serve sends this rank's words to rank 0, a chunk whenever it asks.
func (n *Counts) serve() error {
	items := n.list.items
	var b []byte
	for {
		ask := []uint8{0}
		if _, err := mpi.Recv(n.comm, ask, 0, tagAsk); err != nil || ask[0] == 0 {
			return err
		}
		b = b[:0]
		for len(items) > 0 && len(b) < chunk {
			b = appendEntry(b, lexicon.Entry{Word: n.list.word(items[0]), Count: items[0].count})
			items = items[1:]
		}
		if err := mpi.Send(n.comm, []int64{int64(len(b))}, 0, tagLength); err != nil {
			return err
		}
		if err := mpi.Send(n.comm, b, 0, tagWords); err != nil {
			return err
		}
	}
}

// A source yields the words of a rank in order.
type source struct {
	entries func() (lexicon.Entry, bool) // of this rank; nil for another

	comm   *mpi.Comm
	rank   int
	text   []byte // what came and was not taken
	buffer []byte

	head lexicon.Entry
}

// next puts the next word in head; ok is false at the end.
func (s *source) next() (ok bool, err error) {
	if s.entries != nil {
		s.head, ok = s.entries()
		return ok, nil
	}
	if len(s.text) == 0 {
		if err := mpi.Send(s.comm, []uint8{1}, s.rank, tagAsk); err != nil {
			return false, err
		}
		n := []int64{0}
		if _, err := mpi.Recv(s.comm, n, s.rank, tagLength); err != nil {
			return false, err
		}
		if int64(cap(s.buffer)) < n[0] {
			s.buffer = make([]byte, n[0])
		}
		s.text = s.buffer[:n[0]]
		if _, err := mpi.Recv(s.comm, s.text, s.rank, tagWords); err != nil || n[0] == 0 {
			return false, err
		}
	}
	s.head, s.text = nextEntry(s.text)
	return true, nil
}

// stop lets the rank go.
func (s *source) stop() error {
	return mpi.Send(s.comm, []uint8{0}, s.rank, tagAsk)
}

// pull returns a function that gives one word after the other.
func (l *list) pull() func() (lexicon.Entry, bool) {
	items := l.items
	return func() (lexicon.Entry, bool) {
		if len(items) == 0 {
			return lexicon.Entry{}, false
		}
		i := items[0]
		items = items[1:]
		return lexicon.Entry{Word: l.word(i), Count: i.count}, true
	}
}

// merge gives the words of all sources to put, in order. Of r sources a word costs
// 2 lg r comparisons.
func merge(sources []*source, put func(e lexicon.Entry) error) error {
	var heads sourceHeap
	for _, s := range sources {
		ok, err := s.next()
		if err != nil {
			return err
		}
		if ok {
			heads = append(heads, s)
		}
	}
	heap.Init(&heads)
	for len(heads) > 0 {
		if err := put(heads[0].head); err != nil {
			return err
		}
		switch ok, err := heads[0].next(); {
		case err != nil:
			return err
		case ok:
			heap.Fix(&heads, 0)
		default:
			heap.Pop(&heads)
		}
	}
	return nil
}

// A sourceHeap has the source with the first word on top.
type sourceHeap []*source

func (h sourceHeap) Len() int           { return len(h) }
func (h sourceHeap) Less(i, j int) bool { return before(h[i].head, h[j].head) }
func (h sourceHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *sourceHeap) Push(s any)        { *h = append(*h, s.(*source)) }
func (h *sourceHeap) Pop() any {
	last := len(*h) - 1
	s := (*h)[last]
	*h = (*h)[:last]
	return s
}
