import { PROBE_SHOPPER } from "@shortlist/contracts";
import {
  compileLinksSql,
  compileOptedOutSql,
  compileResolvedSql,
  type Lake,
  quote,
  type UnlinkedPair,
} from "@shortlist/lake";
import { AppError, pseudonymise } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { distinctPairs, findTrainedOn } from "./decide";
import { createUnlinkRow, listTrainedRows, listUnlinkRows, undoUnlinkRow } from "./repository";

type Ctx = Pick<AppContext, "db" | "lake">;
interface Workspace {
  readonly id: string;
  readonly slug: string;
}

/** More links than this are not read by people; looking one up is. */
const LINKS_MAX = 100;

/** Pairs of a device and a person that no longer prove anything. */
export async function listUnlinked(
  { db }: Pick<AppContext, "db">,
  workspaceId: string,
): Promise<UnlinkedPair[]> {
  return distinctPairs(await listUnlinkRows(db, workspaceId));
}

/** How well the log knows its shoppers, over everything archived; null when nothing is. */
export async function getIdentitySummary(ctx: Ctx, workspace: Workspace) {
  const log = await openLog(ctx, workspace);
  if (log === null) return null;
  const [row] = await log.lake.query(`${log.withs},
    owners AS MATERIALIZED (${compileResolvedSql({ events: "ev", links: "links", knownBy: "all" })}),
    people AS (SELECT DISTINCT person FROM links UNION SELECT DISTINCT shopper FROM ev WHERE anonymous_shopper IS NOT NULL),
    holders AS (SELECT device, count(DISTINCT person) AS n FROM links GROUP BY 1),
    carried AS (SELECT person, count(DISTINCT device) AS n FROM links GROUP BY 1)
    SELECT (SELECT count(*) FROM ev)::INTEGER AS events,
      (SELECT count(*) FROM owners WHERE shopper IN (FROM people))::INTEGER AS known_events,
      (SELECT count(*) FROM owners WHERE shopper <> pseudonym)::INTEGER AS joined_events,
      (SELECT count(*) FROM holders)::INTEGER AS linked_devices,
      (SELECT count(*) FROM holders WHERE n > 1)::INTEGER AS shared_devices,
      (SELECT count(*) FROM carried)::INTEGER AS linked_people,
      (SELECT count(*) FROM carried WHERE n > 1)::INTEGER AS people_with_several_devices,
      (SELECT count(DISTINCT shopper) FROM ev)::INTEGER AS pseudonyms,
      (SELECT count(*) FROM (${compileOptedOutSql("ev")}))::INTEGER AS opted_out`);
  const of = (name: string) => Number(row?.[name] ?? 0);
  return {
    nEvents: of("events"),
    /** Events of a shopper that signed in at least once with a device known. */
    nKnownEvents: of("known_events"),
    /** Events without a user that were given to one. */
    nJoinedEvents: of("joined_events"),
    nPseudonyms: of("pseudonyms"),
    nLinkedDevices: of("linked_devices"),
    nSharedDevices: of("shared_devices"),
    nLinkedPeople: of("linked_people"),
    nPeopleWithSeveralDevices: of("people_with_several_devices"),
    nOptedOut: of("opted_out"),
  };
}

export interface LinkFilter {
  /** A pseudonym: only links of this device or person. */
  readonly shopper?: string | undefined;
  /** Only devices that several people signed in on. */
  readonly onlyShared?: boolean | undefined;
}

/** Links with their evidence, the newest first, at most 100. */
export async function listLinks(ctx: Ctx, workspace: Workspace, filter: LinkFilter) {
  const log = await openLog(ctx, workspace);
  if (log === null) return [];
  const conditions = [
    filter.shopper === undefined ? "true" : `${quote(filter.shopper)} IN (device, person)`,
    filter.onlyShared === true ? "n_people > 1" : "true",
  ];
  const rows = await log.lake.query(`${log.withs}
    SELECT device, person, min(from_ms)::DOUBLE AS from_ms, max(to_ms)::DOUBLE AS to_ms, sum(events)::INTEGER AS events,
      sum(sign_ins)::INTEGER AS sign_ins, min(known_ms)::DOUBLE AS known_ms, any_value(n_people)::INTEGER AS n_people
    FROM (SELECT *, (SELECT count(DISTINCT person) FROM links other WHERE other.device = links.device) AS n_people FROM links)
    WHERE ${conditions.join(" AND ")} GROUP BY device, person ORDER BY to_ms DESC, device, person LIMIT ${LINKS_MAX}`);
  return rows.map((row) => ({
    device: String(row.device),
    person: String(row.person),
    fromMs: Number(row.from_ms),
    toMs: Number(row.to_ms),
    knownMs: Number(row.known_ms),
    nEvents: Number(row.events),
    nSignIns: Number(row.sign_ins),
    nPeopleOnDevice: Number(row.n_people),
  }));
}

/** What the log holds of one shopper, found by the id the shop knows. The raw id is hashed here and kept nowhere. */
export async function getShopper(
  ctx: Ctx & Pick<AppContext, "env">,
  workspace: Workspace,
  who: { readonly kind: "user" | "anonymous"; readonly rawId: string },
) {
  const pseudonym = pseudonymise(ctx.env.PSEUDONYM_KEY, workspace.slug, who.kind, who.rawId);
  const log = await openLog(ctx, workspace);
  const [row] =
    log === null
      ? []
      : await log.lake.query(`${log.withs}
    SELECT count(*)::INTEGER AS events, min(occurred_at_ms)::DOUBLE AS first_ms, max(occurred_at_ms)::DOUBLE AS last_ms,
      ${quote(pseudonym)} IN (${compileOptedOutSql("ev")}) AS opted_out
    FROM ev WHERE ${quote(pseudonym)} IN (shopper, anonymous_shopper)`);
  const nEvents = Number(row?.events ?? 0);
  return {
    pseudonym,
    nEvents,
    firstMs: nEvents === 0 ? null : Number(row?.first_ms),
    lastMs: nEvents === 0 ? null : Number(row?.last_ms),
    isOptedOut: row?.opted_out === true,
    links: nEvents === 0 ? [] : await listLinks(ctx, workspace, { shopper: pseudonym }),
  };
}

/** What changes when a device and a person are taken apart: events by their next owner, and models that learned from them. */
export async function previewUnlink(ctx: Ctx, workspace: Workspace, pair: UnlinkedPair) {
  const log = await openLog(ctx, workspace, pair.device);
  const moved =
    log === null
      ? []
      : await log.lake.query(`${log.withs},
    apart AS MATERIALIZED (${compileLinksSql({ events: "ev", unlinked: [...log.unlinked, pair] })}),
    before AS (${compileResolvedSql({ events: "ev", links: "links", knownBy: "all" })}),
    after AS (${compileResolvedSql({ events: "ev", links: "apart", knownBy: "all" })})
    SELECT after.shopper AS owner, count(*)::INTEGER AS events, min(before.occurred_at_ms)::DOUBLE AS from_ms,
      max(before.occurred_at_ms)::DOUBLE AS to_ms
    FROM before JOIN after USING (event_id) WHERE before.shopper <> after.shopper GROUP BY 1 ORDER BY 2 DESC, 1`);
  const owners = moved.map((row) => ({ shopper: String(row.owner), nEvents: Number(row.events) }));
  const span = {
    fromMs: Math.min(...moved.map((row) => Number(row.from_ms))),
    toMs: Math.max(...moved.map((row) => Number(row.to_ms))),
  };
  const models = moved.length === 0 ? [] : findTrainedOn(await listTrainedRows(ctx.db, workspace.id), span);
  return {
    nEvents: owners.reduce((sum, { nEvents }) => sum + nEvents, 0),
    /** Who the events go to: another person of the device, or the device itself when nobody is left. */
    owners,
    fromMs: moved.length === 0 ? null : span.fromMs,
    toMs: moved.length === 0 ? null : span.toMs,
    models,
  };
}

/** Takes a device and a person apart. Training runs and analyses follow from their next run on. */
export async function createUnlink(
  ctx: Ctx,
  workspace: Workspace,
  o: UnlinkedPair & { readonly reason: string; readonly actor: string },
) {
  const links = await listLinks(ctx, workspace, { shopper: o.device });
  if (!links.some(({ person }) => person === o.person))
    throw new AppError("not_found", "no such link", {
      publicDetail: "This device and this person are not linked: nothing to take apart",
    });
  const { device, person, reason } = o;
  return createUnlinkRow(ctx.db, { workspaceId: workspace.id, device, person, reason, createdBy: o.actor });
}

export function listUnlinks({ db }: Pick<AppContext, "db">, workspaceId: string) {
  return listUnlinkRows(db, workspaceId);
}

export async function deleteUnlink(
  ctx: Pick<AppContext, "db" | "now">,
  workspaceId: string,
  o: { readonly id: string; readonly actor: string },
): Promise<void> {
  const undone = await undoUnlinkRow(ctx.db, { workspaceId, id: o.id, undoneBy: o.actor, now: ctx.now() });
  if (undone === 0)
    throw new AppError("not_found", "no such unlink", {
      publicDetail: "There is no such separation here, or it was undone already",
    });
}

interface OpenLog {
  readonly lake: Lake;
  readonly unlinked: readonly UnlinkedPair[];
  /** `WITH ev AS …, links AS …`: the events, of one device when asked, and the links they prove. */
  readonly withs: string;
}

async function openLog(ctx: Ctx, workspace: Workspace, device?: string): Promise<OpenLog | null> {
  const lake = await ctx.lake();
  if (!(await lake.hasRows(workspace.slug, "events"))) return null;
  const unlinked = await listUnlinked(ctx, workspace.id);
  const own = device === undefined ? "true" : `${quote(device)} IN (shopper, anonymous_shopper)`;
  const events = `SELECT * FROM ${lake.dedupedInteractions(workspace.slug)} WHERE shopper <> ${quote(PROBE_SHOPPER)} AND ${own}`;
  return {
    lake,
    unlinked,
    withs: `WITH ev AS MATERIALIZED (${events}), links AS MATERIALIZED (${compileLinksSql({ events: "ev", unlinked })})`,
  };
}
