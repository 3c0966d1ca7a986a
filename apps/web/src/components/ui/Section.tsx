import { type ReactNode, useId } from "react";
import { cn } from "@/lib/cn";

/** A titled part of a page, set off by a hairline. `verdict` is the one sentence that says what it shows. */
export function Section({
  title,
  verdict,
  actions,
  children,
  className,
}: {
  title: string;
  verdict?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={cn("mt-8 border-line border-t pt-4 first:mt-0", className)}>
      <div className="mb-3 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h2 id={id} className="font-semibold text-sm">
            {title}
          </h2>
          {verdict !== undefined && <p className="mt-0.5 max-w-prose text-ink-2">{verdict}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

/** Names and values, two columns of hairlines. */
export function Facts({
  rows,
  className,
}: {
  rows: readonly (readonly [string, ReactNode])[];
  className?: string;
}) {
  return (
    <dl className={cn("grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-6", className)}>
      {rows.map(([name, value]) => (
        <div
          key={name}
          className="col-span-2 grid min-h-8 grid-cols-subgrid items-center border-line border-b py-1"
        >
          <dt className="text-ink-3">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
