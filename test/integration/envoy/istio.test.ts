import assert from "node:assert/strict";
import {
  DESTINATION_RULES,
  VIRTUAL_SERVICES,
  type DestinationRule,
  type VirtualService,
} from "../../../adapters/istio/rules";
import {
  ControllerFixture,
  endControllersAfterwards,
  hasCondition,
  startController,
} from "../support/controllerFixture";
import { until } from "../support/releaseFixture";
import { endSandboxAfterwards, sharedSandbox } from "../support/sharedSandbox";
import { experimentFor } from "../controller/release";
import { ask, askOften, Repeater, tally } from "./asking";
import { deployment, destinationRule, gateway, to, virtualService } from "./istioObjects";
import { answeredIn, lostIn, rowsOf } from "./pages";
import { assertShares } from "./shares";

const HOST = { reviews: "reviews.example.com", ratings: "ratings.example.com" };

/** The entries of the users' own route: for testers, for a path of another Service, for another path, for all else. */
function entries(namespace: string): object[] {
  return [
    { name: "testers", match: [{ headers: { "x-user": { exact: "tester" } } }], route: [to("reviews", "preview")] },
    { match: [{ uri: { prefix: "/ratings" } }], rewrite: { uri: "/" }, route: [to("ratings")] },
    {
      match: [{ uri: { prefix: "/api/" } }],
      route: [to(`reviews.${namespace}.svc.cluster.local`)],
      timeout: "3s",
      headers: { response: { set: { "x-part": "api" } } },
    },
    { route: [to("reviews")], timeout: "5s", retries: { attempts: 2, perTryTimeout: "2s", retryOn: "gateway-error" } },
  ];
}

/** What must stay as the user wrote it: all but the destinations of the entries that carry the split. */
function notSerins({ metadata, spec }: VirtualService): object {
  const http = (spec.http ?? []).map(({ route, ...rest }, index) => {
    const hosts = [...new Set(route?.map(({ destination }) => destination.host))];
    return index < 2 ? { route, ...rest } : { hosts, ...rest };
  });
  return { ...spec, http, team: metadata.labels?.["team"] };
}

/** Looks at something every tenth of a second, and keeps what is different. */
class Observer {
  private readonly seen = new Set<string>();
  private isRunning = true;
  private readonly done: Promise<void>;

  constructor(private readonly look: () => Promise<object>) {
    this.done = this.observe();
  }

  async stop(): Promise<readonly string[]> {
    this.isRunning = false;
    await this.done;
    return [...this.seen];
  }

  private async observe(): Promise<void> {
    while (this.isRunning) {
      this.seen.add(JSON.stringify(await this.look()));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

describe("Istio as users have it, with real requests", function () {
  this.timeout(180_000);
  endControllersAfterwards();
  endSandboxAfterwards();

  before(async () => {
    await sharedSandbox("envoy");
    await startController();
  });

  describe("a release on the user's own route, behind a gateway that another Service shares", () => {
    let fixture: ControllerFixture;
    let entrance = "";
    const route = () => fixture.virtualService("reviews", "shop");
    const asTester = () => ask(`${entrance}/`, HOST.reviews, { "x-user": "tester" });
    const forRatings = () => ask(`${entrance}/ratings/7`, HOST.reviews);

    before(async () => {
      fixture = await ControllerFixture.create("istio");
      entrance = fixture.sandbox.entrances?.gateway ?? assert.fail("there is no gateway");
      await fixture.service("reviews", { "requests-per-second": "200", "gateway-host": HOST.reviews });
      await fixture.service("ratings", { "requests-per-second": "50", "gateway-host": HOST.ratings });
      await fixture.apply(deployment("reviews", "v0"));
      await fixture.apply(deployment("reviews", "v1"));
      await fixture.apply(deployment("ratings", "v1"));
      await fixture.apply(gateway("shop", ["*.example.com"]));
      await fixture.apply(destinationRule("reviews", "reviews", { preview: "v0" }));
      const own = virtualService(
        { name: "shop", labels: { team: "shop" } },
        [HOST.reviews],
        entries(fixture.namespace),
        ["shop"],
      );
      await fixture.apply(own);
      await fixture.apply(virtualService({ name: "ratings" }, [HOST.ratings], [{ route: [to("ratings")] }], ["shop"]));
      await fixture.untilReady("reviews-v0", "reviews-v1", "ratings-v1");
      await until("pods answer", async () => (await answeredIn(fixture.sandbox, fixture.namespace)) > 100);
      await until("the testers' route is in effect", async () => (await asTester()).workload === "reviews-v0");
      await until("the other path's route is in effect", async () => (await forRatings()).workload === "ratings-v1");
    });

    it("changes the split and nothing else, and each of the user's routes holds throughout", async () => {
      const before = await route();
      const ruleBefore = await fixture.client.get<DestinationRule>(DESTINATION_RULES, fixture.namespace, "reviews");
      const ratingsBefore = await fixture.virtualService("ratings", "ratings");
      const testers = new Repeater(asTester);
      const readers = new Repeater(forRatings);
      const fields = new Observer(async () => notSerins(await route()));

      const criterion = { metricName: "iter8_latency", toleranceType: "threshold", tolerance: 200, sampleSize: 10 };
      const spec = {
        routingReference: { apiVersion: "networking.istio.io/v1", kind: "VirtualService", name: "shop" },
        trafficControl: {
          strategy: "check_and_increment",
          interval: "2s",
          trafficStepSize: 30,
          maxIterations: 3,
          maxTrafficPercentage: 60,
        },
      };
      await fixture.applyExperiment(
        experimentFor({ app: "reviews", baseline: "v1", candidate: "v2", criterion, spec }),
      );
      await fixture.untilExperiment("v2", "waits for its candidate", ({ status }) =>
        Boolean(status?.message?.startsWith("TargetsNotFound")),
      );
      await fixture.apply(deployment("reviews", "v2"));
      const experiment = await fixture.untilCompleted("v2");
      assert.ok(hasCondition(experiment, "ExperimentSucceeded", "True"), JSON.stringify(experiment.status));
      assert.deepEqual(await fixture.shares("reviews", "reviews-v2"), [0, 30, 60, 100]);

      const byTesters = await testers.stop();
      assert.deepEqual(Object.keys(byTesters), ["reviews-v0 200"]);
      assert.ok((byTesters["reviews-v0 200"] ?? 0) > 50, JSON.stringify(byTesters));
      assert.deepEqual(Object.keys(await readers.stop()), ["ratings-v1 200"]);
      assert.deepEqual(await fields.stop(), [JSON.stringify(notSerins(before))]);
      assert.deepEqual(
        (await fixture.client.get<DestinationRule>(DESTINATION_RULES, fixture.namespace, "reviews")).spec,
        ruleBefore.spec,
      );
      const ratings = await fixture.virtualService("ratings", "ratings");
      assert.equal(ratings.metadata.resourceVersion, ratingsBefore.metadata.resourceVersion);
      assert.deepEqual(await lostIn(fixture.sandbox, fixture.namespace), {});
    });

    it("has split the rest of the requests by the weights", async () => {
      const splits = (await rowsOf(fixture.sandbox, "/splits", fixture.namespace))
        .filter(({ name, asked }) => name === "reviews" && Object.keys(asked).length > 0)
        // The testers' requests are in no weight.
        .map(({ asked, seen }) => ({
          asked,
          seen: Object.fromEntries(Object.entries(seen).filter(([name]) => name !== "reviews-v0")),
        }));
      const shares = splits.map(({ asked }) => asked["reviews-v2"] ?? 0);
      assert.deepEqual([...new Set(shares)].filter(Boolean), [30, 60, 100]);
      assert.ok(assertShares(splits) >= 5, JSON.stringify(splits));
    });

    it("leaves the entry with a path to the winner, with what the user has set on it", async () => {
      const answers = await askOften(`${entrance}/api/x`, HOST.reviews, 50);
      assert.deepEqual(tally(answers), { "reviews-v2 200": 50 });
    });
  });

  describe("a gateway that loses the route of a host", () => {
    it("shows as lost requests of the Service that has the host", async () => {
      const fixture = await ControllerFixture.create("lost");
      await fixture.service("cart", { "requests-per-second": "100", "gateway-host": "cart.example.org" });
      await fixture.apply(deployment("cart", "v1"));
      await fixture.apply(gateway("cart", ["*.example.org"]));
      const route = [{ route: [to("cart")] }];
      await fixture.apply(virtualService({ name: "cart" }, ["cart.example.org"], route, ["cart"]));
      await until("pods answer", async () => (await answeredIn(fixture.sandbox, fixture.namespace)) > 50);
      await fixture.client.delete(VIRTUAL_SERVICES, fixture.namespace, "cart");
      await until("the loss is seen", async () => {
        const { cart } = await lostIn(fixture.sandbox, fixture.namespace);
        return (cart?.["NR"] ?? 0) > 20;
      });
    });
  });

  describe("a route inside the mesh", () => {
    let fixture: ControllerFixture;
    let entrance = "";

    before(async () => {
      fixture = await ControllerFixture.create("inside");
      entrance = fixture.sandbox.entrances?.client(9080) ?? assert.fail("there is no way in");
      const { namespace } = fixture;
      await fixture.service("reviews");
      for (const version of ["v1", "v2"]) await fixture.apply(deployment("reviews", version));
      await fixture.apply(
        destinationRule("reviews", `reviews.${namespace}.svc.cluster.local`, { old: "v1", new: "v2" }),
      );
      const split = [to("reviews", "old", 70), to(`reviews.${namespace}.svc.cluster.local`, "new", 30)];
      await fixture.apply(virtualService({ name: "reviews" }, ["reviews"], [{ route: split }]));
      await fixture.untilReady("reviews-v1", "reviews-v2");
      await until("the route is in effect", async () => {
        const counts = tally(await askOften(entrance, `reviews.${namespace}`, 20));
        return (counts["reviews-v1 200"] ?? 0) > 0 && (counts["reviews-v2 200"] ?? 0) > 0;
      });
    });

    for (const suffix of ["", ".svc", ".svc.cluster.local", ".svc.cluster.local:9080"]) {
      it(`whose host and destinations are short names and full ones splits requests to NAME.NAMESPACE${suffix}`, async () => {
        const counts = tally(await askOften(entrance, `reviews.${fixture.namespace}${suffix}`, 600));
        const seen = { v1: counts["reviews-v1 200"] ?? 0, v2: counts["reviews-v2 200"] ?? 0 };
        assert.equal(seen.v1 + seen.v2, 600, JSON.stringify(counts));
        assert.equal(assertShares([{ asked: { v1: 70, v2: 30 }, seen }]), 2);
      });
    }

    it("is no way to a short name of another namespace", async () => {
      assert.deepEqual(await ask(entrance, "reviews"), { status: 502, workload: undefined });
    });
  });
});
