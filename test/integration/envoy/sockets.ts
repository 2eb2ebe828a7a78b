import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { findMarked } from "../../../sandbox/cluster/processes";

/** A socket of a process of the sandbox, and what is at its ends. */
export interface OpenSocket {
  /** Part that the process belongs to. */
  readonly part: string;
  readonly program: string;
  readonly protocol: Protocol;
  readonly isListening: boolean;
  /** Bytes of the IP address, four or sixteen. */
  readonly local: Uint8Array;
  /** All zero where the socket is not connected. */
  readonly remote: Uint8Array;
}

const protocols = ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] as const;
type Protocol = (typeof protocols)[number];

/** Those that this kernel speaks. */
const spoken = protocols.filter((protocol) => existsSync(`/proc/net/${protocol}`));

/** Every socket of the Internet's protocols that processes of the sandbox have open now. Linux only. */
export function openSockets(dir: string): OpenSocket[] {
  const tables = new Map<string, ReturnType<typeof tableOf>>();
  return findMarked(dir).flatMap(({ part, process: { pid } }) => {
    try {
      // A process may be in a network namespace of its own.
      const namespace = readlinkSync(`/proc/${pid}/ns/net`);
      const inodes = socketsOf(pid);
      const table = tables.get(namespace) ?? tableOf(pid);
      tables.set(namespace, table);
      const program = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, 3).join(" ");
      return inodes.flatMap((inode) => {
        const socket = table.get(inode);
        return socket ? [{ part, program, ...socket }] : [];
      });
    } catch (error) {
      // It has ended while one looked.
      if (["ENOENT", "ESRCH", "EINVAL"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
      throw error;
    }
  });
}

/** The sockets of a process's network namespace, by inode. */
function tableOf(pid: number) {
  const rows = spoken.flatMap((protocol) => parseTable(protocol, readFileSync(`/proc/${pid}/net/${protocol}`, "utf8")));
  return new Map(rows.map(({ inode, ...socket }) => [inode, socket]));
}

/** Inodes of the sockets that a process has open. */
function socketsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}

/** The rows of a table of the kernel's, as in `/proc/net/tcp`. */
export function parseTable(
  protocol: Protocol,
  text: string,
): (Omit<OpenSocket, "part" | "program"> & { readonly inode: string })[] {
  const rows = text.trimEnd().split("\n").slice(1);
  return rows.map((row) => {
    const [, local = "", remote = "", state, , , , , , inode = ""] = row.trim().split(/\s+/);
    const isListening = protocol.startsWith("tcp") && state === "0A";
    return { protocol, isListening, local: addressOf(local), remote: addressOf(remote), inode };
  });
}

/** The kernel writes each four bytes as one number, which on this kind of machine turns them round. */
function addressOf(written: string): Uint8Array {
  const [hex = ""] = written.split(":");
  const words = Buffer.from(hex, "hex");
  return words.swap32();
}

/** Whether nothing outside of this machine can come in by, or is at the other end of, a socket. */
export function staysOnMachine({ local, remote }: Pick<OpenSocket, "local" | "remote">): boolean {
  return isLoopback(local) && (isLoopback(remote) || remote.every((byte) => byte === 0));
}

/** 127.0.0.0/8, ::1, and the former written as IPv6. */
function isLoopback(address: Uint8Array): boolean {
  if (address.length === 4) return address[0] === 127;
  const first = address.subarray(0, 10).every((byte) => byte === 0);
  const [mark1, mark2, ...last] = address.subarray(10);
  if (mark1 === 255 && mark2 === 255) return first && last[0] === 127;
  return first && mark1 === 0 && mark2 === 0 && last.join(".") === "0.0.0.1";
}
