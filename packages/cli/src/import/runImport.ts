import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  CATALOG_BATCH_MAX,
  type CatalogItem,
  type ImportSummary,
  QUARANTINE_RAW_MAX,
  type StoredInteraction,
} from "@shortlist/contracts";
import type { Lake, QuarantinedRow } from "@shortlist/lake";
import { createCatalogFromRows } from "./catalogFromRows";
import { mapInteraction, naturalKey, toSetAsideEvent } from "./mapInteraction";
import { mapItem } from "./mapItem";
import type { Mapping } from "./mapping";
import { readRows, type SourceRow } from "./readRows";
import { createTotals, hashCells } from "./totals";

/** Rows per Parquet batch: large enough that a year of days does not become thousands of tiny files. */
const BATCH_ROWS = 200_000;

export interface ImportPorts {
  readonly lake: Lake;
  readonly putItems: (items: readonly CatalogItem[]) => Promise<void>;
  readonly onProgress: (readBytes: number, totalBytes: number, rows: number) => void;
  readonly nowMs: () => number;
}

/**
 * Streams one file into a workspace. Every row is either imported or set aside with its reasons, what it would have
 * become and its row number; nothing is dropped. Running it again replaces what it wrote before: batches are named after the file's
 * content and the mapping, and events without an id get one from their content.
 */
export async function runImport(
  file: { path: string; sha256: string },
  mapping: Mapping,
  workspace: { slug: string; pseudonymKey: string },
  ports: ImportPorts,
): Promise<ImportSummary> {
  const startedAtMs = ports.nowMs();
  const batchPrefix = `import-${file.sha256.slice(0, 16)}-${mapping.name}-`;
  await ports.lake.deleteBatches(workspace.slug, "events", batchPrefix);
  await ports.lake.deleteBatches(workspace.slug, "quarantine", batchPrefix);

  const totals = createTotals(mapping.totals);
  const sink = createSink(mapping, workspace, { ports, batchPrefix, startedAtMs });
  let rowsRead = 0;
  const onBytes = (read: number, total: number) => ports.onProgress(read, total, rowsRead);
  for await (const row of readRows(file.path, mapping, onBytes)) {
    rowsRead++;
    totals.add(row.cells);
    sink.take(row);
    if (sink.isFull()) await sink.flush();
  }
  const outcome = await sink.finish();
  return {
    fileName: basename(file.path),
    fileSha256: file.sha256,
    mappingName: mapping.name,
    kind: mapping.kind,
    rowsRead,
    ...outcome,
    totals: totals.finish(),
    seconds: (ports.nowMs() - startedAtMs) / 1000,
  };
}

type Outcome = Pick<
  ImportSummary,
  "rowsImported" | "rowsSetAside" | "setAsideByReason" | "problemsByReason" | "firstAt" | "lastAt"
>;

/** Takes rows, keeps what is to be written, and counts. */
function createSink(
  mapping: Mapping,
  workspace: { slug: string; pseudonymKey: string },
  o: { ports: ImportPorts; batchPrefix: string; startedAtMs: number },
) {
  const { lake } = o.ports;
  let interactions: StoredInteraction[] = [];
  let items: CatalogItem[] = [];
  let quarantined: QuarantinedRow[] = [];
  let batch = 0;
  let rowsImported = 0;
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  const setAsideByReason: Record<string, number> = {};
  const problemsByReason: Record<string, number> = {};
  const seenKeys = new Set<string>();
  const seenIds = new Set<string>();
  const catalog = createCatalogFromRows();

  /** An interaction is kept as the event it would have become: the row itself holds raw ids of shoppers. */
  const keep = (row: SourceRow) => {
    if (mapping.kind === "items") return { raw: row.raw.slice(0, QUARANTINE_RAW_MAX), isEvent: false };
    if (row.problem !== null) return { raw: `(unreadable, row ${row.number} of the file)`, isEvent: false };
    const { raw, eventType, receivedAtMs } = toSetAsideEvent(row, mapping, {
      workspace: workspace.slug,
      pseudonymKey: workspace.pseudonymKey,
    });
    const isEvent = raw.length <= QUARANTINE_RAW_MAX;
    return { raw: raw.slice(0, QUARANTINE_RAW_MAX), isEvent, eventType, receivedAtMs };
  };

  const setAside = (row: SourceRow, problems: readonly string[]) => {
    const reason = problems[0]!;
    count(setAsideByReason, reason);
    for (const problem of new Set(problems)) count(problemsByReason, problem);
    const { receivedAtMs, ...kept } = { receivedAtMs: null, ...keep(row) };
    quarantined.push({
      source: `${o.batchPrefix}${row.number}`,
      rowNumber: row.number,
      reason,
      reasons: [...new Set(problems)],
      problems,
      // Beside the days of the events it came with, so that a day's share of bad rows can be told.
      receivedAtMs: Math.min(receivedAtMs ?? o.startedAtMs, o.startedAtMs),
      appVersion:
        mapping.kind === "interactions" && mapping.appVersion
          ? (row.cells[mapping.appVersion] ?? null)
          : null,
      ...kept,
    });
  };

  const takeInteraction = (row: SourceRow) => {
    if (mapping.kind !== "interactions") return;
    const { interaction, problems } = mapInteraction(row, mapping, {
      workspace: workspace.slug,
      pseudonymKey: workspace.pseudonymKey,
      nowMs: o.startedAtMs,
    });
    if (interaction === null) return setAside(row, problems);
    const key = hashCells(naturalKey(row, mapping));
    if (seenIds.has(interaction.eventId) || seenKeys.has(key)) return setAside(row, ["duplicate"]);
    seenIds.add(interaction.eventId);
    seenKeys.add(key);
    interactions.push(interaction);
    rowsImported++;
    firstMs = Math.min(firstMs, interaction.occurredAtMs);
    lastMs = Math.max(lastMs, interaction.occurredAtMs);
    if (mapping.items === undefined) return;
    const { item } = mapItem(row, mapping.items, []);
    if (item !== null) catalog.add(item, interaction.occurredAtMs);
  };

  const takeItem = (row: SourceRow) => {
    if (mapping.kind !== "items") return;
    const { item, problems } = mapItem(row, mapping.fields, mapping.setAside);
    if (item === null) return setAside(row, problems);
    if (seenIds.has(item.itemId)) return setAside(row, ["duplicate"]);
    seenIds.add(item.itemId);
    items.push(item);
    rowsImported++;
  };

  const putItems = async (all: readonly CatalogItem[]) => {
    for (let from = 0; from < all.length; from += CATALOG_BATCH_MAX)
      await o.ports.putItems(all.slice(from, from + CATALOG_BATCH_MAX));
  };

  const flush = async () => {
    const name = `${o.batchPrefix}${String(batch++).padStart(5, "0")}`;
    if (interactions.length > 0) await lake.writeInteractions(workspace.slug, name, interactions);
    if (quarantined.length > 0) await lake.writeQuarantine(workspace.slug, name, quarantined);
    await putItems(items);
    interactions = [];
    quarantined = [];
    items = [];
  };

  return {
    take: mapping.kind === "interactions" ? takeInteraction : takeItem,
    isFull: () => interactions.length + quarantined.length >= BATCH_ROWS || items.length >= CATALOG_BATCH_MAX,
    flush,
    async finish(): Promise<Outcome> {
      await flush();
      await putItems(catalog.finish());
      return {
        rowsImported,
        rowsSetAside: Object.values(setAsideByReason).reduce((a, b) => a + b, 0),
        setAsideByReason,
        problemsByReason,
        firstAt: Number.isFinite(firstMs) ? new Date(firstMs).toISOString() : null,
        lastAt: Number.isFinite(lastMs) ? new Date(lastMs).toISOString() : null,
      };
    },
  };
}

function count(counts: Record<string, number>, reason: string): void {
  counts[reason] = (counts[reason] ?? 0) + 1;
}

/** SHA-256 of a file's bytes, streamed. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
