import { connectivityState, credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Provider } from "./provider";
import { engineLog, MAX_MESSAGE_BYTES } from "./rpc/engineLog";
import { serviceOf } from "./rpc/service";

const ENGINE_CHECK_MS = 5000;

/** The version of the installed `@pulumi/kubernetes`. */
function servedVersion(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- its package.json is no module
  return (require("@pulumi/kubernetes/package.json") as { version: string }).version.replace(/^v/, "");
}

/** Serves the engine at an address, on a port of its own that is the first line printed. */
function serve(engine: string): void {
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, serviceOf(new Provider(engineLog(engine), servedVersion())));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
  endWith(engine);
}

/** An engine that was killed ends nobody: its plugins must see it for themselves. */
function endWith(engine: string): void {
  const channel = new EngineClient(engine, credentials.createInsecure()).getChannel();
  setInterval(() => {
    if (channel.getConnectivityState(true) === connectivityState.TRANSIENT_FAILURE) process.exit(1);
  }, ENGINE_CHECK_MS).unref();
}

const [, , engine] = process.argv;
if (engine === undefined) {
  process.stderr.write("usage: pulumi-resource-kubernetes <address of the engine>; pulumi starts it\n");
  process.exitCode = 2;
} else serve(engine);
