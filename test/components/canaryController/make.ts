import type * as pulumi from "@pulumi/pulumi";
import { CanaryController, type CanaryControllerArgs } from "../../../components/canaryController";
import type { Manifest } from "../../deploy/manifests";
import { Mocks, type MockOptions } from "../support/mocks";

export const IMAGE = "registry.example/serin:0.1.0";

/** What a secret is registered as. */
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export interface Made {
  readonly mocks: Mocks;
  readonly controller: CanaryController;
}

/** A controller called `canary`, and all that was registered for it. */
export async function make(
  args: Partial<CanaryControllerArgs> = {},
  opts?: () => pulumi.ComponentResourceOptions,
  mockOptions: MockOptions = {},
): Promise<Made> {
  const mocks = await Mocks.start(mockOptions);
  const controller = await mocks.run(() => new CanaryController("canary", { image: IMAGE, ...args }, opts?.()));
  return { mocks, controller };
}

/** The objects that were registered, by `Kind name`. */
export function objectsOf({ mocks }: Made): Map<string, Manifest> {
  const objects = mocks.resources.filter(({ inputs }) => "kind" in inputs).map(({ inputs }) => inputs);
  return new Map((objects as unknown as Manifest[]).map((object) => [nameOf(object), object]));
}

export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}

/** A member of an object, by its path. */
export function at(of: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], of);
}

/** A member of one of the objects. @param object as `Kind name` */
export const member = (made: Made, object: string, ...path: (string | number)[]): unknown =>
  at(objectsOf(made).get(object), ...path);

/** A member of the pods of the controller, or of the analytics service. */
export const inPods = (made: Made, program: "serin-controller" | "iter8-analytics", ...path: (string | number)[]) =>
  member(made, `Deployment ${program}`, "spec", "template", "spec", ...path);
