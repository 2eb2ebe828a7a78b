/** A CEL rule that the API server checks on every write. */
export interface ValidationRule {
  readonly rule: string;
  readonly message: string;
}

/** The part of a Kubernetes structural schema that this CRD uses, as it is written in JSON and YAML. */
export interface Schema {
  readonly type: "object" | "array" | "string" | "number" | "integer" | "boolean";
  readonly description?: string;
  readonly format?: "int64" | "date-time";
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly maximum?: number;
  readonly exclusiveMaximum?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly "x-kubernetes-list-type"?: "atomic" | "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-preserve-unknown-fields"?: true;
  readonly "x-kubernetes-validations"?: readonly ValidationRule[];
}

/** A duration that the engine's `parseDuration` reads; the rule leaves out what it leaves out: zero. */
export const duration: Schema = {
  type: "string",
  pattern: "^([0-9]+([.][0-9]+)?(ms|s|m|h))+$",
  // Bounds the cost that the API server estimates for the rule.
  maxLength: 32,
  "x-kubernetes-validations": [
    { rule: "duration(self) > duration('0s')", message: "must be longer than zero, such as 30s, 1m30s or 2h" },
  ],
};

/** A share of traffic, in percent. */
export const percentage: Schema = { type: "number", minimum: 0, maximum: 100 };

/** A share of traffic that is never nothing, in percent: without requests there is no evidence. */
export const positivePercentage: Schema = { ...percentage, exclusiveMinimum: true };

/** A moment as RFC 3339. */
export const time: Schema = { type: "string", format: "date-time" };

/** A moment in ns since 1970, as Iter8 writes it. */
export const nanoseconds: Schema = { type: "integer", format: "int64", minimum: 0 };

/** The name of a Deployment or another object named by Kubernetes' usual rule (RFC 1123 subdomain). */
export const objectName: Schema = {
  type: "string",
  pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
  minLength: 1,
  maxLength: 253,
};

/** Fields of Kubernetes' ObjectReference that Iter8 accepts and does not use. */
export const unusedReferenceFields: Readonly<Record<string, Schema>> = {
  fieldPath: { type: "string", description: "Accepted for compatibility; not used." },
  resourceVersion: { type: "string", description: "Accepted for compatibility; not used." },
  uid: { type: "string", description: "Accepted for compatibility; not used." },
};
