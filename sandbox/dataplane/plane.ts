import { readGatewayHost } from "../mesh/annotations";
import { Caches, type Kind } from "../mesh/caches";
import { RequestCounters } from "../mesh/counters";
import type { Pod } from "../mesh/model";
import type { ObjectSink } from "../mesh/objects";
import { RouteLog } from "../mesh/routeLog";
import { routeTo, type MeshConfig } from "../mesh/routing";
import { SeriesStore } from "../mesh/series";
import { parseAccessLog } from "./accessLog";
import type { Entrances } from "./entrances";
import { gatewayRoute } from "./gatewayRoute";
import type { Load } from "./load";
import { loadOf, servicesAtGateway } from "./loads";
import { LossLog } from "./lossLog";
import { Recorder } from "./recorder";
import { SplitBook } from "./splits";

export interface PlaneOptions {
  readonly entrances: Entrances;
  readonly now: () => number;
  /** Says a message unless it was said before. */
  readonly warn: (message: string) => void;
  readonly log: (message: string) => void;
  /** Told whenever the pods may have changed. */
  readonly onPods: (pods: readonly Pod[]) => void;
  readonly onLoads: (loads: readonly Load[]) => void;
  /** Told whenever the ports of HTTP of the Services may have changed. */
  readonly onPorts: (ports: readonly number[]) => void;
}

/** What is known of the cluster's objects and of the requests, joined; it does nothing by itself. */
export class Plane {
  readonly counters = new RequestCounters();
  readonly routes = new RouteLog();
  readonly splits = new SplitBook();
  /** The destinations' side is counted where the requests are served. */
  readonly series = new SeriesStore(["source"]);
  readonly recorder: Recorder;
  private readonly caches: Caches;

  constructor(private readonly options: PlaneOptions) {
    const { warn, log } = options;
    const losses = new LossLog(log);
    const books = { counters: this.counters, series: this.series, splits: this.splits };
    this.recorder = new Recorder(books, (service, request) => losses.tell(service, request));
    this.caches = new Caches(warn);
  }

  unsynced(): readonly Kind[] {
    return this.caches.unsynced();
  }

  sink(kind: Kind): ObjectSink {
    return this.caches.sink(kind, (apply) => {
      apply();
      this.changed(kind);
    });
  }

  /** Takes a line that an Envoy has written. */
  readLine(line: string): void {
    const request = parseAccessLog(line);
    if (request) this.recorder.record(request);
  }

  private changed(kind: Kind): void {
    if (kind === "pods") {
      const { pods } = this.caches.config();
      this.recorder.follow(pods);
      this.options.onPods(pods);
    }
    if (this.unsynced().length > 0) return;
    const config = this.caches.config();
    const { services } = config;
    this.recorder.expectAtGateway(servicesAtGateway(services));
    this.options.onPorts([...new Set(services.flatMap(({ httpPorts }) => httpPorts))].sort((a, b) => a - b));
    const loads = services.flatMap((service) => {
      const name = `Service ${service.namespace}/${service.name}`;
      return loadOf(service, this.options.entrances, (problem) => this.options.warn(`${name}: ${problem}`)) ?? [];
    });
    this.options.onLoads(loads);
    this.logRoutes(config, loads);
  }

  /** The routes as they are asked for; what they do shows in the counters. */
  private logRoutes(config: MeshConfig, loads: readonly Load[]): void {
    const loaded = new Set(loads.map(({ service }) => `${service.namespace}/${service.name}`));
    for (const service of config.services) {
      if (!loaded.has(`${service.namespace}/${service.name}`)) continue;
      const counts = () => this.counters.requestsByWorkload(service);
      const host = readGatewayHost(service.annotations);
      const route = host === undefined ? routeTo(service, config) : gatewayRoute(service, host, config);
      const change = this.routes.record(service, route, this.options.now(), counts);
      if (change) this.splits.changed(change);
    }
  }
}
