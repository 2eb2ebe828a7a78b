import type { Properties, Value } from "../values/value";
import { hasUnknown, unwrapped } from "../values/value";

/** What a resource is about. */
export interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  /** It sets some fields of an object that somebody else made: `NamespacePatch`. */
  readonly patch: boolean;
}

/** Parts of a URN such as `urn:pulumi:dev::shop::parent$kubernetes:apps/v1:Deployment::web`. */
export function partsOfUrn(urn: string): { readonly type: string; readonly name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/** The type token of an object, as the official plugin makes it. */
export function tokenOf(apiVersion: string, kind: string): string {
  return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

/** Type and version as its inputs say, else as its token says. */
export function targetOf(urn: string, ...candidates: readonly Properties[]): Target {
  const [, version = "", tokenKind = ""] = partsOfUrn(urn).type.split(":");
  const text = (key: string) => candidates.map((one) => known(one[key])).find((value) => value !== undefined);
  const kind = text("kind") ?? tokenKind.replace(/(?<=.)Patch$/, "");
  const apiVersion = text("apiVersion") ?? (version.startsWith("core/") ? version.slice("core/".length) : version);
  return { apiVersion, kind, patch: tokenKind === `${kind}Patch` };
}

function known(value: Value | undefined): string | undefined {
  const text = unwrapped(value);
  return typeof text === "string" && text !== "" && !hasUnknown(text) ? text : undefined;
}

/** The group of an apiVersion; empty for the core. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

/** An object's id: `namespace/name`, or `name` where there are no namespaces. */
export function formatId(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}/${name}` : name;
}

export function parseId(id: string): { readonly namespace?: string; readonly name: string } {
  const slash = id.indexOf("/");
  return slash < 0 ? { name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}
