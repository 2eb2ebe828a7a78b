/** What runs containers. The pod's logic (order, restarts, probes, statuses) is above it and knows only these types. */

export interface Mount {
  /** A file or folder of this machine. */
  readonly source: string;
  /** Where the container sees it; absolute. */
  readonly target: string;
  readonly readOnly: boolean;
}

export interface ContainerConfig {
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly name: string;
  /** As the pod names it, with registry and tag. */
  readonly image: string;
  /** The pod's `command`; empty for the image's own. */
  readonly command: readonly string[];
  /** The pod's `args`; empty for the image's own, unless `command` is given. */
  readonly args: readonly string[];
  /** Complete, with references expanded; the image's own variables come below it. */
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string | undefined;
  readonly mounts: readonly Mount[];
  readonly hostname: string;
  readonly podIP: string;
  /** Whether the machine's network is the pod's. @default false */
  readonly hostNetwork?: boolean;
  /** That the pod declares for the container. */
  readonly ports: readonly number[];
  readonly security: Security;
  /** File of this machine that gets stdout and stderr; it is appended to. */
  readonly logFile: string;
  /** Path inside the container; what the container leaves there becomes its message. */
  readonly terminationMessagePath: string;
  readonly terminationMessagePolicy: "File" | "FallbackToLogsOnError";
}

/** What a pod's security context asks of a container's processes. */
export interface Security {
  /** @default the image's, else root; else nobody, if it is not to be root */
  readonly user?: number;
  /** @default the image's, else root's; else nobody's, for nobody */
  readonly group?: number;
  /** Further groups; in a user namespace there can be none, and all files of the pod's are the container's own. */
  readonly groups?: readonly number[];
  /** @default false */
  readonly nonRoot?: boolean;
  /** More or less than root usually has in a container, such as `NET_ADMIN` or `ALL`. */
  readonly capabilities?: { readonly add: readonly string[]; readonly drop: readonly string[] };
  /** Whether no program can give them more powers than they have. @default false */
  readonly noNewPrivileges?: boolean;
}

/** How a container ended. */
export interface Exit {
  /** 128 + the signal's number where a signal ended it. */
  readonly exitCode: number;
  readonly signal: number | undefined;
  readonly finishedAt: Date;
  /** The termination message, at most 4096 bytes; empty for none. */
  readonly message: string;
}

export interface ExecResult {
  readonly exitCode: number;
  /** Both streams, at most 10 KiB. */
  readonly output: string;
}

export interface Container {
  /** 64 hexadecimal digits, as a container runtime's. */
  readonly id: string;
  readonly imageId: string;
  readonly startedAt: Date;
  /** Never rejects. */
  readonly exited: Promise<Exit>;
  /** To the container's first process; does nothing once it has ended. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
  /**
   * Runs a command in the container's namespaces, with its user and environment. One that is not there ends with 127, or
   * 126 if it is no program. @throws Error when `timeoutMs` is over (it is killed then), or the container has ended
   */
  exec(command: readonly string[], timeoutMs: number): Promise<ExecResult>;
}

/** Why a container cannot be created, in the words that a kubelet uses as the waiting state's reason. */
export type StartFailure =
  "ErrImagePull" | "InvalidImageName" | "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError";

export class ContainerStartError extends Error {
  constructor(
    readonly reason: StartFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "ContainerStartError";
  }
}

export interface Runtime {
  /** Name and version, for the node's `containerRuntimeVersion`, such as `unshare://2.38.1`. */
  readonly version: string;
  /** @throws ContainerStartError */
  start(config: ContainerConfig): Promise<Container>;
}
