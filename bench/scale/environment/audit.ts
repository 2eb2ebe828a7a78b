import { join } from "node:path";
import { stringify } from "yaml";
import type { Layout } from "../../../sandbox/cluster/layout";
import { CONTROLLER_USER } from "./accounts";

/** Larger than any run's log: a rotated log would be read too, but rotating takes time. */
const MAX_MEGABYTES = 100_000;

/** Folder of the API server's audit log. It holds nothing else. */
export function auditFolder({ dir }: Layout): string {
  return join(dir, "audit");
}

export function auditPolicyFile({ dir }: Layout): string {
  return join(dir, "audit-policy.yaml");
}

/** One line for each request of the controller once it is answered; a watch is answered when it ends. */
export const AUDIT_POLICY = stringify({
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived", "ResponseStarted", "Panic"],
  rules: [{ level: "Metadata", users: [CONTROLLER_USER] }, { level: "None" }],
});

/** What the API server is told so that it writes the log. */
export function auditArguments(layout: Layout): readonly string[] {
  return [
    `--audit-policy-file=${auditPolicyFile(layout)}`,
    `--audit-log-path=${join(auditFolder(layout), "audit.log")}`,
    `--audit-log-maxsize=${MAX_MEGABYTES}`,
  ];
}
