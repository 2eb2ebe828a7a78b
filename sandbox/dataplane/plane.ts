import { readGatewayHost } from "../mesh/annotations";
import { RequestCounters } from "../mesh/counters";
import type { Kind } from "../mesh/mesh";
import type { DestinationRule, Pod, Service, VirtualService } from "../mesh/model";
import { ObjectCache, type ObjectSink } from "../mesh/objects";
import { parseDestinationRule, parsePod, parseService, parseVirtualService } from "../mesh/parse";
import { RouteLog } from "../mesh/routeLog";
import { routeTo } from "../mesh/routing";
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
  private readonly caches;

  constructor(private readonly options: PlaneOptions) {
    const { warn, log } = options;
    const losses = new LossLog(log);
    const books = { counters: this.counters, series: this.series, splits: this.splits };
    this.recorder = new Recorder(books, (service, request) => losses.tell(service, request));
    this.caches = {
      services: new ObjectCache<Service>("Service", parseService, warn),
      pods: new ObjectCache<Pod>("Pod", parsePod, warn),
      virtualservices: new ObjectCache<VirtualService>("VirtualService", parseVirtualService, warn),
      destinationrules: new ObjectCache<DestinationRule>("DestinationRule", parseDestinationRule, warn),
    };
  }

  unsynced(): readonly Kind[] {
    return (Object.keys(this.caches) as Kind[]).filter((kind) => !this.caches[kind].synced);
  }

  sink(kind: Kind): ObjectSink {
    const cache = this.caches[kind];
    const changed = (apply: () => void): void => {
      apply();
      this.changed(kind);
    };
    return {
      replace: (objects) => changed(() => cache.replace(objects)),
      upsert: (object) => changed(() => cache.upsert(object)),
      remove: (object) => changed(() => cache.remove(object)),
    };
  }

  /** Takes a line that an Envoy has written. */
  readLine(line: string): void {
    const request = parseAccessLog(line);
    if (request) this.recorder.record(request);
  }

  private changed(kind: Kind): void {
    if (kind === "pods") {
      const pods = this.caches.pods.all();
      this.recorder.follow(pods);
      this.options.onPods(pods);
    }
    if (this.unsynced().length > 0) return;
    const services = this.caches.services.all();
    this.recorder.expectAtGateway(servicesAtGateway(services));
    this.options.onPorts([...new Set(services.flatMap(({ httpPorts }) => httpPorts))].sort((a, b) => a - b));
    const loads = services.flatMap((service) => {
      const name = `Service ${service.namespace}/${service.name}`;
      return loadOf(service, this.options.entrances, (problem) => this.options.warn(`${name}: ${problem}`)) ?? [];
    });
    this.options.onLoads(loads);
    this.logRoutes(services, loads);
  }

  /** The routes as they are asked for; what they do shows in the counters. */
  private logRoutes(services: readonly Service[], loads: readonly Load[]): void {
    const config = {
      services,
      virtualServices: this.caches.virtualservices.all(),
      destinationRules: this.caches.destinationrules.all(),
      pods: this.caches.pods.all(),
    };
    const loaded = new Set(loads.map(({ service }) => `${service.namespace}/${service.name}`));
    for (const service of services) {
      if (!loaded.has(`${service.namespace}/${service.name}`)) continue;
      const counts = () => this.counters.requestsByWorkload(service);
      const host = readGatewayHost(service.annotations);
      const route = host === undefined ? routeTo(service, config) : gatewayRoute(service, host, config);
      const change = this.routes.record(service, route, this.options.now(), counts);
      if (change) this.splits.changed(change);
    }
  }
}
