package main

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"
)

// pod is the address that stands for all others.
type pod struct{ address netip.Addr }

// mayChange reports whether an address might have to be another one.
func mayChange(isBind bool, address netip.Addr) bool {
	plain := address.Unmap()
	isOwn := plain == netip.AddrFrom4([4]byte{127, 0, 0, 1}) || plain == netip.IPv6Loopback()
	return isOwn || plain.IsUnspecified()
}

// bind binds to the pod's address what is to be bound to all addresses, or to the pod's own loopback address. It reports
// false for what is to be bound as it is.
func (p pod) bind(socket int, address netip.AddrPort) (bool, error) {
	all := address.Addr().Unmap().IsUnspecified()
	// A datagram that is sent to the loopback address is not redirected.
	if !all && kindOf(socket) != unix.SOCK_STREAM {
		return false, nil
	}
	if !isSixth(address) {
		return true, unix.Bind(socket, p.fourth(address.Port()))
	}
	onlySixth, err := unix.GetsockoptInt(socket, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY)
	if err != nil {
		return false, nil
	}
	if onlySixth == 0 {
		return true, unix.Bind(socket, p.mapped(address.Port()))
	}
	if all {
		// As on a machine without IPv6: there programs make do with IPv4.
		return false, unix.EAFNOSUPPORT
	}
	return false, nil
}

// connect connects to the pod's address what is for the pod's own loopback address, if the pod listens there. It reports
// false for what is to be connected as it is: to a program of the machine.
func (p pod) connect(socket int, address netip.AddrPort) (bool, error) {
	if kindOf(socket) != unix.SOCK_STREAM || !p.listens(address.Port()) {
		return false, nil
	}
	if !isSixth(address) {
		return true, unix.Connect(socket, p.fourth(address.Port()))
	}
	if err := unix.SetsockoptInt(socket, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0); err != nil {
		return false, nil
	}
	return true, unix.Connect(socket, p.mapped(address.Port()))
}

func (p pod) fourth(port uint16) unix.Sockaddr {
	return &unix.SockaddrInet4{Port: int(port), Addr: p.address.As4()}
}

func (p pod) mapped(port uint16) unix.Sockaddr {
	return &unix.SockaddrInet6{Port: int(port), Addr: p.address.As16()}
}

// kindOf is a constant such as SOCK_STREAM, or 0 for what is no socket.
func kindOf(socket int) int {
	kind, err := unix.GetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TYPE)
	if err != nil {
		return 0
	}
	return kind
}

// isSixth reports whether the address is one of an IPv6 socket.
func isSixth(address netip.AddrPort) bool {
	return address.Addr().Is6()
}

// parseAddress reads the kernel's struct sockaddr; invalid for one that is not of the Internet.
func parseAddress(raw []byte) netip.AddrPort {
	if len(raw) < unix.SizeofSockaddrInet4 {
		return netip.AddrPort{}
	}
	port := binary.BigEndian.Uint16(raw[2:4])
	switch family := binary.NativeEndian.Uint16(raw[:2]); {
	case family == unix.AF_INET:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(raw[4:8])), port)
	case family == unix.AF_INET6 && len(raw) >= 24:
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(raw[8:24])), port)
	}
	return netip.AddrPort{}
}
