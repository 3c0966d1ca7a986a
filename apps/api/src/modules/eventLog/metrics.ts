import { Gauge, type Registry } from "prom-client";
import type { AppContext } from "../../context";
import { findEventLogLags } from "./service";

/** Gauges of every stream and reader, looked up when they are scraped. */
export function registerEventLogMetrics(registry: Registry, ctx: AppContext): void {
  const labelNames = ["workspace", "stream", "group"];
  const registers = [registry];
  const age = new Gauge({
    name: "shortlist_stream_oldest_unread_age_seconds",
    help: "Age of the oldest entry that a reader has not acknowledged; 0 when there is none",
    labelNames,
    registers,
  });
  const fill = new Gauge({
    name: "shortlist_stream_unread_share",
    help: "Unread entries over what the stream can hold; near 1 the oldest are dropped unread",
    labelNames,
    registers,
  });
  const lost = new Gauge({
    name: "shortlist_stream_dropped_unread",
    help: "1 while entries are missing that were dropped before the reader was given them; must stay 0",
    labelNames,
    registers,
  });
  new Gauge({
    name: "shortlist_stream_unread_entries",
    help: "Entries that a reader has not acknowledged",
    labelNames,
    registers,
    async collect() {
      for (const gauge of [this, age, fill, lost]) gauge.reset();
      const nowMs = ctx.now().getTime();
      for (const workspace of await ctx.db.workspace.findMany({ select: { id: true, slug: true } })) {
        for (const lag of (await findEventLogLags(ctx, workspace)) ?? []) {
          const labels = { workspace: workspace.slug, stream: lag.stream, group: lag.group };
          this.set(labels, lag.unread);
          fill.set(labels, lag.unread / lag.lengthMax);
          lost.set(labels, lag.hasLost ? 1 : 0);
          age.set(labels, lag.oldestUnreadAtMs === null ? 0 : (nowMs - lag.oldestUnreadAtMs) / 1000);
        }
      }
    },
  });
}
