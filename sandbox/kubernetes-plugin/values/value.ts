/** What the engine sends in place of a value that is not known yet, in a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The key that tells what a special object of the protocol is. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** The values that the key `SIGNATURE` may have. */
export const SIGNATURES = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  resource: "5cf8f73096256a8f31e491e813e4eb8e",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
} as const;

/** A property as the engine sends it: JSON, in which secrets, references and assets are objects with a signature. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

export type Properties = Record<string, Value>;

export function isMap(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function hasSignature(value: Value | undefined, signature: string): value is Properties {
  return isMap(value) && value[SIGNATURE] === signature;
}

export function isSecret(value: Value | undefined): value is Properties {
  return hasSignature(value, SIGNATURES.secret);
}

export function secret(value: Value): Value {
  return isSecret(value) ? value : { [SIGNATURE]: SIGNATURES.secret, value };
}

/** The value in a secret, else the value itself. */
export function unwrapped(value: Value | undefined): Value | undefined {
  return isSecret(value) ? unwrapped(value["value"]) : value;
}

/** The same value with no secret marked in it. */
export function plain(value: Value): Value {
  if (isSecret(value)) return plain(value["value"] ?? null);
  if (Array.isArray(value)) return value.map(plain);
  if (isMap(value)) return plainMap(value);
  return value;
}

export function plainMap(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, plain(value)]));
}

export function hasUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isMap(value) && Object.values(value).some(hasUnknown);
}

/** The outputs that components are given are turned into what other resources are given: values, secret or unknown. */
export function withoutOutputs(value: Value): Value {
  if (hasSignature(value, SIGNATURES.output)) {
    const known = "value" in value ? withoutOutputs(value["value"] ?? null) : UNKNOWN;
    return value["secret"] === true ? secret(known) : known;
  }
  if (Array.isArray(value)) return value.map(withoutOutputs);
  if (isMap(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutOutputs(inner)]));
  }
  return value;
}

/** Leaves out entries that are null: for Kubernetes they are the same as entries that are not there. */
export function withoutNulls(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutNulls(inner)]));
}

export function without(properties: Properties, keys: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));
}

export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => equal(a[key], b[key]));
}
