import * as pulumi from "@pulumi/pulumi";

/** Fields of Prometheus' configuration that hold a secret; each has a twin that names a file. */
const secretFields = [
  "password",
  "credentials",
  "bearer_token",
  "client_secret",
  "client_certificate_key",
  "secret_key",
  "api_key",
  "api_token",
  "application_credential_secret",
  "key",
  "token",
];

/** A `key` is that of a certificate, of a selector or of a toleration; only the first one is text in `tls_config`. */
const onlyIn: Readonly<Record<string, string>> = { key: "tls_config" };

/**
 * Where a part of Prometheus' configuration holds a secret in clear text. What is not known yet is not looked at.
 *
 * @example inlineSecrets({ basic_auth: { username: "serin", password: "…" } }) // ["basic_auth.password"]
 */
export function inlineSecrets(config: unknown, path: readonly string[] = []): string[] {
  if (typeof config === "string") return hasPassword(config) ? [path.join(".")] : [];
  if (typeof config !== "object" || config === null || pulumi.Output.isInstance(config)) return [];
  return Object.entries(config).flatMap(([field, value]) => {
    const at = [...path, field];
    const isSecret =
      typeof value === "string" &&
      secretFields.includes(field) &&
      (onlyIn[field] === undefined || onlyIn[field] === path.at(-1));
    return isSecret ? [at.join(".")] : inlineSecrets(value, at);
  });
}

function hasPassword(text: string): boolean {
  return /^https?:\/\/[^/@\s]*:[^/@\s]*@/.test(text);
}

/**
 * Refuses secrets in clear text, because the configuration is a ConfigMap. The message names the field and never its value.
 *
 * @throws RunError
 */
export function refuseInlineSecrets(component: string, field: string, config: unknown): void {
  const [first] = inlineSecrets(config, [field]);
  if (first === undefined) return;
  throw new pulumi.RunError(
    `${component} '${first}' (not shown): must not be a secret in clear text: name a file of a Secret, as in ` +
      "password_file: /etc/prometheus-secrets/NAME/KEY, and the Secret in 'secrets'",
  );
}
