import type { Permission } from "../../deploy/manifests";

/** What a client asked the API server for, in the words of its authorizer. */
export interface Use extends Permission {
  readonly status: number;
}

export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly contentType?: string;
  /** HTTP status of the answer. */
  readonly status: number;
}

const VERBS: Readonly<Record<string, string>> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };

/**
 * What the API server has to permit before it does what a request asks for: an apply that made the object needs the right to
 * create it, too.
 */
export function usesOf({ method, url, contentType = "", status }: Exchange): Use[] {
  const { pathname, searchParams } = new URL(url, "http://server");
  const parts = pathname.split("/").filter(Boolean);
  const group = parts[0] === "api" ? "" : (parts[1] ?? "");
  const rest = parts.slice(parts[0] === "api" ? 2 : 3);
  const namespace = rest[0] === "namespaces" && rest.length > 2 ? rest[1] : undefined;
  const [plural = "", named, subresource] = namespace === undefined ? rest : rest.slice(2);
  const [, selected] = /^metadata\.name=(.+)$/.exec(searchParams.get("fieldSelector") ?? "") ?? [];
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  const reads = searchParams.get("watch") === "true" ? "watch" : named === undefined ? "list" : "get";
  const use = { verb: VERBS[method] ?? reads, group, resource, name: named ?? selected, namespace, status };
  const made = use.verb === "patch" && contentType.startsWith("application/apply-patch") && status === 201;
  return made ? [use, { ...use, verb: "create" }] : [use];
}

/** Whether a permission covers a use. */
export function covers(permission: Permission, use: Use): boolean {
  const is = (wanted: string | undefined, actual: string | undefined) => wanted === undefined || wanted === actual;
  return (
    permission.verb === use.verb &&
    permission.group === use.group &&
    permission.resource === use.resource &&
    is(permission.name, use.name) &&
    is(permission.namespace, use.namespace)
  );
}
