import { match, notStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { candidateName, deploymentName, experimentName, releaseKey, templateVersion } from "../../provider/version";
import { parseInputs } from "../../provider/validation";
import { inputs, settings } from "./stage";

function workloadOf(image: string) {
  const { workload } = inputs(image);
  if (!workload) throw new Error("no workload");
  return workload;
}

describe("names of a release", () => {
  it("a version is its template, whatever else changes", () => {
    const one = workloadOf("reviews:v1");
    strictEqual(templateVersion(one), templateVersion({ ...one, replicas: 7, ports: [{ port: 1 }] }));
    notStrictEqual(templateVersion(one), templateVersion(workloadOf("reviews:v2")));
    match(templateVersion(one), /^[0-9a-f]{8}$/);
  });

  it("the order of a template's members makes no other version", () => {
    const { template } = workloadOf("reviews:v1");
    const turned = { spec: template.spec, metadata: template.metadata };
    strictEqual(templateVersion({ template: turned }), templateVersion({ template }));
  });

  it("a Deployment is named after the Service, the version label and the template", () => {
    match(deploymentName("reviews", workloadOf("reviews:v3")), /^reviews-v3-[0-9a-f]{8}$/);
  });

  for (const label of ["V3", "1.2.3", "x".repeat(40), "-a", ""]) {
    it(`leaves a version label out that is no part of a name: '${label}'`, () => {
      const workload = workloadOf("reviews:v1");
      workload.template.metadata.labels["version"] = label;
      match(deploymentName("reviews", workload), /^reviews-[0-9a-f]{8}$/);
    });
  }

  it("are short enough to be labels, even for the longest Service", () => {
    const service = "a".repeat(63);
    const long = parseInputs({ ...settings(`reviews:${"v".repeat(22)}`), service });
    ok(candidateName(long).length <= 63, candidateName(long));
    ok(experimentName(long, "b".repeat(200)).length <= 50);
  });

  it("another candidate, baseline or attempt is another experiment", () => {
    const name = experimentName(inputs("reviews:v2"), "one");
    strictEqual(experimentName(inputs("reviews:v2", { maxStall: "1h" }), "one"), name);
    for (const other of [
      experimentName(inputs("reviews:v3"), "one"),
      experimentName(inputs("reviews:v2"), "two"),
      experimentName(inputs("reviews:v2", { attempt: "2" }), "one"),
    ]) {
      notStrictEqual(other, name);
    }
  });

  it("the key of a release changes with what is to be released, and with nothing else", () => {
    const key = releaseKey(inputs("reviews:v1"));
    strictEqual(
      releaseKey(inputs("reviews:v1", { gracePeriod: "9s", traffic: { strategy: "check_and_increment", step: 1 } })),
      key,
    );
    notStrictEqual(releaseKey(inputs("reviews:v2")), key);
    notStrictEqual(releaseKey(inputs("reviews:v1", { attempt: "2" })), key);
  });

  it("a candidate must be given", () => {
    throws(
      () => candidateName({ ...inputs("reviews:v1"), workload: undefined }),
      /needs a 'candidate' or a 'workload'/,
    );
  });
});
