package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"runtime/debug"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// notification is the kernel's struct seccomp_notif: a call that waits.
type notification struct {
	id    uint64
	pid   uint32
	flags uint32
	// Of struct seccomp_data.
	number             int32
	arch               uint32
	instructionPointer uint64
	args               [6]uint64
}

// response is the kernel's struct seccomp_notif_resp.
type response struct {
	id    uint64
	value int64
	// Negative, or 0.
	errno int32
	flags uint32
}

type supervisor struct {
	listener int
	pod      pod
}

// channelDescriptor is where the supervisor gets the listener.
const channelDescriptor = 3

// supervise answers the calls of a command and its descendants until none of them is left.
func supervise(address string) error {
	// It seldom has anything to do, and nothing to remember.
	debug.SetGCPercent(20)
	listener, err := receiveDescriptor(channelDescriptor)
	if err != nil {
		return err
	}
	unix.Close(channelDescriptor)
	return (&supervisor{listener, pod{netip.MustParseAddr(address)}}).run()
}

func (s *supervisor) run() error {
	for {
		wanted := []unix.PollFd{{Fd: int32(s.listener), Events: unix.POLLIN}}
		_, err := unix.Poll(wanted, -1)
		if err != nil && err != unix.EINTR {
			return err
		}
		if wanted[0].Revents&unix.POLLHUP != 0 {
			return nil
		}
		if wanted[0].Revents&unix.POLLIN == 0 {
			continue
		}
		var call notification
		switch err := s.ioctl(unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&call)); err {
		case nil:
			// One that takes long, as connect may, keeps no other waiting.
			go s.answer(call)
		case unix.ENOENT, unix.EINTR:
			// Whoever asked has ended.
		default:
			return err
		}
	}
}

func (s *supervisor) answer(call notification) {
	answer := response{id: call.id}
	changed, err := s.handle(call)
	if errno, is := err.(unix.Errno); is {
		answer.errno = -int32(errno)
	} else if err != nil {
		answer.errno = -int32(unix.EPERM)
	} else if !changed {
		answer.flags = unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE
	}
	// Where it fails, whoever asked has ended.
	_ = s.ioctl(unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&answer))
}

// handle makes a call in the place of who asks for it, or reports that it is to be made as it is.
func (s *supervisor) handle(call notification) (bool, error) {
	address, err := s.read(call)
	if err != nil || !address.IsValid() {
		return false, err
	}
	isBind := call.number == unix.SYS_BIND
	if !mayChange(isBind, address.Addr()) {
		return false, nil
	}
	socket, err := s.socketOf(call)
	if err != nil {
		return false, err
	}
	defer unix.Close(socket)
	if isBind {
		return s.pod.bind(socket, address)
	}
	return s.pod.connect(socket, address)
}

// read gets the address of a call from the memory of who makes it; invalid for one that is not of the Internet.
func (s *supervisor) read(call notification) (netip.AddrPort, error) {
	var raw [unix.SizeofSockaddrInet6]byte
	length := min(int(uint32(call.args[2])), len(raw))
	if length < unix.SizeofSockaddrInet4 {
		return netip.AddrPort{}, nil
	}
	local := unix.Iovec{Base: &raw[0]}
	local.SetLen(length)
	remote := unix.RemoteIovec{Base: uintptr(call.args[1]), Len: length}
	read, err := unix.ProcessVMReadv(int(call.pid), []unix.Iovec{local}, []unix.RemoteIovec{remote}, 0)
	if err == unix.EFAULT {
		// The kernel says so too.
		return netip.AddrPort{}, nil
	}
	if err != nil {
		return netip.AddrPort{}, err
	}
	return parseAddress(raw[:read]), s.isValid(call)
}

// isValid fails where who asked has ended, so that its number may be another's.
func (s *supervisor) isValid(call notification) error {
	return s.ioctl(unix.SECCOMP_IOCTL_NOTIF_ID_VALID, unsafe.Pointer(&call.id))
}

// socketOf gets a copy of the descriptor that a call is about.
func (s *supervisor) socketOf(call notification) (int, error) {
	process, err := processOf(call.pid)
	if err != nil {
		return 0, err
	}
	descriptor, err := unix.PidfdOpen(process, 0)
	if err != nil {
		return 0, err
	}
	defer unix.Close(descriptor)
	if err := s.isValid(call); err != nil {
		return 0, err
	}
	return unix.PidfdGetfd(descriptor, int(int32(call.args[0])), 0)
}

// processOf finds the process of a thread.
func processOf(thread uint32) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", thread))
	if err != nil {
		return 0, unix.ESRCH
	}
	_, rest, _ := bytes.Cut(status, []byte("\nTgid:"))
	number, _, _ := bytes.Cut(rest, []byte("\n"))
	return strconv.Atoi(string(bytes.TrimSpace(number)))
}

func (s *supervisor) ioctl(request uintptr, argument unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(s.listener), request, uintptr(argument)); errno != 0 {
		return errno
	}
	return nil
}

func receiveDescriptor(channel int) (int, error) {
	space := make([]byte, unix.CmsgSpace(4))
	_, size, _, _, err := unix.Recvmsg(channel, make([]byte, 1), space, unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return 0, err
	}
	messages, err := unix.ParseSocketControlMessage(space[:size])
	if err != nil || len(messages) != 1 {
		return 0, fmt.Errorf("no listener came: %w", unix.EPIPE)
	}
	descriptors, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		return 0, err
	}
	return descriptors[0], nil
}
