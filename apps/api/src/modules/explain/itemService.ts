import { ServedItem } from "@shortlist/contracts";
import type { AppContext } from "../../context";
import { callServing } from "../playground/service";
import { listExposure, listSlatesShowing } from "./exposure";

type Ctx = Pick<AppContext, "env" | "lake" | "now">;
interface Workspace {
  readonly slug: string;
}

const DAY_MS = 86_400_000;
const LAST_SLATES = 10;

/** An item as a replica serves it at this moment, and the rules that are about it. */
export async function getServedItem(ctx: Ctx, workspace: Workspace, itemId: string): Promise<ServedItem> {
  const path = `/v1/items/${encodeURIComponent(itemId)}/state`;
  return ServedItem.parse(await callServing(ctx, workspace.slug, { path }));
}

/** Where shoppers were shown the item in the last 24 hours, by the archive, which follows within a minute. */
export async function getExposure(ctx: Ctx, workspace: Workspace, itemId: string) {
  const toMs = ctx.now().getTime();
  const fromMs = toMs - DAY_MS;
  const lake = await ctx.lake();
  const at = { workspace: workspace.slug, itemId, fromMs };
  const { nSlates, cells } = await listExposure(lake, at);
  const slates = await listSlatesShowing(lake, { ...at, limit: LAST_SLATES });
  return { from: new Date(fromMs), to: new Date(toMs), nSlates, cells, slates };
}
