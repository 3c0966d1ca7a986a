import type { ReplicaStatus } from "@shortlist/contracts";
import { hashString } from "@shortlist/ml";
import type { Person, ShopperRead, ShopperStore, Wanted } from "../ports/shopperStore";
import type { ShopperEpochs } from "./shopperEpochs";

/** What other replicas took in is seen this much later for a hot shopper; through this one nothing is. */
const KEEP_MS = 250;
const ENTRIES_MAX = 1_000;
const SLOTS = 1 << 13;

interface Copy {
  readonly read: ShopperRead;
  readonly epoch: number;
  readonly untilMs: number;
}
interface Flight {
  readonly answer: Promise<ShopperRead>;
  readonly epoch: number;
  readonly untilMs: number;
}

export interface HotShopperOptions {
  readonly epochs: ShopperEpochs;
  /** A shopper read more often than this is hot; 0: none ever is. */
  readonly readsPerSecond: number;
  readonly now: () => number;
}

export interface HotShoppers extends ShopperStore {
  listCaches(): ReplicaStatus["caches"];
}

/**
 * Spares Redis a hot key: reads of the same shopper under way are made once, and a shopper who is read more often than
 * people browse is read at most four times a second. A copy is void as soon as this process has taken in an event of the
 * shopper, so a block or an opt-out holds on the very next request here.
 */
export function createHotShoppers(
  store: ShopperStore,
  { epochs, readsPerSecond, now }: HotShopperOptions,
): HotShoppers {
  const flights = new Map<string, Flight>();
  const copies = new Map<string, Copy>();
  const reads = new Uint16Array(SLOTS);
  let secondStartMs = now();
  const flown = { hits: 0, misses: 0 };
  const copied = { hits: 0, misses: 0 };

  /** Shoppers that share a slot may be taken for hot together, which does no harm. */
  const isHot = (key: string, nowMs: number): boolean => {
    if (readsPerSecond === 0) return false;
    if (nowMs - secondStartMs >= 1_000) {
      reads.fill(0);
      secondStartMs = nowMs;
    }
    const slot = hashString(key) & (SLOTS - 1);
    const count = Math.min(0xffff, reads[slot]! + 1);
    reads[slot] = count;
    return count > readsPerSecond;
  };

  const keep = (key: string, copy: Copy) => {
    copies.delete(key);
    copies.set(key, copy);
    if (copies.size > ENTRIES_MAX) copies.delete(copies.keys().next().value as string);
  };

  return {
    read(person, wanted, deadlineMs) {
      const nowMs = now();
      const key = keyOf(person, wanted);
      const epoch = epochs.of(person.workspace, person.shoppers);
      const hot = isHot(key, nowMs);
      if (hot) {
        const copy = copies.get(key);
        if (copy !== undefined && copy.epoch === epoch && nowMs < copy.untilMs) {
          copied.hits++;
          return Promise.resolve(copy.read);
        }
        copied.misses++;
      }
      const flight = flights.get(key);
      // One that may take longer than this caller can wait is not joined.
      if (flight !== undefined && flight.epoch === epoch && flight.untilMs <= nowMs + deadlineMs) {
        flown.hits++;
        return flight.answer;
      }
      flown.misses++;
      const answer = store.read(person, wanted, deadlineMs);
      const own: Flight = { answer, epoch, untilMs: nowMs + deadlineMs };
      flights.set(key, own);
      void answer.then((read) => {
        if (flights.get(key) === own) flights.delete(key);
        if (hot && read.status === "ok") keep(key, { read, epoch, untilMs: now() + KEEP_MS });
      });
      return answer;
    },
    listCaches: () => [
      { name: "shopper_reads_under_way", ...flown, entries: flights.size },
      { name: "hot_shoppers", ...copied, entries: copies.size },
    ],
  };
}

/** Two releases of a workspace may want different vectors and views of the same shopper. */
function keyOf({ workspace, shoppers }: Person, { spaceId, viewIds, listSurface }: Wanted): string {
  const wanted = viewIds.length === 0 ? spaceId : `${spaceId}\n${viewIds.join()}`;
  const key =
    shoppers.length === 1
      ? `${workspace}\n${wanted}\n${shoppers[0]}`
      : `${workspace}\n${wanted}\n${shoppers.join("\n")}`;
  return listSurface === undefined ? key : `${key}\nlist:${listSurface}`;
}
