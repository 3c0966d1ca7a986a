import { connect, createServer, type Socket } from "node:net";

export interface TcpProxy {
  readonly url: string;
  /** Added to everything on its way back to the client. */
  delayMs: number;
  /** Connections stay open and nothing passes, either way: what was sent meanwhile is lost. */
  isStalled: boolean;
  /** Cuts what is open and refuses what comes, or lets it through again. */
  setUp(isUp: boolean): void;
  close(): Promise<void>;
}

/** A TCP proxy before a server, such as Redis or Postgres, so that it can be slow or away for one process. */
export async function startTcpProxy(targetUrl: string): Promise<TcpProxy> {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let isUp = true;
  const proxy = { url: "", delayMs: 0, isStalled: false };
  const server = createServer((client) => {
    if (!isUp) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    for (const [own, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      own.setNoDelay(true);
      sockets.add(own);
      own.on("error", () => undefined);
      own.on("close", () => {
        sockets.delete(own);
        other.destroy();
      });
    }
    client.on("data", (data) => {
      if (!proxy.isStalled) upstream.write(data);
    });
    upstream.on("data", (data) => {
      if (proxy.isStalled) return;
      if (proxy.delayMs === 0) client.write(data);
      else setTimeout(() => client.write(data), proxy.delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return Object.assign(proxy, {
    url: toUrl(target, port),
    setUp(up: boolean) {
      isUp = up;
      if (!up) cut();
    },
    close(): Promise<void> {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  });
}

/** The target's address with the proxy's in its place: name, password and database are kept. */
function toUrl(target: URL, port: number): string {
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return url.href;
}
