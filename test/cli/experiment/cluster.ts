import type { ClusterApi, Services } from "../../../cli/experiment";
import { run } from "../../../cli/program";
import type { Collection, KubernetesObject } from "../../../adapters/kubernetes/paths";
import type { Page, Scope } from "../../../adapters/kubernetes/client";
import type { FakeKubernetes, Wire } from "../../support/fakeKubernetes";
import { VirtualClock } from "../../support/virtualClock";

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Circumstances {
  readonly isTerminal?: boolean;
  readonly stdin?: string;
  /** Of the kubeconfig's context. */
  readonly namespace?: string;
  readonly wire?: Wire;
  readonly services?: Partial<Services>;
}

/** A cluster in memory, and the command line `serin experiment` on it. */
export class CommandLine {
  constructor(
    readonly api: FakeKubernetes,
    readonly clock = new VirtualClock(),
  ) {}

  /** Runs a command to its end. */
  run(words: string, circumstances: Circumstances = {}): Promise<Answer> {
    return this.clock.run(this.start(words, circumstances).answer);
  }

  /** Starts a command; `written` grows while it works. */
  start(words: string, { isTerminal = false, stdin = "", ...rest }: Circumstances = {}) {
    const written = { out: "", err: "" };
    const sink = (name: "out" | "err") => ({ isTerminal, write: (text: string) => void (written[name] += text) });
    const services: Services = {
      connect: async () => this.client(rest),
      clock: this.clock.machine(),
      readStdin: async () => stdin,
      ...rest.services,
    };
    const line = `experiment ${words}`.split(" ").filter((word) => word !== "");
    const terminal = { out: sink("out"), err: sink("err") };
    const answer = run(line, terminal, services).then((code): Answer => ({ code, ...written }));
    return { answer, written };
  }

  private client({ namespace, wire }: Circumstances): ClusterApi {
    const client = this.api.client(wire);
    const page = async (collection: Collection, scope: Scope): Promise<Page> => {
      const items = await client.list(collection, scope.namespace, scope.labelSelector);
      return { items: items.filter((item) => selects(scope.fieldSelector ?? "", item)), resourceVersion: "0" };
    };
    return Object.assign(client, { namespace, page });
  }
}

function selects(fieldSelector: string, object: KubernetesObject): boolean {
  return fieldSelector
    .split(",")
    .filter(Boolean)
    .every((pair) => {
      const [path = "", wanted] = pair.split("=");
      const found = path
        .split(".")
        .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
      return found === wanted;
    });
}
