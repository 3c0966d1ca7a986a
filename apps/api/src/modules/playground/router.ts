import { ItemId, RawShopperId, RequestId, SLATE_SIZE_MAX, Surface } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { interactAs, listShoppers, recommendFor } from "./service";

const Shopper = z.union([z.object({ userId: RawShopperId }), z.object({ anonymousId: RawShopperId })]);

export const playgroundRouter = router({
  shoppers: workspaceProcedure("playground:use").query(({ ctx }) => listShoppers(ctx.app, ctx.workspace.id)),
  /** A mutation: it makes a request that is logged and counted, and must never be repeated by a cache. */
  recommend: workspaceProcedure("playground:use")
    .input(
      z.object({
        shopper: Shopper,
        surface: Surface.default("home_feed"),
        n: z.int().min(1).max(SLATE_SIZE_MAX).default(20),
        region: z.string().max(32).optional(),
        itemId: ItemId.optional(),
        sessionItems: z.array(ItemId).max(100).optional(),
        queryText: z.string().max(256).optional(),
        personalize: z.boolean().optional(),
      }),
    )
    .mutation(({ ctx, input: { workspace: _slug, ...request } }) =>
      recommendFor(ctx.app, ctx.workspace, request),
    ),
  interact: workspaceProcedure("playground:use")
    .input(
      z.object({
        shopper: Shopper,
        type: z.enum(["view", "click", "add_to_cart", "purchase", "hide"]),
        itemId: ItemId,
        surface: Surface.default("home_feed"),
        requestId: RequestId.optional(),
        position: z.int().min(0).optional(),
      }),
    )
    .mutation(({ ctx, input: { workspace: _slug, ...interaction } }) =>
      interactAs(ctx.app, ctx.workspace, interaction),
    ),
});
