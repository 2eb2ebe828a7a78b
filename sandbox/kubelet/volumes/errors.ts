/** A pod's volume cannot be made, or not yet. The message never holds content. */
export class VolumeError extends Error {
  constructor(
    readonly volume: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`MountVolume.SetUp failed for volume "${volume}" : ${reason}`, options);
    this.name = "VolumeError";
  }
}
