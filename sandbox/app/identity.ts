import { serviceOfHost } from "../mesh/hosts";
import type { Labels, ObjectName, Pod } from "../mesh/model";
import { workloadName } from "../mesh/workload";
import type { PodInfo } from "./downward";

/** A pod serves a few names; hosts that somebody makes up must not grow the metrics for ever. */
const maxHosts = 100;

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A Service as which requests reach the pod, and what it answers them. */
export interface Served {
  readonly service: ObjectName;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Who the pod is. A change of its labels makes a new one. */
export class Identity {
  readonly pod: Pod;
  private readonly byHost = new Map<string, Served>();
  private readonly own: Served;

  constructor(info: PodInfo) {
    const { name, namespace, labels } = info;
    const workload = workloadOfPod(name, labels);
    const uid = `${namespace}/${name}`;
    this.pod = { ...info, uid, ip: undefined, ready: true, workload, serviceAccount: "default" };
    this.own = this.as({ namespace, name: labels["app"] || workload });
  }

  /** As which Service the pod serves a request with this Host header; one that names none goes to that of label `app`. */
  served(host: string | undefined): Served {
    if (host === undefined) return this.own;
    let served = this.byHost.get(host);
    if (served === undefined && this.byHost.size < maxHosts) {
      const service = serviceOfHost(host.toLowerCase().replace(/:\d*$/, ""), this.pod.namespace);
      const isName = service !== undefined && dnsLabel.test(service.name) && dnsLabel.test(service.namespace);
      this.byHost.set(host, (served = isName ? this.as(service) : this.own));
    }
    return served ?? this.own;
  }

  private as(service: ObjectName): Served {
    const { name, workload, labels } = this.pod;
    const version = labels["version"] || "unknown";
    const body = `${JSON.stringify({ pod: name, version, service: service.name })}\n`;
    const headers = {
      "x-pod": name,
      "x-workload": workload,
      "x-version": version,
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
    };
    return { service, headers, body };
  }
}

/** The Deployment's name for a pod of the form that its ReplicaSets make, else the pod's: a pod isn't told its owners. */
export function workloadOfPod(name: string, labels: Labels): string {
  const replicaSet = name.slice(0, Math.max(0, name.lastIndexOf("-")));
  const hash = labels["pod-template-hash"];
  const isOwned = hash !== undefined && hash !== "" && replicaSet.endsWith(`-${hash}`);
  return workloadName(name, labels, isOwned ? [{ kind: "ReplicaSet", name: replicaSet, controller: true }] : []);
}
