import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Callback } from "@pulumi/pulumi/proto/callback_pb";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";

/** A resource as the engine was asked to register it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** Names of its parent and of what it waits for. */
  readonly parent: string | undefined;
  readonly dependsOn: readonly string[];
  /** What it waits for, as `Kind name`, since resources of different kinds may have the same name. */
  readonly waitsFor: readonly string[];
  /** Reference to its provider, `URN::ID`; for a component, that of Kubernetes among its providers. */
  readonly provider: string;
  readonly protect: boolean | undefined;
  readonly retainOnDelete: boolean | undefined;
  readonly aliases: number;
  /** Its own transforms, which the engine also applies to its children. */
  readonly transforms: readonly pulumi.ResourceTransform[];
}

export interface MockOptions {
  /** Whether it is a preview, in which IDs and what is not an input is unknown. @default false */
  readonly preview?: boolean;
  /** What a resource has besides its inputs. @default nothing */
  readonly outputs?: (type: string, inputs: Record<string, unknown>) => Record<string, unknown>;
}

interface Monitor {
  registerResource(req: RegisterResourceRequest, callback: unknown): Promise<void>;
}

/** The engine's stand-in for a test: it records what is registered, and the warnings that are logged. */
export class Mocks {
  readonly resources: Registered[] = [];
  readonly warnings: string[] = [];
  private readonly transforms: pulumi.ResourceTransform[] = [];
  private readonly inputs = new Map<string, Record<string, unknown>>();

  private constructor() {}

  /** Replaces the engine, until the next call. */
  static async start({ preview = false, outputs = () => ({}) }: MockOptions = {}): Promise<Mocks> {
    const mocks = new Mocks();
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs }) => {
          mocks.inputs.set(keyOf(type, name), inputs as Record<string, unknown>);
          const id = preview ? undefined : `${name}-id`;
          return { id, state: preview ? inputs : { ...inputs, ...outputs(type, inputs) } };
        },
        call: () => ({}),
      },
      "project",
      "stack",
      preview,
    );
    mocks.record();
    mocks.takeTransforms();
    mocks.listen();
    return mocks;
  }

  /** Makes a component, or whatever else, and waits until all that comes of it is registered. */
  async run<T>(program: () => T): Promise<T> {
    const result = program();
    await pulumi.runtime.disconnect();
    return result;
  }

  /** @throws Error where there is none, or more than one */
  named(name: string): Registered {
    const found = this.resources.filter((resource) => resource.name === name);
    const [only] = found;
    if (only === undefined || found.length > 1) {
      throw new Error(`${found.length} resources ${name} among ${this.resources.map((one) => one.name).join(", ")}`);
    }
    return only;
  }

  names(): string[] {
    return this.resources.map(({ name }) => name);
  }

  private record(): void {
    const monitor = getMonitor() as unknown as Monitor;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = async (req, callback) => {
      await register(req, callback);
      const [type, name] = [req.getType(), req.getName()];
      this.resources.push({
        type,
        name,
        inputs: this.inputs.get(keyOf(type, name)) ?? {},
        parent: req.getParent() === "" ? undefined : nameOf(req.getParent()),
        dependsOn: req.getDependenciesList().map(nameOf),
        waitsFor: req.getDependenciesList().map((urn) => `${kindOf(urn)} ${nameOf(urn)}`),
        provider: req.getProvider() || (req.getProvidersMap().get("kubernetes") ?? ""),
        protect: req.hasProtect() ? req.getProtect() : undefined,
        retainOnDelete: req.hasRetainondelete() ? req.getRetainondelete() : undefined,
        aliases: req.getAliasesList().length,
        transforms: req.getTransformsList().map((callback) => this.transformOf(callback)),
      });
    };
  }

  private transformOf(callback: Callback): pulumi.ResourceTransform {
    const transform = this.transforms[Number(callback.getToken())];
    if (transform === undefined) throw new Error(`no transform ${callback.getToken()}`);
    return transform;
  }

  /** The mocks of the SDK know no transforms, so these are kept here. */
  private takeTransforms(): void {
    const registerTransform = (transform: pulumi.ResourceTransform): Promise<Callback> => {
      const callback = new Callback();
      callback.setToken(`${this.transforms.push(transform) - 1}`);
      return Promise.resolve(callback);
    };
    const callbacks = {
      registerTransform,
      awaitStackRegistrations: () => Promise.resolve(),
      shutdown: () => undefined,
    };
    const { getStore } = state as unknown as { getStore(): object };
    Object.assign(getStore(), { supportsTransforms: true, callbacks });
  }

  private listen(): void {
    const { log } = pulumi as { log: { warn: typeof pulumi.log.warn } };
    Object.assign(log, {
      warn: (message: string) => {
        this.warnings.push(message);
        return Promise.resolve();
      },
    });
  }
}

/** A value that is not known in a preview. */
export function unknownOutput<T>(): pulumi.Output<T> {
  return pulumi.output(unknown) as unknown as pulumi.Output<T>;
}

/** The value of an output; undefined where it is not known. */
export async function valueOf<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  const { isKnown, promise } = output as unknown as { isKnown: Promise<boolean>; promise(): Promise<T> };
  return (await isKnown) ? promise() : undefined;
}

function keyOf(type: string, name: string): string {
  return `${type} ${name}`;
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function kindOf(urn: string): string {
  return urn.split("::")[2]?.split(":").at(-1) ?? "";
}
