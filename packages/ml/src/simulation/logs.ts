import { createRandom, type Random } from "../random/random";
import { createArrivals } from "./arrivals";
import { createBotRows } from "./bots";
import { type Action, type HistoryWorld, simulateSession } from "./browse";
import { DAY_MS } from "./catalogue";
import {
  applyMess,
  countRow,
  createMessLedger,
  type MessLedger,
  type PendingRow,
  type SessionNote,
  toIso,
  uuidV7,
} from "./mess";
import { createShopPopularity } from "./popularity";
import type { Platform, RawLogRow, Shop, ShownSlate } from "./types";

const HOUR_MS = 3_600_000;

/**
 * The shop's messy history, in order of arrival (`received_at`). Same shop, same rows.
 * Rows that would arrive after `endMs` are cut off, as in any export. `ledger` is filled while rows are taken;
 * `onSlate` hears of every slate that was shown, by time of session.
 *
 * Cost about 5 s for the default shop (about 400,000 rows); memory holds the rows of about five days.
 */
export function* generateLogs(
  shop: Shop,
  ledger: MessLedger = createMessLedger(),
  onSlate: (slate: ShownSlate) => void = () => {},
): Generator<RawLogRow> {
  const random = createRandom(`logs-${shop.options.seed}`);
  const world: HistoryWorld = { shop, popularity: createShopPopularity(shop) };
  const days: PendingRow[][] = Array.from({ length: shop.options.days }, () => []);
  const file = (pending: PendingRow): void => {
    days[Math.floor((pending.receivedMs - shop.startMs) / DAY_MS)]?.push(pending);
  };
  for (const pending of createBotRows(world, random.fork("bots"))) file(pending);

  const arrivals = createArrivals(shop, random.fork("arrivals"));
  const memory: ShopperMemory = { lastLeaf: new Map(), linkedPhones: new Set() };
  let next = 0;
  for (let day = 0; day < days.length; day++) {
    const dayEndMs = shop.startMs + (day + 1) * DAY_MS;
    for (; next < arrivals.length && arrivals[next]!.startMs < dayEndMs; next++) {
      const { shopperIndex, startMs } = arrivals[next]!;
      const rows = createSessionRows(
        { world, memory, shopperIndex, startMs, onSlate },
        random.fork(`session-${next}`),
      );
      for (const pending of rows) file(pending);
    }
    const today = days[day]!.sort((a, b) => a.receivedMs - b.receivedMs);
    days[day] = [];
    for (const pending of today) {
      countRow(pending, ledger);
      yield pending.row;
    }
  }
}

/** The faults that `generateLogs` puts into this shop's history. Generates all rows once: as slow as that. */
export function describeMess(shop: Shop): MessLedger {
  const ledger = createMessLedger();
  for (const _ of generateLogs(shop, ledger));
  return ledger;
}

interface ShopperMemory {
  lastLeaf: Map<number, number>;
  linkedPhones: Set<number>;
}

interface SessionRequest {
  world: HistoryWorld;
  memory: ShopperMemory;
  shopperIndex: number;
  startMs: number;
  onSlate: (slate: ShownSlate) => void;
}

function createSessionRows(request: SessionRequest, random: Random): PendingRow[] {
  const { world, memory, shopperIndex, startMs, onSlate } = request;
  const { shop } = world;
  const shopper = shop.shoppers[shopperIndex]!;
  const isMobile = shopper.deviceIds.length > 1 && random.next() < 0.55;
  const platform: Platform = isMobile ? shopper.mobilePlatform : "web";
  const lastLeaf = memory.lastLeaf.get(shopperIndex) ?? null;
  const { actions, slates } = simulateSession(world, { shopperIndex, startMs, isMobile, lastLeaf }, random);
  if (actions.length === 0) return [];
  memory.lastLeaf.set(shopperIndex, shop.itemTruth[actions.at(-1)!.itemIndex]!.leafIndex);

  // 6 in 10 sessions are signed in, 2 sign in on the way, 2 stay anonymous.
  const draw = random.next();
  const startsSignedIn = draw < 0.6;
  const signInAt = startsSignedIn ? 0 : draw < 0.8 ? 1 + random.int(actions.length) : actions.length;
  const isAnonymous = signInAt >= actions.length;
  const mustLink = isMobile && startsSignedIn && !memory.linkedPhones.has(shopperIndex);
  const showsSignIn = startsSignedIn ? mustLink || random.next() < 0.05 : !isAnonymous;
  if (showsSignIn && isMobile) memory.linkedPhones.add(shopperIndex);

  const ownId = isMobile ? (shopper.mobileUserId ?? shopper.userId) : shopper.userId;
  const isOldAndroid = platform === "android" && random.next() < 0.3;
  const common = {
    device_id: shopper.deviceIds[isMobile ? 1 : 0]!,
    platform,
    app_version:
      platform === "web" ? "web-2026.3" : isOldAndroid ? "5.1.0" : random.next() < 0.7 ? "6.4.2" : "6.3.0",
    session_id: `s-${uuidV7(startMs, random).slice(-17)}`,
    locale: shopper.locale,
    region: shopper.region,
  };
  // Phones that were offline deliver a whole session hours or days later.
  const lateMs =
    isMobile && random.next() < 0.035 ? HOUR_MS * Math.min(96, 1 - 16 * Math.log(1 - random.next())) : 0;
  const endMs = actions.at(-1)!.atMs;
  const requestIds = slates.map(({ atMs }) => `r-${uuidV7(atMs, random)}`);
  slates.forEach(({ atMs, surface, itemIndices }, index) => {
    onSlate({
      request_id: requestIds[index]!,
      ts: toIso(atMs),
      surface,
      device_id: common.device_id,
      ...(startsSignedIn ? { user_id: ownId } : {}),
      skus: itemIndices.map((itemIndex) => shop.items[itemIndex]!.itemId),
    });
  });

  const session: SessionNote = {
    isAnonymous,
    startsAnonymous: !startsSignedIn,
    mobileUserId: isMobile ? shopper.mobileUserId : undefined,
    isCounted: false,
  };
  const rows: PendingRow[] = [];
  const write = (atMs: number, fields: Partial<RawLogRow>): void => {
    const receivedMs = Math.round(lateMs > 0 ? endMs + lateMs : atMs + 60 + 2_500 * random.next());
    const row: RawLogRow = {
      event_id: uuidV7(atMs, random),
      ts: isOldAndroid ? atMs : toIso(atMs),
      received_at: toIso(receivedMs),
      ...common,
      ...fields,
    } as RawLogRow;
    const isLate = receivedMs - atMs >= HOUR_MS;
    if (isLate) rows.push({ row, receivedMs, session, count: (ledger) => ledger.lateRows++ });
    else if (row.type === "sign_in") rows.push({ row, receivedMs, session });
    else rows.push(...applyMess({ row, receivedMs, session }, random));
  };
  actions.forEach((action, index) => {
    if (index === signInAt && showsSignIn) write(action.atMs, { type: "sign_in", user_id: shopper.userId });
    const identity = index >= signInAt ? { user_id: ownId } : {};
    write(action.atMs, { ...identity, ...describeAction(shop, action, requestIds) });
  });
  return rows;
}

function describeAction(shop: Shop, action: Action, requestIds: readonly string[]): Partial<RawLogRow> {
  const fields: Partial<RawLogRow> = {
    type: action.type,
    sku: shop.items[action.itemIndex]!.itemId,
    surface: action.surface,
  };
  if (action.slate !== undefined && action.position !== undefined) {
    fields.request_id = requestIds[action.slate]!;
    fields.position = action.position;
  }
  if (action.type === "add_to_cart" || action.type === "purchase") {
    fields.price = shop.priceAt(action.itemIndex, action.atMs);
    fields.currency = "EUR";
    fields.quantity = action.quantity ?? 1;
  }
  return fields;
}
