import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Layout } from "./layout";

export interface Credentials {
  /** Folder of the API server's own certificate. */
  readonly certificates: string;
  /** The API server's certificate with the authority that signed it: what clients trust. */
  readonly certificate: string;
  /** The token file: one line, the admin. */
  readonly tokens: string;
  /** Holds the range of the Services' addresses, where these answer. */
  readonly serviceRange: string;
  /** Signs the tokens of service accounts. */
  readonly serviceAccountKey: string;
}

export function credentialsOf({ credentials }: Layout): Credentials {
  const certificates = join(credentials, "apiserver");
  return {
    certificates,
    certificate: join(certificates, "apiserver.crt"),
    tokens: join(credentials, "tokens.csv"),
    serviceRange: join(credentials, "service-range"),
    serviceAccountKey: join(credentials, "service-accounts.key"),
  };
}

/** Makes the token and the key that the API server reads, unless an earlier start made them. */
export function prepareCredentials(layout: Layout): void {
  const { certificates, tokens, serviceAccountKey } = credentialsOf(layout);
  mkdirSync(certificates, { recursive: true, mode: 0o700 });
  if (!existsSync(tokens)) {
    const token = randomBytes(24).toString("hex");
    writeFileSync(tokens, `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
  }
  if (!existsSync(serviceAccountKey)) {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    writeFileSync(serviceAccountKey, privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o600 });
  }
}

/** Writes the admin's kubeconfig. Possible once the API server has made its certificate. */
export function writeKubeconfig(layout: Layout, port: number): void {
  const { certificate, tokens } = credentialsOf(layout);
  const [token] = readFileSync(tokens, "utf8").split(",");
  const name = "serin-sandbox";
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [
      {
        name,
        cluster: {
          server: `https://127.0.0.1:${port}`,
          "certificate-authority-data": readFileSync(certificate).toString("base64"),
        },
      },
    ],
    users: [{ name, user: { token } }],
  };
  writeFileSync(layout.kubeconfig, stringify(kubeconfig), { mode: 0o600 });
}
