import { cn } from "@/lib/cn";

/** One horizontal bar over a common domain. Purely visual: the number stands beside it. */
export function Bar({ share, className }: { share: number | null; className?: string }) {
  if (share === null) return <span aria-hidden="true" className="hatched block h-2.5 w-full rounded-sm" />;
  return (
    <span aria-hidden="true" className="block h-2.5 w-full rounded-sm bg-sunken">
      <span
        className={cn("block h-full min-w-px rounded-sm bg-accent", className)}
        style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%` }}
      />
    </span>
  );
}

/** Shares of a whole, drawn as one bar with hairline gaps. */
export function StackedBar({
  parts,
  label,
}: {
  parts: readonly { name: string; share: number; className: string }[];
  label: string;
}) {
  const shown = parts.filter(({ share }) => share > 0);
  return (
    <span
      role="img"
      aria-label={label}
      className="flex h-2.5 w-full gap-px overflow-hidden rounded-sm bg-sunken"
    >
      {shown.map(({ name, share, className }) => (
        <span
          key={name}
          title={`${name} ${(100 * share).toFixed(1)} %`}
          className={className}
          style={{ width: `${share * 100}%` }}
        />
      ))}
    </span>
  );
}
