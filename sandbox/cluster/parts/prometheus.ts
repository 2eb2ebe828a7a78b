import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Layout } from "../layout";
import type { Part } from "./part";

const config = (layout: Layout): string => join(layout.prometheus, "prometheus.yaml");
/** What is to be scraped besides Prometheus itself; Prometheus watches the file. */
export const scrapeTargetsFile = (layout: Layout): string => join(layout.prometheus, "mesh-targets.json");

/** Tells Prometheus where the mesh is. Prometheus watches the file, so the mesh may move while Prometheus runs. */
export function writeMeshTarget(layout: Layout, port?: number): void {
  const groups = port === undefined ? [] : [{ targets: [`127.0.0.1:${port}`] }];
  writeFileSync(scrapeTargetsFile(layout), JSON.stringify(groups));
}

export const prometheus: Part = {
  name: "prometheus",
  ports: ["http"],
  needs: [],
  health: { scheme: "http", path: "/-/ready" },
  prepare: ({ layout, ports }) => {
    if (!existsSync(scrapeTargetsFile(layout))) writeMeshTarget(layout);
    const content = {
      global: { scrape_interval: "1s", scrape_timeout: "1s" },
      scrape_configs: [
        { job_name: "prometheus", static_configs: [{ targets: [`127.0.0.1:${ports.http}`] }] },
        { job_name: "mesh", file_sd_configs: [{ files: [scrapeTargetsFile(layout)] }] },
      ],
    };
    writeFileSync(config(layout), stringify(content));
  },
  command: ({ layout, toolchain, ports }) => ({
    program: toolchain.paths.prometheus,
    args: [
      `--config.file=${config(layout)}`,
      `--storage.tsdb.path=${join(layout.prometheus, "data")}`,
      "--storage.tsdb.retention.time=3h",
      `--web.listen-address=127.0.0.1:${ports.http}`,
      "--log.level=warn",
    ],
  }),
};
