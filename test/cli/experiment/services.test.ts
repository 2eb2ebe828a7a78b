import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processServices } from "../../../cli/experiment/services";
import { serin } from "../serin";

const kubeconfig = (url: string) => `
apiVersion: v1
kind: Config
current-context: plain
clusters: [{ name: c, cluster: { server: "${url}", insecure-skip-tls-verify: true } }]
users: [{ name: u, user: { token: secret-token } }]
contexts:
  - { name: plain, context: { cluster: c, user: u } }
  - { name: books, context: { cluster: c, user: u, namespace: bookinfo } }
`;

describe("cli: the cluster of serin experiment", () => {
  let folder: string;
  let file: string;
  let server: Server;
  let url: string;
  let requests: { url?: string; token?: string }[];

  before(async () => {
    server = createServer(({ url: path, headers }, response) => {
      requests.push({ url: path, token: headers.authorization });
      const isForbidden = path?.includes("/namespaces/closed/");
      response.writeHead(isForbidden ? 403 : 200, { "Content-Type": "application/json" });
      response.end(JSON.stringify(isForbidden ? { message: "experiments.iter8.tools is forbidden" } : { items: [] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder = await mkdtemp(join(tmpdir(), "serin-kubeconfig-"));
    file = join(folder, "config.yaml");
    await writeFile(file, kubeconfig(url));
  });
  beforeEach(() => (requests = []));
  after(async () => {
    await rm(folder, { recursive: true });
    server.closeAllConnections();
    server.close();
  });

  const collection = (namespace: string) => `/apis/iter8.tools/v1alpha1/namespaces/${namespace}/experiments`;

  it("takes the namespace of the context, else default", async () => {
    const plain = await serin(`experiment list --kubeconfig ${file}`);
    deepStrictEqual([plain.code, plain.err], [0, "no experiments in namespace default\n"]);
    const books = await serin(`experiment list --kubeconfig ${file} --context books`);
    deepStrictEqual([books.code, books.err], [0, "no experiments in namespace bookinfo\n"]);
    await serin(`experiment list --kubeconfig ${file} --context books -n test`);
    deepStrictEqual(
      requests.map((request) => request.url),
      [collection("default"), collection("bookinfo"), collection("test")],
    );
    deepStrictEqual(new Set(requests.map(({ token }) => token)), new Set(["Bearer secret-token"]));
  });

  it("names the server when it says no, and no secret", async () => {
    const { code, err } = await serin(`experiment list --kubeconfig ${file} -n closed`);
    strictEqual(code, 1);
    match(err, new RegExp(`^error: Kubernetes API server ${url}: experiments\\.iter8\\.tools is forbidden`));
    strictEqual(err.includes("secret-token"), false);
  });

  it("refuses a kubeconfig that is not there, and an unknown context, exit code 2", async () => {
    const missing = await serin(`experiment list --kubeconfig ${folder}/nowhere`);
    strictEqual(missing.code, 2);
    match(missing.err, /^error: option '--kubeconfig' \(.*\/nowhere\): ENOENT/);
    const unknown = await serin(`experiment list --kubeconfig ${file} --context nowhere`);
    strictEqual(unknown.code, 2);
    match(unknown.err, /^error: option '--context' \(nowhere\) must be one of the kubeconfig's: plain, books$/m);
    deepStrictEqual(requests, []);
  });

  it("refuses a kubeconfig that names no cluster", async () => {
    const empty = join(folder, "empty.yaml");
    await writeFile(empty, "apiVersion: v1\nkind: Config\n");
    await rejects(processServices.connect(empty, undefined), /option '--kubeconfig' .*empty\.yaml/);
  });
});
