import { Metadata, status, type StatusObject } from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { explain } from "../cluster/errors";
import { InitError } from "../objects/initError";
import { toStruct } from "../values/struct";

/** An error as the protocol tells it; with what is to be kept in the state, where the object is there. */
export function failureOf(error: unknown): Partial<StatusObject> {
  const details = explain(error);
  const metadata = new Metadata();
  if (error instanceof InitError) {
    const failed = new ErrorResourceInitFailed();
    failed.setId(error.id);
    failed.setProperties(toStruct(error.outputs));
    failed.setReasonsList([...error.reasons]);
    const any = new Any();
    any.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const message = new Status();
    message.setCode(status.UNKNOWN);
    message.setMessage(details);
    message.addDetails(any);
    metadata.add("grpc-status-details-bin", Buffer.from(message.serializeBinary()));
  }
  return { code: status.UNKNOWN, details, metadata };
}
