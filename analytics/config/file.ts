import { parse } from "yaml";
import { z } from "zod";
import type { PrometheusOptions } from "../../adapters/prometheus";
import { ConfigError } from "./errors";

/** What iter8-analytics' configuration file says. */
export interface FileConfig {
  readonly port?: number;
  readonly url?: string;
  readonly auth?: PrometheusOptions["auth"];
  readonly warnings: readonly string[];
}

const text = z.string("must be text");
const port = z.coerce
  .number("must be a port, 0 to 65535")
  .int("must be a port, 0 to 65535")
  .min(0, "must be a port, 0 to 65535")
  .max(65_535, "must be a port, 0 to 65535");

const authentication = z.strictObject({
  type: z.enum(["none", "basic"], "must be none or basic").nullish(),
  username: text.nullish(),
  password: text.nullish(),
  insecure_skip_verify: z
    .literal(
      false,
      "is not supported: certificates are always checked; name the authority of yours in NODE_EXTRA_CA_CERTS",
    )
    .nullish(),
  ca_file: text.nullish(),
  token: text.nullish(),
});

const schema = z.strictObject(
  {
    port: port.nullish(),
    metricsBackend: z
      .strictObject(
        {
          type: z.literal("prometheus", "must be prometheus").nullish(),
          url: text.nullish(),
          auth: authentication.nullish(),
          // The name of the same member in Iter8's Helm values.
          authentication: authentication.nullish(),
        },
        { error: notMembers },
      )
      .nullish(),
  },
  { error: notMembers },
);

type Authentication = z.infer<typeof authentication>;

/** Settings that Iter8 v0.1 reads and does not use, as this service does. */
const UNUSED = ["ca_file", "token"] as const;

/**
 * Reads the text of iter8-analytics' configuration file, `config.yaml`.
 *
 * @param path for messages
 * @throws {ConfigError} naming the member, its value and what is allowed; passwords and tokens are never shown
 */
export function readConfigFile(path: string, content: string): FileConfig {
  const parsed = parseYaml(path, content) ?? {};
  const checked = schema.safeParse(parsed);
  if (!checked.success) throw new ConfigError(`${path}: ${faultOf(checked.error, parsed)}`);
  const backend = checked.data.metricsBackend ?? {};
  if (backend.auth && backend.authentication) {
    throw new ConfigError(`${path}: 'metricsBackend' may have 'auth' or 'authentication', not both`);
  }
  const found: Authentication = backend.auth ?? backend.authentication ?? {};
  return {
    port: checked.data.port ?? undefined,
    url: backend.url ?? undefined,
    auth: basicAuth(path, found),
    warnings: UNUSED.filter((name) => found[name]).map(
      (name) => `'metricsBackend.auth.${name}' in ${path} has no effect, as in Iter8`,
    ),
  };
}

function basicAuth(path: string, { type, username, password }: Authentication): FileConfig["auth"] {
  if (type !== "basic") return undefined;
  if (username && password) return { kind: "basic", username, password };
  const missing = username ? "password" : "username";
  throw new ConfigError(`${path}: 'metricsBackend.auth.${missing}' is needed for the type basic`);
}

function parseYaml(path: string, content: string): unknown {
  try {
    return parse(content);
  } catch (cause) {
    // The rest of the message quotes the file, which may hold a password.
    const [why] = String((cause as Error).message).split(/ at line |\n/);
    throw new ConfigError(`${path} is not YAML: ${why}`, { cause });
  }
}

function notMembers(issue: { readonly code?: string }): string | undefined {
  return issue.code === "invalid_type" ? "must be an object" : undefined;
}

function faultOf({ issues }: z.ZodError, parsed: unknown): string {
  const [issue] = issues;
  if (issue === undefined) return "is not usable";
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const unknown = issue.keys.map((key) => `'${[...issue.path, key].join(".")}'`);
    return `${unknown.join(", ")} is not a setting of iter8-analytics`;
  }
  const secret = /(password|token)$/.test(path);
  const value = issue.path.reduce<unknown>(
    (at, name) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[name] : undefined),
    parsed,
  );
  const shown = secret || typeof value === "object" ? "" : ` (${String(value)})`;
  return `${path === "" ? "the file" : `'${path}'`}${shown} ${issue.message}`;
}
