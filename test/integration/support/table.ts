import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import axios from "axios";
import { KubeConfig } from "@kubernetes/client-node";
import { objectPath, EXPERIMENTS } from "../../../adapters/kubernetes/paths";

/** A row of what `kubectl get experiments` shows: the API server itself makes the table, column by column. */
export async function experimentTable(kubeconfig: string, namespace: string): Promise<Record<string, unknown>[]> {
  const config = new KubeConfig();
  config.loadFromString(readFileSync(kubeconfig, "utf8"));
  const options: { ca?: Buffer; headers?: Record<string, string> } = {};
  await config.applyToHTTPSOptions(options);
  const { data } = await axios.get<{ columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] }>(
    `${config.getCurrentCluster()?.server}${objectPath(EXPERIMENTS, namespace)}`,
    {
      httpsAgent: new Agent({ ca: options.ca }),
      headers: { ...options.headers, Accept: "application/json;as=Table;v=v1;g=meta.k8s.io" },
    },
  );
  // Two columns have the same name, as in Iter8: the second gets a number.
  const names = data.columnDefinitions.map(({ name }, i, all) =>
    all.findIndex((column) => column.name === name) < i ? `${name}2` : name,
  );
  return data.rows.map(({ cells }) => Object.fromEntries(names.map((name, i) => [name.toLowerCase(), cells[i]])));
}
