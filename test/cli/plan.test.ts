import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Forecast } from "../../engine";
import { serin } from "./serin";

const EXPERIMENT = `
apiVersion: iter8.tools/v1alpha1
kind: Experiment
metadata: { name: reviews, namespace: bookinfo }
spec:
  targetService: { name: reviews, baseline: reviews-v1, candidate: reviews-v2 }
  trafficControl: { strategy: guarded, interval: 15s, trafficStepSize: 10, maxIterations: 120 }
  analysis:
    successCriteria:
      - { metricName: iter8_error_rate, toleranceType: delta, tolerance: 0.75, floor: 0.003 }
`;

/** A Prometheus whose baseline has 20 requests a second, 1 of 1000 of which fails. */
function prometheus(): Server {
  return createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://localhost");
    const [start, end, step] = ["start", "end", "step"].map((name) => Number(searchParams.get(name)));
    const query = searchParams.get("query") ?? "";
    const valueAt = (time: number) => {
      if (query.includes("timestamp(")) return 1;
      const requests = Math.round((time - (start ?? 0)) * 20);
      return query.includes("5..") ? Math.floor(requests / 1000) : requests;
    };
    const values: [number, string][] = [];
    for (let time = start ?? 0; time <= (end ?? 0); time += step ?? 1) values.push([time, String(valueAt(time))]);
    const metric = { destination_workload: "reviews-v1", destination_workload_namespace: "bookinfo" };
    response.end(JSON.stringify({ status: "success", data: { resultType: "matrix", result: [{ metric, values }] } }));
  });
}

describe("cli: serin plan", () => {
  let folder: string;
  let server: Server;
  let url: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "serin-plan-"));
    await writeFile(join(folder, "experiment.yaml"), EXPERIMENT);
    server = prometheus();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    await rm(folder, { recursive: true });
    server.close();
  });

  it("tells the plan of a scenario at its traffic", async () => {
    const { code, out } = await serin("plan --scenario healthy");
    assert.equal(code, 0);
    assert.match(out, /^(19\.\d+|20(\.\d+)?) requests a second now; weights 2 %, 15s 4 %, /m);
    assert.match(out, /^at least \S+, usually \S+, at most 30m$/m);
    assert.match(out, /^iter8_error_rate finds [\d.]+ or more in 80 % of the releases/m);
  });

  it("tells the plan of an Experiment at the traffic that Prometheus knows of", async () => {
    const { code, out, err } = await serin(`plan -f ${folder}/experiment.yaml --prometheus ${url} -o json`);
    assert.equal(code, 0, err);
    const told = JSON.parse(out) as Forecast;
    assert.ok(Math.abs(told.requestsPerSecond - 20) < 0.5, `${told.requestsPerSecond}`);
    assert.deepEqual([told.longestMs, told.schedule[0]?.weight], [1_800_000, 2]);
    const [errors] = told.detections;
    assert.ok(
      errors?.smallest !== undefined && errors.smallest > 0.003 && errors.smallest < 0.01,
      `${errors?.smallest}`,
    );
  });

  const refused: Record<string, [line: () => string, error: RegExp]> = {
    "no subject": [() => "plan", /either option '--scenario' or option '--file' must be given/],
    "two subjects": [() => "plan -s healthy -f x", /either option '--scenario' or option '--file' must be given/],
    "a file that is not there": [
      () => "plan -f /nowhere.yaml",
      /option '--file' \(\/nowhere\.yaml\) must be a file that can be read/,
    ],
    "a scenario that is not there": [() => "plan -s nowhere", /option '--scenario': .*nowhere/],
    "no Prometheus": [() => `plan -f ${folder}/experiment.yaml`, /option '--prometheus' is missing/],
    "no URL": [
      () => `plan -f ${folder}/experiment.yaml --prometheus prom`,
      /option '--prometheus': 'prom' is not the URL/,
    ],
  };
  for (const [name, [line, error]] of Object.entries(refused)) {
    it(`refuses ${name}, exit code 2`, async () => {
      const { code, err } = await serin(line());
      assert.equal(code, 2);
      assert.match(err, error);
    });
  }

  it("refuses what is no Experiment", async () => {
    const file = join(folder, "service.yaml");
    await writeFile(file, "apiVersion: v1\nkind: Service\nmetadata: { name: x }\n");
    const { code, err } = await serin(`plan -f ${file}`);
    assert.equal(code, 2);
    assert.match(err, /must be an Experiment \(iter8\.tools\/v1alpha1\): 'apiVersion'/);
  });

  it("says so when there is nothing to tell", async () => {
    const file = join(folder, "point.yaml");
    await writeFile(
      file,
      EXPERIMENT.replace("strategy: guarded", "strategy: check_and_increment").replace(", floor: 0.003", ""),
    );
    const { code, err } = await serin(`plan -f ${file} --prometheus ${url}`);
    assert.equal(code, 2);
    assert.match(err, /this one has mode point/);
  });
});
