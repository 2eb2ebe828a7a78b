import assert from "node:assert/strict";
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { scrapeTargets, TargetFile } from "../../../sandbox/dataplane/scrapeTargets";
import { pod } from "../mesh/fixtures";

const proxies = { own: 15090, envoys: [15001, 15002] };

describe("what Prometheus scrapes", () => {
  it("is the data plane, both Envoys (seldom), and each pod that is ready", () => {
    const pods = [pod("web", "v1", { ip: "127.1.0.5" }), pod("web", "v2", { ip: "127.1.0.6" })];
    assert.deepEqual(scrapeTargets({ ...proxies, pods }), [
      { targets: ["127.0.0.1:15090"] },
      {
        targets: ["127.0.0.1:15001", "127.0.0.1:15002"],
        labels: { __metrics_path__: "/stats/prometheus", __scrape_interval__: "5s" },
      },
      {
        targets: ["127.1.0.5:15020"],
        labels: { __metrics_path__: "/stats/prometheus", namespace: "shop", pod: "web-v1-0" },
      },
      {
        targets: ["127.1.0.6:15020"],
        labels: { __metrics_path__: "/stats/prometheus", namespace: "shop", pod: "web-v2-0" },
      },
    ]);
  });

  it("has no pod that does not serve, or that has no address of its own", () => {
    const unfit = [{ ip: "127.1.0.5", ready: false }, {}, { ip: "127.0.0.1" }, { ip: "10.0.0.7" }];
    const pods = unfit.map((more) => pod("web", "v1", more));
    assert.equal(scrapeTargets({ ...proxies, pods }).length, 2);
  });
});

describe("the file of targets", () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "serin-targets-"));
    path = join(folder, "targets.json");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const withPod = { ...proxies, pods: [pod("web", "v1", { ip: "127.1.0.5" })] };

  it("is replaced as a whole: whoever reads the old one reads on in it", () => {
    const file = new TargetFile(path);
    file.write({ ...proxies, pods: [] });
    const before = readFileSync(path, "utf8");
    linkSync(path, join(folder, "being-read"));
    file.write(withPod);
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), scrapeTargets(withPod));
    assert.equal(readFileSync(join(folder, "being-read"), "utf8"), before);
    assert.deepEqual(readdirSync(folder).sort(), ["being-read", "targets.json"]);
  });

  it("is left alone while nothing changes", () => {
    const file = new TargetFile(path);
    file.write(withPod);
    const { ino } = statSync(path);
    linkSync(path, join(folder, "same")); // keeps the number of the file from being given to a new one
    file.write({ ...withPod, pods: [...withPod.pods] });
    assert.equal(statSync(path).ino, ino);
  });

  it("is written by the next call when it could not be by the last one", () => {
    const later = join(folder, "later");
    const file = new TargetFile(join(later, "targets.json"));
    assert.throws(() => file.write(withPod), { code: "ENOENT" });
    mkdirSync(later);
    file.write(withPod);
    assert.ok(existsSync(join(later, "targets.json")));
  });
});
