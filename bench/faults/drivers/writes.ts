import type { Exchange } from "../proxies/apiProxy";

/** A write that the API server accepted. */
export interface Seen {
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly revision: number;
  /** Who the writer says it is; Leases only. */
  readonly identity?: string;
}

const PATH = /^\/apis?\/.*\/?namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?/;

/** The write in an exchange, if it was one, in a namespace, and succeeded. A deletion is none. */
export function writeIn({ method, path, request, answer }: Exchange): Seen | undefined {
  const [, namespace, plural] = PATH.exec(path) ?? [];
  if (!["POST", "PUT", "PATCH"].includes(method) || answer.status >= 300) return undefined;
  if (namespace === undefined || plural === undefined) return undefined;
  const { metadata } = JSON.parse(answer.body.toString()) as { metadata: { name: string; resourceVersion: string } };
  const sent = plural === "leases" ? (JSON.parse(request.toString()) as { spec?: { holderIdentity?: string } }) : {};
  const identity = sent.spec?.holderIdentity || undefined;
  return { plural, namespace, name: metadata.name, revision: Number(metadata.resourceVersion), identity };
}
