import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countRequests, parseAuditLine, readAudit } from "../../../../bench/scale/measure/audit";

const EXPERIMENTS = "/apis/iter8.tools/v1alpha1/experiments";

/** A line as the API server writes it, so many seconds after 1970. */
function line(verb: string, requestURI: string, objectRef: object | undefined, second = 1, code = 200): string {
  const requestReceivedTimestamp = `1970-01-01T00:00:${String(second).padStart(2, "0")}.000000Z`;
  return JSON.stringify({
    kind: "Event",
    level: "Metadata",
    stage: "ResponseComplete",
    verb,
    requestURI,
    objectRef,
    requestReceivedTimestamp,
    responseStatus: { code },
  });
}

const experiments = { resource: "experiments", apiGroup: "iter8.tools" };
const one = { ...experiments, namespace: "a", name: "e" };
const informer = [
  line("list", `${EXPERIMENTS}?limit=500`, experiments),
  line("list", `${EXPERIMENTS}?limit=500&continue=x`, experiments),
  line("watch", `${EXPERIMENTS}?watch=true&resourceVersion=7`, experiments),
];
const count = (lines: readonly string[], from = 0, to = 60_000) => countRequests(lines.map(parseAuditLine), from, to);

describe("the audit of the controller's requests", () => {
  it("reads what was asked for", () => {
    const parsed = parseAuditLine(line("update", `${EXPERIMENTS}/e/status`, { ...one, subresource: "status" }, 3, 409));
    assert.deepEqual(
      [parsed.at, parsed.verb, parsed.resource, parsed.code],
      [3_000, "update", "experiments/status", 409],
    );
    assert.equal(parseAuditLine(line("get", "/version?timeout=1s", undefined)).resource, "/version");
  });
  it("takes lists that a watch goes with for an informer's, pages included", () => {
    assert.deepEqual(count(informer).readsOutsideInformers, {});
    assert.deepEqual(count(informer).informers, { "list experiments": 2, "watch experiments": 1 });
    assert.equal(count(informer).total, 3);
  });
  it("tells of reads that are not an informer's", () => {
    const others = [
      line("get", `${EXPERIMENTS}/e`, one),
      line("get", `${EXPERIMENTS}/e`, one),
      line("list", EXPERIMENTS, experiments),
      line("get", "/version", undefined),
    ];
    assert.deepEqual(count([...informer, ...others]).readsOutsideInformers, {
      "get experiments": 2,
      "get /version": 1,
      "list experiments": 1,
    });
  });
  it("does not pair the list of one collection with the watch of another", () => {
    const list = line("list", "/api/v1/services", { resource: "services" });
    const found = count([list, ...informer]);
    assert.deepEqual(found.readsOutsideInformers, { "list services": 1 });
    assert.equal(found.informers["list services"], undefined);
  });
  it("counts what was received in the time only", () => {
    const lines = [1, 2, 3].map((second) => line("patch", `${EXPERIMENTS}/e`, one, second));
    assert.equal(count(lines, 2_000, 3_000).total, 1);
  });
  it("counts conflicts apart from other errors", () => {
    const lines = [200, 409, 404, 500].map((code) => line("patch", `${EXPERIMENTS}/e`, one, 1, code));
    assert.deepEqual([count(lines).conflicts, count(lines).failed], [1, 2]);
  });
  it("reads all files of a folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "serin-test-audit-"));
    try {
      writeFileSync(join(folder, "audit-2026-01-01T00-00-00.000.log"), `${informer.join("\n")}\n`);
      writeFileSync(join(folder, "audit.log"), `${informer[0]}\n`);
      assert.equal((await readAudit(folder)).length, 4);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
