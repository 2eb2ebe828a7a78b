/** Envoys report each request by a line of their access log, in a format of our own. */

const marker = "serin";

/** One field a command, in this order; see {@link parseAccessLog}. */
const fields = [
  "%START_TIME(%s.%3f)%",
  "%REQ(:AUTHORITY)%",
  "%RESPONSE_CODE%",
  "%RESPONSE_FLAGS%",
  "%DURATION%",
  "%UPSTREAM_HOST%",
  "%UPSTREAM_CLUSTER%",
];

/** For the mesh's configuration, from where istiod hands it to every proxy. */
export const accessLogFormat = `${[marker, ...fields].join("\t")}\n`;

/** What a proxy did with a request. */
export interface ProxiedRequest {
  /** Milliseconds since the epoch at which it arrived. */
  readonly at: number;
  /** Host that was asked for, without port. */
  readonly host: string;
  /** 0 when the client went away before there was an answer. */
  readonly code: number;
  /** Why the proxy answered by itself or gave up; `-` when it did neither. */
  readonly flags: string;
  readonly durationMs: number;
  /** IP address of the pod that was asked; undefined when none was. */
  readonly upstream: string | undefined;
  /** Where the route led to, undefined when there was no route. */
  readonly destination: { readonly host: string; readonly subset: string | undefined } | undefined;
}

/** A request from a line of the log; undefined for any other line, and for one that a killed Envoy left unfinished. */
export function parseAccessLog(line: string): ProxiedRequest | undefined {
  const [first, at, authority = "", code, flags = "-", duration, upstream = "-", cluster] = line.split("\t");
  if (first !== marker || cluster === undefined) return undefined;
  return {
    at: Number(at) * 1000,
    host: authority.replace(/:\d+$/, ""),
    code: Number(code),
    flags,
    durationMs: Number(duration),
    upstream: upstream === "-" ? undefined : upstream.replace(/:\d+$/, ""),
    destination: destinationOf(cluster),
  };
}

/** Istio's names of clusters: `outbound|port|subset|host`. */
function destinationOf(cluster: string): ProxiedRequest["destination"] {
  const [direction, , subset, host] = cluster.replace(/;$/, "").split("|");
  if (direction !== "outbound" || host === undefined) return undefined;
  return { host, subset: subset === "" ? undefined : subset };
}
