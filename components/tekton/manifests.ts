import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { TektonReleaseArgs } from "./tektonArgs";

export type Project = "pipeline" | "triggers";

/** The newest releases that the component is known to work with. */
export const defaultVersions: Readonly<Record<Project, string>> = { pipeline: "v1.0.0", triggers: "v0.30.0" };

const files: Readonly<Record<Project, readonly string[]>> = {
  pipeline: ["release.yaml"],
  triggers: ["release.yaml", "interceptors.yaml"],
};

const PLACE = "https://infra.tekton.dev/tekton-releases";
const FORMER_PLACE = "https://storage.googleapis.com/tekton-releases";
/** The last releases that were published at the former place. */
const lastAtFormerPlace: Readonly<Record<Project, readonly number[]>> = { pipeline: [1, 6, 0], triggers: [0, 34, 0] };

/** A version as Tekton writes it. */
export function withV(version: string): string {
  return version.startsWith("v") ? version : `v${version}`;
}

/**
 * Where a project has published the manifests of a version.
 *
 * @example releaseUrls("pipeline", "1.0.0")
 * // ["https://storage.googleapis.com/tekton-releases/pipeline/previous/v1.0.0/release.yaml"]
 */
export function releaseUrls(project: Project, version: string): string[] {
  const place = isAfter(version, lastAtFormerPlace[project]) ? PLACE : FORMER_PLACE;
  return files[project].map((file) => `${place}/${project}/previous/${withV(version)}/${file}`);
}

function isAfter(version: string, last: readonly number[]): boolean {
  const numbers = (/\d+\.\d+\.\d+/.exec(version)?.[0] ?? "").split(".").map(Number);
  const index = numbers.findIndex((number, at) => number !== last[at]);
  return index >= 0 && (numbers[index] ?? 0) > (last[index] ?? 0);
}

/** What is to be installed of a project: its manifests, in their order. */
export function manifestsOf(project: Project, { version, manifest }: TektonReleaseArgs): pulumi.Input<string>[] {
  if (manifest !== undefined) return typeof manifest === "string" ? [manifest] : [...manifest];
  const known = version ?? defaultVersions[project];
  return files[project].map((_, index) =>
    pulumi.output(known).apply((text) => releaseUrls(project, text)[index] as string),
  );
}

/** The version that is installed: with a file of one's own, what its labels say. */
export function versionOf(
  project: Project,
  { version, manifest }: TektonReleaseArgs,
): pulumi.Output<string | undefined> {
  if (version !== undefined) return pulumi.output(version).apply(withV);
  if (manifest === undefined) return pulumi.output(defaultVersions[project]);
  const [first = ""] = typeof manifest === "string" ? [manifest] : manifest;
  return pulumi.output(existsSync(first) ? labelledVersion(project, readFileSync(first, "utf8")) : undefined);
}

/** The release that the labels of a manifest name. */
export function labelledVersion(project: Project, manifest: string): string | undefined {
  return new RegExp(`${project}\\.tekton\\.dev/release: "?(v[\\w.+-]+)`).exec(manifest)?.[1];
}
