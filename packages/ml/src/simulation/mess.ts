import type { Random } from "../random/random";
import { DAY_MS } from "./catalogue";
import type { RawLogRow } from "./types";

/** What is wrong with the generated rows, counted as they are written: what an importer has to find. */
export interface MessLedger {
  rows: number;
  /** Sessions of shoppers with at least one row in the log; bots are not counted. */
  sessions: number;
  /** Rows that lack a required field, by field; `identity` lacks both user and device. */
  missing: { event_id: number; type: number; ts: number; sku: number; identity: number; price: number };
  /** Extra rows that repeat an earlier row byte for byte. */
  exactDuplicates: number;
  /** Extra rows that repeat an earlier event under a new event_id. */
  reissuedIds: number;
  /** Rows with a value of the wrong type: ts, sku or position, price or quantity. */
  wrongTypes: number;
  unknownItems: number;
  /** Rows whose ts lies a day or more after their arrival. */
  futureClocks: number;
  /** Rows that arrived an hour or more after they happened. */
  lateRows: number;
  botRows: number;
  botDeviceIds: string[];
  /** The second user ids that phones wrote for persons who have another id in the browser. */
  twoIdUserIds: string[];
  /** Sessions without a user id from start to end. */
  anonymousSessions: number;
  /** Sessions that start without a user id and sign in on the way. */
  signInSessions: number;
  signInRows: number;
  /** Rows whose ts is an epoch number, which is correct but not ISO. */
  epochTimestamps: number;
}

export function createMessLedger(): MessLedger {
  return {
    rows: 0,
    sessions: 0,
    missing: { event_id: 0, type: 0, ts: 0, sku: 0, identity: 0, price: 0 },
    exactDuplicates: 0,
    reissuedIds: 0,
    wrongTypes: 0,
    unknownItems: 0,
    futureClocks: 0,
    lateRows: 0,
    botRows: 0,
    botDeviceIds: [],
    twoIdUserIds: [],
    anonymousSessions: 0,
    signInSessions: 0,
    signInRows: 0,
    epochTimestamps: 0,
  };
}

/** A row on its way to the log, and how to count it once it is really written. */
export interface PendingRow {
  row: RawLogRow;
  receivedMs: number;
  count?: (ledger: MessLedger) => void;
  /** Shared by the rows of one session; bots have none. */
  session?: SessionNote;
}

export interface SessionNote {
  isAnonymous: boolean;
  startsAnonymous: boolean;
  mobileUserId: string | undefined;
  isCounted: boolean;
}

/** Counts a row at the moment it is written to the log. */
export function countRow({ row, count, session }: PendingRow, ledger: MessLedger): void {
  ledger.rows++;
  count?.(ledger);
  if (typeof row.ts === "number") ledger.epochTimestamps++;
  if (row.type === "sign_in") ledger.signInRows++;
  if (session === undefined) return;
  if (!session.isCounted) {
    session.isCounted = true;
    ledger.sessions++;
    if (session.isAnonymous) ledger.anonymousSessions++;
  }
  if (row.type === "sign_in" && session.startsAnonymous) ledger.signInSessions++;
  const id = session.mobileUserId;
  if (id !== undefined && row.user_id === id && !ledger.twoIdUserIds.includes(id))
    ledger.twoIdUserIds.push(id);
}

// Shares of rows; each row has at most one fault, so that every count can be checked from the rows alone.
const FAULTS: readonly (readonly [
  share: number,
  fault: (row: PendingRow, random: Random) => PendingRow[],
])[] = [
  [0.005, removeField],
  [0.01, repeatExactly],
  [0.003, reissue],
  [0.001, setWrongType],
  [0.001, setUnknownItem],
  [0.0005, setFutureClock],
];

/** The row as the storefront really wrote it: mostly unchanged, sometimes damaged, sometimes twice. */
export function applyMess(pending: PendingRow, random: Random): PendingRow[] {
  let draw = random.next();
  for (const [share, fault] of FAULTS) {
    if (draw < share) return fault(pending, random);
    draw -= share;
  }
  return [pending];
}

function removeField(pending: PendingRow, random: Random): PendingRow[] {
  const row = { ...pending.row };
  const fields = ["event_id", "type", "ts", "sku", "identity"] as const;
  const field = row.type === "purchase" && random.next() < 0.4 ? "price" : random.pick(fields);
  if (field === "identity") {
    delete row.user_id;
    delete row.device_id;
  } else {
    delete row[field];
  }
  return [{ ...pending, row, count: (ledger) => ledger.missing[field]++ }];
}

function repeatExactly(pending: PendingRow): PendingRow[] {
  return [pending, { ...pending, count: (ledger) => ledger.exactDuplicates++ }];
}

function reissue(pending: PendingRow, random: Random): PendingRow[] {
  const receivedMs = pending.receivedMs + 500 + random.int(20_000);
  const row = {
    ...pending.row,
    event_id: uuidV7(pending.receivedMs, random),
    received_at: toIso(receivedMs),
  };
  return [pending, { ...pending, row, receivedMs, count: (ledger) => ledger.reissuedIds++ }];
}

function setWrongType(pending: PendingRow, random: Random): PendingRow[] {
  const row = { ...pending.row };
  if (row.type === "purchase") {
    if (random.next() < 0.5) row.price = `${String(row.price).replace(".", ",")} €`;
    else row.quantity = "one";
  } else if (row.position !== undefined && random.next() < 0.5) {
    row.position = "top";
  } else if (random.next() < 0.5) {
    row.ts = true;
  } else {
    row.sku = Number(String(row.sku).slice(1));
  }
  return [{ ...pending, row, count: (ledger) => ledger.wrongTypes++ }];
}

function setUnknownItem(pending: PendingRow, random: Random): PendingRow[] {
  const sku = `x${String(random.int(1_000_000)).padStart(6, "0")}`;
  return [{ ...pending, row: { ...pending.row, sku }, count: (ledger) => ledger.unknownItems++ }];
}

function setFutureClock(pending: PendingRow, random: Random): PendingRow[] {
  const ts = toIso(pending.receivedMs + Math.round((1 + 400 * random.next()) * DAY_MS));
  return [{ ...pending, row: { ...pending.row, ts }, count: (ledger) => ledger.futureClocks++ }];
}

export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

/** A UUID of version 7 (RFC 9562) from a time and a seeded source. */
export function uuidV7(atMs: number, random: Random): string {
  const time = Math.floor(atMs).toString(16).padStart(12, "0");
  const a = hex(random.int(0x1000), 3);
  const b = hex(0x8000 + random.int(0x4000), 4);
  const c = hex(random.int(0x1000000), 6) + hex(random.int(0x1000000), 6);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a}-${b}-${c}`;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}
