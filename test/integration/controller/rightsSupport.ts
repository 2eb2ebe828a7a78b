import { writeFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import axios from "axios";
import { parse, stringify } from "yaml";
import type { KubernetesClient } from "../../../adapters/kubernetes/client";
import type { KubernetesObject } from "../../../adapters/kubernetes/paths";
import type { Sandbox } from "../../../sandbox/cluster";
import { applyManifests } from "../../../sandbox/cluster/apply";
import { manifestsOf, textOf, type Manifest, type Permission, type Rule } from "../../deploy/manifests";
import type { ControllerProcess } from "../support/controllerProcess";
import { covers, type Use } from "./use";

/** Name of the controller's ServiceAccount, of its Deployment, and of its roles. */
export const CONTROLLER = "serin-controller";

export function apply({ kubeconfig }: Sandbox, manifests: readonly object[]): Promise<void> {
  return applyManifests(
    kubeconfig,
    manifests.map((manifest) => stringify(manifest)),
  );
}

/** The one-namespace rights, moved to a namespace, and a ServiceAccount to have them. */
export function namespacedRights(namespace: string): Manifest[] {
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: CONTROLLER, namespace } };
  const rights = manifestsOf("namespaced/rbac.yaml").map(
    (manifest) => JSON.parse(JSON.stringify(manifest).replaceAll('"shop"', JSON.stringify(namespace))) as Manifest,
  );
  return [account, ...rights];
}

/** The rules but for one verb on one resource. */
export function without(rules: readonly Rule[], { verb, resource, name }: Omit<Permission, "group">): Rule[] {
  return rules.flatMap((rule) => {
    const isMeant = rule.resources.includes(resource) && rule.verbs.includes(verb) && isAbout(rule, name);
    if (!isMeant) return [rule];
    const others = { ...rule, resources: rule.resources.filter((other) => other !== resource) };
    const rest = { ...rule, resources: [resource], verbs: rule.verbs.filter((other) => other !== verb) };
    return [others, rest].filter(({ resources, verbs }) => resources.length > 0 && verbs.length > 0);
  });
}

function isAbout({ resourceNames }: Rule, name: string | undefined): boolean {
  return name === undefined ? resourceNames === undefined : (resourceNames?.includes(name) ?? false);
}

/** A token of the controller's ServiceAccount. */
export async function tokenOf(client: KubernetesClient, namespace: string): Promise<string> {
  const tokens = { apiVersion: "v1", plural: `serviceaccounts/${CONTROLLER}/token` };
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: { name: "", namespace } };
  const { status } = (await client.create(tokens, { ...request, spec: {} } as KubernetesObject)) as KubernetesObject & {
    status: { token: string };
  };
  return status.token;
}

/** Writes a kubeconfig of the controller's ServiceAccount. @returns its path */
export async function kubeconfigOf(client: KubernetesClient, sandbox: Sandbox, namespace: string): Promise<string> {
  const config = parse(readFileSync(sandbox.kubeconfig, "utf8")) as { users: { name: string }[] };
  const token = await tokenOf(client, namespace);
  const path = join(sandbox.dir, `${namespace}.kubeconfig`);
  const users = config.users.map(({ name }) => ({ name, user: { token } }));
  writeFileSync(path, stringify({ ...config, users }), { mode: 0o600 });
  return path;
}

/** What `/metrics` says. */
export async function metricsOf({ url }: ControllerProcess): Promise<string> {
  return (await axios.get<string>(`${url}/metrics`)).data;
}

/** Lines of a controller's log that speak of missing rights, and its requests that were forbidden, by its own count. */
export async function forbidden(controller: ControllerProcess): Promise<string[]> {
  const counted = (await metricsOf(controller))
    .split("\n")
    .filter((line) => /^serin_kubernetes.*code="403"/.test(line));
  const logged = controller.log.map(({ msg }) => msg).filter((msg) => /forbidden|\b403\b/i.test(msg));
  return [...counted, ...logged];
}

/** How permissions and what was asked for differ. */
export function compare(permissions: readonly Permission[], uses: readonly Use[]) {
  const covering = uses.map((use) => permissions.filter((permission) => covers(permission, use)));
  const textsOf = (some: readonly Permission[]) => [...new Set(some.map(textOf))].sort();
  return {
    forbidden: textsOf(uses.filter(({ status }) => status === 403)),
    /** Asked for, and permitted by nothing that is listed. */
    uncovered: textsOf(uses.filter((_, i) => covering[i]?.length === 0)),
    /** Without one of these, nothing that was asked for would have been forbidden. */
    needless: textsOf(
      permissions.filter((permission) => !covering.some((found) => found.length === 1 && found[0] === permission)),
    ),
  };
}

export const NO_DIFFERENCE = { forbidden: [], uncovered: [], needless: [] };
