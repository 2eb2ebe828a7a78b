import { randomInt } from "node:crypto";
import { mkdtempSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { PodInfo } from "../../../sandbox/app/downward";

/** The pod of a Deployment `reviews-v1`. */
export function podInfo(annotations: Readonly<Record<string, string>> = {}, more: Partial<PodInfo> = {}): PodInfo {
  const labels = { app: "reviews", version: "v1", "pod-template-hash": "5f9d499c9d" };
  return {
    name: "reviews-v1-5f9d499c9d-x7k2p",
    namespace: "shop",
    labels,
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [`mesh.serin.dev/${key}`, value]),
    ),
    ...more,
  };
}

/** A new volume of the downward API. */
export function podVolume(info: PodInfo): string {
  const folder = mkdtempSync(join(tmpdir(), "serin-app-"));
  swap(folder, info);
  for (const file of ["name", "namespace", "labels", "annotations"]) symlinkSync(`..data/${file}`, join(folder, file));
  return folder;
}

/** Replaces what the volume holds at once, as a kubelet does. */
export function swap(folder: string, info: PodInfo): void {
  const version = mkdtempSync(join(folder, "..version-"));
  const pairs = (of: Readonly<Record<string, string>>): string =>
    Object.entries(of)
      .map(([key, value]) => `${key}=${JSON.stringify(value)}\n`)
      .join("");
  const files = {
    name: info.name,
    namespace: info.namespace,
    labels: pairs(info.labels),
    annotations: pairs(info.annotations),
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(version, file), text);
  symlinkSync(version, join(folder, "..data_tmp"));
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
}

/** An address of the loopback network on which nothing is likely to listen. */
export function loopbackAddress(): string {
  return `127.${randomInt(64, 128)}.${randomInt(256)}.${randomInt(1, 255)}`;
}
