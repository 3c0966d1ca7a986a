import { cn } from "@/lib/cn";

export interface Head {
  readonly label: string;
  readonly align?: "right";
  readonly className?: string;
}

/** Head of a plain table, one that is not sorted: a cell a column, numbers to the right over their digits. */
export function TableHead({ heads, gap = "pr-6" }: { heads: readonly (string | Head)[]; gap?: string }) {
  return (
    <thead>
      <tr className="border-line border-b text-ink-3 text-xs">
        {heads.map((head) => {
          const { label, align, className } = typeof head === "string" ? ({ label: head } as Head) : head;
          return (
            <th
              key={label}
              scope="col"
              className={cn(
                "h-8 whitespace-nowrap font-medium",
                gap,
                "last:pr-0",
                align === "right" ? "text-right" : "text-left",
                className,
              )}
            >
              {label}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
