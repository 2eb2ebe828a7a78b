import type { Properties, Value } from "../values/value";

export interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly generateName?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [other: string]: Value | Readonly<Record<string, string>> | undefined;
}

/** An object as a program asks for it. */
export interface KubernetesManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: Metadata;
  readonly [other: string]: Value | Metadata | undefined;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** An object as the API server has it. */
export interface LiveObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata & {
    readonly name: string;
    readonly uid: string;
    readonly generation?: number;
  };
  readonly spec?: Properties;
  readonly status?: Properties;
  readonly [other: string]: unknown;
}

export function conditionsOf(object: LiveObject): readonly Condition[] {
  return (object.status?.["conditions"] ?? []) as unknown as readonly Condition[];
}

export function conditionOf(object: LiveObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** Annotations that a program asks for, as far as they are texts. */
export function annotationsOf(properties: Properties): Readonly<Record<string, string>> {
  const { annotations } = (properties["metadata"] ?? {}) as { annotations?: Record<string, string> };
  return annotations ?? {};
}
