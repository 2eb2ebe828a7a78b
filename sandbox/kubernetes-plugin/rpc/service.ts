import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { refusalsOf } from "../config/settings";
import { invoke } from "../invoke";
import { checkInputs } from "../objects/check";
import { diffObject } from "../objects/diff";
import { changesBetween } from "../objects/inputDiff";
import { readObject } from "../objects/read";
import { deleteObject } from "../objects/remove";
import { createObject, updateObject } from "../objects/write";
import type { Provider } from "../provider";
import { fromStruct, toStruct } from "../values/struct";
import * as answers from "./answers";
import { failureOf } from "./failure";

type Handler<Request, Response> = (request: Request) => Promise<Response> | Response;

function unary<Request, Response>(handle: Handler<Request, Response>): handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    Promise.resolve()
      .then(() => handle(request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(failureOf(error), null),
      );
  };
}

/** The methods of the protocol, over one provider. Those that are not here are answered as unimplemented. */
export function serviceOf(provider: Provider): UntypedServiceImplementation {
  return {
    ...aboutPlugin(provider),
    ...aboutConfiguration(provider),
    ...aboutObjects(provider),
    ...aboutPrograms(provider),
  };
}

function aboutPlugin(provider: Provider): UntypedServiceImplementation {
  return {
    handshake: unary(() => {
      const response = new pb.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(true);
      response.setAcceptOutputs(false);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    getPluginInfo: unary(() => {
      const response = new PluginInfo();
      response.setVersion(provider.version);
      return response;
    }),
    getSchema: unary(() => {
      const response = new pb.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    attach: unary(() => new Empty()),
    cancel: unary(() => {
      provider.cancel();
      return new Empty();
    }),
    getMapping: unary(() => new pb.GetMappingResponse()),
    getMappings: unary(() => new pb.GetMappingsResponse()),
  };
}

function aboutConfiguration(provider: Provider): UntypedServiceImplementation {
  return {
    checkConfig: unary((request: pb.CheckRequest) => {
      const news = fromStruct(request.getNews());
      return answers.checked({ inputs: news, refusals: refusalsOf(news) });
    }),
    diffConfig: unary((request: pb.DiffRequest) => {
      const [olds, news] = [fromStruct(request.getOldInputs() ?? request.getOlds()), fromStruct(request.getNews())];
      const changes = changesBetween(olds, news);
      // The cluster may be the same one under another address; only the program knows.
      const replaces = changes.filter(({ path }) => path[0] === "clusterIdentifier");
      return answers.difference({ changes, inputs: true, replaces, deleteFirst: false });
    }),
    configure: unary((request: pb.ConfigureRequest) => {
      provider.configure(fromStruct(request.getArgs()));
      const response = new pb.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setAcceptresources(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
  };
}

function aboutObjects(provider: Provider): UntypedServiceImplementation {
  return {
    check: unary(async (request: pb.CheckRequest) => {
      const context = await provider.context();
      return answers.checked(await checkInputs(answers.checkRequest(request), context?.cluster));
    }),
    diff: unary(async (request: pb.DiffRequest) =>
      answers.difference(await diffObject(answers.diffRequest(request), await provider.context())),
    ),
    create: unary(async (request: pb.CreateRequest) => {
      const inputs = fromStruct(request.getProperties());
      const wanted = { urn: request.getUrn(), inputs, preview: request.getPreview(), timeout: request.getTimeout() };
      const { id, outputs } = await createObject(wanted, await provider.context());
      const response = new pb.CreateResponse();
      response.setId(id);
      response.setProperties(toStruct(outputs));
      return response;
    }),
    update: unary(async (request: pb.UpdateRequest) => {
      const { outputs } = await updateObject(answers.updateRequest(request), await provider.context());
      const response = new pb.UpdateResponse();
      response.setProperties(toStruct(outputs));
      return response;
    }),
    read: unary(async (request: pb.ReadRequest) => {
      const [state, inputs] = [fromStruct(request.getProperties()), fromStruct(request.getInputs())];
      const wanted = { urn: request.getUrn(), id: request.getId(), state, inputs };
      const seen = await readObject(wanted, await provider.knownContext());
      const response = new pb.ReadResponse();
      if (!seen) return response;
      response.setId(request.getId());
      response.setProperties(toStruct(seen.outputs));
      response.setInputs(toStruct(seen.inputs));
      return response;
    }),
    delete: unary(async (request: pb.DeleteRequest) => {
      const [state, oldInputs] = [fromStruct(request.getProperties()), fromStruct(request.getOldInputs())];
      const wanted = { urn: request.getUrn(), id: request.getId(), state, oldInputs, timeout: request.getTimeout() };
      await deleteObject(wanted, await provider.knownContext());
      return new Empty();
    }),
  };
}

function aboutPrograms(provider: Provider): UntypedServiceImplementation {
  return {
    invoke: unary((request: pb.InvokeRequest) => {
      const response = new pb.InvokeResponse();
      response.setReturn(toStruct(invoke(request.getTok(), fromStruct(request.getArgs()))));
      return response;
    }),
    construct: unary(async (request: pb.ConstructRequest) => {
      const { urn, outputs } = await provider.construct(request);
      const response = new pb.ConstructResponse();
      response.setUrn(urn);
      response.setState(toStruct(outputs));
      return response;
    }),
  };
}
