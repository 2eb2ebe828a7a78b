package main

import (
	"errors"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Offsets in the kernel's struct seccomp_data.
const (
	numberOffset = 0
	archOffset   = 4
)

var arches = map[string]uint32{"amd64": unix.AUDIT_ARCH_X86_64, "arm64": unix.AUDIT_ARCH_AARCH64}

// installFilter has the kernel ask for each bind and connect of this thread and of all that comes from it. It returns the
// descriptor where it asks.
func installFilter() (int, error) {
	arch, known := arches[runtime.GOARCH]
	if !known {
		return 0, errors.New("not on " + runtime.GOARCH)
	}
	// Only whoever has no power over his namespace must give up that programs can gain any.
	listener, err := seccomp(program(arch))
	if err == unix.EACCES {
		if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
			return 0, err
		}
		listener, err = seccomp(program(arch))
	}
	return listener, err
}

// program lets calls of another architecture pass: their numbers mean something else.
func program(arch uint32) []unix.SockFilter {
	load := func(offset uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
	}
	equals := func(value uint32, yes, no uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: value, Jt: yes, Jf: no}
	}
	answer := func(value uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: value}
	}
	return []unix.SockFilter{
		load(archOffset),
		equals(arch, 0, 3),
		load(numberOffset),
		equals(unix.SYS_BIND, 2, 0),
		equals(unix.SYS_CONNECT, 1, 0),
		answer(unix.SECCOMP_RET_ALLOW),
		answer(unix.SECCOMP_RET_USER_NOTIF),
	}
}

func seccomp(filter []unix.SockFilter) (int, error) {
	all := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	// Else a signal would interrupt a bind that is made already, and have it made again. Older kernels do not know it.
	listener, err := setFilter(&all, unix.SECCOMP_FILTER_FLAG_NEW_LISTENER|unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
	if err == unix.EINVAL {
		listener, err = setFilter(&all, unix.SECCOMP_FILTER_FLAG_NEW_LISTENER)
	}
	return listener, err
}

func setFilter(all *unix.SockFprog, flags uintptr) (int, error) {
	pointer := uintptr(unsafe.Pointer(all))
	listener, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, pointer)
	if errno != 0 {
		return 0, errno
	}
	return int(listener), nil
}
