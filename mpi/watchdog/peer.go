package watchdog

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"hybrid/mpi"
	"hybrid/mpi/gather"
)

// A word is what a caller must know to be answered.
type word [16]byte

// What one process asks another.
const (
	askBeat byte = iota // how far its rank is
	askSign             // whether it is there at all
	askLook             // about a process of its machine
	askEnd              // to end
)

// A message is a question, or the answer to it, which is as long: a letter and two numbers.
type message struct {
	what byte
	a, b uint64
}

const messageBytes = 17

func (m message) bytes() []byte {
	b := append(make([]byte, 0, messageBytes), m.what)
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, m.a), m.b)
}

func read(r io.Reader) (message, error) {
	var b [messageBytes]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return message{}, err
	}
	return message{b[0], binary.LittleEndian.Uint64(b[1:]), binary.LittleEndian.Uint64(b[9:])}, nil
}

// soon is how long a process that is there may take to answer.
const soon = time.Second

// A peer is this process among those of a job.
type peer struct {
	rank     int
	activity *mpi.Activity
	word     word
	listener net.Listener
	patience time.Duration // with a caller who does not say the word
	asked    atomic.Bool   // since it was looked at last
	deaf     atomic.Bool   // a test has it hear nothing
}

// listen has this process answer the others, tells them where, and begins the watch.
func (d *Watchdog) listen(c *mpi.Comm, a *mpi.Activity) error {
	p := &peer{rank: c.Rank(), activity: a, patience: 5 * soon}
	own, err := p.open(c)
	if err != nil {
		return err
	}
	all, err := gather.Values(c, own)
	if err != nil {
		return err
	}
	if c.Rank() == 0 {
		_, _ = rand.Read(p.word[:]) // which never fails
	}
	if p.word, err = gather.FromRoot(c, p.word); err != nil {
		return err
	}
	d.peer, d.states = p, make([]rankState, c.Size())
	for r := range d.states {
		d.states[r] = rankState{rank: r, at: all[r]}
	}
	if p.listener != nil {
		go d.serve()
	}
	if c.Rank() == 0 {
		go d.poll(false)
	} else {
		go d.standIn()
	}
	return nil
}

// open opens a port of this process, of the loopback where all ranks are on one machine.
// Without one nobody can reach this process, which is no error. It is collective.
func (p *peer) open(c *mpi.Comm) (process, error) {
	node, err := c.Node()
	if err != nil {
		return process{}, err
	}
	alone := node.Size() == c.Size()
	if err := node.Free(); err != nil {
		return process{}, err
	}
	own, at := ownProcess(c.Host()), ":0"
	if alone {
		at = "127.0.0.1:0"
	}
	if p.listener, err = net.Listen("tcp", at); err != nil {
		p.listener = nil
		return own, nil
	}
	port := strconv.Itoa(p.listener.Addr().(*net.TCPAddr).Port)
	if alone {
		own.Addresses = []string{net.JoinHostPort("127.0.0.1", port)}
		return own, nil
	}
	interfaces, _ := net.InterfaceAddrs() // none, if it cannot tell
	for _, i := range interfaces {
		if ip, ok := i.(*net.IPNet); ok && (ip.IP.IsGlobalUnicast() || ip.IP.IsLoopback()) {
			own.Addresses = append(own.Addresses, net.JoinHostPort(ip.IP.String(), port))
		}
	}
	return own, nil
}

// mostStrangers are those who have called and not said the word yet. Whoever reaches the port can call, and a process
// has few files that it may open.
const mostStrangers = 64

// serve answers whoever knows the word.
func (d *Watchdog) serve() {
	strangers := make(chan struct{}, mostStrangers)
	for {
		conn, err := d.peer.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(d.tick) // out of files, say
			continue
		}
		select {
		case strangers <- struct{}{}:
			go d.answer(conn, func() { <-strangers })
		default:
			conn.Close()
		}
	}
}

// knows tells whether the caller says the word.
func (p *peer) knows(conn net.Conn) bool {
	var given word
	_ = conn.SetDeadline(time.Now().Add(p.patience)) // of a TCP connection that is open: it has deadlines
	_, err := io.ReadFull(conn, given[:])
	_ = conn.SetDeadline(time.Time{})
	return err == nil && subtle.ConstantTimeCompare(given[:], p.word[:]) == 1
}

// answer answers a caller; it tells when that is no stranger any more.
func (d *Watchdog) answer(conn net.Conn, known func()) {
	defer conn.Close()
	p := d.peer
	knows := p.knows(conn)
	if known(); !knows {
		return
	}
	for {
		m, err := read(conn)
		if err != nil {
			return
		}
		for p.deaf.Load() {
			time.Sleep(d.tick)
		}
		switch m.what {
		case askBeat:
			p.asked.Store(true)
			m.a, m.b = p.activity.Moves(), uint64(p.activity.Doing())
		case askLook:
			m.a = uint64(stateOf(int(m.a), m.b))
		case askEnd:
			d.mu.Lock()
			d.barked = true
			d.mu.Unlock()
			defer d.o.End()
		}
		if _, err := conn.Write(m.bytes()); err != nil || m.what == askEnd {
			return
		}
	}
}

// dial reaches a process, which has answered by then if it is asked to. Of a machine with
// several addresses some may not be reachable from here, and others be those of another machine.
func (p *peer) dial(at process, answered bool) (net.Conn, error) {
	err := fmt.Errorf("it could not open a port")
	for _, address := range at.Addresses {
		var conn net.Conn
		if conn, err = net.DialTimeout("tcp", address, soon); err != nil {
			continue
		}
		if _, err = conn.Write(p.word[:]); err == nil && answered {
			_, err = ask(conn, message{what: askSign}, 2*soon)
		}
		if err == nil {
			return conn, nil
		}
		conn.Close()
	}
	return nil, err
}

// ask waits for the answer to a question, so long or, with 0, for ever.
func ask(conn net.Conn, m message, within time.Duration) (message, error) {
	var end time.Time
	if within > 0 {
		end = time.Now().Add(within)
	}
	if err := conn.SetDeadline(end); err != nil {
		return m, err
	}
	if _, err := conn.Write(m.bytes()); err != nil {
		return m, err
	}
	return read(conn)
}

// once asks a process one thing.
func (p *peer) once(at process, m message) (message, error) {
	conn, err := p.dial(at, false)
	if err != nil {
		return m, err
	}
	defer conn.Close()
	return ask(conn, m, soon)
}
