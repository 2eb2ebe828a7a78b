import * as pulumi from "@pulumi/pulumi";
import type { CanaryReleaseArgs } from "serin";

/** What a release takes from the platform of its environment. */
export type PlatformSettings = Pick<CanaryReleaseArgs, "prometheusUrl" | "controllerNamespace">;

/** The part of a StackReference that is needed. */
export type Outputs = Pick<pulumi.StackReference, "getOutputDetails">;

/** Settings that the release's own configuration gives, and that so are not asked for. */
export interface Given {
  readonly driver?: "controller" | "pulumi";
  readonly prometheusUrl?: string;
  readonly controllerNamespace?: string;
}

/**
 * Reads the outputs of a platform's stack: where the controller is, and Prometheus as seen from whoever drives the release.
 * That is the controller where the platform has one, unless `driver` says otherwise.
 *
 * @param name the stack's name, such as `organization/serin-platform/production`
 * @throws RunError naming the output that is missing, and what can be done, when the program waits for it
 */
export function platformSettings(name: string, given: Given, outputs: Outputs): PlatformSettings {
  const read = async (output: string): Promise<string | undefined> => {
    const { value, secretValue } = await outputs.getOutputDetails(output);
    const found = (value ?? secretValue) as unknown;
    return typeof found === "string" && found !== "" ? found : undefined;
  };
  const need = async (output: string, remedy: string): Promise<string> => {
    const found = await read(output);
    if (found !== undefined) return found;
    throw new pulumi.RunError(`The stack '${name}' (setting 'platform') has no output '${output}': ${remedy}`);
  };
  const controller = async (): Promise<string | undefined> => {
    if (given.driver === "controller") return need("controllerNamespace", noController);
    return given.driver === "pulumi" ? undefined : read("controllerNamespace");
  };
  const prometheus = async (): Promise<string> => {
    const isDrivenInside = (await controller()) !== undefined;
    return need(isDrivenInside ? "prometheusUrl" : "prometheusExternalUrl", noPrometheus);
  };
  return {
    prometheusUrl: given.prometheusUrl ?? pulumi.output(prometheus()),
    controllerNamespace: given.controllerNamespace ?? (pulumi.output(controller()) as pulumi.Output<string>),
  };
}

const noPrometheus = "install or adopt a Prometheus there and run `pulumi up`, or set 'prometheusUrl' here";
const noController = "install or adopt a controller there and run `pulumi up`, or set 'driver' to pulumi here";
