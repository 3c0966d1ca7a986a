import { cn } from "@/lib/cn";

export interface Head {
  readonly label: string;
  readonly align?: "right";
  /** For those who hear the table: the cells below say it themselves. */
  readonly isHidden?: boolean;
  readonly className?: string;
}

/** Head of a column of numbers: to the right, over their digits. */
export const numberHead = (label: string): Head => ({ label, align: "right" });
/** Head of a column of buttons. */
export const hiddenHead = (label: string): Head => ({ label, isHidden: true });

/** Head of a plain table, one that is not sorted: a cell a column. `gap` is that of the cells below. */
export function TableHead({ heads, gap = "pr-6" }: { heads: readonly (string | Head)[]; gap?: string }) {
  return (
    <thead>
      <tr className="border-line border-b text-ink-3 text-xs">
        {heads
          .map((head): Head => (typeof head === "string" ? { label: head } : head))
          .map(({ label, align, isHidden, className }) => (
            <th
              key={label}
              scope="col"
              className={cn(
                "h-8 whitespace-nowrap font-medium first:pl-0 last:pr-0",
                gap,
                align === "right" ? "text-right" : "text-left",
                className,
              )}
            >
              {isHidden === true ? <span className="sr-only">{label}</span> : label}
            </th>
          ))}
      </tr>
    </thead>
  );
}
