import { chmod, chown, mkdir, mkdtemp, readdir, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { samePayload, type Payload } from "./payload";

const current = "..data";

/**
 * A folder whose files all change in one moment, as a kubelet's do: they are links through one link, `..data`, which is
 * swapped. Who watches the folder, or follows `..data`, never sees a mixture.
 */
export class AtomicFolder {
  private written: Payload | undefined;

  /** @param group owns the files and may read them; undefined for the kubelet's own */
  constructor(
    readonly path: string,
    private readonly group: number | undefined,
  ) {}

  /** Does nothing where the files are the same. */
  async write(payload: Payload): Promise<void> {
    if (this.written && samePayload(this.written, payload)) return;
    await mkdir(this.path, { recursive: true });
    await chmod(this.path, 0o755);
    const old = await readlink(join(this.path, current)).catch(() => undefined);
    const fresh = await mkdtemp(join(this.path, `..${new Date().toISOString().replace(/\W/g, "_")}.`));
    await chmod(fresh, 0o755);
    for (const [path, file] of payload) await this.writeFile(join(fresh, path), file);

    const link = join(this.path, `${current}_tmp`);
    await rm(link, { force: true });
    await symlink(fresh.slice(this.path.length + 1), link);
    await rename(link, join(this.path, current));
    await this.linkNames(new Set([...payload.keys()].map((path) => path.split("/")[0] ?? path)));
    if (old !== undefined) await rm(join(this.path, old), { recursive: true, force: true });
    this.written = payload;
  }

  private async writeFile(
    path: string,
    { data, mode, user }: { data: Buffer; mode: number; user?: number },
  ): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFile(path, data, { mode: 0o600 });
    await this.own(path, user);
    await chmod(path, this.group === undefined ? mode : mode | 0o440);
  }

  private async own(path: string, user: number | undefined): Promise<void> {
    // Only root can give files away; where the kubelet is another, all users of a container are its own.
    if (process.getuid?.() !== 0 || (user ?? this.group) === undefined) return;
    await chown(path, user ?? 0, this.group ?? 0);
  }

  private async linkNames(names: ReadonlySet<string>): Promise<void> {
    const there = (await readdir(this.path)).filter((name) => !name.startsWith(".."));
    for (const name of there.filter((name) => !names.has(name))) await rm(join(this.path, name), { force: true });
    for (const name of names) {
      if (!there.includes(name)) await symlink(join(current, name), join(this.path, name));
    }
  }
}
