package main

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// Sizes and offsets of the kernel's structs nlmsghdr, inet_diag_req_v2 and inet_diag_msg.
const (
	headerSize  = 16
	requestSize = 56
	portOffset  = 8
	fromOffset  = 12
	cookieStart = 48
	replyState  = headerSize + 1
	replyFamily = headerSize
	replyFrom   = headerSize + 8
	// TCP_LISTEN of the kernel's states.
	listening = 10
)

// listens reports whether a program of the pod listens on the port, whichever container it is in. Where the kernel does
// not tell, nobody does.
func (p pod) listens(port uint16) bool {
	request := make([]byte, headerSize+requestSize)
	binary.NativeEndian.PutUint32(request[0:], uint32(len(request)))
	binary.NativeEndian.PutUint16(request[4:], unix.SOCK_DIAG_BY_FAMILY)
	binary.NativeEndian.PutUint16(request[6:], unix.NLM_F_REQUEST)
	body := request[headerSize:]
	body[0], body[1] = unix.AF_INET, unix.IPPROTO_TCP
	binary.NativeEndian.PutUint32(body[4:], 1<<listening)
	binary.BigEndian.PutUint16(body[portOffset:], port)
	address := p.address.As4()
	copy(body[fromOffset:], address[:])
	for index := cookieStart; index < requestSize; index++ {
		// Any socket will do.
		body[index] = 0xff
	}
	socket, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_INET_DIAG)
	if err != nil {
		return false
	}
	defer unix.Close(socket)
	if err := unix.Sendto(socket, request, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return false
	}
	reply := make([]byte, 512)
	size, _, err := unix.Recvfrom(socket, reply, 0)
	if err != nil || size < replyFrom+16 || binary.NativeEndian.Uint16(reply[4:]) != unix.SOCK_DIAG_BY_FAMILY {
		return false
	}
	return reply[replyState] == listening && isAt(reply[replyFamily], reply[replyFrom:replyFrom+16], address)
}

// isAt reports whether the address of a socket is that one: a socket of all addresses is the machine's.
func isAt(family byte, from []byte, address [4]byte) bool {
	at := 0
	if family == unix.AF_INET6 {
		at = 12
	}
	return [4]byte(from[at:at+4]) == address
}
