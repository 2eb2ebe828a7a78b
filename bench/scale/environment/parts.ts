import { mkdirSync, writeFileSync } from "node:fs";
import { etcd } from "../../../sandbox/cluster/parts/etcd";
import { apiServer } from "../../../sandbox/cluster/parts/kubernetes";
import { simulatedMesh } from "../../../sandbox/cluster/parts/mesh";
import type { Part } from "../../../sandbox/cluster/parts/part";
import { prometheus } from "../../../sandbox/cluster/parts/prometheus";
import { compiledScript } from "../../../sandbox/toolchain/packageRoot";
import { prepareAccounts } from "./accounts";
import { AUDIT_POLICY, auditArguments, auditFolder, auditPolicyFile } from "./audit";

/** The sandbox's API server, with a second user and an audit log. */
const auditedApiServer: Part = {
  ...apiServer,
  prepare: ({ layout }) => {
    prepareAccounts(layout);
    mkdirSync(auditFolder(layout), { recursive: true, mode: 0o700 });
    writeFileSync(auditPolicyFile(layout), AUDIT_POLICY);
  },
  command: (context) => {
    const { program, args } = apiServer.command(context);
    return { program, args: [...args, ...auditArguments(context.layout)] };
  },
};

/** Stands where the sandbox has its mesh, so that Prometheus scrapes it just the same. */
const exporter: Part = {
  ...simulatedMesh,
  command: ({ layout, ports }) => ({
    program: process.execPath,
    args: [
      compiledScript("bench/scale/exporter/main.js"),
      "--kubeconfig",
      layout.kubeconfig,
      "--port",
      String(ports.http),
    ],
  }),
};

/** The processes around the controller, before and after Istio's types are there. */
export const BEFORE_TYPES: readonly Part[] = [prometheus, etcd, auditedApiServer];
export const AFTER_TYPES: readonly Part[] = [exporter];
