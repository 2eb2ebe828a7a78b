import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** The longest message of the protocol; states of some charts are larger than gRPC's own default of 4 MiB. */
export const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Tells the user things, through the engine. */
export interface Log {
  info(message: string, urn?: string): void;
  warn(message: string, urn?: string): void;
  /** What a resource is at; replaced by the next one. */
  status(message: string, urn: string): void;
}

/** A log that the engine at an address shows. What it cannot take is dropped: no operation fails for a message. */
export function engineLog(address: string): Log {
  const engine = new EngineClient(address, credentials.createInsecure(), {
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  const send = (severity: LogSeverity, message: string, urn = "", ephemeral = false) => {
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setMessage(message);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    engine.log(request, () => undefined);
  };
  return {
    info: (message, urn) => send(LogSeverity.INFO, message, urn),
    warn: (message, urn) => send(LogSeverity.WARNING, message, urn),
    status: (message, urn) => send(LogSeverity.INFO, message, urn, true),
  };
}
