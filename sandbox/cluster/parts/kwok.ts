import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "../layout";
import { fakeNode } from "../nodes";
import type { Part } from "./part";

const config = (layout: Layout): string => join(layout.kwok, "kwok.yaml");

/** Plays the fake nodes' kubelets: takes the nodes to Ready and every pod on them to Running and Ready (kwok's default stages). */
export const kwok: Part = {
  name: "kwok",
  ports: ["http"],
  needs: ["kube-apiserver"],
  health: { scheme: "http", path: "/healthz" },
  // A file of our own, because kwok would otherwise read one in the user's home.
  prepare: ({ layout }) =>
    writeFileSync(config(layout), "apiVersion: config.kwok.x-k8s.io/v1alpha1\nkind: KwokConfiguration\noptions: {}\n"),
  command: ({ layout, toolchain, ports }) => ({
    program: toolchain.paths.kwok,
    args: [
      `--config=${config(layout)}`,
      `--kubeconfig=${layout.kubeconfig}`,
      `--server-address=127.0.0.1:${ports.http}`,
      `--manage-nodes-with-annotation-selector=${fakeNode.name}=${fakeNode.value}`,
      "--node-lease-duration-seconds=120",
    ],
  }),
};
