import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releaseManifest } from "../../../sandbox/toolchain/release";

describe("the manifest of a release", () => {
  const source = mkdtempSync(join(tmpdir(), "serin-release-"));
  after(() => rmSync(source, { recursive: true, force: true }));

  it("is every file in order, with images by name and the version in the labels", () => {
    mkdirSync(join(source, "config", "types"), { recursive: true });
    writeFileSync(join(source, "config", "types", "a.yaml"), "kind: Type\n");
    writeFileSync(
      join(source, "config", "2.yaml"),
      'image: ko://example.org/x/cmd/a-b\narg: "ko://example.org/x/cmd/c"\n',
    );
    writeFileSync(join(source, "config", "1.yaml"), 'version: "devel"\nname: development\nrelease: devel\n');
    writeFileSync(join(source, "config", "notes.md"), "no manifest");
    const recipe = { from: "example.org/x", folders: ["config/types", "config"], images: "registry.example/x" };
    assert.equal(
      releaseManifest(source, recipe, "v1.2.3"),
      [
        "kind: Type",
        "---",
        'version: "v1.2.3"',
        "name: development",
        'release: "v1.2.3"',
        "---",
        "image: registry.example/x/a-b:v1.2.3",
        'arg: "registry.example/x/c:v1.2.3"',
        "",
      ].join("\n"),
    );
  });
});
