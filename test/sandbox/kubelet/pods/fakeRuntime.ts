import type { Clock } from "../../../../sandbox/kubelet/pods/clock";
import type {
  Container,
  ContainerConfig,
  ExecResult,
  Exit,
  Runtime,
} from "../../../../sandbox/kubelet/runtime/runtime";

/** A run of a container that ends when a test says so, or when it gets a signal that it heeds. */
export class FakeContainer implements Container {
  readonly imageId = "image:fake";
  readonly startedAt: Date;
  readonly exited: Promise<Exit>;
  readonly signals: string[] = [];
  readonly executed: string[] = [];
  heedsTerm = true;
  isUp = true;
  /** What commands in it answer. */
  answer: (command: readonly string[]) => ExecResult | Promise<ExecResult> = () => ({ exitCode: 0, output: "" });
  private resolve: (exit: Exit) => void = () => undefined;

  constructor(
    readonly id: string,
    readonly config: ContainerConfig,
    private readonly clock: Clock,
  ) {
    this.startedAt = new Date(clock.now());
    this.exited = new Promise((resolve) => (this.resolve = resolve));
  }

  signal(name: "SIGTERM" | "SIGKILL"): void {
    if (!this.isUp) return;
    this.signals.push(name);
    if (name === "SIGKILL") this.exit(137, "", 9);
    else if (this.heedsTerm) this.exit(143, "", 15);
  }

  async exec(command: readonly string[]): Promise<ExecResult> {
    this.executed.push(command.join(" "));
    return this.answer(command);
  }

  exit(exitCode: number, message = "", signal?: number): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.resolve({ exitCode, signal, finishedAt: new Date(this.clock.now()), message });
  }
}

export class FakeRuntime implements Runtime {
  readonly version = "fake://1";
  readonly started: FakeContainer[] = [];
  /** Throws, where a start is to fail. */
  refuse: (config: ContainerConfig) => void = () => undefined;
  /** Hears of each container that was started. */
  onStart: (container: FakeContainer) => void = () => undefined;

  constructor(private readonly clock: Clock) {}

  async start(config: ContainerConfig): Promise<FakeContainer> {
    this.refuse(config);
    const container = new FakeContainer(String(this.started.length + 1).padStart(64, "0"), config, this.clock);
    this.started.push(container);
    this.onStart(container);
    return container;
  }

  /** The newest run of the container with this name. */
  latest(name: string): FakeContainer {
    const found = this.started.filter(({ config }) => config.name === name).at(-1);
    if (found === undefined) throw new Error(`${name} was never started`);
    return found;
  }

  /** Names of the containers that run. */
  get up(): string[] {
    return this.started.filter(({ isUp }) => isUp).map(({ config }) => config.name);
  }
}
