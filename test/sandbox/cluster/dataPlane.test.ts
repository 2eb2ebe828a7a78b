import assert from "node:assert/strict";
import { chooseDataPlane, dataPlanePrograms, whyNoEnvoy, type TryProgram } from "../../../sandbox/cluster/dataPlane";
import type { Toolchain } from "../../../sandbox/toolchain";
import { ToolchainError } from "../../../sandbox/toolchain";

const complete: Pick<Toolchain, "dataPlaneMissing"> = {};

/** A machine on which every program works but these, which are named with their arguments. */
function machineWithout(...failing: string[]): TryProgram {
  return (program, args) => !failing.some((text) => [program, ...args].join(" ").startsWith(text));
}

describe("the data plane of Envoy", () => {
  const reasons: [title: string, reason: RegExp | undefined, ...Parameters<typeof whyNoEnvoy>][] = [
    ["can be had where all is there", undefined, complete, "linux", machineWithout()],
    ["needs Linux", /^pods run in namespaces of Linux, and this is darwin$/, complete, "darwin", machineWithout()],
    [
      "needs setpriv",
      /^there is no setpriv on PATH \(package util-linux\)$/,
      complete,
      "linux",
      machineWithout("setpriv"),
    ],
    ["needs nsenter", /^there is no nsenter on PATH/, complete, "linux", machineWithout("nsenter")],
    [
      "can be had where only a user namespace, or only bubblewrap, is allowed",
      undefined,
      complete,
      "linux",
      machineWithout("unshare --mount", "unshare --user"),
    ],
    [
      "needs some way to make namespaces",
      /^this machine does not let this user make the namespaces/,
      complete,
      "linux",
      machineWithout("unshare", "bwrap"),
    ],
    [
      "needs its programs",
      /^there is no python3$/,
      { dataPlaneMissing: new ToolchainError("pythonMissing", "there is no python3") },
      "linux",
      machineWithout(),
    ],
  ];
  for (const [title, reason, ...args] of reasons) {
    it(title, () => {
      const told = whyNoEnvoy(...args);
      if (reason === undefined) assert.equal(told, undefined);
      else assert.match(told ?? "", reason);
    });
  }

  it("is chosen once for a sandbox", () => {
    assert.equal(chooseDataPlane("here", undefined, undefined), "simulated");
    assert.equal(chooseDataPlane("here", undefined, "envoy"), "envoy");
    assert.equal(chooseDataPlane("here", "envoy", undefined), "envoy");
    assert.equal(chooseDataPlane("here", "envoy", "envoy"), "envoy");
    assert.throws(
      () => chooseDataPlane("here", "simulated", "envoy"),
      /^SandboxError: the sandbox in here has the data plane simulated, not envoy: remove it first by "down --purge"/,
    );
  });

  it("names what is missing to whoever asks for its programs all the same", () => {
    const dataPlane = { istiod: "/i", envoy: "/e", vegeta: "/v" };
    assert.equal(dataPlanePrograms({ dataPlane } as Toolchain), dataPlane);
    assert.throws(() => dataPlanePrograms({} as Toolchain), /Envoy cannot be had: it was not asked for/);
  });
});
