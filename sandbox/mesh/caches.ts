import type { DestinationRule, Pod, Service, VirtualService } from "./model";
import { ObjectCache, type ObjectSink } from "./objects";
import { parseDestinationRule, parsePod, parseService, parseVirtualService } from "./parse";
import type { MeshConfig } from "./routing";

export type Kind = "services" | "pods" | "virtualservices" | "destinationrules";

/** The cluster's objects that say where requests go. */
export class Caches {
  private readonly byKind;

  /** @param warn told of objects that cannot be read */
  constructor(warn: (message: string) => void) {
    this.byKind = {
      services: new ObjectCache<Service>("Service", parseService, warn),
      pods: new ObjectCache<Pod>("Pod", parsePod, warn),
      virtualservices: new ObjectCache<VirtualService>("VirtualService", parseVirtualService, warn),
      destinationrules: new ObjectCache<DestinationRule>("DestinationRule", parseDestinationRule, warn),
    };
  }

  /**
   * Takes the changes of one kind of objects.
   *
   * @param change called for each of them, with what applies it
   */
  sink(kind: Kind, change: (apply: () => void) => void): ObjectSink {
    const cache = this.byKind[kind];
    return {
      replace: (objects) => change(() => cache.replace(objects)),
      upsert: (object) => change(() => cache.upsert(object)),
      remove: (object) => change(() => cache.remove(object)),
    };
  }

  /** The kinds of objects that are not known yet. */
  unsynced(): readonly Kind[] {
    return (Object.keys(this.byKind) as Kind[]).filter((kind) => !this.byKind[kind].synced);
  }

  config(): MeshConfig {
    return {
      services: this.byKind.services.all(),
      virtualServices: this.byKind.virtualservices.all(),
      destinationRules: this.byKind.destinationrules.all(),
      pods: this.byKind.pods.all(),
    };
  }
}
