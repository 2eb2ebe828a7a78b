import type * as pulumi from "@pulumi/pulumi";
import type { PlacementArgs, ResourcesArgs } from "../common/placement";

/** A release of one of Tekton's projects. */
export interface TektonReleaseArgs {
  /** Its version, such as `v1.0.0`; with a `manifest`, what is handed on to the outputs. @default Pipelines v1.0.0, Triggers v0.30.0 */
  readonly version?: pulumi.Input<string>;
  /**
   * URLs or paths of its manifests, each installed after the one before it; an own copy, or a version that is published
   * elsewhere. @default those that the project has published for the version
   */
  readonly manifest?: string | readonly string[];
}

/** Entries of a ConfigMap; numbers and truth values become text. */
export type TektonConfig = Readonly<Record<string, pulumi.Input<string | number | boolean>>>;

/** A Tekton that somebody else has installed. */
export interface ExistingTektonArgs {
  /** Version of its Pipelines. @default unknown */
  readonly pipelinesVersion?: pulumi.Input<string>;
  /** Version of its Triggers. @default unknown, or not there */
  readonly triggersVersion?: pulumi.Input<string>;
}

/** A Tekton, to install or to use. */
export interface TektonArgs {
  /** The release of Pipelines. @default v1.0.0 */
  readonly pipelines?: TektonReleaseArgs;
  /** The release of Triggers, or `false` to leave them out. @default v0.30.0 */
  readonly triggers?: false | TektonReleaseArgs;
  /** Entries of the ConfigMap `feature-flags`, over those of the release, such as `{ "enable-api-fields": "stable" }`. @default none */
  readonly featureFlags?: TektonConfig;
  /** Entries of the ConfigMap `config-defaults`, such as `{ "default-timeout-minutes": 30 }`. @default none */
  readonly defaults?: TektonConfig;
  /** Entries of other ConfigMaps of Tekton, by their names. @default none */
  readonly configMaps?: Readonly<Record<string, TektonConfig>>;
  /** What the containers of a Deployment reserve and may use at most, by its name. @default those of the release; where it has none, requests 50m and 64Mi, limit 1Gi */
  readonly resources?: Readonly<Record<string, ResourcesArgs>>;
  /** Where Tekton's own pods may run. @default anywhere on Linux */
  readonly placement?: PlacementArgs;
  /** Further changes to the objects of the manifests, after those of the other arguments. @default none */
  readonly transforms?: readonly pulumi.ResourceTransform[];
  /** A Tekton that is there already: nothing is installed, and no other argument may be given. @default none */
  readonly existing?: ExistingTektonArgs;
}
