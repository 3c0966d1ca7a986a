import { cn } from "@/lib/cn";

export type Tone = "pass" | "harm" | "warn" | "busy" | "none";

/** A shape per tone, so that colour is never the only carrier. */
const SHAPES: Record<Tone, string> = {
  pass: "M2 6.5 5 9.5 10.5 3",
  harm: "M2.5 2.5l7 7M9.5 2.5l-7 7",
  warn: "M6 1.5 11 10.5H1zM6 5v2.5",
  busy: "M6 1.5a4.5 4.5 0 1 1-4.5 4.5",
  none: "M2 6h8",
};
const COLOURS: Record<Tone, string> = {
  pass: "text-pass",
  harm: "text-harm",
  warn: "text-warn",
  busy: "text-accent-ink",
  none: "text-ink-3",
};

/** A state: word and shape, coloured. */
export function StateWord({
  tone,
  children,
  className,
}: {
  tone: Tone;
  children: string;
  className?: string;
}) {
  return (
    <span
      className={cn(
        "inline-flex items-baseline gap-1.5 whitespace-nowrap font-medium",
        COLOURS[tone],
        className,
      )}
    >
      <svg viewBox="0 0 12 12" className="size-3 shrink-0 self-center" aria-hidden="true">
        <path
          d={SHAPES[tone]}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      {children}
    </span>
  );
}
