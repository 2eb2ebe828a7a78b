import * as pb from "@pulumi/pulumi/proto/provider_pb";
import type { Checked, CheckRequest } from "../objects/check";
import type { Difference, DiffRequest } from "../objects/diff";
import type { Change } from "../objects/inputDiff";
import type { UpdateRequest } from "../objects/write";
import { formatPath } from "../values/path";
import { fromStruct, toStruct } from "../values/struct";

const { Mode } = pb.CheckRequest.AutonamingOptions;

export function checkRequest(request: pb.CheckRequest): CheckRequest {
  const options = request.getAutonaming();
  const mode = options?.getMode() === Mode.DISABLE ? "disable" : "propose";
  return {
    urn: request.getUrn(),
    olds: fromStruct(request.getOlds()),
    news: fromStruct(request.getNews()),
    seed: request.getRandomseed_asU8(),
    autonaming: options && { mode, name: options.getProposedName() },
  };
}

export function diffRequest(request: pb.DiffRequest): DiffRequest {
  return {
    urn: request.getUrn(),
    id: request.getId(),
    state: fromStruct(request.getOlds()),
    oldInputs: fromStruct(request.getOldInputs()),
    news: fromStruct(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

export function updateRequest(request: pb.UpdateRequest): UpdateRequest {
  return {
    urn: request.getUrn(),
    id: request.getId(),
    inputs: fromStruct(request.getNews()),
    state: fromStruct(request.getOlds()),
    preview: request.getPreview(),
    timeout: request.getTimeout(),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

export function checked({ inputs, refusals }: Checked): pb.CheckResponse {
  const response = new pb.CheckResponse();
  response.setInputs(toStruct(inputs));
  for (const { property, reason } of refusals) {
    const failure = new pb.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

export function difference({ changes, inputs, replaces, deleteFirst }: Difference): pb.DiffResponse {
  const response = new pb.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
  response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  const anew = new Set(replaces.map(({ path }) => formatPath(path)));
  for (const change of changes) {
    const path = formatPath(change.path);
    const detail = new pb.PropertyDiff();
    detail.setKind(kindOf(change, anew.has(path)));
    detail.setInputdiff(inputs);
    response.getDetaileddiffMap().set(path, detail);
  }
  response.setHasdetaileddiff(true);
  response.setDiffsList([...new Set(changes.map(({ path }) => String(path[0])))]);
  response.setReplacesList([...anew]);
  response.setDeletebeforereplace(deleteFirst);
  return response;
}

function kindOf({ kind }: Change, replaces: boolean): pb.PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = pb.PropertyDiff.Kind;
  if (kind === "add") return replaces ? ADD_REPLACE : ADD;
  if (kind === "delete") return replaces ? DELETE_REPLACE : DELETE;
  return replaces ? UPDATE_REPLACE : UPDATE;
}
