import { deepStrictEqual as equal, rejects, throws } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { CanaryController, type CanaryControllerArgs, type NotifierArgs } from "../../../components/canaryController";
import { notifierData } from "../../../components/canaryController/notifiers";
import { settingsOf } from "../../../components/canaryController/settings";
import { Mocks, valueOf } from "../support/mocks";
import { IMAGE } from "./make";

const anything = (value: unknown): never => value as never;
const URL = "https://hooks.slack.example/services/hidden";
const slack: NotifierArgs = { notifier: "slack", url: URL };
const names = "must be a name of at most 63 lower case letters, digits and '-'";

/** Arguments, and what is said of them. */
const refused: readonly [Partial<CanaryControllerArgs>, string][] = [
  [{ image: "serin 0.1.0" }, "'image' (serin 0.1.0): must be an image such as registry.example/serin:0.1.0"],
  [
    { imagePullSecrets: ["Registry"] },
    "'imagePullSecrets.0' (Registry): must be a name of at most 253 lower case letters, digits, '-' and '.'",
  ],
  [{ imagePullSecrets: anything("registry") }, "'imagePullSecrets' (registry): must be a list of names"],
  [{ namespace: "Iter8" }, `'namespace' (Iter8): ${names}`],
  [{ createNamespace: anything("no") }, "'createNamespace' (no): must be true or false"],
  [{ watchNamespace: "a_b" }, `'watchNamespace' (a_b): ${names}`],
  [
    { watchNamespace: "shop", namespace: "iter8" },
    "'namespace' (iter8): must be the same as 'watchNamespace' (shop), or left out",
  ],
  [{ crd: anything("gone") }, "'crd' (gone): must be one of installed, kept, absent"],
  [{ replicas: 0 }, "'replicas' (0): must be a whole number from 1 to 5"],
  [{ replicas: 2.5 }, "'replicas' (2.5): must be a whole number from 1 to 5"],
  [
    { prometheusUrl: "prometheus:9090" },
    "'prometheusUrl' (prometheus:9090): must be a URL that begins with http:// or https://",
  ],
  [{ concurrency: 1 }, "'concurrency' (1): must be a whole number from 2 to 1000"],
  [{ eventsPerSecond: 1001 }, "'eventsPerSecond' (1001): must be a whole number from 1 to 1000"],
  [{ logLevel: anything("all") }, "'logLevel' (all): must be one of trace, debug, info, warn, error, fatal, silent"],
  [{ analytics: anything("yes") }, "'analytics' (yes): must be true, false or an object"],
  [{ analytics: { replicas: 21 } }, "'analytics.replicas' (21): must be a whole number from 1 to 20"],
  [{ networkPolicy: anything("strict") }, "'networkPolicy' (strict): must be true, false or an object"],
  [
    { networkPolicy: { apiServerPorts: [0] } },
    "'networkPolicy.apiServerPorts.0' (0): must be a whole number from 1 to 65535",
  ],
  [{ networkPolicy: { apiServerPorts: [] } }, "'networkPolicy.apiServerPorts' ([]): must have at least one port"],
  [
    { networkPolicy: { prometheusNamespaces: [] } },
    "'networkPolicy.prometheusNamespaces' ([]): must have at least one name",
  ],
  [{ serviceMonitor: anything(1) }, "'serviceMonitor' (1): must be true, false or an object"],
  [
    { serviceMonitor: { interval: "often" } },
    "'serviceMonitor.interval' (often): must be a duration such as 15d, 12h or 1h30m (units y, w, d, h, m, s, ms)",
  ],
  [{ metrics: { slow: anything({ query: "" }) } }, "'metrics.slow.query' (): must not be empty"],
  [
    { notifiers: { team: { ...slack, url: `ftp${URL}` } } },
    "'notifiers': notification channel 'team': 'url' (secret, not shown) must be one text that begins with http:// or https://",
  ],
  [
    { notifiers: { team: { ...slack, headers: { "X-Token": "hidden" } } } },
    "'notifiers': notification channel 'team': 'headers' cannot be used with 'notifier' (slack), only with webhook",
  ],
  [
    { notifiers: { team: { ...slack, level: anything("loud") } } },
    "'notifiers': notification channel 'team': 'level' (loud) must be error, warning, normal or verbose",
  ],
  [
    { notifiers: { "our team": slack } },
    "'notifiers': notification channel 'our team': must have a name of letters, digits, '-', '_' and '.'",
  ],
];

describe("the arguments of CanaryController", function () {
  this.timeout(30_000);

  for (const [args, message] of refused) {
    it(`are refused: ${message.slice(0, 80)}`, () => {
      throws(
        () => settingsOf({ image: IMAGE, ...args }),
        (error: Error) => {
          equal(error.message.slice(0, message.length + "CanaryController ".length), `CanaryController ${message}`);
          equal(error.message.includes("hidden"), false);
          return pulumi.RunError.isInstance(error);
        },
      );
    });
  }

  it("are refused before anything is made", async () => {
    const mocks = await Mocks.start();
    await rejects(mocks.run(() => new CanaryController("canary", { image: IMAGE, notifiers: { a: anything({}) } })));
    equal(
      mocks.names().filter((name) => name !== "canary"),
      [],
    );
  });

  it("are refused as soon as they are known", async () => {
    const { namespace } = settingsOf({ image: IMAGE, watchNamespace: "shop", namespace: pulumi.output("iter8") });
    await rejects(valueOf(pulumi.output(namespace)), /'namespace' \(iter8\): must be the same as 'watchNamespace'/);
    const other = settingsOf({ image: IMAGE, namespace: pulumi.output("Iter8") });
    await rejects(valueOf(pulumi.output(other.namespace)), /'namespace' \(Iter8\): must be a name/);
    const data = notifierData({ team: { ...slack, url: pulumi.secret("hidden") } });
    await rejects(valueOf(data), (error: Error) => {
      equal(error.message.includes("hidden"), false);
      return /'notifiers': notification channel 'team': 'url' \(secret, not shown\)/.test(error.message);
    });
  });
});
