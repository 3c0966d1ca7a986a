/** Who writes a spool. It is the folder's name, so that taking one over is a rename: atomic, and one taker wins. */
export interface SpoolOwner {
  readonly pid: number;
  /** Tells two processes apart that got the same id one after the other, as in containers. */
  readonly nonce: string;
  readonly host: string;
}

/** An owner touches its folder every second; this long without is an owner that is gone, or an id used again. */
const UNTOUCHED_MAX_MS = 60_000;

export function formatOwner(owner: SpoolOwner): string {
  return `${owner.pid}.${owner.nonce}.${owner.host}`;
}

export function parseOwner(name: string): SpoolOwner | null {
  const match = /^(\d+)\.([0-9a-z]+)\.(.+)$/.exec(name);
  return match === null ? null : { pid: Number(match[1]), nonce: match[2]!, host: match[3]! };
}

/**
 * Whether `self` may take over the spool of `owner`. A wrong yes costs nothing but repeated events: an owner
 * acknowledges only while its file is still in its place.
 */
export function decideAdoption(o: {
  owner: SpoolOwner;
  self: SpoolOwner;
  isAlive: boolean;
  untouchedMs: number;
}): boolean {
  const { owner, self } = o;
  if (owner.host !== self.host) return o.untouchedMs > UNTOUCHED_MAX_MS;
  if (owner.pid === self.pid) return owner.nonce !== self.nonce;
  return !o.isAlive || o.untouchedMs > UNTOUCHED_MAX_MS;
}
