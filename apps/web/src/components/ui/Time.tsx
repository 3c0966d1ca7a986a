"use client";

import { useEffect, useState } from "react";
import { formatRelative, formatUtc } from "@/lib/format";

/** Relative to now, absolute on hover. Ticks while the page is open. */
export function Time({ at, className }: { at: Date | string | null | undefined; className?: string }) {
  const [now, setNow] = useState(() => new Date());
  const isKnown = at != null;
  useEffect(() => {
    if (!isKnown) return;
    setNow(new Date());
    const timer = setInterval(() => setNow(new Date()), 10_000);
    return () => clearInterval(timer);
  }, [isKnown]);
  if (!isKnown) return <span className={className}>–</span>;
  const date = new Date(at);
  return (
    <time
      dateTime={date.toISOString()}
      title={formatUtc(date)}
      className={className}
      suppressHydrationWarning
    >
      {formatRelative(date, now)}
    </time>
  );
}
