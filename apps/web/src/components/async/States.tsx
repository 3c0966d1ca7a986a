"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/ui/Button";
import { Command } from "@/components/ui/Copy";
import { Mono } from "@/components/ui/Mono";
import { StateWord } from "@/components/ui/StateWord";
import { formatRelative } from "@/lib/format";
import type { Problem } from "@/lib/problem";

export function Skeleton({ rows }: { rows: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-2 py-2">
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical bars
        <div key={i} className="skeleton h-6" />
      ))}
    </div>
  );
}

/** Never had data: what belongs here, and the exact command that brings it. */
export function Empty({
  title,
  children,
  command,
}: {
  title: string;
  children?: ReactNode;
  command?: string;
}) {
  return (
    <div className="border-line border-y py-6">
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="mt-1 max-w-prose text-ink-2">{children}</div>}
      {command !== undefined && (
        <div className="mt-3 max-w-2xl">
          <Command text={command} />
        </div>
      )}
    </div>
  );
}

/** There is data, but the filters let none of it through. */
export function FilteredOut({ filters, onClear }: { filters: string; onClear: () => void }) {
  return (
    <div className="flex flex-wrap items-center gap-3 border-line border-y py-5">
      <p>Nothing matches {filters}.</p>
      <Button onClick={onClear}>Clear filters</Button>
    </div>
  );
}

/** Some data, not enough to say anything. */
export function NotEnough({ have, need, what }: { have: number; need: number; what: string }) {
  return (
    <p className="hatched rounded border border-line px-3 py-4 text-ink-2">
      Not enough data yet: {have} of {need} {what}.
    </p>
  );
}

export function Stale({
  since,
  problem,
  onRetry,
}: {
  since: number;
  problem: Problem;
  onRetry: () => unknown;
}) {
  return (
    <div role="status" className="mb-3 flex flex-wrap items-center gap-3 rounded-md bg-warn-soft px-3 py-1.5">
      <StateWord tone="warn">{`Data from ${formatRelative(new Date(since), new Date())}`}</StateWord>
      <span className="text-ink-2">{problem.detail ?? problem.title}</span>
      <Button variant="quiet" onClick={() => onRetry()}>
        Retry
      </Button>
    </div>
  );
}

export function Failed({
  problem,
  isRetrying,
  onRetry,
}: {
  problem: Problem;
  isRetrying: boolean;
  onRetry: () => unknown;
}) {
  return (
    <div role="alert" className="border-line border-y py-5">
      <StateWord tone="harm">{problem.title}</StateWord>
      {problem.detail !== null && <p className="mt-1 max-w-prose text-ink-2">{problem.detail}</p>}
      <div className="mt-3 flex items-center gap-3">
        <Button onClick={() => onRetry()} disabled={isRetrying}>
          {isRetrying ? "Retrying …" : "Retry"}
        </Button>
        <span className="text-ink-3">
          {problem.code}
          {problem.requestId !== null && (
            <>
              {" · request "}
              <Mono>{problem.requestId}</Mono>
            </>
          )}
        </span>
      </div>
    </div>
  );
}

export function Forbidden({ problem }: { problem: Problem }) {
  return (
    <div className="border-line border-y py-5">
      <StateWord tone="none">Not for your role</StateWord>
      <p className="mt-1 text-ink-2">
        {problem.detail ?? problem.title}. An admin can change roles under Settings, Members.
      </p>
    </div>
  );
}

export function NotFound({ problem }: { problem: Problem }) {
  return (
    <div className="border-line border-y py-5">
      <StateWord tone="none">Not found</StateWord>
      <p className="mt-1 text-ink-2">{problem.detail ?? problem.title}</p>
    </div>
  );
}
