import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parsePairs, readPodInfo } from "../../../sandbox/app/downward";
import { podInfo, podVolume } from "./fixtures";

describe("files of the downward API", () => {
  const values: readonly [line: string, value: string][] = [
    ['k="plain"', "plain"],
    ['k=""', ""],
    ['k="a=\\"b\\" c\\\\d"', 'a="b" c\\d'],
    ['k="\\a\\b\\f\\n\\r\\t\\v"', "\x07\b\f\n\r\t\v"],
    ['k="\\x00\\x1f\\x7f"', "\x00\x1f\x7f"],
    ['k="ü€😀"', "ü€😀"],
    ['k="\\u00ad\\ufeff\\U000e0001"', "\u00ad\ufeff\u{e0001}"],
    ['k="\\xff"', "\ufffd"],
    ['k="\\\\n"', "\\n"],
  ];
  for (const [line, value] of values) {
    it(`hold ${line}`, () => assert.deepEqual(parsePairs(`${line}\n`, assert.fail), { k: value }));
  }

  it("have a pair in each line", () => {
    const text = 'app="reviews"\nexample.com/a-b_c.d="1"\n\nversion="v1"';
    const expected = { app: "reviews", "example.com/a-b_c.d": "1", version: "v1" };
    assert.deepEqual(parsePairs(text, assert.fail), expected);
    assert.deepEqual(parsePairs("", assert.fail), {});
  });

  for (const line of ["k", "k=v", 'k="v', '="v"', 'k="a"b"', 'k="\\q"', 'k="\\x1"', 'k="\\']) {
    it(`do without the line ${line}, and report it`, () => {
      const problems: string[] = [];
      const pairs = parsePairs(`${line}\nnext="1"\n`, (problem) => problems.push(problem));
      assert.deepEqual(pairs, { next: "1" });
      assert.deepEqual(problems, [
        `line ${JSON.stringify(line)} is ignored, must be key="value" with the value quoted as in Go`,
      ]);
    });
  }

  describe("of a pod", () => {
    let folder: string;
    beforeEach(() => (folder = podVolume(podInfo({ "error-rate": "0.5" }))));
    afterEach(() => rmSync(folder, { recursive: true }));

    it("tell who it is", () => {
      assert.deepEqual(readPodInfo(folder, assert.fail), podInfo({ "error-rate": "0.5" }));
    });

    it("must have its names", () => {
      writeFileSync(join(folder, "..data/namespace"), "\n");
      assert.throws(() => readPodInfo(folder, assert.fail), /namespace is empty, must hold the pod's namespace$/);
      rmSync(join(folder, "..data/name"));
      assert.throws(() => readPodInfo(folder, assert.fail), /ENOENT.*name/);
    });

    it("are named in problems", () => {
      const problems: string[] = [];
      writeFileSync(join(folder, "..data/labels"), "app");
      assert.deepEqual(readPodInfo(folder, (problem) => problems.push(problem)).labels, {});
      assert.equal(problems.length, 1);
      assert.ok(problems[0]?.startsWith(`${join(folder, "labels")}: line "app" is ignored`), problems[0]);
    });
  });
});
