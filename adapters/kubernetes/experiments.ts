import type { KubernetesApi } from "./api";
import { isConflict, isNotFound, orUndefined } from "./errors";
import { EXPERIMENTS } from "./paths";
import { FINALIZER, type DriverName, type ExperimentResource, type ExperimentStatus } from "./experiment/resource";

/** The `Experiment` objects: the record of every release. */
export class ExperimentStore {
  constructor(
    private readonly client: KubernetesApi,
    /** Called before each write; throws when this process may not write any more. */
    private readonly mayWrite: () => void = () => undefined,
  ) {}

  get(namespace: string, name: string): Promise<ExperimentResource | undefined> {
    return orUndefined(this.client.get<ExperimentResource>(EXPERIMENTS, namespace, name));
  }

  list(namespace: string, labelSelector?: string): Promise<ExperimentResource[]> {
    return this.client.list<ExperimentResource>(EXPERIMENTS, namespace, labelSelector);
  }

  /** Creates the experiment, or finds it: the answer to an earlier try of the same request may have been lost. */
  async create(experiment: ExperimentResource): Promise<ExperimentResource> {
    const { namespace, name } = experiment.metadata;
    this.mayWrite();
    try {
      return await this.client.create(EXPERIMENTS, experiment);
    } catch (error) {
      const existing = isConflict(error) ? await this.get(namespace, name) : undefined;
      if (existing === undefined) throw error;
      return existing;
    }
  }

  /**
   * Writes the status, on condition that nobody has changed the object since it was read.
   *
   * @throws KubernetesError 409 when somebody has
   */
  recordStatus(experiment: ExperimentResource, status: ExperimentStatus): Promise<ExperimentResource> {
    this.mayWrite();
    return this.client.replace(EXPERIMENTS, { ...experiment, status }, "status");
  }

  /** Empties the user's `action` once it has been carried out, under the same condition. */
  clearAction(experiment: ExperimentResource): Promise<ExperimentResource> {
    const { namespace, name, resourceVersion } = experiment.metadata;
    this.mayWrite();
    return this.client.merge(EXPERIMENTS, namespace, name, { metadata: { resourceVersion }, action: null });
  }

  /** Gives the release to a driver, under the same condition. */
  assign(experiment: ExperimentResource, driver: DriverName): Promise<ExperimentResource> {
    const { namespace, name, resourceVersion } = experiment.metadata;
    const patch = { metadata: { resourceVersion }, spec: { serin: { driver } } };
    return this.client.merge(EXPERIMENTS, namespace, name, patch);
  }

  /** Puts the finalizer on, under the same condition, and with it the metrics' definitions where they are given. */
  addFinalizer(experiment: ExperimentResource, metrics?: ExperimentResource["metrics"]): Promise<ExperimentResource> {
    const { namespace, name, resourceVersion, finalizers = [] } = experiment.metadata;
    this.mayWrite();
    return this.client.merge(EXPERIMENTS, namespace, name, {
      metadata: { resourceVersion, finalizers: [...finalizers, FINALIZER] },
      ...(metrics && { metrics }),
    });
  }

  /** Asks for deletion; the object stays until its finalizer is removed. No error if it is gone already. */
  async requestDeletion(namespace: string, name: string): Promise<void> {
    await orUndefined(this.client.delete(EXPERIMENTS, namespace, name));
  }

  /** Lets a deleted object go. No error if it is gone already. */
  async removeFinalizer(experiment: ExperimentResource): Promise<void> {
    const { namespace, name, resourceVersion, finalizers = [] } = experiment.metadata;
    if (!finalizers.includes(FINALIZER)) return;
    this.mayWrite();
    const kept = finalizers.filter((finalizer) => finalizer !== FINALIZER);
    try {
      await this.client.merge(EXPERIMENTS, namespace, name, { metadata: { resourceVersion, finalizers: kept } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
