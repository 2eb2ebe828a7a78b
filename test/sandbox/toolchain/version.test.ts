import assert from "node:assert/strict";
import { formatVersion, isAtLeast, parseVersion } from "../../../sandbox/toolchain/version";

describe("versions", () => {
  const told: [string, string | undefined][] = [
    ["etcd Version: 3.6.8\nGit SHA: abc\nGo Version: go1.26.8", "3.6.8"],
    ["Kubernetes v1.36.3", "1.36.3"],
    ["Kubernetes v0.0.0-master+$Format:%H$", "0.0.0"],
    ["kwok version v0.7.0 go1.26.8 (linux/amd64)", "0.7.0"],
    ["prometheus, version 3.0.0 (branch: , revision: unknown)", "3.0.0"],
    ["\nenvoy  version: 9e5580933739775e8bce696a57a2e1bc99368f23/1.40.0/Clean/RELEASE/BoringSSL", "1.40.0"],
    ["Version: v12.13.0\nCommit: \nRuntime: go1.26.8 linux/amd64\nDate: ", "12.13.0"],
    ["v3.220.0", "3.220.0"],
    ["v3.221.0-alpha.1", "3.221.0"],
    ["go1.26", "1.26.0"],
    ["devel go1.27-0f3ab1c", "1.27.0"],
    ["no version here", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of told) {
    it(`reads ${expected ?? "none"} from ${JSON.stringify(text)}`, () => {
      const version = parseVersion(text);
      assert.equal(version && formatVersion(version), expected);
    });
  }

  const compared: [string, string, boolean][] = [
    ["3.6.8", "3.5.0", true],
    ["3.5.0", "3.5.0", true],
    ["3.4.30", "3.5.0", false],
    ["2.99.99", "3.0.0", false],
    ["10.0.0", "9.9.9", true],
    ["1.26.2", "1.26.3", false],
  ];
  for (const [version, minimum, expected] of compared) {
    it(`${version} is ${expected ? "" : "not "}at least ${minimum}`, () => {
      const [left, right] = [parseVersion(version), parseVersion(minimum)];
      assert.ok(left && right);
      assert.equal(isAtLeast(left, right), expected);
    });
  }
});
