import { cn } from "@/lib/cn";

interface Bins {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

const WIDTH = 200;
const HEIGHT = 48;
const BAR_MAX = WIDTH / 8;

/**
 * Counts over bins as bars of equal width; `before` is drawn as an outline over them. Drawn only: the table beside it
 * has the numbers.
 */
export function HistogramBars({
  bins,
  before,
  label,
  className,
}: {
  bins: Bins;
  before?: readonly number[];
  label: string;
  className?: string;
}) {
  const { edges, counts } = bins;
  if (counts.length === 0)
    return (
      <p
        className={cn(
          "hatched flex h-12 items-center justify-center rounded-sm text-ink-3 text-xs",
          className,
        )}
      >
        no values
      </p>
    );
  const max = Math.max(1, ...counts, ...(before ?? []));
  // Few bins keep the width of bars: one value for all rows is a bar, not a wall.
  const step = Math.min(WIDTH / counts.length, BAR_MAX);
  const heightOf = (count: number) => (HEIGHT * count) / max;
  const outline = (before ?? [])
    .map((count, i) => `${i === 0 ? "M" : "L"}${i * step} ${HEIGHT - heightOf(count)}H${(i + 1) * step}`)
    .join("");
  return (
    <figure className={className}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
        className="h-12 w-full border-line border-b"
      >
        {counts.map((count, i) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: bins have no other name
            key={i}
            x={i * step + step * 0.06}
            width={step * 0.88}
            y={HEIGHT - heightOf(count)}
            height={heightOf(count)}
            className="fill-series-1"
          />
        ))}
        {before !== undefined && (
          <path
            d={outline}
            className="fill-none stroke-series-2"
            strokeWidth={2}
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
      <figcaption
        className="flex justify-between font-mono text-[0.6875rem] text-ink-3"
        style={{ width: `${(100 * step * counts.length) / WIDTH}%` }}
      >
        <span>{formatEdge(edges[0])}</span>
        {edges[0] !== edges.at(-1) && <span>{formatEdge(edges.at(-1))}</span>}
      </figcaption>
    </figure>
  );
}

/** A bound of a bin, short. */
export function formatEdge(value: number | undefined): string {
  if (value === undefined) return "–";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 0.01) return value.toExponential(1);
  return size >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}
