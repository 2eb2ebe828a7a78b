import type * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { Prometheus, type PrometheusArgs } from "../../../components/prometheus";
import { Mocks, type MockOptions } from "../support/mocks";

export interface Made {
  readonly mocks: Mocks;
  readonly prometheus: Prometheus;
}

/** A Prometheus called `metrics`, and all that was registered for it. */
export async function make(
  args?: PrometheusArgs,
  opts?: () => pulumi.ComponentResourceOptions,
  mockOptions: MockOptions = {},
): Promise<Made> {
  const mocks = await Mocks.start(mockOptions);
  const prometheus = await mocks.run(() => new Prometheus("metrics", args, opts?.()));
  return { mocks, prometheus };
}

/** A member of what was registered, by its path. */
export function at(of: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], of);
}

export const spec = ({ mocks }: Made): unknown => mocks.named("metrics-server").inputs["spec"];
export const pod = (made: Made): unknown => at(spec(made), "template", "spec");
export const flags = (made: Made): string[] => at(pod(made), "containers", 0, "args") as string[];
export const file = ({ mocks }: Made, name: string): unknown =>
  parse(at(mocks.named("metrics-config").inputs, "data", name) as string);
