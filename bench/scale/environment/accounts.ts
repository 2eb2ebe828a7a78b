import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import { credentialsOf, prepareCredentials } from "../../../sandbox/cluster/credentials";
import type { Layout } from "../../../sandbox/cluster/layout";
import { packageRoot } from "../../../sandbox/toolchain/packageRoot";

/** The user that the controller is to the API server. */
export const CONTROLLER_USER = "serin-controller";

/** Namespace of the controller's Lease. */
export const CONTROLLER_NAMESPACE = "iter8";

/** Writes the tokens of the admin, which comes first, and of the controller. */
export function prepareAccounts(layout: Layout): void {
  prepareCredentials(layout);
  // The API server may be started again, because its port was taken.
  if (controllerToken(layout) !== undefined) return;
  const line = `${randomBytes(24).toString("hex")},${CONTROLLER_USER},${CONTROLLER_USER}\n`;
  writeFileSync(credentialsOf(layout).tokens, line, { flag: "a" });
}

function controllerToken(layout: Layout): string | undefined {
  const lines = readFileSync(credentialsOf(layout).tokens, "utf8").split("\n");
  return lines.find((line) => line.includes(`,${CONTROLLER_USER},`))?.split(",")[0];
}

/** Writes a kubeconfig of the controller's own beside the admin's, and returns its path. */
export function writeControllerKubeconfig(layout: Layout): string {
  const token = controllerToken(layout);
  const config = parse(readFileSync(layout.kubeconfig, "utf8")) as { users: { name: string }[] };
  const users = config.users.map(({ name }) => ({ name, user: { token } }));
  const path = `${layout.kubeconfig}-controller`;
  writeFileSync(path, stringify({ ...config, users }), { mode: 0o600 });
  return path;
}

interface Role {
  readonly kind?: string;
  readonly subjects?: unknown;
  readonly [other: string]: unknown;
}

const ROLES: ReadonlySet<string | undefined> = new Set(["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"]);

/**
 * Manifests of what the controller may do, given to its user: the roles and bindings that Serin is deployed with, found in
 * a folder of YAML files; without any, everything.
 */
export function permissions(folder: string = join(packageRoot(), "deploy", "cluster")): readonly string[] {
  const subjects = [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: CONTROLLER_USER }];
  const found = yamlFiles(folder)
    .flatMap((file) => parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS() as Role | null))
    .filter((object): object is Role => ROLES.has(object?.kind))
    .map((object) => (object.subjects === undefined ? object : { ...object, subjects }));
  if (found.some(({ kind }) => kind === "ClusterRoleBinding")) return found.map((object) => stringify(object));
  return [
    stringify({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: CONTROLLER_USER },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects,
    }),
  ];
}

function yamlFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(folder, name));
}
