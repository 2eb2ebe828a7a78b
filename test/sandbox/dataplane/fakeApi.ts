import { ApiException, type KubernetesObject, type PatchStrategy } from "@kubernetes/client-node";

/** A write that has been asked for. */
export interface Write {
  readonly verb: "patch" | "delete";
  /** `namespace/name` of the object. */
  readonly key: string;
  /** `spec.address`; undefined for a deletion. */
  readonly address: string | undefined;
  readonly object: KubernetesObject;
  readonly options: readonly unknown[];
  readonly succeed: () => Promise<void>;
  readonly fail: (reason: number | Error) => Promise<void>;
}

/** An API server whose answers the test gives. Each one is awaited until all that follows from it has been done. */
export class FakeApi {
  /** Every write so far, in order. */
  readonly writes: Write[] = [];

  readonly patch = <T extends KubernetesObject>(
    object: T,
    pretty?: string,
    dryRun?: string,
    fieldManager?: string,
    force?: boolean,
    strategy?: PatchStrategy,
  ): Promise<T> => this.ask("patch", object, [pretty, dryRun, fieldManager, force, strategy]) as Promise<T>;

  readonly delete = (object: KubernetesObject): Promise<never> => this.ask("delete", object, []) as Promise<never>;

  /** The writes since the last call, as `verb namespace/name address`. */
  news(): string[] {
    const found = this.writes.slice(this.told);
    this.told = this.writes.length;
    return found.map(({ verb, key, address }) => [verb, key, address].filter(Boolean).join(" "));
  }

  last(): Write {
    const write = this.writes.at(-1);
    if (write === undefined) throw new Error("nothing was asked for");
    return write;
  }

  private told = 0;

  private ask(verb: Write["verb"], object: KubernetesObject, options: readonly unknown[]): Promise<unknown> {
    const key = `${object.metadata?.namespace}/${object.metadata?.name}`;
    const { spec } = object as { spec?: { address: string } };
    return new Promise((resolve, reject) => {
      const then = (act: () => void) => async (): Promise<void> => {
        act();
        await settled();
      };
      this.writes.push({
        verb,
        key,
        address: spec?.address,
        object,
        options,
        succeed: then(() => resolve(object)),
        fail: (reason) => then(() => reject(typeof reason === "number" ? statusError(reason) : reason))(),
      });
    });
  }
}

export function settled(): Promise<void> {
  return new Promise(setImmediate);
}

function statusError(code: number): ApiException<unknown> {
  return new ApiException(code, "refused", {}, {});
}
