import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import {
  ContainerStartError,
  createRuntime,
  readImageTable,
  type ContainerConfig,
  type Runtime,
} from "../../../../sandbox/kubelet/runtime";

const isRoot = process.getuid?.() === 0;
const log = { warn: (fields: object, message: string): void => assert.fail(`${message}: ${JSON.stringify(fields)}`) };
const imagesOf = (folder: string): string =>
  JSON.stringify([
    { image: "web", command: ["sh", "-c", 'echo "$0 $1"'], args: ["{podIP}", "{podNamespace}/{podName}"] },
    { image: "ports", command: ["sh", "-c", 'echo "$0 $1"'], args: ["{containerPorts}", "{podIP}"] },
    { image: "files", command: ["sh", "-c"], files: [join(folder, "image")] },
    { image: "shell", command: ["sh", "-c"], env: { FROM_IMAGE: "{podName}", BOTH: "image" } },
  ]);

for (const userNamespace of isRoot ? [false, true] : [true]) {
  describe(`the runtime, ${userNamespace ? "with a user namespace" : "as root"}`, function () {
    this.timeout(60_000);
    let folder: string;
    let runtime: Runtime;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "serin-runtime-"));
      // Another user's program must reach the volumes.
      await chmod(folder, 0o755);
      const isolation = { tool: "unshare" as const, userNamespace };
      await mkdir(join(folder, "image"));
      await writeFile(join(folder, "image/data"), "of the image\n");
      await writeFile(join(folder, "foreign"), "of nobody\n");
      const images = readImageTable(imagesOf(folder));
      runtime = await createRuntime({ images, stateDir: join(folder, "state"), log, isolation });
    });
    after(() => rm(folder, { recursive: true, force: true }));

    const config = (name: string, script: string, more: Partial<ContainerConfig> = {}): ContainerConfig => ({
      pod: { namespace: "shop", name, uid: `uid-${name}` },
      ...{ name: "main", image: "example.com/tools/shell:1.2", command: [], args: [script], env: {}, mounts: [] },
      ...{
        workingDir: undefined,
        hostname: name,
        podIP: "127.1.0.9",
        ports: [],
        security: {},
      },
      ...{ logFile: join(folder, `${name}.log`), terminationMessagePath: "/dev/termination-log" },
      terminationMessagePolicy: "File",
      ...more,
    });
    const run = async (name: string, script: string, more: Partial<ContainerConfig> = {}) => {
      const container = await runtime.start(config(name, script, more));
      const exit = await container.exited;
      return { container, exit, output: await readFile(join(folder, `${name}.log`), "utf8") };
    };

    it("runs the image's command with its placeholders", async () => {
      const { output, container } = await run("web", "", { image: "web", args: [] });
      assert.equal(output, "127.1.0.9 shop/web\n");
      assert.match(container.id, /^[0-9a-f]{64}$/);
      assert.match(container.imageId, /^web@sha256:[0-9a-f]{64}$/);
    });

    it("gives the program exactly its own variables", async () => {
      process.env["SERIN_TEST_FOREIGN"] = "1";
      process.env["SERIN_SANDBOX_PART"] = "kubelet@/somewhere";
      try {
        const env = { BOTH: "pod", "dotted.name": "a b", IFS: "x", PWD: "/mine", LD_X: "1", serin_found: "its own" };
        const { output } = await run("env", "", { command: ["env", "-0"], args: [], env });
        const expected = {
          ...{ PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root", HOSTNAME: "env" },
          ...{ ...env, FROM_IMAGE: "env", SERIN_SANDBOX_PART: "kubelet@/somewhere" },
        };
        const seen = output.split("\0").filter((entry) => entry !== "");
        assert.deepEqual(
          seen.sort(),
          Object.entries(expected)
            .map((entry) => entry.join("="))
            .sort(),
        );
      } finally {
        delete process.env["SERIN_TEST_FOREIGN"];
        delete process.env["SERIN_SANDBOX_PART"];
      }
    });

    it("has its own processes, host name and writable folders, and the machine's files read-only", async () => {
      const script = `echo pid $$; hostname; pwd; for at in /usr /etc /.host/etc /usr/bin; do touch $at/serin 2>&1; done
        for at in / /tmp /dev/shm /root /run /var/tmp; do touch $at/serin || echo not in $at; done
        ls /proc | grep -c '^[0-9]'; ls -A /.host/proc /.host/dev /.host${folder}/state; echo x >/dev/null; ls /usr/bin/env`;
      const { output } = await run("own", script);
      const lines = output.split("\n");
      assert.deepEqual(lines.slice(0, 3), ["pid 1", "own", "/"]);
      assert.equal(lines.filter((line) => line.includes("Read-only file system")).length, 4, output);
      assert.ok(!output.includes("not in"), output);
      assert.ok(Number(lines[7]) < 5, output);
      assert.deepEqual(lines.slice(8), [
        "/.host/dev:",
        "",
        "/.host/proc:",
        "",
        `/.host${folder}/state:`,
        "/usr/bin/env",
        "",
      ]);
      await assert.rejects(readFile("/run/serin"));
    });

    it("mounts files and folders anywhere, also through links, inside one another and where there is nothing", async () => {
      const volume = join(folder, "volume");
      const file = join(folder, "file");
      await mkdir(volume, { recursive: true });
      await writeFile(join(volume, "greeting"), "hello\n");
      await writeFile(file, "one file\n");
      const hostPasswd = await readFile("/etc/passwd", "utf8");
      const at = (source: string, target: string, readOnly = true) => ({ source, target, readOnly });
      const { output } = await run(
        "mounts",
        `cat /var/run/secrets/a/greeting /run/secrets/a/greeting /etc/podinfo/b/greeting /no/such/place "/with space,comma/x" \
          /etc/hosts; touch /data/new /data/inner/x; touch /var/run/secrets/a/x 2>&1; cat /etc/passwd; ls -d /var/lib`,
        {
          mounts: [
            at(file, "/data/inner"),
            at(volume, "/var/run/secrets/a"),
            at(volume, "/etc/podinfo/b"),
            at(file, "/no/such/place"),
            at(file, "/with space,comma/x"),
            at(file, "/etc/hosts"),
            at(volume, "/data", false),
          ],
        },
      );
      assert.ok(output.startsWith("hello\n".repeat(3) + "one file\n".repeat(3)), output);
      assert.equal(output.match(/Read-only file system/g)?.length, 1, output);
      assert.ok(output.includes(hostPasswd) && output.endsWith("/var/lib\n"), output);
      assert.deepEqual((await readdir(volume)).sort(), ["greeting", "inner", "new"]);
      await assert.rejects(readdir("/etc/podinfo"));
    });

    it("runs as the user that the pod names, without root's powers", async () => {
      const { output } = await run(
        "user",
        "id -u; id -g; grep CapEff /proc/self/status; echo e >/dev/stderr; echo m >/dev/termination-log",
        {
          security: { user: 1234, group: 2345 },
        },
      );
      assert.equal(output, "1234\n2345\nCapEff:\t0000000000000000\ne\n");
    });

    it("runs as nobody what may not be root, in the pod's groups, with the capabilities that it is left", async () => {
      const script =
        "id -u; id -g; echo $HOME; grep -E 'CapPrm|NoNewPrivs' /proc/self/status; touch /tmp/mine && echo ok";
      const drop = { capabilities: { add: [], drop: ["ALL"] }, noNewPrivileges: true };
      const nobody = await run("nobody", script, { security: { nonRoot: true, ...drop } });
      assert.equal(nobody.output, "65534\n65534\n/\nCapPrm:\t0000000000000000\nNoNewPrivs:\t1\nok\n");

      const capabilities = { add: ["NET_ADMIN"], drop: ["CHOWN", "MKNOD"] };
      const root = await run("groups", "grep CapBnd /proc/self/status; id -G", {
        security: { groups: [4, 5], capabilities },
      });
      const [set, groups] = root.output.split("\n");
      // Bits 0 (CHOWN) and 27 (MKNOD) of what containers have by default are gone, and 12 (NET_ADMIN) is new.
      assert.equal(set, "CapBnd:\t00000000a00435fa");
      if (!userNamespace) assert.equal(groups, "0 4 5");
    });

    it("gives an image its ports, and the files that belong to it", async () => {
      const { output: ports } = await run("ports", "", { image: "ports:1", args: [], ports: [8080, 9090] });
      assert.equal(ports, "8080,9090 127.1.0.9\n");
      const { output } = await run(
        "files",
        `cat ${folder}/image/data; cat ${folder}/foreign; touch ${folder}/image/x`,
        {
          image: "files",
        },
      );
      assert.match(output, /^of the image\ncat: .*foreign.*No such file[^]*Read-only file system/);
    });

    it("tells exit code, signal and message", async () => {
      const { exit } = await run("failing", "echo why >/dev/termination-log; exit 3");
      assert.deepEqual({ ...exit, finishedAt: 0 }, { exitCode: 3, signal: undefined, finishedAt: 0, message: "why\n" });
      const fallback = { terminationMessagePolicy: "FallbackToLogsOnError" as const };
      await run("fallback", "echo earlier", fallback);
      const { exit: second } = await run("fallback", "echo the log; exit 1", fallback);
      assert.equal(second.message, "the log\n");
    });

    it("kills everything in a container, and tells its first process to end", async () => {
      const container = await runtime.start(config("killed", "trap '' TERM; sleep 20 & echo up; wait"));
      container.signal("SIGTERM");
      container.signal("SIGKILL");
      const { exitCode, signal } = await container.exited;
      assert.deepEqual({ exitCode, signal }, { exitCode: 137, signal: 9 });
      container.signal("SIGKILL");
      await assert.rejects(container.exec(["true"], 1000), /not running/);
      const polite = await runtime.start(config("polite", "trap 'exit 5' TERM; echo up; while :; do sleep 0.05; done"));
      while (!(await readFile(join(folder, "polite.log"), "utf8")).includes("up")) await sleep(10);
      polite.signal("SIGTERM");
      assert.equal((await polite.exited).exitCode, 5);
    });

    it("runs commands in the container, as its user and with its variables", async () => {
      const capabilities = { add: [], drop: ["ALL"] };
      const more = { security: { user: 77, capabilities }, env: { COLOUR: "red" }, workingDir: "/tmp" };
      const container = await runtime.start(config("exec", "echo here >/tmp/mark; sleep 20", more));
      while ((await container.exec(["test", "-f", "/tmp/mark"], 5000)).exitCode !== 0) await sleep(10);
      const seen = await container.exec(["sh", "-c", 'cat mark; id -u; echo "$COLOUR" >/dev/stderr; exit 4'], 5000);
      const { output: powers } = await container.exec(["grep", "CapPrm", "/proc/self/status"], 5000);
      assert.equal(powers, "CapPrm:\t0000000000000000\n");
      assert.deepEqual(seen, { exitCode: 4, output: "here\n77\nred\n" });
      const { output } = await container.exec(["sh", "-c", "yes | head -c 100000"], 5000);
      assert.equal(output.length, 10 * 1024);
      const missing = await container.exec(["no-such-program"], 5000);
      assert.equal(missing.exitCode, 127);
      assert.match(missing.output, /no-such-program.*No such file or directory/);
      await assert.rejects(container.exec(["sh", "-c", "sleep 601; true"], 200), /did not end within 200 ms/);
      assert.deepEqual(await sleepers("601"), []);
      container.signal("SIGKILL");
      await container.exited;
    });

    it("refuses what cannot be started, and says why", async () => {
      const refused = async (more: Partial<ContainerConfig>, reason: string, words: RegExp): Promise<void> => {
        await assert.rejects(runtime.start(config("refused", "true", more)), (error: unknown) => {
          assert.ok(error instanceof ContainerStartError);
          assert.match(error.message, words);
          assert.equal(error.reason, reason);
          return true;
        });
      };
      await refused({ image: "unknown:1" }, "ErrImagePull", /no entry for unknown:1: it has web, ports, files, shell/);
      await refused({ image: "UPPER/Bad name" }, "InvalidImageName", /invalid reference format/);
      await refused({ command: ["nothing-such"] }, "RunContainerError", /"nothing-such": executable file not found/);
      await refused({ command: ["/no/such"] }, "RunContainerError", /"\/no\/such": no such file or directory/);
      await refused({ command: ["/etc/passwd"] }, "RunContainerError", /permission denied/);
      await refused({ workingDir: "/no/such" }, "RunContainerError", /\/no\/such/);
      const mounts = [{ source: folder, target: "/proc/x", readOnly: true }];
      await refused({ mounts }, "CreateContainerError", /cannot be mounted at \/proc\/x/);
      assert.deepEqual(await readdir(join(folder, "state", "containers")), []);
    });

    it("lets no container outlive its kubelet", async () => {
      const program = `
        const { createRuntime, readImageTable } = require("./sandbox/kubelet/runtime");
        const images = readImageTable('[{"image":"*","command":[]}]');
        createRuntime({ images, stateDir: ${JSON.stringify(join(folder, "other"))}, log: console,
          isolation: { tool: "unshare", userNamespace: ${userNamespace} } })
          .then((runtime) => runtime.start({ ...${JSON.stringify(config("orphan", ""))}, image: "x",
            args: [], security: { user: 99 }, command: ["sh", "-c", "sleep 4242 & wait"] }))
          .then((container) => container.exec(["sh", "-c", "echo up"], 5000)).then(() => console.log("up"));`;
      const kubelet = spawn(process.execPath, ["-r", "ts-node/register", "-e", program], {
        ...{ stdio: ["ignore", "pipe", "inherit"], cwd: resolve(".") },
      });
      try {
        await once(createInterface(kubelet.stdout), "line");
        assert.equal((await sleepers("4242")).length, 1);
      } finally {
        kubelet.kill("SIGKILL");
      }
      for (let tries = 0; (await sleepers("4242")).length > 0; tries++) {
        assert.ok(tries < 200, "the container is still there");
        await sleep(20);
      }
    });
  });
}

async function sleepers(seconds: string): Promise<string[]> {
  const numbers = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(numbers.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return lines.filter((line) => line === `sleep\0${seconds}\0`);
}
