import { performance } from "node:perf_hooks";
import type { PulumiStack } from "../pulumi/pulumiStack";
import type { DemoVersion } from "./versions";

/** What became of one version. */
export interface Shipment {
  readonly version: DemoVersion;
  readonly exitCode: number | null;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly seconds: number;
}

/** One `pulumi up` of the release program, its progress passed on line by line. */
export async function ship(stack: PulumiStack, version: DemoVersion, say: (line: string) => void): Promise<Shipment> {
  say(`$ pulumi config set image reviews:${version.tag} && pulumi up     # ${version.story}`);
  await stack.configure({
    image: `reviews:${version.tag}`,
    ...Object.fromEntries(
      Object.entries(version.behaviour).map(([key, value]) => [`podAnnotations["mesh.serin.dev/${key}"]`, value]),
    ),
  });
  const start = performance.now();
  const log: string[] = [];
  let last: string | undefined;
  const { code } = await stack.up({
    preview: true,
    onLine: (line) => {
      log.push(line);
      const progress = progressOf(line);
      if (progress !== undefined && progress !== last) say(`  ${progress}`);
      last = progress ?? last;
    },
  });
  const outputs = await stack.outputs();
  if (outputs["verdict"] !== version.verdict) say(log.join("\n")); // something went wrong: show all of it
  const seconds = (performance.now() - start) / 1000;
  say(`  exit code ${code}, ${seconds.toFixed(0)} s`);
  return { version, exitCode: code, outputs, seconds };
}

/**
 * What one line of `pulumi up` tells about the release; undefined for Pulumi's own lines. Pulumi prefixes what a
 * provider prints with the stack's name, and repeats it at the end, without the prefix.
 */
export function progressOf(line: string): string | undefined {
  const told = /^\s+pulumi:pulumi:Stack \S+ (?:creating|updating|running)(?: \(.*?\))? (?!error:|warning:)(.+)$/.exec(
    line,
  );
  if (told) return told[1];
  return /serin:CanaryGate .*; (error: .+)$/.exec(line)?.[1];
}
