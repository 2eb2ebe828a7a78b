// Pod-bind runs a command that has the network of the machine as if it had an address of its own, like a pod: what the
// command and its descendants bind to all addresses is bound to that one, so that nothing outside of the machine reaches
// it, and others can use the same port. The loopback address of the pod is that address too.
//
// The kernel hands each bind and connect to a supervisor, which makes those that it changes itself, with a copy of the
// socket, and lets all others go on. The command takes the place of this process; the supervisor is a child of it, and
// ends when no process is left that it supervises.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// superviseMark is the first argument of the process that supervises.
const superviseMark = "::supervise"

func main() {
	if len(os.Args) == 3 && os.Args[1] == superviseMark {
		if err := supervise(os.Args[2]); err != nil {
			fail(err)
		}
		return
	}
	address := flag.String("address", "", "IPv4 address of the pod")
	flag.Parse()
	pod, err := netip.ParseAddr(*address)
	if err != nil || !pod.Is4() || pod.IsUnspecified() {
		fail(fmt.Errorf("--address must be an IPv4 address, not %q", *address))
	}
	if flag.NArg() == 0 {
		fail(errors.New("no command: pod-bind --address IP -- command args…"))
	}
	fail(run(pod, flag.Args()))
}

// run becomes the command; it returns only where it cannot.
func run(pod netip.Addr, command []string) error {
	program, err := exec.LookPath(command[0])
	if err != nil {
		return err
	}
	// The filter is this thread's, which must be the one that becomes the command.
	runtime.LockOSThread()
	channel, err := startSupervisor(pod)
	if err != nil {
		return fmt.Errorf("the supervisor does not start: %w", err)
	}
	listener, err := installFilter()
	if err != nil {
		return fmt.Errorf("this system does not let bind be supervised (seccomp user notification): %w", err)
	}
	if err := unix.Sendmsg(channel, []byte{0}, unix.UnixRights(listener), nil, 0); err != nil {
		return fmt.Errorf("the supervisor does not listen: %w", err)
	}
	return fmt.Errorf("%s: %w", program, syscall.Exec(program, command, os.Environ()))
}

// startSupervisor returns the socket by which the supervisor expects the filter's listener.
func startSupervisor(pod netip.Addr) (int, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	theirs := os.NewFile(uintptr(pair[1]), "supervisor")
	defer theirs.Close()
	// Without standard streams: who reads the command's output must see its end.
	supervisor := exec.Cmd{
		Path:       "/proc/self/exe",
		Args:       []string{"pod-bind", superviseMark, pod.String()},
		ExtraFiles: []*os.File{theirs},
		Dir:        "/",
		// A signal to the command's group, such as Ctrl-C, is not meant for it.
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
	}
	return pair[0], supervisor.Start()
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "pod-bind: %v\n", err)
	os.Exit(125)
}
