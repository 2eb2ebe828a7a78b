import assert from "node:assert/strict";

import { commandOf } from "../../../../sandbox/kubelet/runtime/command";
import { readImageTable } from "../../../../sandbox/kubelet/runtime/images";

const table = (...images: string[]) =>
  readImageTable(JSON.stringify(images.map((image) => ({ image, command: ["x"] }))));

describe("the image table", () => {
  const cases: [string[], string, string | undefined][] = [
    [["reviews"], "docker.io/istio/reviews:v3", "reviews"],
    [["reviews"], "localhost:5000/reviews", "reviews"],
    [["reviews"], "previews", undefined],
    [["reviews", "istio/reviews"], "docker.io/istio/reviews:v3", "istio/reviews"],
    [["istio/reviews", "reviews:v3", "*"], "docker.io/istio/reviews:v3", "reviews:v3"],
    [["reviews:v3"], "reviews:v2", undefined],
    [["reviews:latest"], "reviews", "reviews:latest"],
    [["*", "reviews"], "ratings@sha256:" + "a".repeat(64), "*"],
    [["*"], "not an image", undefined],
  ];
  for (const [names, image, expected] of cases) {
    it(`${names.join(", ")}: ${image} is ${expected ?? "unknown"}`, () => {
      assert.equal(table(...names).find(image)?.image, expected);
    });
  }

  const faults = [
    ["nonsense", /image table: not JSON/],
    ['[{ "image": "a" }]', /entry 0, 'command'/],
    ['[{ "image": "a", "command": [] }, { "image": "b c", "command": [] }]', /entry 1, 'image': is no image's name/],
    ['[{ "image": "a", "command": [], "podInfo": "x" }]', /entry 0, 'podInfo': must be an absolute path/],
    ['[{ "image": "a", "command": [], "files": ["x"] }]', /entry 0, 'files.0': must be an absolute path/],
    ['[{ "image": "a", "command": [], "user": "web" }]', /entry 0, 'user': must be a user's number, or user:group/],
    ['[{ "image": "a", "command": [] }, { "image": "a", "command": [] }]', /'a' has two entries/],
  ] as const;
  for (const [text, words] of faults) it(`refuses ${text}`, () => assert.throws(() => readImageTable(text), words));
});

describe("a container's command line", () => {
  const entry = {
    image: "web",
    command: ["server", "{podIP}"],
    args: ["--ports", "{containerPorts}", "{podName}"],
    env: {},
    files: [],
  };
  const config = {
    pod: { namespace: "n", name: "p", uid: "u" },
    podIP: "127.1.0.2",
    ports: [80, 443],
    image: "web:1",
    command: [],
    args: [],
  };
  const cases = [
    [{}, ["server", "127.1.0.2", "--ports", "80,443", "p"]],
    [{ args: ["{podIP}"] }, ["server", "127.1.0.2", "{podIP}"]],
    [{ command: ["sh"] }, ["sh"]],
    [{ command: ["sh"], args: ["-c"] }, ["sh", "-c"]],
  ] as const;
  for (const [asked, expected] of cases) {
    it(JSON.stringify(asked), () => assert.deepEqual(commandOf(entry, { ...config, ...asked }), expected));
  }
  it("must come from somewhere", () => {
    assert.throws(() => commandOf({ ...entry, command: [], args: [] }, config), /no command specified/);
  });
});
