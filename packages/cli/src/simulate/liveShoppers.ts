import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { InteractionEvent, RecommendResponse } from "@shortlist/contracts";
import {
  createLiveShoppers,
  type LiveSession,
  type Shop,
  type SimulatedInteraction,
} from "@shortlist/ml/simulation";
import { computeQuantile, createStats, type LiveStats } from "./stats";

export interface RunLiveShoppersOptions {
  baseUrl: string;
  apiKey: string;
  /** Recommendation requests per second, kept whatever the server's speed (open loop). */
  rps: number;
  durationSeconds?: number;
  shop: Shop;
  seed?: number | string;
  slateSize?: number;
  now: () => number;
  signal: AbortSignal;
  /** Called every second and once at the end. */
  onStats?: (stats: LiveStats) => void;
}

// Beyond this many unanswered requests the server is down or drowning; more of them would measure our own queue.
const CONCURRENCY_MAX = 256;
const REQUEST_TIMEOUT_MS = 5_000;
const EVENTS_PER_CALL_MAX = 200;
// Shoppers pause between slates, so several sessions run at once, as in a real shop.
const PAUSE_MS = { min: 1_000, spread: 4_000 };

/**
 * Sends simulated shoppers to a running API: they ask for slates, look, click and buy by their true tastes, and
 * report what they did. Ends on `signal` or after `durationSeconds`, after delivering the events it holds.
 */
export async function runLiveShoppers(options: RunLiveShoppersOptions): Promise<LiveStats> {
  const { shop, now, signal, rps, onStats = () => {} } = options;
  const live = createLiveShoppers(shop, options.seed ?? 1);
  const stats = createStats();
  const startedMs = now();
  const endsMs =
    options.durationSeconds === undefined ? Infinity : startedMs + options.durationSeconds * 1000;
  const waiting: { session: LiveSession; dueMs: number }[] = [];
  const running = new Set<Promise<void>>();
  let outbox: InteractionEvent[] = [];
  let latenciesMs: number[] = [];
  let reportedMs = startedMs;
  let reportedRequests = 0;

  const call = async <T>(path: string, body: unknown): Promise<T> => {
    const response = await fetch(new URL(path, options.baseUrl), {
      method: "POST",
      headers: { authorization: `Bearer ${options.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 200)}`);
    return JSON.parse(text) as T;
  };
  const countError = (error: unknown): void => {
    stats.errors++;
    stats.lastError = describeError(error);
  };

  const visit = async (session: LiveSession): Promise<void> => {
    const sentMs = performance.now();
    stats.requests++;
    try {
      const { items, metadata } = await call<RecommendResponse>("/v1/recommend", {
        ...identify(session),
        surface: session.surface,
        context: session.context,
        n: options.slateSize ?? 12,
      });
      latenciesMs.push(performance.now() - sentMs);
      stats.rungs[metadata.degradation.rung] = (stats.rungs[metadata.degradation.rung] ?? 0) + 1;
      if (items.length === 0) stats.emptySlates++;
      stats.shown += items.length;
      const { surface } = session;
      const slate = items.map(({ itemId }) => itemId);
      const nowMs = now();
      const logged = live.react(session, slate, nowMs).filter(isLogged);
      logged.forEach((interaction, index) => {
        if (interaction.type === "click") stats.clicks++;
        if (interaction.type === "purchase") stats.purchases++;
        const occurredMs = nowMs - (logged.length - index);
        outbox.push(
          createEvent({ session, surface, requestId: metadata.requestId, interaction, occurredMs }),
        );
      });
      const pauseMs = PAUSE_MS.min + PAUSE_MS.spread * Math.random();
      if (!session.isOver) waiting.push({ session, dueMs: now() + pauseMs });
    } catch (error) {
      countError(error);
    }
  };
  const track = (work: Promise<void>): void => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };
  const deliver = async (): Promise<void> => {
    while (outbox.length > 0) {
      const events = outbox.slice(0, EVENTS_PER_CALL_MAX);
      outbox = outbox.slice(EVENTS_PER_CALL_MAX);
      try {
        await call("/v1/events", { events });
        stats.events += events.length;
      } catch (error) {
        countError(error);
      }
    }
  };
  const report = (): void => {
    const nowMs = now();
    stats.seconds = (nowMs - startedMs) / 1000;
    stats.rps = ((stats.requests - reportedRequests) * 1000) / Math.max(1, nowMs - reportedMs);
    stats.latencyMsP50 = computeQuantile(latenciesMs, 0.5);
    stats.latencyMsP95 = computeQuantile(latenciesMs, 0.95);
    stats.clickRate = stats.shown === 0 ? null : stats.clicks / stats.shown;
    latenciesMs = [];
    reportedMs = nowMs;
    reportedRequests = stats.requests;
    onStats({ ...stats, rungs: [...stats.rungs] });
  };

  while (!signal.aborted && now() < endsMs) {
    const due = Math.floor(((now() - startedMs) / 1000) * rps) + 1;
    while (stats.requests + stats.skipped < due) {
      if (running.size >= CONCURRENCY_MAX) {
        stats.skipped++;
        continue;
      }
      const ready = waiting.findIndex(({ dueMs }) => dueMs <= now());
      const session = ready >= 0 ? waiting.splice(ready, 1)[0]!.session : live.nextSession(now());
      track(visit(session));
    }
    if (now() - reportedMs >= 1000) {
      report();
      track(deliver());
    }
    const nextMs = startedMs + (due / rps) * 1000 - now();
    await sleep(Math.max(1, Math.min(nextMs, 100)), undefined, { signal }).catch(() => {});
  }
  await Promise.all(running);
  await deliver();
  report();
  return stats;
}

type LoggedInteraction = SimulatedInteraction & { type: Exclude<SimulatedInteraction["type"], "examine"> };

/** Eyes leave no trace: what was only looked at is known to the slate log, not to the event log. */
function isLogged(interaction: SimulatedInteraction): interaction is LoggedInteraction {
  return interaction.type !== "examine";
}

interface EventInput {
  session: LiveSession;
  surface: string;
  requestId: string;
  interaction: LoggedInteraction;
  occurredMs: number;
}

/** Simulated delays keep their order but not their length: an event is sent at once and never dated ahead. */
function createEvent({ session, surface, requestId, interaction, occurredMs }: EventInput): InteractionEvent {
  const { type, itemId, position, price, currency, quantity } = interaction;
  const { device, region, locale } = session.context;
  return {
    eventId: createUuidV7(occurredMs),
    type,
    itemId,
    ...identify(session),
    ...(position === undefined ? {} : { requestId, position }),
    surface,
    occurredAt: new Date(occurredMs).toISOString(),
    ...(price === undefined ? {} : { value: price }),
    ...(currency === undefined ? {} : { currency }),
    ...(quantity === undefined ? {} : { quantity }),
    context: { device, region, locale },
  };
}

function identify({ userId, anonymousId }: LiveSession): { userId?: string; anonymousId?: string } {
  return userId !== undefined ? { userId } : anonymousId !== undefined ? { anonymousId } : {};
}

function createUuidV7(nowMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** fetch hides the reason ("ECONNREFUSED") in the cause of "fetch failed". */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return error.message + cause;
}
