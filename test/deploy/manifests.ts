import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../adapters/kubernetes/paths";

export const DEPLOY = join(__dirname, "..", "..", "deploy");

/** An object of `deploy/`, as it is written there. */
export interface Manifest extends KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubernetesObject["metadata"] & { readonly labels?: Readonly<Record<string, string>> };
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

export interface RoleManifest extends Manifest {
  readonly rules: readonly Rule[];
}

/** One verb on one resource: the smallest part of a role. */
export interface Permission {
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `experiments/status`. */
  readonly resource: string;
  /** The only object that it is about. Default: all. */
  readonly name?: string;
  /** The only namespace in which it counts. Default: all. */
  readonly namespace?: string;
}

/** The objects of a file of `deploy/`. */
export function manifestsOf<T extends Manifest = Manifest>(file: string): T[] {
  return parseAllDocuments(readFileSync(join(DEPLOY, file), "utf8")).map((document) => document.toJS() as T);
}

/** The roles of a file of `deploy/`. */
export function rolesOf(file: string): RoleManifest[] {
  return manifestsOf<RoleManifest>(file).filter(({ kind }) => kind === "ClusterRole" || kind === "Role");
}

/** All that a role permits. */
export function permissionsOf({
  rules,
  metadata: { namespace },
}: Pick<RoleManifest, "rules" | "metadata">): Permission[] {
  return rules.flatMap(({ apiGroups, resources, verbs, resourceNames = [undefined] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        resourceNames.flatMap((name) => verbs.map((verb) => ({ verb, group, resource, name, namespace }))),
      ),
    ),
  );
}

/** @example textOf({ verb: "list", group: "", resource: "configmaps", name: "a" }) // "list configmaps a" */
export function textOf({ verb, group, resource, name }: Permission): string {
  return [verb, group === "" ? resource : `${resource}.${group}`, name].filter(Boolean).join(" ");
}
