import { connect, type Socket } from "node:net";

export interface LoadResult {
  readonly requests: number;
  readonly errors: number;
  /** Slates below rung 0. */
  readonly reduced: number;
  readonly seconds: number;
  readonly rps: number;
  readonly latencyMsP50: number;
  readonly latencyMsP95: number;
  readonly latencyMsP99: number;
  /** Arrivals that found no free connection and waited; their wait is in the latency. */
  readonly queuedMax: number;
}

const SPIN_MS = 1.5;

interface Answer {
  readonly status: number;
  readonly isFull: boolean;
}

interface Connection {
  readonly socket: Socket;
  onAnswer: ((answer: Answer) => void) | null;
  buffered: Buffer;
}

/**
 * Raw HTTP/1.1 over kept-alive sockets: a full client would take as much CPU as the server it measures. One request
 * at a time on a connection.
 */
export class LoadGenerator {
  private readonly port: number;
  private readonly free: Connection[] = [];
  private readonly all: Connection[] = [];

  constructor(port: number) {
    this.port = port;
  }

  async open(connections: number): Promise<void> {
    while (this.all.length < connections) {
      const socket = connect(this.port, "127.0.0.1");
      socket.setNoDelay(true);
      const connection: Connection = { socket, onAnswer: null, buffered: Buffer.alloc(0) };
      socket.on("data", (data) => receive(connection, data));
      socket.on("error", () => undefined);
      socket.on("close", () => connection.onAnswer?.({ status: 0, isFull: false }));
      await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
      this.all.push(connection);
      this.free.push(connection);
    }
  }

  close(): void {
    for (const connection of this.all) connection.socket.destroy();
  }

  /** `concurrency` requests always in flight: what the server can do at most. */
  async closedLoop(
    next: () => Buffer,
    options: { concurrency: number; seconds: number },
  ): Promise<LoadResult> {
    await this.open(options.concurrency);
    const latencies: number[] = [];
    let errors = 0;
    let reduced = 0;
    const startedMs = performance.now();
    const endMs = startedMs + options.seconds * 1000;
    await Promise.all(
      Array.from({ length: options.concurrency }, async () => {
        while (performance.now() < endMs) {
          const sentMs = performance.now();
          const { status, isFull } = await this.send(next());
          if (status !== 200) errors++;
          else if (!isFull) reduced++;
          latencies.push(performance.now() - sentMs);
        }
      }),
    );
    return summarise(latencies, {
      errors,
      reduced,
      seconds: (performance.now() - startedMs) / 1000,
      queuedMax: 0,
    });
  }

  /** Arrivals at fixed intervals whatever the server does; latency counts from the planned arrival. */
  async openLoop(next: () => Buffer, options: { rps: number; seconds: number }): Promise<LoadResult> {
    await this.open(64);
    const latencies: number[] = [];
    let errors = 0;
    let reduced = 0;
    let queuedMax = 0;
    const waiting: number[] = [];
    const total = Math.floor(options.rps * options.seconds);
    const startedMs = performance.now();
    let issued = 0;
    let answered = 0;
    await new Promise<void>((resolve) => {
      const dispatch = (plannedMs: number) => {
        void this.send(next()).then(({ status, isFull }) => {
          if (status !== 200) errors++;
          else if (!isFull) reduced++;
          latencies.push(performance.now() - plannedMs);
          answered++;
          const oldest = waiting.shift();
          if (oldest !== undefined) dispatch(oldest);
          if (answered === total) resolve();
        });
      };
      const tick = () => {
        const dueMs = performance.now() - startedMs;
        while (issued < total && (issued / options.rps) * 1000 <= dueMs) {
          const plannedMs = startedMs + (issued / options.rps) * 1000;
          issued++;
          if (this.free.length > 0) dispatch(plannedMs);
          else {
            waiting.push(plannedMs);
            queuedMax = Math.max(queuedMax, waiting.length);
          }
        }
        if (issued === total) return;
        // Timers are exact to about a millisecond; spinning for longer takes a core away from what is measured.
        const untilNextMs = startedMs + (issued / options.rps) * 1000 - performance.now();
        if (untilNextMs > SPIN_MS) setTimeout(tick, untilNextMs - SPIN_MS);
        else setImmediate(tick);
      };
      tick();
    });
    return summarise(latencies, {
      errors,
      reduced,
      seconds: (performance.now() - startedMs) / 1000,
      queuedMax,
    });
  }

  private send(payload: Buffer): Promise<Answer> {
    const connection = this.free.pop();
    if (connection === undefined) return Promise.resolve({ status: 0, isFull: false });
    return new Promise((resolve) => {
      connection.onAnswer = (answer) => {
        connection.onAnswer = null;
        this.free.push(connection);
        resolve(answer);
      };
      connection.socket.write(payload);
    });
  }
}

function receive(connection: Connection, data: Buffer): void {
  const bytes = connection.buffered.length === 0 ? data : Buffer.concat([connection.buffered, data]);
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) {
    connection.buffered = bytes;
    return;
  }
  const head = bytes.toString("latin1", 0, headEnd).toLowerCase();
  const length = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
  if (bytes.length < headEnd + 4 + length) {
    connection.buffered = bytes;
    return;
  }
  connection.buffered = Buffer.alloc(0);
  connection.onAnswer?.({ status: Number(head.slice(9, 12)), isFull: bytes.includes('"rung":0') });
}

function summarise(
  latencies: readonly number[],
  counts: Pick<LoadResult, "errors" | "reduced" | "seconds" | "queuedMax">,
): LoadResult {
  const sorted = Float64Array.from(latencies).sort();
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  return {
    requests: sorted.length,
    ...counts,
    rps: sorted.length / counts.seconds,
    latencyMsP50: at(0.5),
    latencyMsP95: at(0.95),
    latencyMsP99: at(0.99),
  };
}
