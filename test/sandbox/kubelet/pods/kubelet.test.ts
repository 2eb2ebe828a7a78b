import assert from "node:assert/strict";
import { Addresses } from "../../../../sandbox/kubelet/pods/addresses";
import { Kubelet } from "../../../../sandbox/kubelet/pods/kubelet";
import { podWith } from "./builders";
import { settled } from "./fakeClock";
import { House } from "./house";

describe("kubelet", () => {
  let house: House;
  let kubelet: Kubelet;
  beforeEach(() => {
    house = new House();
    kubelet = new Kubelet({ ...house.options, addresses: new Addresses("127.1.0") });
  });

  const pod = (name: string, uid: string, more: object = {}, status?: object) =>
    podWith(more, { name, uid }, status as Parameters<typeof podWith>[2]);
  const addresses = (): string[] => house.runtime.started.map(({ config }) => `${config.pod.name} ${config.podIP}`);

  it("gives pods that it finds their addresses back before others get any", async () => {
    const old = pod("old", "2", {}, { phase: "Running", podIP: "127.1.0.2" });
    kubelet.begin([pod("new", "1"), old]);
    await settled();
    assert.deepEqual(addresses(), ["new 127.1.0.3", "old 127.1.0.2"]);
  });

  it("does nothing before it begins", async () => {
    kubelet.changed(pod("web", "1"), undefined);
    await settled();
    assert.equal(house.runtime.started.length, 0);
  });

  it("takes a pod that was made anew under its name for another pod", async () => {
    kubelet.begin([pod("web", "1")]);
    await settled();
    kubelet.changed(pod("web", "2"), pod("web", "1"));
    await settled();
    assert.deepEqual(
      house.runtime.started.map(({ config, isUp }) => [config.pod.uid, isUp]),
      [
        ["1", false],
        ["2", true],
      ],
    );
  });

  it("kills a pod that is no more", async () => {
    kubelet.begin([pod("web", "1")]);
    await settled();
    kubelet.changed(undefined, pod("web", "1"));
    await settled();
    assert.deepEqual(house.runtime.up, []);
    assert.equal(house.deeds.at(-1), "forgotten");
  });

  it("gives pods of the host's network the host's address", async () => {
    kubelet.begin([pod("web", "1", { hostNetwork: true })]);
    await settled();
    assert.deepEqual(addresses(), ["web 127.0.0.1"]);
  });

  it("ends all, and takes on nothing more", async () => {
    kubelet.begin([pod("a", "1"), pod("b", "2")]);
    await settled();
    const done = kubelet.shutDown();
    kubelet.changed(pod("c", "3"), undefined);
    await done;
    assert.deepEqual(house.runtime.up, []);
    assert.equal(house.runtime.started.length, 2);
  });
});
