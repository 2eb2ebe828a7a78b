import assert from "node:assert/strict";

import { ContainerStartError, type ContainerConfig, type Security } from "../../../../sandbox/kubelet/runtime/runtime";
import { userOf } from "../../../../sandbox/kubelet/runtime/user";

const configWith = (security: Security): ContainerConfig =>
  ({ pod: { namespace: "shop", name: "web", uid: "u1" }, name: "main", security }) as ContainerConfig;

describe("a container's user", () => {
  const cases: [string, string | undefined, Security, [user: number, group: number]][] = [
    ["is root by default", undefined, {}, [0, 0]],
    ["is the image's", "1000:2000", {}, [1000, 2000]],
    ["is the image's, with root's group", "1000", {}, [1000, 0]],
    ["is the pod's, and then the image's group does not matter", "1000:2000", { user: 7 }, [7, 0]],
    ["has the pod's group", "1000:2000", { group: 8 }, [1000, 8]],
    ["is nobody where it may not be root", undefined, { nonRoot: true }, [65_534, 65_534]],
    ["is the image's also where it may not be root", "1000", { nonRoot: true }, [1000, 0]],
    ["is the pod's also where it may not be root", "0", { nonRoot: true, user: 7, group: 8 }, [7, 8]],
  ];
  for (const [what, image, security, [user, group]] of cases) {
    it(what, () => assert.deepEqual(userOf({ user: image }, configWith(security)), { user, group }));
  }

  for (const [image, security, words] of [
    ["0", { nonRoot: true }, "container has runAsNonRoot and image will run as root"],
    ["1000", { nonRoot: true, user: 0 }, "container's runAsUser breaks non-root policy"],
  ] as const) {
    it(`is not root where it may not be: ${words}`, () => {
      const message = `${words} (pod: "web_shop(u1)", container: main)`;
      const error = new ContainerStartError("CreateContainerConfigError", message);
      assert.throws(() => userOf({ user: image }, configWith(security)), error);
    });
  }
});
