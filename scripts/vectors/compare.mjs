// How reference vectors are compared and their times read.

/** |got − want| ≤ 1e-12 + 1e-9·|want| for numbers; everything else has to be equal. */
export function isClose(got, want) {
  if (typeof got === "number" && typeof want === "number")
    return Math.abs(got - want) <= 1e-12 + 1e-9 * Math.abs(want);
  if (Array.isArray(want))
    return Array.isArray(got) && got.length === want.length && want.every((each, i) => isClose(got[i], each));
  return got === want;
}

/** Problems of `got` against every key of `want`, as lines; none means that the case passes. */
export function findDifferences(got, want, label = "") {
  return Object.entries(want).flatMap(([key, wanted]) =>
    isClose(got[key], wanted)
      ? []
      : [`${label}${key}: got ${JSON.stringify(got[key])}, want ${JSON.stringify(wanted)}`],
  );
}

/** Microseconds since 1970 UTC; a time without an offset is UTC, a time of day is one of 1970-01-01. */
export function parseTimeUs(text) {
  const full = /^\d\d:\d\d/.test(text) ? `1970-01-01T${text}` : text.replace(" ", "T");
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(full) || !full.includes("T") ? full : `${full}Z`;
  const fraction = /\.(\d+)/.exec(zoned)?.[1] ?? "";
  const seconds = Date.parse(zoned.replace(/\.\d+/, ""));
  if (Number.isNaN(seconds)) throw new Error(`${text} is no time`);
  return seconds * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

export const parseTimeMs = (text) => parseTimeUs(text) / 1000;
