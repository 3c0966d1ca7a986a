import { mkdtemp, readdir, rename, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredInteraction } from "@shortlist/contracts";
import { createLogger } from "@shortlist/platform";
import { afterEach, describe, expect, it } from "vitest";
import type { EventLog } from "../ports/eventLog";
import { createFaultyDisk, createStored } from "../testing/spoolFixture";
import { createDurableLog } from "./durableLog";
import { readSegment, Spool } from "./spool";
import { formatOwner } from "./spoolOwner";
import { SpoolReplayer } from "./spoolReplayer";

/** A log in memory that can be away or silent. */
function createLog(): EventLog & { state: "up" | "away" | "silent"; events: StoredInteraction[] } {
  return {
    state: "up",
    events: [],
    append(_workspace, { events }) {
      if (this.state === "away") return Promise.reject(new Error("away"));
      if (this.state === "silent") return new Promise(() => undefined);
      this.events.push(...events);
      return Promise.resolve({ duplicate: 0, velocity: 0 });
    },
  };
}

const opened: SpoolReplayer[] = [];
afterEach(async () => {
  for (const replayer of opened.splice(0)) await replayer.close();
});

async function openProcess(
  root: string,
  o: {
    pid?: number;
    maxBytes?: number;
    living?: readonly number[];
    disk?: ReturnType<typeof createFaultyDisk>;
  } = {},
) {
  const disk = o.disk ?? createFaultyDisk();
  const log = createLog();
  const self = { pid: o.pid ?? 1, nonce: "first", host: "here" };
  const folder = join(root, formatOwner(self));
  const own: Spool = new Spool({
    disk,
    folder,
    spareBytes: () => (o.maxBytes ?? 1e9) - own.bytes,
    now: Date.now,
  });
  let nonce = 0;
  const replayer = new SpoolReplayer({
    disk,
    root,
    self,
    own,
    log,
    isLogUp: () => log.state === "up",
    logger: createLogger({ name: "test", level: "silent" }),
    isAlive: (pid) => (o.living ?? []).includes(pid),
    createNonce: () => `n${nonce++}`,
    now: Date.now,
    onReplayed: () => undefined,
  });
  const durable = createDurableLog({ log, spool: own, replayer, deadlineMs: 30 });
  opened.push(replayer);
  const send = async (...ids: string[]) => {
    const events = ids.map((eventId) => createStored({ eventId }));
    return (await durable.append("shop", { events, quarantined: [] })).durability;
  };
  const listIds = () => log.events.map((event) => event.eventId);
  return { disk, log, own, folder, replayer, send, listIds };
}
const createRoot = async () => join(await mkdtemp(join(tmpdir(), "spool-")), "spool");
const readIds = async (p: Awaited<ReturnType<typeof openProcess>>) => {
  const held = await Promise.all(p.own.segments.map((segment) => readSegment(p.disk, segment)));
  return held.flatMap(({ batches }) => batches.flatMap((b) => b.events.map((event) => event.eventId)));
};

describe("an event is acknowledged", () => {
  it("from the log while it answers, and then nothing touches the disk", async () => {
    const root = await createRoot();
    const p = await openProcess(root);
    expect(await p.send("a")).toBe("log");
    await expect(stat(root)).rejects.toThrow();
  });

  it.each(["away", "silent"] as const)("from the spool while the log is %s", async (state) => {
    const p = await openProcess(await createRoot());
    p.log.state = state;
    expect(await p.send("a", "b")).toBe("spool");
    expect(await Promise.all([p.send("c"), p.send("d")])).toEqual(["spool", "spool"]);
    expect(await readIds(p)).toEqual(["a", "b", "c", "d"]);
  });

  it.each(["ENOSPC", "EIO"] as const)(
    "by nobody when the log is away and the disk says %s; what was there stays",
    async (fault) => {
      const p = await openProcess(await createRoot());
      p.log.state = "away";
      await p.send("before");
      p.disk.fault = fault;
      await expect(p.send("lost")).rejects.toMatchObject({ code: "log_unavailable" });
      await expect(p.send("lost, too")).rejects.toMatchObject({ code: "log_unavailable" });
      expect(await readIds(p)).toEqual(["before"]);
      p.disk.fault = null;
      expect(await p.send("after")).toBe("spool");
      p.log.state = "up";
      await p.replayer.tend();
      expect(p.listIds()).toEqual(["before", "after"]);
    },
  );

  it("by nobody beyond the bound, and again once there is room", async () => {
    const p = await openProcess(await createRoot(), { maxBytes: 1_000 });
    p.log.state = "away";
    await p.send("a");
    const results = await Promise.allSettled([p.send("b"), p.send("c"), p.send("d"), p.send("e")]);
    expect(results.filter((r) => r.status === "rejected").length).toBeGreaterThan(0);
    expect(p.own.bytes).toBeLessThanOrEqual(1_000);
    p.log.state = "up";
    await p.replayer.tend();
    expect(await p.send("f")).toBe("log");
  });

  it("only while its file is in place: taken over, it may have been read already", async () => {
    const p = await openProcess(await createRoot());
    p.log.state = "away";
    await p.send("a");
    await rename(p.folder, `${p.folder}-taken`);
    await expect(p.send("b")).rejects.toMatchObject({ code: "log_unavailable" });
    expect(await p.send("c")).toBe("spool");
    p.log.state = "up";
    await p.replayer.tend();
    expect(p.listIds()).toEqual(["c"]);
    expect(p.own.isHolding).toBe(false);
  });
});

describe("replaying", () => {
  it("keeps the order: while anything is spooled later events go there, too, and then the log again", async () => {
    const p = await openProcess(await createRoot());
    p.log.state = "away";
    await p.send("1");
    p.log.state = "up";
    expect(await p.send("2")).toBe("spool");
    const tending = p.replayer.tend();
    const sent: string[] = [];
    for (let i = 3; i < 40; i++) {
      sent.push(await p.send(String(i)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await tending;
    expect(sent.at(-1)).toBe("log");
    expect(p.listIds()).toEqual(Array.from({ length: 39 }, (_, i) => String(i + 1)));
    expect(await readdir(join(p.folder, ".."))).toEqual([]);
  });

  it("deletes nothing that the log has not acknowledged", async () => {
    const p = await openProcess(await createRoot());
    p.log.state = "away";
    await p.send("a");
    await p.replayer.tend();
    p.log.append = () => Promise.reject(new Error("refused"));
    p.log.state = "up";
    await p.replayer.tend();
    expect(await readIds(p)).toEqual(["a"]);
  });

  it("takes over what a dead process left, its unfinished last write dropped, but not a living one's", async () => {
    const root = await createRoot();
    const dead = await openProcess(root, { pid: 10 });
    dead.log.state = "away";
    await dead.send("a", "b");
    await dead.send("c");
    const torn = Buffer.from([0xf5, 0xfb, 0xfc, 0xfe, 200, 0, 0, 0, 1, 2]);
    const [segment] = dead.own.segments;
    await writeFile(segment!.path, torn, { flag: "a" });
    const living = await openProcess(root, { pid: 11 });
    living.log.state = "away";
    await living.send("not mine");
    const heir = await openProcess(root, { pid: 12, living: [11] });
    await heir.replayer.tend();
    expect(heir.listIds()).toEqual(["a", "b", "c"]);
    expect(await readdir(root)).toEqual(["11.first.here"]);
  });

  it("of two that want the same spool one gets it", async () => {
    const root = await createRoot();
    const dead = await openProcess(root, { pid: 10 });
    dead.log.state = "away";
    await dead.send("a");
    const heirs = await Promise.all([12, 13].map((pid) => openProcess(root, { pid, living: [12, 13] })));
    await Promise.all(heirs.map((heir) => heir.replayer.tend()));
    expect(heirs.flatMap((heir) => heir.listIds())).toEqual(["a"]);
  });

  it("sets a damaged file aside after replaying what can be read", async () => {
    const root = await createRoot();
    const dead = await openProcess(root, { pid: 10 });
    dead.log.state = "away";
    for (const id of ["a", "b", "c"]) await dead.send(id);
    const { path } = dead.own.segments[0]!;
    await writeFile(path, "XXXX", { flag: "r+" });
    const heir = await openProcess(root, { pid: 12 });
    await heir.replayer.tend();
    expect(heir.listIds()).toEqual(["b", "c"]);
    expect(await readdir(root)).toEqual([expect.stringMatching(/^damaged-.*\.spool$/)]);
  });
});
