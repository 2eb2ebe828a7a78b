import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  type RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { fromStruct, toStruct } from "../values/struct";
import type { Properties } from "../values/value";
import { MAX_MESSAGE_BYTES } from "./engineLog";

/** A resource as the engine made it. */
export interface Registered {
  readonly urn: string;
  /** Empty for a component, and for what a preview would create. */
  readonly id: string;
  readonly outputs: Properties;
}

/** The engine's door for those who register resources; one for each component that is constructed. */
export class Monitor {
  private readonly client: ResourceMonitorClient;

  constructor(endpoint: string) {
    this.client = new ResourceMonitorClient(endpoint, credentials.createInsecure(), {
      "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
      "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    });
  }

  /** Fills in the request, and waits until the resource is as asked for. */
  async register(inputs: Properties, fill: (request: RegisterResourceRequest) => void): Promise<Registered> {
    const request = new RegisterResourceRequest();
    request.setObject(toStruct(inputs));
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    request.setSupportspartialvalues(true);
    request.setAliasspecs(true);
    fill(request);
    const response = await new Promise<RegisterResourceResponse>((resolve, reject) => {
      this.client.registerResource(request, (error: ServiceError | null, answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
    return { urn: response.getUrn(), id: response.getId(), outputs: fromStruct(response.getObject()) };
  }

  async registerOutputs(urn: string, outputs: Properties): Promise<void> {
    const request = new RegisterResourceOutputsRequest();
    request.setUrn(urn);
    request.setOutputs(toStruct(outputs));
    await new Promise<void>((resolve, reject) => {
      this.client.registerResourceOutputs(request, (error: ServiceError | null) => (error ? reject(error) : resolve()));
    });
  }

  close(): void {
    this.client.close();
  }
}
