import {
  type FeatureEntity,
  type FeatureRowKey,
  FeaturesRequest,
  type FeaturesResponse,
  type FieldProblem,
} from "@shortlist/contracts";
import type { OnlineView } from "@shortlist/online";
import { AppError, pseudonymise, toFieldProblems } from "@shortlist/platform";
import type { FastifyInstance } from "fastify";
import { admit, type HttpContext } from "./context";

/** 500 rows of two ids of 256 characters. */
const BODY_MAX = 512 * 1024;
/** A caller who asks for features waits for them, but not for a store that hangs. */
const DEADLINE_MS = 250;

export function registerFeatures(app: FastifyInstance, context: HttpContext): void {
  app.post("/v1/features/read", { bodyLimit: BODY_MAX }, async (request) => {
    const { workspace } = admit(context, request, "recommend");
    const parsed = FeaturesRequest.safeParse(request.body);
    if (!parsed.success)
      throw new AppError("invalid_request", "features body", {
        fields: toFieldProblems(parsed.error.issues),
      });
    const { rows } = parsed.data;
    const view = getView(context, workspace, parsed.data.view);
    const keys = toKeys(rows, view.live.view.entity, (kind, id) =>
      pseudonymise(context.pseudonymKey, workspace, kind, id),
    );
    const atMs = context.wallClock();
    const read = await context.features.read(workspace, { view, keys }, { atMs, deadlineMs: DEADLINE_MS });
    const { batch, hash } = view.live;
    const answer: FeaturesResponse = {
      view: view.id,
      hash,
      at: new Date(atMs).toISOString(),
      batch:
        view.batchGeneration === null || batch === null
          ? null
          : { generation: batch.generation, endAt: new Date(batch.endMs).toISOString() },
      store: read.store,
      rows: read.rows.map(({ status, paths, isOptedOut, values }) => ({
        status,
        paths,
        isOptedOut,
        values: values as FeaturesResponse["rows"][number]["values"],
      })),
    };
    return answer;
  });
}

function getView(context: HttpContext, workspace: string, name: string): OnlineView {
  const view = context.views.find(workspace, name);
  if (view !== null) return view;
  const ids = context.views.list(workspace).map(({ id }) => id);
  throw new AppError("not_found", `feature view ${name} is not live`, {
    publicDetail: `No live feature view ${name}. ${ids.length === 0 ? "None is live yet: shortlist features apply publishes one." : `Live: ${ids.join(", ")}.`}`,
  });
}

type PseudonymOf = (kind: "user" | "anonymous", id: string) => string;

const PARTS = {
  shopper: ["shopper"],
  item: ["itemId"],
  shopper_item: ["shopper", "itemId"],
  session: ["sessionId"],
} as const satisfies Record<FeatureEntity, readonly ("shopper" | "itemId" | "sessionId")[]>;

/** Keys of the rows with pseudonyms for ids; all rows that do not fit are named at once. */
function toKeys(rows: readonly FeatureRowKey[], entity: FeatureEntity, pseudonymOf: PseudonymOf): string[][] {
  const problems: FieldProblem[] = [];
  const wanted: readonly string[] = PARTS[entity];
  const keys = rows.map((row, i) => {
    const refuse = (field: string, problem: string) =>
      void problems.push({ field: `rows.${i}.${field}`, problem });
    const parts = { shopper: toShopper(row, pseudonymOf), itemId: row.itemId, sessionId: row.sessionId };
    if (row.userId !== undefined && row.anonymousId !== undefined)
      refuse("anonymousId", "send userId or anonymousId, not both: a row belongs to one of them");
    const key: string[] = [];
    for (const part of ["shopper", "itemId", "sessionId"] as const) {
      const value = parts[part];
      const field = part === "shopper" ? "userId" : part;
      if (!wanted.includes(part)) {
        if (value !== undefined) refuse(field, `rows of a ${entity} view have none: remove it`);
      } else if (value === undefined)
        refuse(field, part === "shopper" ? "send userId or anonymousId" : `send ${part}`);
      else key.push(value);
    }
    return key;
  });
  if (problems.length > 0)
    throw new AppError("invalid_request", "features rows", { fields: problems.slice(0, 20) });
  return keys;
}

function toShopper({ userId, anonymousId }: FeatureRowKey, pseudonymOf: PseudonymOf): string | undefined {
  if (userId !== undefined) return pseudonymOf("user", userId);
  return anonymousId === undefined ? undefined : pseudonymOf("anonymous", anonymousId);
}
