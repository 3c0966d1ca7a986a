// Numbers as the console shows them. Fixed locale: server and browser must print the same text.

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const NO_VALUE = "–";

export function formatCount(value: number | null | undefined): string {
  return value == null ? NO_VALUE : whole.format(value);
}

export function formatDecimal(value: number | null | undefined, digits = 4): string {
  return value == null || !Number.isFinite(value) ? NO_VALUE : value.toFixed(digits);
}

/** 0.0123 → "1.23 %". */
export function formatShare(value: number | null | undefined, digits = 1): string {
  return value == null ? NO_VALUE : `${(100 * value).toFixed(digits)} %`;
}

/** Milliseconds with as many digits as matter: "0.42 ms", "12.3 ms", "1.24 s". */
export function formatMs(value: number | null | undefined): string {
  if (value == null) return NO_VALUE;
  if (value >= 60_000) return formatDuration(value);
  if (value >= 1_000) return `${(value / 1_000).toFixed(2)} s`;
  if (value >= 100) return `${value.toFixed(0)} ms`;
  return `${value.toFixed(value >= 10 ? 1 : 2)} ms`;
}

/** "4 min 12 s", "2 h 05 min". */
export function formatDuration(ms: number | null | undefined): string {
  if (ms == null) return NO_VALUE;
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(hours / 24)} days`;
}

export function formatBytes(bytes: number | null | undefined): string {
  if (bytes == null) return NO_VALUE;
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value >= 100 ? 0 : 1)} ${units[unit]}`;
}

export function formatPrice(price: number | null | undefined, currency: string): string {
  if (price == null) return "no price";
  return new Intl.NumberFormat("en-GB", { style: "currency", currency }).format(price);
}

/** "2026-11-20 10:06:41 UTC". */
export function formatUtc(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

export function formatDay(at: Date | string | null | undefined): string {
  if (at == null) return NO_VALUE;
  return new Date(at).toISOString().slice(0, 10);
}

/** "just now", "4 min ago", "in 2 h". */
export function formatRelative(at: Date, now: Date): string {
  const seconds = Math.trunc((now.getTime() - at.getTime()) / 1_000);
  const past = seconds >= 0;
  const size = Math.abs(seconds);
  if (size < 5) return "just now";
  const text =
    size < 60
      ? `${size} s`
      : size < 3_600
        ? `${Math.floor(size / 60)} min`
        : size < 48 * 3_600
          ? `${Math.floor(size / 3_600)} h`
          : `${Math.floor(size / 86_400)} days`;
  return past ? `${text} ago` : `in ${text}`;
}

/** First characters of a hash or id, enough to tell two apart. */
export function shortId(id: string, length = 12): string {
  return id.length <= length ? id : id.slice(0, length);
}
