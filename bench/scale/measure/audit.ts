import { createReadStream, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** One request of the controller. */
export interface AuditedRequest {
  /** When it was received, in ms since 1970. */
  readonly at: number;
  readonly verb: string;
  /** Such as `experiments` or `experiments/status`; the path of what is no resource. */
  readonly resource: string;
  /** What is listed or watched: the path without the query. */
  readonly path: string;
  /** A further page of a list. */
  readonly continued: boolean;
  /** HTTP status. */
  readonly code: number;
}

interface AuditLine {
  readonly stage?: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly responseStatus?: { readonly code?: number };
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
}

/** Reads a line of the API server's audit log. */
export function parseAuditLine(text: string): AuditedRequest {
  const { verb, requestURI, requestReceivedTimestamp, objectRef, responseStatus } = JSON.parse(text) as AuditLine;
  const [path = "", query = ""] = requestURI.split("?");
  const { resource, subresource } = objectRef ?? {};
  return {
    at: Date.parse(requestReceivedTimestamp),
    verb,
    resource: resource === undefined ? path : [resource, subresource].filter(Boolean).join("/"),
    path,
    continued: new URLSearchParams(query).has("continue"),
    code: responseStatus?.code ?? 0,
  };
}

/** All requests in the files of a folder, in no particular order. */
export async function readAudit(folder: string): Promise<readonly AuditedRequest[]> {
  const requests: AuditedRequest[] = [];
  for (const file of readdirSync(folder)) {
    for await (const line of createInterface(createReadStream(join(folder, file)))) {
      if (line !== "") requests.push(parseAuditLine(line));
    }
  }
  return requests;
}

/** What the controller asked of the API server in some time. */
export interface RequestCounts {
  readonly total: number;
  /** By `verb resource`, the most frequent first. */
  readonly byKind: Readonly<Record<string, number>>;
  /** By `verb resource`: lists and watches of informers. */
  readonly informers: Readonly<Record<string, number>>;
  /** By `verb resource`: reads that are not an informer's. */
  readonly readsOutsideInformers: Readonly<Record<string, number>>;
  readonly conflicts: number;
  /** Answered with another error. */
  readonly failed: number;
}

/**
 * Counts requests. An informer's reads are watches and, for each of these, one list of the same collection; a list that no
 * watch goes with was asked for by something else.
 */
export function countRequests(all: readonly AuditedRequest[], from: number, to: number): RequestCounts {
  const requests = all.filter(({ at }) => at >= from && at < to);
  const kind = ({ verb, resource }: AuditedRequest): string => `${verb} ${resource}`;
  const lists = requests.filter(({ verb, continued }) => verb === "list" && !continued);
  const surplus = [...new Set(lists.map(({ path }) => path))].flatMap((path) => {
    const watches = requests.filter((request) => request.verb === "watch" && request.path === path);
    return lists.filter((list) => list.path === path).slice(watches.length);
  });
  const gets = requests.filter(({ verb }) => verb === "get");
  const informers = requests.filter((request) => {
    return request.verb === "watch" || (request.verb === "list" && !surplus.includes(request));
  });
  return {
    total: requests.length,
    byKind: tally(requests.map(kind)),
    informers: tally(informers.map(kind)),
    readsOutsideInformers: tally([...gets, ...surplus].map(kind)),
    conflicts: requests.filter(({ code }) => code === 409).length,
    failed: requests.filter(({ code }) => code >= 400 && code !== 409).length,
  };
}

/** How often each text comes, the most frequent first. */
function tally(texts: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}
