import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

/** A part that scrolls by itself, sideways unless said otherwise; reachable by keyboard, as scrolling must be. */
export function ScrollRegion({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll here (WCAG 2.1.1)
    <div role="group" tabIndex={0} aria-label={label} className={cn("relative overflow-x-auto", className)}>
      {children}
    </div>
  );
}
