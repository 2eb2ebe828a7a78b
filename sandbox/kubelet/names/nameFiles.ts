import { closeSync, constants, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Cancel, Clock } from "../pods/clock";
import { refOf, type Pod } from "../pods/pod";
import type { Mount } from "../runtime/runtime";
import { hostsFile, nameSources, resolverFile } from "./hostsFile";
import type { NamedAddress } from "./serviceNames";

export interface NameFilesOptions {
  /** What the cluster's names are now, for pods of a namespace. */
  readonly namesIn: (namespace: string) => readonly NamedAddress[];
  readonly clock: Clock;
  readonly log: (message: string) => void;
}

interface Kept {
  readonly pod: Pod;
  readonly podIP: string;
  readonly file: string;
  text: string;
}

/** Changes come in flocks, as when a Deployment rolls: the files are written once for all within this time, in ms. */
const settleMs = 50;

/** Writes the files by which pods look names up, and keeps them up to date. */
export class NameFiles {
  private readonly kept = new Map<string, Kept>();
  private cancel: Cancel | undefined;

  constructor(private readonly options: NameFilesOptions) {}

  /**
   * What a container of the pod is to see of them: nothing for pods that live with the machine's network and names.
   * @param folder for the files, which are made where they are not there
   */
  mounts(pod: Pod, podIP: string, folder: string): readonly Mount[] {
    const { hostNetwork = false, dnsPolicy = "ClusterFirst" } = pod.spec ?? {};
    if (hostNetwork && dnsPolicy !== "ClusterFirstWithHostNet") return [];
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "hosts");
    const { uid, namespace } = refOf(pod);
    const text = hostsFile(pod, podIP, this.options.namesIn(namespace));
    rewrite(file, text);
    this.kept.set(uid, { pod, podIP, file, text });
    const others = {
      "nsswitch.conf": nameSources,
      ...(dnsPolicy === "Default" ? {} : { "resolv.conf": resolverFile(podIP) }),
    };
    for (const [name, content] of Object.entries(others)) writeFileSync(join(folder, name), content);
    const mount = (name: string, readOnly: boolean): Mount => ({
      source: join(folder, name),
      target: `/etc/${name}`,
      readOnly,
    });
    return [mount("hosts", false), ...Object.keys(others).map((name) => mount(name, true))];
  }

  /** The pod has ended. */
  forget(pod: Pod): void {
    this.kept.delete(refOf(pod).uid);
  }

  /** What names there are may have changed. */
  changed(): void {
    this.cancel ??= this.options.clock.after(settleMs, () => this.writeAll());
  }

  private writeAll(): void {
    this.cancel = undefined;
    const known = new Map<string, readonly NamedAddress[]>();
    for (const kept of this.kept.values()) {
      const { namespace } = refOf(kept.pod);
      const names = known.get(namespace) ?? this.options.namesIn(namespace);
      known.set(namespace, names);
      const text = hostsFile(kept.pod, kept.podIP, names);
      if (text === kept.text) continue;
      try {
        rewrite(kept.file, text);
        kept.text = text;
      } catch (error) {
        this.options.log(`${namespace}/${kept.pod.metadata.name}: its names cannot be written: ${String(error)}`);
      }
    }
  }
}

/** In place: containers have this very file mounted. */
function rewrite(path: string, text: string): void {
  const content = Buffer.from(text);
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o644);
  try {
    writeSync(file, content, 0, content.length, 0);
    ftruncateSync(file, content.length);
  } finally {
    closeSync(file);
  }
}
