import { randomBytes, randomUUID } from "node:crypto";
import { EventsResponse, type InteractionType, RecommendResponse, type Surface } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { findItems } from "../catalog/service";
import { callServing } from "./servingClient";

type Ctx = Pick<AppContext, "db" | "env" | "now">;
interface Workspace {
  readonly id: string;
  readonly slug: string;
}

export { callServing } from "./servingClient";

/** Who the playground plays. Raw ids pass through memory only: serving makes pseudonyms of them. */
export type PlaygroundShopper = { readonly userId: string } | { readonly anonymousId: string };

export async function listShoppers({ db }: Ctx, workspaceId: string) {
  const rows = await db.sampleShopper.findMany({
    where: { workspaceId },
    orderBy: { position: "asc" },
    take: 500,
  });
  return rows.map(({ userId, name, taste, region }) => ({ userId, name, taste, region }));
}

export interface PlaygroundRequest {
  readonly shopper: PlaygroundShopper;
  readonly surface: Surface;
  readonly n: number;
  readonly region?: string | undefined;
  readonly itemId?: string | undefined;
  readonly sessionItems?: readonly string[] | undefined;
  readonly queryText?: string | undefined;
  readonly personalize?: boolean | undefined;
}

/** A real slate from serving, joined with the catalogue. */
export async function recommendFor(ctx: Ctx, workspace: Workspace, request: PlaygroundRequest) {
  const { shopper, surface, n, queryText, personalize, ...context } = request;
  const answer = await callServing(ctx, workspace.slug, {
    path: "/v1/recommend",
    body: {
      ...shopper,
      surface,
      n,
      requestId: `pg_${randomBytes(12).toString("base64url")}`,
      queryText,
      personalize,
      context: { page: "playground", ...context },
    },
  });
  const slate = RecommendResponse.parse(answer);
  const cards = await findItems(
    ctx,
    workspace.id,
    slate.items.map((item) => item.itemId),
  );
  return {
    metadata: slate.metadata,
    items: slate.items.map((item) => ({ ...item, item: cards.get(item.itemId) ?? null })),
  };
}

export interface PlaygroundInteraction {
  readonly shopper: PlaygroundShopper;
  readonly type: Extract<InteractionType, "view" | "click" | "add_to_cart" | "purchase" | "hide">;
  readonly itemId: string;
  readonly surface: Surface;
  readonly requestId?: string | undefined;
  readonly position?: number | undefined;
}

/** One real event, as a storefront would send it; the next slate reacts to it. */
export async function interactAs(ctx: Ctx, workspace: Workspace, interaction: PlaygroundInteraction) {
  const { shopper, ...event } = interaction;
  const eventId = randomUUID();
  const answer = await callServing(ctx, workspace.slug, {
    path: "/v1/events",
    body: { events: [{ eventId, ...shopper, ...event, occurredAt: ctx.now().toISOString() }] },
  });
  const { rejected } = EventsResponse.parse(answer);
  if (rejected[0] !== undefined)
    throw new AppError("invalid_request", "serving rejected the event", { fields: rejected[0].errors });
  return { eventId };
}

export interface SampleShopperInput {
  readonly userId: string;
  readonly name: string;
  readonly taste: string;
  readonly region: string;
}

/** Replaces the named shoppers of a simulated shop, in the given order. */
export async function putShoppers(
  { db }: Pick<AppContext, "db">,
  workspaceId: string,
  shoppers: readonly SampleShopperInput[],
): Promise<{ stored: number }> {
  const distinct = [...new Map(shoppers.map((shopper) => [shopper.userId, shopper])).values()];
  await db.$transaction([
    db.sampleShopper.deleteMany({ where: { workspaceId } }),
    db.sampleShopper.createMany({
      data: distinct.map(({ userId, name, taste, region }, position) => ({
        workspaceId,
        userId,
        name,
        taste,
        region,
        position,
      })),
    }),
  ]);
  return { stored: distinct.length };
}
