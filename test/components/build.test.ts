import { doesNotThrow, throws } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { assertBuilt } from "../../components/build";

const FOLDERS = ["engine", "adapters", "driver", "provider"];

describe("assertBuilt", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "serin-build-"));
    for (const folder of FOLDERS) write(join(folder, "part", "a.ts"), 1000);
    write("tsconfig.json", 1000);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function write(file: string, modifiedAt: number): void {
    const path = join(root, file);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, "");
    utimesSync(path, modifiedAt, modifiedAt);
  }

  const says = (message: RegExp) => (error: unknown) => RunError.isInstance(error) && message.test(error.message);

  it("says so when nothing was ever built", () => {
    throws(() => assertBuilt(root), says(/^Serin is not built: run `npm run build`$/));
  });

  it("is content with a build that is newer than every source", () => {
    write("dist/.tsbuildinfo", 2000);
    doesNotThrow(() => assertBuilt(root));
  });

  for (const folder of FOLDERS) {
    it(`names the source in ${folder}/ that is newer`, () => {
      write("dist/.tsbuildinfo", 2000);
      write(`${folder}/deep/er/b.ts`, 3000);
      throws(
        () => assertBuilt(root),
        says(new RegExp(`^Serin's build is older than ${folder}/deep/er/b.ts: run .npm run build`)),
      );
    });
  }

  it("does not mind what the provider does not run", () => {
    write("dist/.tsbuildinfo", 2000);
    write("test/a.test.ts", 3000);
    write("engine/notes.md", 3000);
    doesNotThrow(() => assertBuilt(root));
  });

  it("has nothing to say of an installed package, which has no sources", () => {
    rmSync(join(root, "tsconfig.json"));
    for (const folder of FOLDERS) rmSync(join(root, folder), { recursive: true });
    doesNotThrow(() => assertBuilt(root));
  });
});
